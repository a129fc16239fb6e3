import AssayColumns
import AssayData
import AssayServing
import AssayTerms
import Glibc

/// Asks another version for the part of a data set at which a job ended, and keeps nothing of what it says.
struct JobTrial: Sendable {
    let job: GatewayJob
    let path: String
    /// From 0.
    let part: Int
    let version: GatewayTable.Version
    let furtherColumns: [Text]

    /// - Throws: why this version does not take the part either.
    func run() throws(AssayError) {
        let input = open(path, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw AssayError(.unavailable, "the data set cannot be read: \(String(cString: strerror(errno)))") }
        defer { close(input) }
        let opened = try JobTable(input, job, version, furtherColumns: furtherColumns)
        let reader = try opened.data.table.makeReader()
        var place = 0
        while let block = try reader.next() {
            if place == part {
                _ = try opened.service.score(block, further: furtherColumns, rules: opened.book)
                return
            }
            place += 1
        }
        // The end of the file is taken too.
        _ = try reader.finish()
    }
}
