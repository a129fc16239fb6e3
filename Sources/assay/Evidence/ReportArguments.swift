import ArgumentParser
import AssayCanonical
import AssayEvidence
import AssayJSON
import AssayPages
import AssayTerms
import Glibc

/// How a measuring command answers.
struct ReportArguments: ParsableArguments {
    @Option(
        help: """
            text for people, json for programs, junit and sarif for CI, github for annotations, gitlab for merge requests, \
            comment for a comment on a change, markdown for a summary, html for a page.
            """)
    var format: ReportFormat = .text

    @Option(name: [.customShort("o"), .long], help: "Write to this file instead of standard output.")
    var output: String?

    @Option(
        help: ArgumentHelp("Write the same answer in another form to a file too; may be repeated.", valueName: "format=file"))
    var also: [AlsoOutput] = []

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
    /// - Parameter file: what results and annotations point at.
    func write(
        _ envelope: Envelope, title: String, file: String, text: (Envelope, TextStyle) -> String
    ) throws(AssayError) {
        try deliver(
            file: file, text: { text(envelope, $0) },
            json: { EnvelopeJSON.commandLineValue(of: envelope).bytes(pretty: true) + [UInt8(ascii: "\n")] },
            report: { EnvelopeReport.report(envelope, title: title) })
    }

    /// Writes one answer in every form that is asked for.
    ///
    /// - Parameters:
    ///   - file: what results and annotations point at.
    ///   - report: made where a form is drawn from it.
    func deliver(
        file: String, text: (TextStyle) -> String, json: () throws(AssayError) -> [UInt8], report: () -> Report
    ) throws(AssayError) {
        for other in also {
            let style = TextStyle(colour.color, isFile: true)
            try SmallFile.replace(other.file, with: try other.format.bytes(text: { text(style) }, json: json, report: report, file: file))
        }
        let bytes = try format.bytes(text: { text(style) }, json: json, report: report, file: file)
        if let output {
            try SmallFile.replace(output, with: bytes)
        } else {
            try StandardOutput.write(bytes)
        }
    }
}
