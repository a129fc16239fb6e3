import ArgumentParser
import AssayCanonical
import AssayEvidence
import AssayJSON
import AssayTerms
import Glibc

/// How a measuring command answers.
struct ReportArguments: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case json
    }

    @Option(help: "text for people, json for programs.")
    var format: Format = .text

    @Option(name: [.customShort("o"), .long], help: "Write to this file instead of standard output.")
    var output: String?

    /// Computes the request and answers in the asked form.
    func run(_ request: EvidenceRequest, text: (Envelope) -> String) throws(AssayError) {
        var progress = ProgressLine()
        let envelope: Envelope
        do throws(AssayError) {
            envelope = try EvidenceEngine.compute(request, computedAt: SystemTime.now()) { progress.show(rows: $0) }
            progress.clear()
        } catch {
            progress.clear()
            throw error
        }
        try write(envelope, text: text)
    }

    /// Answers in the asked form.
    func write(_ envelope: Envelope, text: (Envelope) -> String) throws(AssayError) {
        let bytes =
            switch format {
            case .text: Array(text(envelope).utf8)
            case .json: EnvelopeJSON.commandLineValue(of: envelope).bytes(pretty: true) + [UInt8(ascii: "\n")]
            }
        if let output {
            try SmallFile.replace(output, with: bytes)
        } else {
            try StandardOutput.write(bytes)
        }
    }
}
