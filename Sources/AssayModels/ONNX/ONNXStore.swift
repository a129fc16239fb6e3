import AssayTerms

/// What the parts of a file have in common while it is read: its words, files beside it, and how much of memory they take.
struct ONNXStore: Sendable {
    /// The bytes of a file beside the model's, by its plain name.
    typealias External = (String) throws(AssayError) -> [UInt8]

    var words = ONNXWords()
    /// Bytes of all constants, and of the files beside the model's.
    private(set) var heldBytes = 0
    private var files: [Text: [UInt8]] = [:]
    private let name: String

    /// Of one model with all its files.
    private static let heldLimit = 1 << 30

    /// - Parameter name: names the model in messages.
    init(name: String) { self.name = name }

    /// - Throws: `.limitExceeded` where a model's constants are more than is kept here.
    mutating func hold(_ count: Int) throws(AssayError) {
        heldBytes += count
        guard heldBytes <= Self.heldLimit else {
            throw AssayError(.limitExceeded, "\(name) keeps more than \(Self.heldLimit >> 20) MiB of constants, which is more than is read")
        }
    }

    /// A file beside the model's, which is read once however many constants stand in it.
    mutating func file(_ location: String, _ external: External) throws(AssayError) -> [UInt8] {
        if let bytes = files[Text(location)] { return bytes }
        let bytes = try external(location)
        try hold(bytes.count)
        files[Text(location)] = bytes
        return bytes
    }
}
