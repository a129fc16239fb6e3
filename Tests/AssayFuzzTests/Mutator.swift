/// SplitMix64, and the changes that find what a parser did not think of: bits, bytes that mean something, parts that are dropped,
/// doubled, exchanged or spliced in from other seeds.
struct Mutator {
    private static let telling = Array("{}[]()\":,;=&%+-./\\*'`~#@$?<> \t\r\n\u{0}019eEuNn".utf8) + [0x7F, 0x80, 0xC3, 0xED, 0xF4, 0xFF]

    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((z ^ (z >> 31)) >> 33) % max(bound, 1)
    }

    /// One of `seeds`, changed one to eight times. One in 16 is left as it is.
    mutating func next(_ seeds: [[UInt8]]) -> [UInt8] {
        var bytes = seeds[below(seeds.count)]
        guard below(16) > 0 else { return bytes }
        for _ in 0...below(8) { change(&bytes, seeds) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8], _ seeds: [[UInt8]]) {
        guard !bytes.isEmpty else { return bytes.append(UInt8(below(256))) }
        let place = below(bytes.count)
        let end = min(place + 1 + below(24), bytes.count)
        switch below(9) {
        case 0: bytes[place] ^= 1 << UInt8(below(8))
        case 1: bytes[place] = Self.telling[below(Self.telling.count)]
        case 2: bytes.insert(Self.telling[below(Self.telling.count)], at: place)
        case 3: bytes.removeSubrange(place..<end)
        case 4: bytes.insert(contentsOf: bytes[place..<end], at: below(bytes.count + 1))
        case 5: bytes.swapAt(place, below(bytes.count))
        case 6: bytes.removeSubrange(place...)
        case 7: bytes.insert(contentsOf: [UInt8](repeating: bytes[place], count: 1 + below(300)), at: place)
        default:
            let other = seeds[below(seeds.count)]
            guard !other.isEmpty else { return }
            let start = below(other.count)
            bytes.replaceSubrange(place..<end, with: other[start..<min(start + 1 + below(40), other.count)])
        }
    }
}
