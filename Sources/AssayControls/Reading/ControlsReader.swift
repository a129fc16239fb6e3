import AssayPolicy
package import AssayTerms

/// Reads the files of a catalogue, and holds them to their schema and to each other.
///
/// A catalogue is read whole or not at all: an unknown key, status, evidence code, source or uncertainty, a day that no calendar
/// has, an id given twice or a control that nothing could ever show is an error with its file and line.
package struct ControlsReader {
    private var codes: [EvidenceCode] = []
    private var sources: [ControlSource] = []
    private var uncertainties: [OpenUncertainty] = []
    private var frameworks: [ControlFramework] = []
    private var lines: [String] = []

    private init() {}

    /// - Throws: `invalidArgument` with all problems, one a line: `FILE:LINE:COLUMN: error: MESSAGE`.
    package static func read(_ files: [ControlFiles.File]) throws(AssayError) -> ControlCatalogue {
        var reader = ControlsReader()
        for name in ["evidence-codes.yaml", "sources.yaml", "uncertainties.yaml", "evidence-map.yaml"] {
            guard let file = files.first(where: { $0.name == name }) else {
                reader.lines.append("\(name):1:1: error: the catalogue has no such file")
                continue
            }
            reader.readList(file)
        }
        for file in files where !listNames.contains(file.name) { reader.readFramework(file) }
        reader.holdTogether()
        guard reader.lines.isEmpty else { throw AssayError(.invalidArgument, reader.lines.joined(separator: "\n")) }
        return ControlCatalogue(
            frameworks: reader.frameworks, codes: reader.codes, sources: reader.sources, uncertainties: reader.uncertainties)
    }

    private static let listNames: Set<String> = ["evidence-codes.yaml", "sources.yaml", "uncertainties.yaml", "evidence-map.yaml"]

    private mutating func end(_ reader: ControlsFileReader) {
        guard !reader.problems.isEmpty else { return }
        lines += PolicyProblems(reader.problems.sorted { $0.position < $1.position }).lines(file: reader.file)
    }

    private mutating func readList(_ file: ControlFiles.File) {
        var reader = ControlsFileReader(file: file.name)
        defer { end(reader) }
        switch file.name {
        case "evidence-codes.yaml":
            guard let top = reader.top(file.bytes, format: "evidence-codes/v1", required: ["codes"]) else { return }
            for item in reader.items(top["codes"]) {
                guard let fields = reader.fields(item, required: ["id", "title"]), let id = reader.text(fields["id"]),
                    let title = reader.text(fields["title"])
                else { continue }
                if codes.contains(where: { $0.id == id }) { reader.report(item, "the code '\(id)' is given twice") }
                codes.append(EvidenceCode(id: id, title: title))
            }
        case "sources.yaml":
            guard let top = reader.top(file.bytes, format: "sources/v1", required: ["sources"]) else { return }
            for item in reader.items(top["sources"]) {
                guard let fields = reader.fields(item, required: ["id", "title", "date"]), let id = reader.text(fields["id"]),
                    let title = reader.text(fields["title"]), let date = reader.text(fields["date"], isEmptyAllowed: true)
                else { continue }
                if sources.contains(where: { $0.id == id }) { reader.report(item, "the source '\(id)' is given twice") }
                sources.append(ControlSource(id: id, title: title, date: date))
            }
        case "uncertainties.yaml":
            guard let top = reader.top(file.bytes, format: "uncertainties/v1", required: ["uncertainties"]) else { return }
            for item in reader.items(top["uncertainties"]) {
                guard let fields = reader.fields(item, required: ["id", "text"]), let id = reader.number(fields["id"]),
                    let text = reader.text(fields["text"])
                else { continue }
                if uncertainties.contains(where: { $0.id == id }) { reader.report(item, "the uncertainty \(id) is given twice") }
                uncertainties.append(OpenUncertainty(id: id, text: text))
            }
        default: readMap(file, &reader)
        }
    }

    private mutating func readMap(_ file: ControlFiles.File, _ reader: inout ControlsFileReader) {
        guard let top = reader.top(file.bytes, format: "evidence-map/v1", required: ["produced"]) else { return }
        var mapped: Set<Text> = []
        for item in reader.items(top["produced"]) {
            guard let fields = reader.fields(item, required: ["code"], optional: ["checks", "records"]),
                let code = reader.text(fields["code"])
            else { continue }
            if !mapped.insert(code).inserted { reader.report(item, "the code '\(code)' is mapped twice") }
            guard let index = codes.firstIndex(where: { $0.id == code }) else {
                reader.report(fields["code"], "there is no evidence code '\(code)'")
                continue
            }
            codes[index].checks = reader.words(fields["checks"])
            codes[index].records = reader.items(fields["records"]).compactMap { reader.word(RecordKind.self, $0) }
            if !codes[index].isProduced { reader.report(item, "'\(code)' names neither checks nor records") }
        }
    }

    private mutating func readFramework(_ file: ControlFiles.File) {
        var reader = ControlsFileReader(file: file.name)
        defer { end(reader) }
        guard let top = reader.top(file.bytes, format: "controls/v1", required: ["framework", "title", "citation", "as-of", "controls"])
        else { return }
        guard let id = reader.text(top["framework"]), let title = reader.text(top["title"]), let citation = reader.text(top["citation"]),
            let asOf = reader.date(top["as-of"])
        else { return }
        if file.name != "\(id).yaml" { reader.report(top["framework"], "the framework of this file is its name, not '\(id)'") }
        var controls: [Control] = []
        for item in reader.items(top["controls"]) {
            guard let control = control(item, framework: id, &reader) else { continue }
            if controls.contains(where: { $0.id == control.id }) { reader.report(item, "'\(control.id)' is given twice") }
            controls.append(control)
        }
        frameworks.append(ControlFramework(id: id, title: title, citation: citation, asOf: asOf, controls: controls))
    }

    /// What only the whole catalogue can say.
    private mutating func holdTogether() {
        let ids = Set(frameworks.flatMap(\.controls).map(\.id))
        for framework in frameworks {
            for control in framework.controls {
                guard let earlier = control.supersedes, !ids.contains(earlier) else { continue }
                lines.append("\(framework.id).yaml:1:1: error: '\(control.id)' supersedes '\(earlier)', which does not exist")
            }
        }
    }

    private func control(_ node: YAMLNode, framework: Text, _ reader: inout ControlsFileReader) -> Control? {
        guard
            let fields = reader.fields(
                node, required: ["id", "citation", "title", "obligation", "status", "roles", "confidence", "sources"],
                optional: ["from", "until", "formal-date", "classes", "evidence", "attestation", "uncertain", "supersedes"])
        else { return nil }
        let evidence = reader.words(fields["evidence"])
        for code in evidence where !codes.contains(where: { $0.id == code }) {
            reader.report(fields["evidence"], "there is no evidence code '\(code)'")
        }
        let named = reader.words(fields["sources"])
        for source in named where !sources.contains(where: { $0.id == source }) {
            reader.report(fields["sources"], "there is no source '\(source)'")
        }
        let open = reader.items(fields["uncertain"]).compactMap { reader.number($0) }
        for number in open where !uncertainties.contains(where: { $0.id == number }) {
            reader.report(fields["uncertain"], "there is no uncertainty \(number)")
        }
        let attestation = reader.text(fields["attestation"])
        if evidence.isEmpty, attestation == nil {
            reader.report(node, "nothing could show this: it has neither 'evidence' nor 'attestation'")
        }
        guard let id = reader.text(fields["id"]), let citation = reader.text(fields["citation"]), let title = reader.text(fields["title"]),
            let obligation = reader.text(fields["obligation"]), let status = reader.word(ControlStatus.self, fields["status"]),
            let confidence = reader.word(ControlConfidence.self, fields["confidence"])
        else { return nil }
        if !id.string.hasPrefix("\(framework)/") || id.utf8Count == framework.utf8Count + 1 {
            reader.report(fields["id"], "'\(id)' begins with '\(framework)/'")
        }
        let control = Control(
            id: id, framework: framework, citation: citation, title: title, obligation: obligation, status: status,
            starts: starts(fields["from"], &reader), until: reader.date(fields["until"]), formalDate: reader.date(fields["formal-date"]),
            roles: reader.words(fields["roles"]), classes: reader.words(fields["classes"]), evidence: evidence, attestation: attestation,
            confidence: confidence, sources: named, uncertainties: open, supersedes: reader.text(fields["supersedes"]))
        holdDates(of: control, at: node, &reader)
        return control
    }

    private func starts(_ node: YAMLNode?, _ reader: inout ControlsFileReader) -> [Control.Start] {
        guard let node else { return [] }
        guard case .mapping(let entries) = node.content, !entries.isEmpty else {
            reader.report(node, "'from' is a mapping of scopes and days, {all: 2027-12-02}, not \(node.kind)")
            return []
        }
        return entries.compactMap { entry in
            reader.date(entry.value).map { Control.Start(scope: entry.key, date: $0) }
        }
    }

    private func holdDates(of control: Control, at node: YAMLNode, _ reader: inout ControlsFileReader) {
        if control.status == .enactedFuture, control.starts.isEmpty {
            reader.report(node, "a law that does not apply yet says from when: 'from'")
        }
        if control.status == .repealed, control.until == nil { reader.report(node, "what is repealed says since when: 'until'") }
        if let until = control.until, let late = control.starts.first(where: { $0.date >= until }) {
            reader.report(node, "it begins on \(late.date) and ends on \(until)")
        }
        if let formal = control.formalDate, let early = control.starts.first(where: { $0.date <= formal }) {
            reader.report(node, "'formal-date' is before every day of 'from'; \(early.date) is not after \(formal)")
        }
    }
}
