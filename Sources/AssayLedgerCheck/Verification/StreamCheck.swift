import Glibc
import Synchronization

/// A whole tree checked in one pass over its files, on several threads and in bounded memory.
///
/// Every entry is hashed; every tile must hold exactly the hashes that its entries give. So what it accepts is what
/// `TreeCheck` accepts. At the first thing that is not as it should be it gives up: what that is, `TreeCheck` finds out.
///
/// - Complexity: one leaf hash and one inner hash an entry; memory for one chunk of 65,536 entries a thread, and 32 bytes
///   and the wanted roots for each chunk.
struct StreamCheck: Sendable {
    /// What a sound tree holds.
    struct Outcome: Sendable {
        /// The tree's root at each of the wanted sizes.
        var roots: [UInt64: Hash] = [:]
        var handovers: [KeyHandover] = []
    }

    /// Entries below one tile of level 1.
    static let chunkLength: UInt64 = 65_536

    let files: any LogFiles
    let size: UInt64
    /// Sizes, up to the tree's own, whose roots are wanted.
    let wanted: Set<UInt64>
    let recorded: RecordedLeaves?
    let findsHandovers: Bool

    /// - Returns: `nil` unless all of it is as it should be, and `root` its root.
    func run(root: Hash, threads: Int) throws(LogReadError) -> Outcome? {
        let chunkCount = Int((size + Self.chunkLength - 1) / Self.chunkLength)
        guard let chunks = try ChunkWork(count: chunkCount, check: check).run(threads: threads) else { return nil }
        return try assemble(chunks, root: root)
    }

    private func check(_ number: Int) throws(LogReadError) -> CheckedChunk? {
        let entries = range(ofChunk: number)
        let chunk = ChunkCheck(
            files: files, entries: entries, wanted: wanted.filter { $0 > entries.lowerBound && $0 <= entries.upperBound },
            recorded: recorded, findsHandovers: findsHandovers)
        return try chunk.run()
    }

    private func range(ofChunk number: Int) -> Range<UInt64> {
        let start = UInt64(number) * Self.chunkLength
        return start..<min(size, start + Self.chunkLength)
    }

    /// Joins the chunks' roots into the levels above and compares their tiles.
    private func assemble(_ chunks: [CheckedChunk], root: Hash) throws(LogReadError) -> Outcome? {
        var outcome = Outcome()
        outcome.roots[0] = Hashing.emptyRoot
        let stack = HashStack()
        var level: [Hash] = []
        for chunk in chunks {
            let before = stack.roots
            for (size, roots) in chunk.subtrees { outcome.roots[size] = HashStack.join(before + roots) }
            outcome.handovers += chunk.handovers
            guard let root = chunk.fullRoot else { continue }
            root.withUnsafeBytes { bytes in
                if let start = bytes.baseAddress { stack.add(start) }
            }
            level.append(root)
        }
        var number = 2
        while !level.isEmpty {
            var above: [Hash] = []
            for name in TileName.all(level: number, size: size) {
                let start = Int(name.index) * 256
                let hashes = level[start..<(start + name.width)]
                guard try files.read(name.text) == Array(hashes.joined()) else { return nil }
                if let root = Hashing.tileRoot(hashes) { above.append(root) }
            }
            level = above
            number += 1
        }
        return outcome.roots[size] == root ? outcome : nil
    }
}

/// What one chunk of a sound tree holds.
struct CheckedChunk: Sendable {
    /// The root of a chunk that is full.
    var fullRoot: Hash?
    /// At each wanted size that ends in the chunk, the complete subtrees of the chunk's part.
    var subtrees: [(size: UInt64, roots: [Hash])] = []
    var handovers: [KeyHandover] = []
}

/// The bundles and tiles of one chunk.
struct ChunkCheck {
    let files: any LogFiles
    let entries: Range<UInt64>
    let wanted: Set<UInt64>
    let recorded: RecordedLeaves?
    let findsHandovers: Bool

    func run() throws(LogReadError) -> CheckedChunk? {
        var chunk = CheckedChunk()
        let stack = HashStack()
        var tileRoots = [UInt8](repeating: 0, count: 32 * 256)
        var fullTiles = 0
        var start = entries.lowerBound
        while start < entries.upperBound {
            let width = Int(min(256, entries.upperBound - start))
            let name = TileName(level: nil, index: start / 256, width: width)
            guard var bundle = try files.read(name.text) else { return nil }
            let known = try recorded?.leaves(from: start, count: width)
            var hashes = [UInt8](repeating: 0, count: 32 * width)
            let isSound = bundle.withUnsafeMutableBytes { bundle in
                hashes.withUnsafeMutableBytes { hashes in
                    tileRoots.withUnsafeMutableBytes { roots in
                        guard let hashes = hashes.baseAddress, let roots = roots.baseAddress else { return false }
                        return hash(
                            bundle, from: start, width: width, known: known, into: hashes, root: roots + 32 * fullTiles, stack, &chunk)
                    }
                }
            }
            guard isSound, try files.read(TileName(level: 0, index: start / 256, width: width).text) == hashes else {
                return nil
            }
            if width == 256 { fullTiles += 1 }
            start += UInt64(width)
        }
        if fullTiles > 0 {
            let name = TileName(level: 1, index: entries.lowerBound / StreamCheck.chunkLength, width: fullTiles)
            guard try files.read(name.text) == Array(tileRoots.prefix(32 * fullTiles)) else { return nil }
        }
        if UInt64(entries.count) == StreamCheck.chunkLength { chunk.fullRoot = stack.roots.first }
        return chunk
    }

    /// Hashes the entries of one bundle.
    ///
    /// - Parameters:
    ///   - bundle: its bytes, which are written over: the second byte of an entry's length becomes the 0 that a leaf's hash
    ///     begins with, so that both lie together.
    ///   - known: the recorded leaves, if a database is compared.
    /// - Returns: whether it holds exactly `width` whole entries, and no other than were recorded.
    private func hash(
        _ bundle: UnsafeMutableRawBufferPointer, from first: UInt64, width: Int, known: [[UInt8]?]?,
        into hashes: UnsafeMutableRawPointer, root: UnsafeMutableRawPointer, _ stack: HashStack, _ chunk: inout CheckedChunk
    ) -> Bool {
        var place = 0
        for slot in 0..<width {
            guard place + 2 <= bundle.count else { return false }
            let length = Int(bundle[place]) * 256 + Int(bundle[place + 1])
            let end = place + 2 + length
            guard end <= bundle.count else { return false }
            let index = first + UInt64(slot)
            let entry = UnsafeRawBufferPointer(rebasing: bundle[(place + 2)..<end])
            if let leaf = known?[slot], !leaf.elementsEqual(entry) { return false }
            if findsHandovers, let found = KeyHandover(index: index, leaf: Array(entry)[...]) { chunk.handovers.append(found) }
            bundle[place + 1] = 0
            let target = hashes + 32 * slot
            HashStack.hash(UnsafeRawBufferPointer(rebasing: bundle[(place + 1)..<end]), into: target)
            stack.add(target, tileRoot: root)
            if wanted.contains(index + 1) { chunk.subtrees.append((index + 1, stack.roots)) }
            place = end
        }
        return place == bundle.count
    }

}

/// Chunks shared among threads of our own.
private final class ChunkWork: Sendable {
    private struct State {
        var next = 0
        var chunks: [CheckedChunk?]
        var isSound = true
        var error: LogReadError?
    }

    private let state: Mutex<State>
    private let check: @Sendable (Int) throws(LogReadError) -> CheckedChunk?

    init(count: Int, check: @escaping @Sendable (Int) throws(LogReadError) -> CheckedChunk?) {
        state = Mutex(State(chunks: Array(repeating: nil, count: count)))
        self.check = check
    }

    /// - Returns: all chunks in order; `nil` if one is not as it should be.
    func run(threads: Int) throws(LogReadError) -> [CheckedChunk]? {
        let others = (1..<max(1, threads)).compactMap { _ in start() }
        work()
        for thread in others { pthread_join(thread, nil) }
        let result = state.withLock { $0 }
        if let error = result.error { throw error }
        return result.isSound ? result.chunks.compactMap { $0 } : nil
    }

    /// Another thread that works; `nil` where there is none to be had, and then this one does it all.
    private func start() -> pthread_t? {
        var thread = pthread_t()
        let work = Unmanaged.passRetained(self)
        let failure = pthread_create(
            &thread, nil,
            { pointer in
                if let pointer { Unmanaged<ChunkWork>.fromOpaque(pointer).takeRetainedValue().work() }
                return nil
            }, work.toOpaque())
        guard failure == 0 else {
            work.release()
            return nil
        }
        return thread
    }

    private func work() {
        while let number = take() {
            do throws(LogReadError) {
                let chunk = try check(number)
                state.withLock {
                    $0.chunks[number] = chunk
                    if chunk == nil { $0.isSound = false }
                }
            } catch {
                state.withLock {
                    $0.error = error
                    $0.isSound = false
                }
            }
        }
    }

    private func take() -> Int? {
        state.withLock { state in
            guard state.isSound, state.next < state.chunks.count else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }
}
