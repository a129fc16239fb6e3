import AssayColumns
import AssayJSON
import AssayModels
import AssayTerms

/// Reads what a model's process answers, of which nothing is believed: lengths, types, shapes, counts, finite numbers, words that
/// are there, labels that are classes.
///
/// No value of an answer is in a message.
struct ForeignAnswer {
    private let frame: ForeignChannel.Frame
    /// Of all answers of one model, so that a code means the same word in each.
    private let dictionary: TextDictionary
    private var place = 0

    init(_ frame: ForeignChannel.Frame, dictionary: TextDictionary) {
        self.frame = frame
        self.dictionary = dictionary
    }

    /// The predictions of `rows` rows.
    mutating func predictions(rows: Int) throws(AssayError) -> Column {
        let (array, words) = try self.array("predictions")
        guard array.shape == [rows] else {
            throw Self.refusal("it has predictions of shape \(array.shape) for \(rows) rows, and one a row is wanted")
        }
        return try column(array, words: words, of: "predictions")
    }

    /// One array of rows for each class; `nil` where it has none.
    mutating func probabilities(rows: Int, classes: Int) throws(AssayError) -> [[Double]]? {
        guard frame.header["probabilities"] != nil else { return nil }
        let (array, _) = try self.array("probabilities")
        guard array.shape == [rows, classes], case .float(let values) = array.values else {
            throw Self.refusal("it has probabilities of shape \(array.shape) for \(rows) rows and \(classes) classes")
        }
        // 32-bit sums may end a rounding above 1.
        guard values.allSatisfy({ $0 >= 0 && $0 <= 1 + 1e-5 }) else {
            throw Self.refusal("it has probabilities that are none, being NaN or outside of 0 to 1")
        }
        return (0..<classes).map { index in (0..<rows).map { min(values[$0 * classes + index], 1) } }
    }

    /// The model's classes; `nil` where it has none.
    mutating func classes() throws(AssayError) -> ClassLabels? {
        guard frame.header["classes"] != nil else { return nil }
        let (array, words) = try self.array("classes")
        guard array.shape.count == 1, (1...10_000).contains(array.count) else {
            throw Self.refusal("it has classes of shape \(array.shape)")
        }
        let column = try column(array, words: words, of: "classes")
        guard Set((0..<column.count).map { column.value(at: $0) }).count == column.count else {
            throw Self.refusal("it names a class twice")
        }
        switch column.values {
        case .boolean(let values): return .booleans(values.map { $0 != 0 })
        case .int64(let values), .timestamp(let values): return .integers(values)
        case .double(let values): return .numbers(values)
        case .text(let codes, let dictionary): return .texts(codes.map { dictionary[$0] })
        }
    }

    /// What `predict` itself answered with, and its one column's name.
    func form(hasProbabilities: Bool, classes: Int) throws(AssayError) -> (answer: Predictions.Answer, record: Text?) {
        let record = frame.header["record"]?.string.flatMap { $0.utf8.count <= 1000 ? Text($0) : nil }
        switch frame.header["form"]?.string {
        case "values": return (.values, record)
        case "probabilities" where hasProbabilities: return (.probabilities, nil)
        case "second" where hasProbabilities && classes == 2: return (.secondProbability, record)
        default: throw Self.refusal("it does not say what it answers with")
        }
    }

    /// To be called last: everything that came must have been asked for.
    func finish() throws(AssayError) {
        guard place == frame.payload.count else { throw Self.refusal("it holds more than was asked for") }
    }

    private mutating func array(_ name: String) throws(AssayError) -> (NumpyArray, [Text]?) {
        let part = frame.header[name]
        guard let size = part?["size"]?.integer.flatMap({ Int(exactly: $0) }), size >= 0, size <= frame.payload.count - place else {
            throw Self.refusal("it has no \(name)")
        }
        defer { place += size }
        let array: NumpyArray
        do throws(AssayError) {
            array = try NumpyReader.read(Array(frame.payload[place..<(place + size)]), name: name)
        } catch {
            throw Self.refusal(error.message)
        }
        guard let words = part?["words"]?.array else { return (array, nil) }
        let texts = words.compactMap { $0.string.map { Text($0) } }
        guard texts.count == words.count, Set(texts).count == texts.count else {
            throw Self.refusal("its \(name) have words that are none, or stand twice")
        }
        return (array, texts)
    }

    private func column(_ array: NumpyArray, words: [Text]?, of name: String) throws(AssayError) -> Column {
        if let words {
            guard case .integer(let codes) = array.values, codes.allSatisfy({ words.indices.contains(Int($0)) }) else {
                throw Self.refusal("its \(name) name words that are not there")
            }
            let known = words.map { dictionary.code(for: $0) }
            return Column(name: "prediction", values: .text(codes: codes.map { known[Int($0)] }, dictionary: dictionary))
        }
        switch array.values {
        case .integer(let values): return Column(name: "prediction", values: .int64(values))
        case .boolean(let values): return Column(name: "prediction", values: .boolean(values.map { $0 ? 1 : 0 }))
        case .float(let values):
            guard values.allSatisfy(\.isFinite) else { throw Self.refusal("its \(name) hold NaN or an infinity") }
            return Column(name: "prediction", values: .double(values))
        case .text, .bytes: throw Self.refusal("its \(name) are of a type that is not read")
        }
    }

    static func refusal(_ why: String) -> AssayError {
        AssayError(.unreadable, "the model's answer cannot be used: \(why)", cause: ModelOutage(.unusable))
    }
}
