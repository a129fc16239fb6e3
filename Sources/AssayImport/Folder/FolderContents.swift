import AssayStore
import AssayTerms

/// Where in a file store everything is.
struct FolderContents: Sendable {
    struct Place: Sendable {
        let id: Text
        let path: String
        let experiment: Text
    }

    static let trash = ".trash"
    static let registry = "models"
    /// The folders of an experiment that are no runs.
    static let reserved: Set<Text> = ["tags", "datasets", "traces", "models"]

    /// Sorted by number where they have one.
    let experiments: [Place]
    /// Sorted by id.
    let runs: [Place]
    /// Sorted by id.
    let loggedModels: [Place]
    /// Sorted by name.
    let registeredModels: [String]
    let problems: [ImportProblem]

    private let runPaths: [Text: String]
    private let modelPaths: [Text: String]

    init(_ root: String) {
        var experiments: [Place] = []
        var runs: [Text: Place] = [:]
        var models: [Text: Place] = [:]
        var problems: [ImportProblem] = []
        for parent in [root, root + "/" + Self.trash] {
            for name in LocalFiles.folders(in: parent) where name != Self.trash && !(parent == root && name == Self.registry) {
                let path = parent + "/" + name
                // Editors and tools leave folders of their own; those of MLflow are numbers.
                guard name.utf8.allSatisfy({ (48...57).contains($0) }) || LocalFiles.kind(path + "/meta.yaml") == .file else { continue }
                experiments.append(Place(id: Text(name), path: path, experiment: Text(name)))
                for folder in LocalFiles.folders(in: path) where !Self.reserved.contains(Text(folder)) {
                    // Tools leave other folders beside runs; one with a run's name and nothing in it is a damaged run.
                    let isNamedRun = folder.utf8.count == 32 && Hex.decode(folder) != nil
                    guard isNamedRun || LocalFiles.kind(path + "/" + folder + "/meta.yaml") == .file else { continue }
                    Self.keep(Place(id: Text(folder), path: path + "/" + folder, experiment: Text(name)), "run", in: &runs, &problems)
                }
                for folder in LocalFiles.folders(in: path + "/models") {
                    Self.keep(
                        Place(id: Text(folder), path: path + "/models/" + folder, experiment: Text(name)), "logged model", in: &models,
                        &problems)
                }
            }
        }
        self.experiments = experiments.sorted { (Int64($0.id.string) ?? .max, $0.id) < (Int64($1.id.string) ?? .max, $1.id) }
        self.runs = runs.values.sorted { $0.id < $1.id }
        loggedModels = models.values.sorted { $0.id < $1.id }
        registeredModels = LocalFiles.folders(in: root + "/" + Self.registry).map { root + "/" + Self.registry + "/" + $0 }
        self.problems = problems
        runPaths = runs.mapValues(\.path)
        modelPaths = models.mapValues(\.path)
    }

    private static func keep(
        _ place: Place, _ kind: String, in places: inout [Text: Place], _ problems: inout [ImportProblem]
    ) {
        if let other = places[place.id] {
            problems.append(
                ImportProblem(
                    Text("\(kind) \(place.id)"),
                    Text("it stands in the experiments \(other.experiment) and \(place.experiment); the second was left out")))
        } else {
            places[place.id] = place
        }
    }

    var isFileStore: Bool {
        (experiments.map(\.path) + registeredModels).contains { LocalFiles.kind($0 + "/meta.yaml") == .file }
    }

    func folder(of owner: FileOwner) -> String? {
        switch owner.kind {
        case .run: runPaths[owner.id]
        case .loggedModel: modelPaths[owner.id]
        case .modelVersion, .modelVersionRun, .paper: nil
        }
    }
}

extension Collection where Element == FolderContents.Place {
    /// The first `limit` whose ids come after `id`.
    func page(after id: Text?, limit: Int) -> [FolderContents.Place] {
        Array(lazy.drop { place in id.map { place.id <= $0 } ?? false }.prefix(limit))
    }
}
