import AssayLedger
import AssayTerms

/// A ledger's folder in memory, to be read.
struct MemoryFiles: LedgerFiles {
    private let files: [String: [UInt8]]

    init(_ files: [String: [UInt8]]) { self.files = files }

    func read(_ path: String) throws(AssayError) -> [UInt8]? { files[path] }
    func names(in folder: String) throws(AssayError) -> [String] {
        let start = folder.isEmpty ? "" : folder + "/"
        return Set(files.keys.filter { $0.hasPrefix(start) }.compactMap { $0.dropFirst(start.count).split(separator: "/").first })
            .map { String($0) }.sorted()
    }
    func makeFolder(_ path: String) throws(AssayError) { throw readOnly }
    func write(_ bytes: [UInt8], to path: String) throws(AssayError) { throw readOnly }
    func append(_ bytes: [UInt8], to path: String) throws(AssayError) { throw readOnly }
    func truncate(_ path: String, to length: Int) throws(AssayError) { throw readOnly }
    func rename(_ source: String, to target: String) throws(AssayError) { throw readOnly }
    func remove(_ path: String) throws(AssayError) { throw readOnly }
    func syncFolder(_ path: String) throws(AssayError) { throw readOnly }

    private var readOnly: AssayError { AssayError(.unavailable, "these files are read only") }
}
