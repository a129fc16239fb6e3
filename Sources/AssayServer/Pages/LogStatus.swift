import AssayPages

/// What the log page shows, as the host that owns the ledger knows it.
package struct LogStatus: Sendable {
    package struct Newest: Sendable {
        package let size: UInt64
        /// The signed note, as an auditor keeps it.
        package let text: String

        package init(size: UInt64, text: String) {
            self.size = size
            self.text = text
        }
    }

    private let verificationKey: String
    private let address: String
    private let newest: @Sendable () async throws -> Newest?

    package init(verificationKey: String, address: String, newest: @escaping @Sendable () async throws -> Newest?) {
        self.verificationKey = verificationKey
        self.address = address
        self.newest = newest
    }

    func page() async throws -> LogPage {
        let newest = try await newest()
        return LogPage(
            size: newest.map { String($0.size) } ?? "", key: verificationKey, checkpoint: newest?.text,
            command: """
                assay audit checkpoint --server \(address) > checkpoint
                assay audit verify --server \(address) --key '\(verificationKey)' --since checkpoint
                """)
    }
}
