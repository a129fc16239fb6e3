import ArgumentParser
import AssayTerms
import Foundation

/// Where the log is: a data directory, a copy of its `ledger` folder, or a server.
struct AuditLocation: ParsableArguments {
    @Option(help: "A stopped server's data directory, or a copy of its ledger folder.")
    var dataDir: String?

    @Option(help: "The folder of the keys, if it is not in the data directory.")
    var keysDir: String?

    @Option(
        name: .customLong("server"),
        help: "A running server's address, for example http://127.0.0.1:5000. Where no place is named: ASSAY_SERVER.")
    var namedServer: String?

    /// The server, if that is where the log is.
    var server: String? { namedServer ?? (dataDir == nil ? ProcessInfo.processInfo.environment["ASSAY_SERVER"] : nil) }

    /// What is said unless exactly one place is named.
    private static let missing = ValidationError("Name the log: either --data-dir DIR or --server URL.")

    /// - Parameter named: a folder that was named instead of either.
    /// - Throws: `ValidationError` unless exactly one place was named.
    func requireOne(_ named: String? = nil) throws {
        let places = [dataDir, namedServer, named].count { $0 != nil }
        guard places == 1 || (places == 0 && server != nil) else { throw Self.missing }
    }

    /// What was named.
    enum Place {
        /// A folder with `checkpoint` in it, and the data directory it belongs to, unless it is a copy alone.
        case folder(ledger: String, dataDirectory: String?)
        case server(LogClient)
    }

    /// - Parameter named: a folder that was named instead of either.
    /// - Throws: `notFound` if the folder holds no log; `ValidationError` unless exactly one place was named.
    func place(folder named: String? = nil) throws -> Place {
        try requireOne(named)
        if named == nil, let server { return .server(try LogClient(address: server)) }
        let folder = named ?? dataDir ?? "."
        if AuditFolder.isFolder(folder + "/ledger") {
            return .folder(ledger: folder + "/ledger", dataDirectory: folder)
        }
        if AuditFolder.hasFile(folder + "/checkpoint") { return .folder(ledger: folder, dataDirectory: nil) }
        throw AssayError(
            .notFound,
            "\(folder) holds no log: neither a folder 'ledger' nor a file 'checkpoint'; name another --data-dir")
    }
}
