/// Names for what clients leave nameless: easy to say, and different enough to tell runs on a page apart. They are labels;
/// ids keep things apart.
enum RandomName {
    private static let manners = [
        "able", "amber", "bold", "brisk", "calm", "candid", "clever", "cosmic", "crisp", "daring", "eager", "fair", "fleet",
        "gentle", "glad", "golden", "grand", "hardy", "honest", "humble", "jolly", "keen", "kind", "lively", "lucid",
        "mellow", "merry", "modest", "nimble", "noble", "patient", "placid", "proud", "quiet", "rapid", "ready", "serene",
        "sharp", "silent", "steady", "sunny", "swift", "tidy", "upbeat", "valiant", "vivid", "warm", "wise", "witty", "zesty",
    ]
    private static let beings = [
        "ant", "badger", "bat", "bear", "bee", "bison", "crane", "crow", "deer", "dove", "duck", "eagle", "elk", "finch",
        "fox", "frog", "goat", "goose", "gull", "hare", "hawk", "heron", "horse", "ibex", "jay", "koala", "lark", "lynx",
        "mole", "moose", "newt", "otter", "owl", "panda", "pike", "quail", "raven", "robin", "seal", "shrew", "skunk",
        "sloth", "snail", "stork", "swan", "toad", "trout", "vole", "whale", "wren",
    ]

    /// - Parameter bytes: at least four random ones.
    static func make(_ bytes: [UInt8]) -> String {
        let number = (Int(bytes[2]) << 8 | Int(bytes[3])) % 1_000
        return "\(manners[Int(bytes[0]) % manners.count])-\(beings[Int(bytes[1]) % beings.count])-\(number)"
    }
}
