import AssayCanonical
import AssayJSON
import AssayTerms

extension ReportArguments {
    /// Writes the answer in the asked form: the envelope with `members` beside its results, or the text.
    func write(_ envelope: Envelope, members: [(String, JSONValue)], text: () -> String) throws(AssayError) {
        let bytes: [UInt8]
        switch format {
        case .text: bytes = Array(text().utf8)
        case .json:
            var object = JSONObject([])
            if case .object(let statement) = EnvelopeJSON.commandLineValue(of: envelope) { object = statement }
            for (name, value) in members { object[name] = value }
            bytes = JSONValue.object(object).bytes(pretty: true) + [UInt8(ascii: "\n")]
        }
        if let output {
            try SmallFile.replace(output, with: bytes)
        } else {
            try StandardOutput.write(bytes)
        }
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
