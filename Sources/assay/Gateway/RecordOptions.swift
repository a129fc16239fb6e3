import ArgumentParser
import AssayRecords
import AssayServing
import AssayTerms

/// How a gateway records what it answers.
struct RecordOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Record predictions: a folder for those on their way to the server, which keeps them.",
            discussion: "The gateway's token needs the permission 'observe' (role gateway). Without this option nothing is recorded.",
            valueName: "folder"))
    var records: String?

    @Option(
        help: ArgumentHelp(
            "When a record counts as kept: on the disk, or with the operating system, which a power failure may lose.", valueName: "disk|system"))
    var recordDurability: RecordSpool.Durability = .disk

    @Option(
        help: ArgumentHelp(
            "What is recorded of a request: its values with the attributions, or only prediction, scores and the client's reference.",
            valueName: "values|references"))
    var recordContent: RecordedAnswer.Content = .values

    @Option(help: ArgumentHelp("A column of requests that is recorded though the model does not read it; may be repeated.", valueName: "column"))
    var recordColumn: [String] = []

    @Option(help: ArgumentHelp("The share of requests that are recorded, chosen at random; every record says so.", valueName: "share"))
    var recordSample = 1.0

    @Flag(help: "Answer 503 rather than with a prediction that could not be recorded.")
    var recordRequired = false

    @Option(help: ArgumentHelp("How much may wait for the server, in MiB, before nothing more is recorded.", valueName: "mebibytes"))
    var recordLimit = 8_192

    @Flag(help: "Send journals again that the server refused and that were put aside (.refused).")
    var recordRetryRefused = false

    func validate() throws {
        guard recordSample > 0, recordSample <= 1, recordSample * 1_000_000 >= 1 else {
            throw ValidationError("--record-sample is a share above 0 and at most 1.")
        }
        guard recordSample == 1 || !recordRequired else {
            throw ValidationError("--record-required wants every prediction recorded, and --record-sample leaves some out.")
        }
        guard (1...1_048_576).contains(recordLimit) else { throw ValidationError("--record-limit is a number of mebibytes from 1 to 1048576.") }
        guard records != nil || !recordRequired && !recordRetryRefused && recordColumn.isEmpty && recordSample == 1 else {
            throw ValidationError("Name a folder with --records, or leave the other options of recording out.")
        }
    }
}

extension RecordSpool.Durability: ExpressibleByArgument {}
extension RecordedAnswer.Content: ExpressibleByArgument {}
