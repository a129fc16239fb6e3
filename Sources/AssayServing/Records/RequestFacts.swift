package import AssayTerms

/// What is recorded of a request beside its rows.
package struct RequestFacts: Sendable {
    /// 16 random bytes, which name it.
    package var id: [UInt8]
    /// Microseconds since 1970, UTC.
    package var time: Int64
    /// From the body's last byte to the answer.
    package var seconds: Double
    package var status: Int
    /// `mlflow`, `inference`, `batch`.
    package var form: Text
    package var place: Text
    /// `answer`, or what a rollout calls it.
    package var arm: Text
    package var caller: Text?
    /// What the client calls the request, or its rows one by one.
    package var references: [Text]
    package var batch: Text?

    package init(
        id: [UInt8], time: Int64, seconds: Double, status: Int, form: Text, place: Text, arm: Text = "answer", caller: Text? = nil,
        references: [Text] = [], batch: Text? = nil
    ) {
        self.id = id
        self.time = time
        self.seconds = seconds
        self.status = status
        self.form = form
        self.place = place
        self.arm = arm
        self.caller = caller
        self.references = references
        self.batch = batch
    }

    package static let referenceField = "Assay-Reference"
    package static let batchField = "Assay-Batch"
    package static let recordField = "Assay-Record"
    private static let longest = 256

    /// Reads `Assay-Reference`: one name, or as many as there are rows with commas between them.
    ///
    /// - Throws: `invalidArgument` for a name of more than 256 bytes.
    package static func references(_ header: String?) throws(AssayError) -> [Text] {
        guard let header else { return [] }
        let names = header.split(separator: ",", omittingEmptySubsequences: false).map { part in
            Text(String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()))
        }
        guard names.allSatisfy({ $0.utf8Count <= longest }) else {
            throw AssayError(.invalidArgument, "\(referenceField) holds a name of more than \(longest) bytes.")
        }
        return names
    }

    /// - Throws: `invalidArgument` for a name of more than 256 bytes.
    package static func batch(_ header: String?) throws(AssayError) -> Text? {
        guard let header else { return nil }
        guard header.utf8.count <= longest else {
            throw AssayError(.invalidArgument, "\(batchField) holds a name of more than \(longest) bytes.")
        }
        return Text(header)
    }
}
