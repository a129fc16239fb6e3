import ArgumentParser
import AssayCanonical
import AssayEvidence
import AssayJSON
import AssayTerms
import Glibc

/// How a measuring command answers.
struct ReportArguments: ParsableArguments {
    @Option(help: "text for people, json for programs, junit and sarif for CI, markdown for comments, html for a page.")
    var format: ReportFormat = .text

    @Option(name: [.customShort("o"), .long], help: "Write to this file instead of standard output.")
    var output: String?

    @OptionGroup var colour: ColourArguments

    /// How text looks where it goes.
    var style: TextStyle { TextStyle(colour.color, isFile: output != nil) }

    /// Computes the request and answers in the asked form.
    func run(_ request: EvidenceRequest, title: String, text: (Envelope, TextStyle) -> String) throws(AssayError) {
        var progress = ProgressLine()
        let envelope: Envelope
        do throws(AssayError) {
            envelope = try EvidenceEngine.compute(request, computedAt: SystemTime.now()) { progress.show(rows: $0) }
            progress.clear()
        } catch {
            progress.clear()
            throw error
        }
        try write(envelope, title: title, file: request.data.name.string, text: text)
    }

    /// Answers in the asked form.
    ///
    /// - Parameter file: what SARIF's results point at.
    func write(
        _ envelope: Envelope, title: String, file: String, text: (Envelope, TextStyle) -> String
    ) throws(AssayError) {
        let bytes = format.bytes(
            text: { text(envelope, style) },
            json: { EnvelopeJSON.commandLineValue(of: envelope).bytes(pretty: true) + [UInt8(ascii: "\n")] },
            report: { EnvelopeReport.report(envelope, title: title) }, file: file)
        if let output {
            try SmallFile.replace(output, with: bytes)
        } else {
            try StandardOutput.write(bytes)
        }
    }
}
