import AssayCanonical
import AssayJSON
import AssayPages
import AssayTerms

extension ReportArguments {
    /// Writes the answer in the asked form: the envelope with `members` beside its results, the text, or what is drawn.
    ///
    /// - Parameters:
    ///   - file: what results and annotations point at.
    ///   - report: made only where the form is drawn from it.
    func write(
        _ envelope: Envelope, file: String, members: [(String, JSONValue)] = [], report: () -> Report, text: () -> String
    ) throws(AssayError) {
        try deliver(file: file, text: { _ in text() }, json: { () throws(AssayError) in Self.json(envelope, members) }, report: report)
    }

    private static func json(_ envelope: Envelope, _ members: [(String, JSONValue)]) -> [UInt8] {
        value(envelope, members).bytes(pretty: true) + [UInt8(ascii: "\n")]
    }

    /// The envelope as the command line answers it, with `members` beside its results.
    static func value(_ envelope: Envelope, _ members: [(String, JSONValue)]) -> JSONValue {
        var object = JSONObject([])
        if case .object(let statement) = EnvelopeJSON.commandLineValue(of: envelope) { object = statement }
        for (name, value) in members { object[name] = value }
        return .object(object)
    }

    /// An envelope of what was read from files at hand.
    static func envelope(
        inputs: [Envelope.Input], parameters: [Text: Envelope.Parameter] = [:], results: [CheckResult]
    ) -> Envelope {
        Envelope(
            subjects: inputs.prefix(1).map { Envelope.Subject(name: $0.name, digest: $0.digest) },
            engineVersion: AssayVersion.current, computedAt: SystemTime.now(), provenance: .supplied, inputs: inputs,
            parameters: parameters, results: results)
    }
}
