import ArgumentParser
import AssayExplain
import AssayServing
import AssayTerms

extension Link: ExpressibleByArgument {}

/// How kernel SHAP asks a model, and how many rows trees are compared with.
struct KernelOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Coalitions a row for kernel SHAP, from 2 to 65536, without it 2 × columns + 2048; for permutation, without it ten orders.", valueName: "count"))
    var samples: Int?

    @Option(help: ArgumentHelp("What draws of coalitions and of background rows depend on.", valueName: "number"))
    var seed: UInt32 = 0

    @Option(
        help: ArgumentHelp(
            "At most so many background rows, chosen by the seed; without it 100 for kernel SHAP and 1000 for trees.", valueName: "count"))
    var backgroundRows: Int?

    @Option(help: ArgumentHelp("identity, or logit to explain probabilities in log-odds.", valueName: "link"))
    var link: Link = .identity

    func validate() throws {
        guard samples.map({ (2...65_536).contains($0) }) ?? true else {
            throw ValidationError("--samples is a number from 2 to 65536.")
        }
        guard backgroundRows.map({ (1...10_000).contains($0) }) ?? true else { throw ValidationError("--background-rows is a number from 1 to 10000.") }
    }

    /// - Throws: `invalidArgument` where something is set that another way of explaining would not look at.
    func requireUnused(_ remedy: String) throws(AssayError) {
        guard samples == nil, link == .identity else {
            throw AssayError(.invalidArgument, "--samples and --link belong to methods that ask the model, as kernel SHAP; \(remedy)")
        }
    }

    /// Rows for kernel SHAP.
    var kernelRows: Int { backgroundRows ?? 100 }

    /// - Parameter seconds: of one request's explanations.
    func asking(seconds: Double) -> BackgroundChoice.Asking { .init(rowLimit: kernelRows, settings: settings, seconds: seconds) }

    var settings: KernelExplainer.Settings {
        var settings = KernelExplainer.Settings()
        settings.method = .kernel(samples: samples)
        settings.seed = seed
        settings.link = link
        return settings
    }
}
