import AssayStore
import AssayTerms

/// Where a new version's files come from, or why there are none that could be frozen.
enum SourceFiles {
    /// Everything of `owner` below `folder`; `beside` are the files of the run it was made in.
    case held(owner: FileOwner, folder: Text?, beside: FileOwner?)
    case none(reason: Text)
}

/// A source looked up in the store.
struct ResolvedSource {
    /// As it is stored: references to registered versions by number.
    var source: Text
    var runID: Text
    var loggedModelID: Text?
    var files: SourceFiles
    /// Who logged the model itself, and who made the run.
    var loggedBy: String?
    var runBy: String?
    var copiedFrom: ModelVersion?
}
