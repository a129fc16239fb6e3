import CFuzzer
import FuzzedModels
import Glibc

/// libFuzzer around one reader of model files. The program's `main` is libFuzzer's, which calls the functions below by their names.
///
///     assay-fuzz KIND [options of libFuzzer's, folders]
///     assay-fuzz KIND --seeds FOLDER       writes what to begin with
///     assay-fuzz                           lists the kinds
enum Fuzzing {
    /// Set once, before the first input.
    nonisolated(unsafe) fileprivate static var parser: Parser?

    fileprivate static func begin(_ words: [String]) {
        guard let kind = words.first else {
            for parser in ModelParsers.all where !parser.name.contains(" ") { print(parser.name) }
            exit(0)
        }
        guard let chosen = ModelParsers.all.first(where: { $0.name == kind }) else {
            print("assay-fuzz: there is no kind '\(kind)'; assay-fuzz alone lists them")
            exit(2)
        }
        parser = chosen
        guard words.count == 3, words[1] == "--seeds" else { return }
        for (place, seed) in chosen.seeds.enumerated() {
            let path = "\(words[2])/seed-\(place)"
            guard let file = fopen(path, "wb"), fwrite(seed, 1, seed.count, file) == seed.count, fclose(file) == 0 else {
                perror("assay-fuzz: \(path)")
                exit(2)
            }
        }
        exit(0)
    }

    /// Changes a member of an archive of skops' and leaves it an archive, seven times of eight.
    fileprivate static func change(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ limit: Int, seed: UInt32) -> Int {
        let plain = { LLVMFuzzerMutate(bytes, count, limit) }
        guard seed & 7 != 0, var archive = try? SkopsArchive(Array(UnsafeBufferPointer(start: bytes, count: count))), let schema = archive.schema else {
            return plain()
        }
        let place = seed & 8 == 0 ? schema : Int(seed >> 4) % archive.members.count
        let old = archive.members[place].contents
        var contents = old + [UInt8](repeating: 0, count: 4096)
        let changed = contents.withUnsafeMutableBufferPointer { LLVMFuzzerMutate($0.baseAddress, old.count, $0.count) }
        archive.members[place].contents = Array(contents.prefix(changed))
        let whole = archive.bytes()
        guard whole.count <= limit else { return plain() }
        _ = UnsafeMutableBufferPointer(start: bytes, count: limit).update(fromContentsOf: whole)
        return whole.count
    }
}

/// Takes the kind from the arguments; the rest is libFuzzer's.
@_cdecl("LLVMFuzzerInitialize")
func initialize(
    _ count: UnsafeMutablePointer<Int32>, _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>
) -> Int32 {
    Fuzzing.begin((1..<Int(count.pointee)).compactMap { words.pointee[$0].map { String(cString: $0) } })
    words.pointee[1] = words.pointee[0]
    words.pointee += 1
    count.pointee -= 1
    return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    if case .broken(let reason)? = Fuzzing.parser?.accepts(Array(UnsafeBufferPointer(start: bytes, count: count))) {
        print("assay-fuzz: \(reason)")
        abort()
    }
    return 0
}

@_cdecl("LLVMFuzzerCustomMutator")
func customMutator(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ limit: Int, _ seed: UInt32) -> Int {
    Fuzzing.parser?.name == "skops" ? Fuzzing.change(bytes, count, limit, seed: seed) : LLVMFuzzerMutate(bytes, count, limit)
}
