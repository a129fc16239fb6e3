package import AssayTerms

/// A store of another tracker, opened for an import; it is read and never changed.
///
/// What it holds comes as values of ours, with the ids, names, times and URIs they have there. Everything comes in a fixed
/// order, and while nobody writes there, reading twice gives the same twice. What cannot be brought over is named as an
/// ``ImportProblem`` instead of being left out silently. Calls without `async` block their thread.
package protocol ImportSource: Sendable {
    /// What it is and where, for people and for the log.
    var title: Text { get }

    /// How much is there, counted apart from reading it, and what will not come over.
    func inventory() throws -> ImportInventory

    func experiments() throws -> ImportPage<Experiment>

    /// At most `limit` runs whose ids come after `id`, sorted by id. An empty page is the last.
    func runs(after id: Text?, limit: Int) throws -> ImportPage<SourceRun>

    /// Every point of a run: keys sorted by their bytes, the points of a key by time, step, value (NaN as 0) and whether it
    /// is NaN, each point once. A key with many points comes in several pieces.
    func eachSeries(ofRun id: Text, _ body: (MetricSeries) throws -> Void) throws -> [ImportProblem]

    /// At most `limit` logged models whose ids come after `id`, deleted ones included, sorted by id.
    func loggedModels(after id: Text?, limit: Int) throws -> ImportPage<LoggedModel>

    /// Sorted by name; versions by number, deleted ones included.
    func registeredModels() throws -> ImportPage<SourceModel>

    /// At most `limit` ids of runs (or logged models) that come after `id`, sorted.
    func ids(of kind: FileOwner.Kind, after id: Text?, limit: Int) throws -> [Text]

    /// The URI below which a run or a logged model has its artifacts; `nil` for one that is not there.
    func artifactURI(of owner: FileOwner) throws -> Text?
    /// Whether what is at an artifact URI is in files that an import brings over, and not with another service.
    func bringsArtifacts(at uri: Text) -> Bool

    /// The files of a run or a logged model, or why there are none to bring over.
    func artifacts(of owner: FileOwner) async throws -> SourceArtifacts

    /// The files of a folder of this machine that holds a model and belongs to no run and no logged model.
    func modelFolder(at location: Text) async throws -> SourceArtifacts

    /// The bytes of a file as it is now.
    ///
    /// - Throws: `unreadable` where it is gone or became something else than a file.
    func content(of file: SourceFile) -> AsyncThrowingStream<[UInt8], any Error>
}

/// Some of what a source has, and what was wrong with the rest of it.
package struct ImportPage<Item: Sendable>: Sendable {
    package var items: [Item]
    package var problems: [ImportProblem]
    /// The id to go on after; `nil` at the end.
    package var next: Text?

    package init(items: [Item], problems: [ImportProblem] = [], next: Text? = nil) {
        self.items = items
        self.problems = problems
        self.next = next
    }
}

/// Something of a source that could not be brought over as it stands.
package struct ImportProblem: Hashable, Sendable {
    /// What it concerns: `run 1f…`, `mlruns/3/meta.yaml`.
    package let object: Text
    /// What is wrong, and what was done about it.
    package let message: Text

    package init(_ object: Text, _ message: Text) {
        self.object = object
        self.message = message
    }
}
