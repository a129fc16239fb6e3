import ArgumentParser
import AssayCanonical
import AssayJSON
import AssayLedgerFormat
import AssayTerms
import Foundation

/// `assay audit watch`: follows a log, and stops at the first checkpoint that does not extend the one before.
struct AuditWatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Follow the log: print entries as they are published, and stop at a fork.",
        discussion: """
            Every new checkpoint must be signed by the log's key, and its tree begin with the tree of the one before; every \
            entry printed is proven to be in it. With --state the newest checkpoint is kept in a file, and the next start goes \
            on from there: that file is what makes a rewritten log show. At a fork both checkpoints are printed and the exit \
            status is 1. Where the log's key was exchanged, an entry that the former key signed names the next, and the watch \
            goes on with that; the new key is printed on standard error. --once looks once, for a scheduler.
            """)

    @OptionGroup var location: AuditLocation

    @Option(help: "The verification key you keep; without it the server's is taken at the first look.")
    var key: String?

    @Option(help: "A file with the newest checkpoint seen; it is written anew after every look.")
    var state: String?

    @Option(help: "Seconds between two looks.")
    var interval: Double = 2

    @Flag(help: "Look once and end.")
    var once = false

    @Flag(help: "Print the entries there are already, too.")
    var fromStart = false

    @Option(help: "text for people, json for programs: one object a line.")
    var format: AnswerFormat = .text

    func validate() throws {
        guard (0.1...86_400).contains(interval) else { throw ValidationError("--interval is 0.1 to 86400 seconds.") }
    }

    func run() async throws {
        let log = try LogReader(try location.place())
        var watch = LogWatch(log: log, key: try await verificationKey(log))
        if let state, AuditFolder.hasFile(state) { try await watch.start(from: try SmallFile.bytes(of: state, isRegular: true)) }
        if fromStart, watch.size == nil { watch.startFromNothing() }
        var hasFailed = false
        while true {
            var hasFollowed = false
            do {
                let step = try await watch.look()
                for (index, entry) in step.entries { try write(line(index, entry)) }
                if let next = step.nextKey {
                    FileHandle.standardError.write(Data("the log's key was exchanged, by an entry that the former one signed; it is now\n\(next.vkey)\n".utf8))
                }
                if let state, let checkpoint = watch.checkpoint { try SmallFile.replace(state, with: checkpoint) }
                hasFailed = false
                hasFollowed = step.nextKey != nil
            } catch let fork as LogWatch.Fork {
                try write(fork.text(format: format))
                throw ExitCode(1)
            } catch let error as AssayError where error.code == .unavailable && !once {
                // A server that is being restarted is no fork; that it was away is said once.
                if !hasFailed { FileHandle.standardError.write(Data("\(error.message)\n".utf8)) }
                hasFailed = true
            }
            // What a former key signed is followed to the end before one look is over.
            if once, !hasFollowed { return }
            try await Task.sleep(for: .seconds(interval))
        }
    }

    private func verificationKey(_ log: LogReader) async throws -> NoteVerificationKey {
        if let key { return try NoteVerificationKey(vkey: key) }
        let bytes = try await log.file("vkey")
        return try NoteVerificationKey(vkey: String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self))
    }

    private func write(_ line: String) throws { try StandardOutput.write(Array((line + "\n").utf8)) }

    private func line(_ index: UInt64, _ entry: [UInt8]) -> String {
        guard let leaf = try? LedgerLeaf(parsing: entry) else { return "\(index)  an entry of an unknown form" }
        switch format {
        case .json:
            guard case .object(var object) = try? JSONValue(parsing: entry) else { return "{}" }
            object["index"] = .integer(Int64(clamping: index))
            return String(decoding: JSONValue.object(object).bytes(), as: UTF8.self)
        case .text:
            let number = String(index)
            let padding = String(repeating: " ", count: max(0, 6 - number.utf8.count))
            return "\(padding)\(number)  \(LedgerTime.text(milliseconds: leaf.milliseconds) ?? "?")  \(leaf.kind)  \(leaf.actor)"
        }
    }
}
