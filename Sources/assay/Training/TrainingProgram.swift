import AssayCanonical
import AssayColumns
import AssayEvidence
import AssayForeign
import AssayJSON
import AssayTerms
import Foundation

/// A program that a worker runs for one training: started, watched, ended with everything it started, and when the worker is killed.
struct TrainingProgram {
    private let child: ChildProcess
    private let reading: FileHandle
    /// The writing end of a pipe that nobody writes to: when this process is gone, so is it, and the program ends.
    private let life: Pipe
    private(set) var lastWords: [UInt8] = []

    /// What is passed on of what it wrote to standard error.
    static let outputLimit = 4_096

    /// - Throws: `invalidArgument` for a program that is not there; `unavailable` where it cannot be started.
    init(_ words: [String], environment: [Text: String]) throws(AssayError) {
        guard let name = words.first, let path = Self.find(name) else {
            throw AssayError(.invalidArgument, "there is no program '\(words.first ?? "")' here")
        }
        let pipe = Pipe()
        let life = Pipe()
        for end in [life.fileHandleForReading, life.fileHandleForWriting] { _ = fcntl(end.fileDescriptor, F_SETFD, FD_CLOEXEC) }
        let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard nothing >= 0 else { throw AssayError(.unavailable, "/dev/null cannot be opened") }
        defer { close(nothing) }
        // What it prints is for whoever looks at the worker.
        child = try ChildProcess.start(
            program: path, arguments: Array(words.dropFirst()),
            descriptors: [nothing, STDERR_FILENO, pipe.fileHandleForWriting.fileDescriptor],
            environment: environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }, what: "the program '\(name)'",
            watched: life.fileHandleForReading.fileDescriptor)
        try? life.fileHandleForReading.close()
        self.life = life
        try? pipe.fileHandleForWriting.close()
        reading = pipe.fileHandleForReading
        _ = fcntl(reading.fileDescriptor, F_SETFL, O_NONBLOCK)
    }

    /// How it ended; `nil` while it runs. Shows what it wrote meanwhile.
    mutating func look() -> ChildProcess.End? {
        let end = child.end(within: 0)
        drain()
        if end != nil { child.endGroup() }
        return end
    }

    mutating func kill() {
        _ = child.kill()
        drain()
    }

    private mutating func drain() {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(reading.fileDescriptor, &chunk, chunk.count)
            guard count > 0 else { return }
            FileHandle.standardError.write(Data(chunk[..<count]))
            lastWords = Array((lastWords + chunk[..<count]).suffix(Self.outputLimit))
        }
    }

    private static func find(_ name: String) -> String? {
        let isExecutable = { (path: String) in access(path, X_OK) == 0 }
        if name.contains("/") { return isExecutable(name) ? name : nil }
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
        return folders.map { "\($0)/\(name)" }.first(where: isExecutable)
    }

    /// The program of a start as the server hands it out.
    ///
    /// - Throws: `unsupported` for a kind this worker does not know.
    static func words(_ start: JSONValue) throws(AssayError) -> [String] {
        switch start["kind"]?.string {
        case "command": return (start["run"]?.array ?? []).compactMap(\.string)
        case "mlproject":
            var words = ["mlflow", "run", start["uri"]?.string ?? "."]
            if let entry = start["entry_point"]?.string { words += ["--entry-point", entry] }
            words += ["--env-manager", start["environment"]?.string ?? "local"]
            for parameter in start["parameters"]?.array ?? [] {
                words += ["--param-list", "\(parameter["key"]?.string ?? "")=\(parameter["value"]?.string ?? "")"]
            }
            return words
        default: throw AssayError(.unsupported, "this worker does not know the kind '\(start["kind"]?.string ?? "?")'")
        }
    }

    /// Computes weights for the rows of a file here, and writes them.
    static func reweigh(_ reweighing: JSONValue, to path: String) throws(AssayError) {
        let source: GroupSource
        if let column = reweighing["sensitive"]?.string {
            source = .column(Text(column))
        } else {
            source = .rule(try PrivilegedRule(parsing: Text(reweighing["privileged"]?.string ?? "")))
        }
        var rows = GroupedRows(
            file: DataFile(path: reweighing["data"]?.string ?? ""), label: reweighing["label"]?.string.map { Text($0) }, groups: source)
        rows.positive = reweighing["positive"]?.string.map { Text($0) }
        _ = try ReweighCommand.write(ReweighingRun(rows: rows), to: path)
    }
}
