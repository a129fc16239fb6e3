import ArgumentParser

/// The column of labels.
struct LabelArguments: ParsableArguments {
    @Option(help: "The column of true labels.")
    var label: String

    @Option(help: "The positive label; found by itself where it is 1, or the only other value beside 0.")
    var positive: String?
}
