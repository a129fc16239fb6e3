import ArgumentParser

/// Another form of the same answer and the file it goes to: `junit=report.xml`.
struct AlsoOutput: ExpressibleByArgument {
    let format: ReportFormat
    let file: String

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, let format = ReportFormat(rawValue: String(parts[0])) else { return nil }
        self.format = format
        file = String(parts[1])
    }
}
