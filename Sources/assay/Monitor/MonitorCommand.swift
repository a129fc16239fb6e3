import ArgumentParser
import AssayColumns
import AssayJSON
import Foundation

/// `assay monitor`: what is watched of served models, and what it said.
struct MonitorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "monitor", abstract: "Look at what signed monitoring plans watch of served models.",
        discussion: """
            Monitors are the lines of a plan that somebody signed (assay record add monitoring_plan); the server looks at them by itself, \
            and once more when told to, for example by a CronJob.
            """,
        subcommands: [MonitorListCommand.self, MonitorHistoryCommand.self, MonitorRunCommand.self, MonitorBackTestCommand.self])
}

/// Lines about results, for people.
enum MonitorText {
    /// `broken      loans/3  aif360.disparate_impact on race is 0.7, between 0.8 and 1.25  batch monday  1000 rows`
    static func line(_ monitor: JSONValue) -> String {
        let newest = monitor["newest"] ?? .null
        let version = "\(monitor["model"]?.string ?? "?")/\(monitor["version"]?.integer ?? 0)"
        let subject = "\(version)  \(monitor["check"]?.string ?? "?")"
        guard newest["verdict"]?.string != nil else {
            return "no data yet  \(subject), \(monitor["limit"]?.string ?? "?") over \(monitor["window"]?.string ?? "?")"
        }
        return result(newest, subject: subject)
    }

    static func result(_ result: JSONValue, subject: String) -> String {
        let verdict = result["verdict"]?.string ?? "?"
        let value = result["value"]?.string ?? result["value"]?.number.map { "\($0)" }
        let said = value.map { " is \($0)" } ?? ""
        let labelled = result["labelled"]?.integer ?? 0
        var line = "\(verdict.padding(toLength: 11, withPad: " ", startingAt: 0)) \(subject)\(said), \(result["limit"]?.string ?? "?")"
        line += "  \(window(result["window"]?.string ?? "?"))  \(result["rows"]?.integer ?? 0) rows\(labelled > 0 ? ", \(labelled) with labels" : "")"
        if verdict != "kept" { line += "  (\(result["reason"]?.string ?? ""))" }
        return line
    }

    private static func window(_ key: String) -> String {
        let parts = key.split(separator: " ", maxSplits: 1).map(String.init)
        guard parts.count == 2, let start = Int64(parts[1]) else { return key }
        return parts[0] == "time" ? "from \(Timestamp.text(microseconds: start))" : "\(parts[0]) from \(start)"
    }
}
