import ArgumentParser
import AssayPolicy
import AssayTerms

/// What the training run says of itself, for checks of the run's own words.
struct DeclaredArguments: ParsableArguments {
    @Option(help: "A tag of the run, KEY=VALUE, for run.tag checks.")
    var runTag: [String] = []

    @Option(help: "A parameter of the run, KEY=VALUE, for run.param checks.")
    var runParam: [String] = []

    @Option(help: "A metric of the run, KEY=NUMBER, for run.metric checks.")
    var runMetric: [String] = []

    /// - Throws: `invalidArgument` for what is not KEY=VALUE, a key given twice, and a metric that is no number.
    func facts() throws(AssayError) -> DeclaredFacts {
        var metrics: [Text: Double] = [:]
        for (name, text) in try Self.pairs(runMetric, "--run-metric") {
            guard let number = Double(text.string) else {
                throw AssayError(.invalidArgument, "--run-metric \(name) is a number, not '\(text)'.")
            }
            metrics[name] = number
        }
        return DeclaredFacts(tags: try Self.pairs(runTag, "--run-tag"), parameters: try Self.pairs(runParam, "--run-param"), metrics: metrics)
    }

    private static func pairs(_ texts: [String], _ option: String) throws(AssayError) -> [Text: Text] {
        var pairs: [Text: Text] = [:]
        for text in texts {
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
                throw AssayError(.invalidArgument, "\(option) is KEY=VALUE, not '\(text)'.")
            }
            let key = Text(String(text[..<equals]))
            guard pairs.updateValue(Text(String(text[text.index(after: equals)...])), forKey: key) == nil else {
                throw AssayError(.invalidArgument, "\(option) names \(key) twice.")
            }
        }
        return pairs
    }
}
