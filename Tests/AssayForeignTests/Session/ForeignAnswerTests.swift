import AssayColumns
import AssayJSON
import AssayModels
import AssayTerms
import Testing

@testable import AssayForeign

/// The goal: nothing a model's process answers is believed. The method: one sound answer, and answers that are wrong in one way
/// each, made by hand as a hostile process could make them.
@Suite struct ForeignAnswerTests {
    static func frame(_ parts: [(String, [UInt8], [String]?)], surplus: [UInt8] = []) -> ForeignChannel.Frame {
        var header: JSONObject = [:]
        var payload: [UInt8] = []
        for (name, bytes, words) in parts {
            var part: JSONObject = ["size": .integer(Int64(bytes.count))]
            part["words"] = words.map { .array($0.map { .string($0) }) }
            header[name] = .object(part)
            payload += bytes
        }
        return ForeignChannel.Frame(header: .object(header), payload: payload + surplus)
    }

    static func matrix(_ values: [Double], rows: Int, columns: Int) -> [UInt8] {
        let flat = NumpyWriter.bytes(values)
        // The header's words are of one length, so that the shape can be put in its place.
        var text = Array("{'descr': '<f8', 'fortran_order': False, 'shape': (\(rows), \(columns)), }".utf8)
        text += [UInt8](repeating: 0x20, count: 118 - 1 - text.count) + [0x0A]
        return Array(flat[..<8]) + [118, 0] + text + flat[128...]
    }

    private func predictions(_ frame: ForeignChannel.Frame, rows: Int) throws(AssayError) -> Column {
        var answer = ForeignAnswer(frame, dictionary: TextDictionary())
        let column = try answer.predictions(rows: rows)
        try answer.finish()
        return column
    }

    @Test func readsWhatIsSound() throws {
        let labels = try predictions(Self.frame([("predictions", NumpyWriter.bytes([Int32(1), 0, 1]), ["no", "yes"])]), rows: 3)
        #expect((0..<3).map { labels.value(at: $0) } == [.text("yes"), .text("no"), .text("yes")])
        var answer = ForeignAnswer(
            Self.frame([
                ("predictions", NumpyWriter.bytes([Int64(0), 1]), nil),
                ("probabilities", Self.matrix([0.75, 0.25, 0.125, 0.875], rows: 2, columns: 2), nil),
            ]), dictionary: TextDictionary())
        _ = try answer.predictions(rows: 2)
        #expect(try answer.probabilities(rows: 2, classes: 2) == [[0.75, 0.125], [0.25, 0.875]])
        try answer.finish()
    }

    /// The same word has the same code in every answer of one model, whatever their order.
    @Test func wordsKeepTheirCodes() throws {
        let dictionary = TextDictionary()
        var codes: [[Int32]] = []
        for words in [["no", "yes"], ["yes", "no"]] {
            var answer = ForeignAnswer(Self.frame([("predictions", NumpyWriter.bytes([Int32(0), 1]), words)]), dictionary: dictionary)
            guard case .text(let these, _) = try answer.predictions(rows: 2).values else { continue }
            codes.append(these)
        }
        #expect(codes == [[0, 1], [1, 0]])
    }

    @Test(arguments: [
        ("fewer", frame([("predictions", NumpyWriter.bytes([1.0]), nil)])),
        ("more", frame([("predictions", NumpyWriter.bytes([1.0, 2, 3]), nil)])),
        ("a table", frame([("predictions", matrix([1, 2], rows: 2, columns: 1), nil)])),
        ("NaN", frame([("predictions", NumpyWriter.bytes([1.0, .nan]), nil)])),
        ("infinity", frame([("predictions", NumpyWriter.bytes([1.0, .infinity]), nil)])),
        ("a word that is not there", frame([("predictions", NumpyWriter.bytes([Int32(0), 2]), ["a", "b"])])),
        ("a negative word", frame([("predictions", NumpyWriter.bytes([Int32(0), -1]), ["a", "b"])])),
        ("a word twice", frame([("predictions", NumpyWriter.bytes([Int32(0), 1]), ["a", "a"])])),
        ("words by floats", frame([("predictions", NumpyWriter.bytes([0.0, 1]), ["a", "b"])])),
        ("no array", frame([("predictions", [1, 2, 3], nil)])),
        ("nothing", frame([])),
        ("a pickle", frame([("predictions", Array("\u{80}\u{4}N.".utf8), nil)])),
        ("something behind", frame([("predictions", NumpyWriter.bytes([1.0, 2]), nil)], surplus: [0])),
        ("a size beyond", ForeignChannel.Frame(header: ["predictions": ["size": 1000]], payload: [])),
        ("a size below", ForeignChannel.Frame(header: ["predictions": ["size": -1]], payload: [])),
    ])
    func refuses(_ what: String, _ frame: ForeignChannel.Frame) {
        #expect(throws: AssayError.self, "\(what)") { try predictions(frame, rows: 2) }
    }

    @Test(arguments: [[0.5, 1.5], [-0.1, 1.1], [Double.nan, 0.5], [0.5, 0.5, 0.5, 0.5]])
    func refusesProbabilitiesThatAreNone(_ values: [Double]) {
        var answer = ForeignAnswer(
            Self.frame([("probabilities", Self.matrix(values, rows: 1, columns: values.count), nil)]), dictionary: TextDictionary())
        #expect(throws: AssayError.self) { try answer.probabilities(rows: 1, classes: 2) }
    }

    @Test func refusesClassesThatStandTwice() {
        var answer = ForeignAnswer(Self.frame([("classes", NumpyWriter.bytes([1.0, 1]), nil)]), dictionary: TextDictionary())
        #expect(throws: AssayError.self) { try answer.classes() }
    }

    /// An answer that says more than it may is not read, and one that never comes is waited for so long and no longer.
    @Test func framesHaveAnEnd() throws {
        func frame(header: [UInt8], announced: UInt64, payload: [UInt8] = []) -> [UInt8] {
            var bytes: [UInt8] = []
            withUnsafeBytes(of: UInt32(header.count).littleEndian) { bytes.append(contentsOf: $0) }
            withUnsafeBytes(of: announced.littleEndian) { bytes.append(contentsOf: $0) }
            return bytes + header + payload
        }
        for bytes in [
            frame(header: Array("{}".utf8), announced: 1 << 40), frame(header: Array("{".utf8), announced: 0),
            frame(header: Array("{}".utf8), announced: 4, payload: [1]), [], [0xFF],
        ] {
            var held = HeldDescriptors()
            defer { held.closeAll() }
            let requests = try held.pipe()
            let answers = try held.pipe()
            held.release(requests.writing)
            held.release(answers.reading)
            let other = ForeignChannel(requests: answers.writing, answers: requests.reading)
            held.release(answers.writing)
            held.release(requests.reading)
            let channel = ForeignChannel(requests: requests.writing, answers: answers.reading)
            try other.sendRaw(bytes)
            #expect(throws: ForeignChannel.Failure.self) {
                try channel.receive(headerLimit: 100, payloadLimit: 100, until: ChildProcess.now() + 0.1)
            }
        }
    }
}

extension ForeignChannel {
    /// What no caller sends.
    fileprivate func sendRaw(_ bytes: [UInt8]) throws { try write(bytes, until: ChildProcess.now() + 1) }
}
