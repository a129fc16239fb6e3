import AssayTerms

/// Reads one kind of document, YAML and so JSON: whole, or not at all, with everything that is wrong with it by line and column.
protocol DocumentReading: FieldReading {
    var problems: [PolicyProblems.Problem] { get set }
}

extension DocumentReading {
    mutating func report(_ position: SourcePosition, _ message: String) {
        if problems.count < YAMLReader.problemLimit { problems.append(.init(position: position, message: message)) }
    }

    /// - Parameters:
    ///   - source: UTF-8, at most 256 KiB.
    ///   - noun: what messages call the document.
    ///   - read: makes it of its root; what is wrong is reported.
    /// - Throws: `PolicyProblems`, sorted by place.
    func document<Document>(
        _ source: [UInt8], noun: String, _ read: (inout Self, YAMLNode) -> Document?
    ) throws(PolicyProblems) -> Document {
        var reader = self
        var yaml = YAMLReader(noun: noun)
        let node = yaml.read(source)
        for problem in yaml.problems { reader.report(problem.position, problem.message) }
        let document = node.flatMap { read(&reader, $0) }
        guard reader.problems.isEmpty, let document else { throw PolicyProblems(sorting: reader.problems) }
        return document
    }

    /// - Parameter purpose: what the format is for, as the message goes on.
    mutating func requireFormat(_ format: String, _ purpose: String = ", the format this program reads,", in fields: Fields) {
        guard let found = text("assay", in: fields), found.string != format, let node = fields["assay"] else { return }
        report(node.position, "'assay' is '\(format)'\(purpose) not '\(found)'")
    }
}
