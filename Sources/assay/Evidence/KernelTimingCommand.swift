import ArgumentParser
import AssayJSON
import AssayServing

/// Times computing on rows that are in memory already: the kernel rows of the benchmarks.
struct KernelTimingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kernel-timing", abstract: "Time computing without the reading of the file.", shouldDisplay: false,
        subcommands: [
            KernelTimingChecksCommand.self, KernelTimingDriftCommand.self, KernelTimingSuiteCommand.self,
            KernelTimingProfileCommand.self, KernelTimingPersonalDataCommand.self, KernelTimingModelsCommand.self,
        ])

    /// The seconds of each of `repetitions` runs of `body`, and what the last of them gave.
    static func seconds<Value>(_ repetitions: Int, _ body: () throws -> Value) rethrows -> (seconds: JSONValue, value: Value) {
        var seconds: [JSONValue] = []
        while true {
            let start = SystemClock.seconds()
            let value = try body()
            seconds.append(.number(SystemClock.seconds() - start))
            if seconds.count >= repetitions { return (.array(seconds), value) }
        }
    }
}
