import AssayLedgerCheck
import Glibc

/// `assay-verify`: the verifier alone. It is made of AssayLedgerCheck and swift-crypto and nothing else, so that an auditor
/// needs neither the server's program nor its trust.
let usage = """
    usage: assay-verify FOLDER [--key VKEY] [--since FILE] [--tiles]
           assay-verify proof FILE --key VKEY [--entry FILE]

    FOLDER is a ledger's folder, or one that `assay audit export` wrote. --key is the verification key you keep, --since a
    file with checkpoints you keep. --tiles checks the log of another program: checkpoint, tiles and entry bundles by
    c2sp.org/tlog-tiles. The second form checks a .tlog-proof by c2sp.org/tlog-proof.

    Exit status: 0 consistent, 1 something was found, 2 wrong usage or unreadable input.
    """

func complain(_ message: String) {
    let bytes = Array((message + "\n").utf8)
    _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

func end(_ message: String) -> Never {
    complain(message)
    exit(2)
}

func fileBytes(_ path: String) throws -> [UInt8] {
    let cut = path.lastIndex(of: "/")
    let folder = cut.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let name = cut.map { String(path[path.index(after: $0)...]) } ?? path
    guard let bytes = try FolderLogFiles(folder: folder).read(name) else {
        throw LogReadError("\(path) cannot be read: there is no such file")
    }
    return bytes
}

var names: [String] = []
var key: String?
var sinceFile: String?
var entryFile: String?
var isTiles = false
var arguments = CommandLine.arguments.dropFirst()
while let argument = arguments.popFirst() {
    switch argument {
    case "--help", "-h":
        print(usage)
        exit(0)
    case "--tiles": isTiles = true
    case "--key", "--since", "--entry":
        guard let value = arguments.popFirst() else { end("\(argument) needs a value\n\(usage)") }
        switch argument {
        case "--key": key = value
        case "--since": sinceFile = value
        default: entryFile = value
        }
    default:
        if argument.hasPrefix("-") { end("there is no option \(argument)\n\(usage)") }
        names.append(argument)
    }
}

do {
    if names.first == "proof", names.count == 2 {
        guard let key else { end("a proof is checked with the log's key: --key VKEY") }
        let proof = try ProofCheck(
            fileBytes(names[1]), key: key, entry: entryFile.map { try fileBytes($0) })
        print("entry \(proof.index) is in the log \(proof.origin) of \(proof.size) entries:")
        print(String(decoding: proof.entry, as: UTF8.self))
        exit(0)
    }
    guard names.count == 1 else { end(usage) }
    let since = try sinceFile.map { try fileBytes($0) }
    if !isTiles, ExportCheck.isExport(names[0]) {
        let check = try ExportCheck(folder: names[0], key: key, since: since)
        print(check.lines.joined(separator: "\n"))
        exit(check.isConsistent ? 0 : 1)
    }
    let report = try LogVerifier.verify(
        files: FolderLogFiles(folder: names[0]), key: key, since: since, scope: isTiles ? .tiles : .ledger)
    print(report.lines.joined(separator: "\n"))
    exit(report.isConsistent ? 0 : 1)
} catch let error as LogReadError {
    let isVerdict = error.description.hasPrefix("NOT proven")
    complain(error.description)
    exit(isVerdict ? 1 : 2)
}
