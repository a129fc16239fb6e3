import AssayColumns
import AssayJSON
import AssayModels
import AssayTerms
import Foundation
import Testing

/// Goal: no file traps, whatever stands in it, and what is taken scores rows to an end.
/// Method: of each model of Tests/Fixtures/zoo (made by its make.py) one number, word or member is changed at a time, from stated seeds, and the file
/// written whole again, so that the zip is not what refuses it.
@Suite struct SkopsZooTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/zoo")

    static let names: [String] = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
        .filter { $0.hasSuffix(".skops") }.map { String($0.dropLast(6)) }.sorted()

    static func parts(_ name: String) throws -> (schema: String, others: [ZipWriter.Member]) {
        let archive = try ZipArchive(Array(try Data(contentsOf: folder.appending(path: name + ".skops"))), name: name)
        var others: [ZipWriter.Member] = []
        for member in archive.members where member.name != "schema.json" {
            others.append(ZipWriter.Member(member.name.string, try archive.contents(of: member.name), deflated: true))
        }
        return (String(decoding: try archive.contents(of: "schema.json"), as: UTF8.self), others)
    }

    /// Rows of numbers, and where the model wants words of those.
    static func block(_ model: ScoringModel, words: Bool, numbers: [Double] = [0.25, -1, 1e300, 0]) -> RowBlock {
        let columns = model.inputs.enumerated().map { place, name in
            words && place < 2
                ? Column(name: name, values: .text(codes: [0, 1, 0, 1], dictionary: TextDictionary(["x", "u"])))
                : Column(name: name, values: .double(numbers))
        }
        return RowBlock(rowCount: 4, columns: columns)
    }

    static func score(_ schema: String, _ others: [ZipWriter.Member]) throws {
        let model = try SkopsFileTests.load(schema, others)
        for words in [false, true] {
            guard let scores = try? Scorer(model).scores(block(model, words: words)) else { continue }
            #expect(scores.classes.allSatisfy { (0..<(model.classes?.count ?? 1)).contains($0) })
        }
    }

    struct Draw {
        var state: UInt64
        mutating func below(_ bound: Int) -> Int {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return Int((z ^ (z >> 31)) >> 33) % max(bound, 1)
        }
    }

    @Test(arguments: names) func isReadAndScored(name: String) throws {
        let (schema, others) = try Self.parts(name)
        let model = try SkopsFileTests.load(schema, others)
        let isOfWords = name == "codes" || name == "histograms"
        // Counts of categories take whole numbers.
        let numbers: [Double] = name == "categories" ? [0, 0, 0, 0] : [0.25, -1, 3, 0]
        #expect(throws: Never.self) { try Scorer(model).scores(Self.block(model, words: isOfWords, numbers: numbers)) }
    }

    @Test(arguments: names) func takesAnything(name: String) throws {
        let (schema, others) = try Self.parts(name)
        let rounds = ProcessInfo.processInfo.environment["ASSAY_FUZZ_ROUNDS"].flatMap(Int.init).map { $0 / 10 } ?? 40
        var draw = Draw(state: name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
        var refused = 0
        for _ in 0..<rounds {
            var changed = others
            var text = schema
            if draw.below(2) == 0, !changed.isEmpty {
                Self.change(&changed[draw.below(changed.count)], &draw)
            } else {
                text = Self.changed(schema, &draw)
            }
            do { try Self.score(text, changed) } catch { refused += 1 }
        }
        #expect(refused > 0, "\(rounds) changes refused nothing: this shows nothing")
    }

    /// Eight bytes of an array become a number that is none, huge or below 0, or the array ends early.
    static func change(_ member: inout ZipWriter.Member, _ draw: inout Draw) {
        guard member.contents.count > 136 else { return member.contents.removeLast(min(member.contents.count, 1)) }
        if draw.below(6) == 0 { return member.contents.removeLast(1 + draw.below(8)) }
        let numbers: [UInt64] = [
            Double.nan.bitPattern, Double.infinity.bitPattern, (1e300).bitPattern, UInt64(bitPattern: -1), UInt64(bitPattern: Int64.min), 1 << 62, 0, 7,
            (-1.0).bitPattern, Double.leastNonzeroMagnitude.bitPattern,
        ]
        let number = numbers[draw.below(numbers.count)]
        let place = 128 + 8 * draw.below((member.contents.count - 128) / 8)
        for step in 0..<8 { member.contents[place + step] = UInt8(truncatingIfNeeded: number >> UInt64(8 * step)) }
    }

    /// One plain value becomes another, or one list loses its last or doubles its first item.
    static func changed(_ schema: String, _ draw: inout Draw) -> String {
        guard let json = try? JSONValue(parsing: Array(schema.utf8)) else { return schema }
        var left = draw.below(count(json))
        let values = ["null", "-1", "0", "1", "9223372036854775807", "1e308", "NaN", "true", "\"x\"", "\"mean\"", "\"rbf\"", "[]", "2.5"]
        let value = values[draw.below(values.count)]
        let kind = draw.below(3)
        func rewrite(_ json: JSONValue) -> JSONValue {
            if let array = json.array {
                left -= 1
                if left == -1, let first = array.first { return .array(kind == 0 ? array + [first] : Array(array.dropLast())) }
                return .array(array.map(rewrite))
            }
            guard let object = json.object else { return json }
            left -= 1
            if left == -1, object["__loader__"]?.string == "JsonNode" {
                let kept = object.members.filter { $0.name != "__id__" }
                return .object(JSONObject(kept.map { ($0.name, $0.name == "content" ? .string(value) : $0.value) }))
            }
            return .object(JSONObject(object.members.map { ($0.name, rewrite($0.value)) }))
        }
        return String(decoding: rewrite(json).bytes(), as: UTF8.self)
    }

    static func count(_ json: JSONValue) -> Int {
        if let array = json.array { return 1 + array.reduce(0) { $0 + count($1) } }
        guard let object = json.object else { return 0 }
        return 1 + object.members.reduce(0) { $0 + count($1.value) }
    }
}
