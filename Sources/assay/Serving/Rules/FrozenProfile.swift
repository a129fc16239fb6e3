import AssayColumns
import AssayEvidence
import AssayMetrics
import AssayModels
import AssayPolicy
import AssayServing
import AssayTerms

/// The profile that was frozen with a version, for rules that ask whether an input lies outside of it: the only file whose name ends in
/// `profile.json`, as monitors take it.
struct FrozenProfile {
    private let statement: DeploymentStatement

    init(_ statement: DeploymentStatement) { self.statement = statement }

    /// What it has seen, by input.
    ///
    /// - Returns: nothing where no rule asks, there is no profile, or several: rules that ask cannot be told then.
    /// - Throws: `permissionDenied` where the file is not the one that was approved; what reading it throws.
    func inputs(_ files: any ModelFiles, _ remote: RemoteModel) async throws(AssayError) -> [Text: ProfiledInput] {
        guard statement.rules.predictions.contains(where: { !$0.outsideProfile.isEmpty }) else { return [:] }
        var found: [DeploymentStatement.File] = []
        for file in statement.files + statement.tables where file.path.string.hasSuffix("profile.json") {
            if !found.contains(where: { $0.digest == file.digest }) { found.append(file) }
        }
        guard let file = found.first, found.count == 1, file.size <= EvidenceJob.profileLimit else { return [:] }
        let bytes: [UInt8]
        if files.names.contains(file.path), statement.files.contains(file) {
            bytes = try files.contents(of: file.path, limit: file.size)
        } else {
            guard let run = await remote.run(of: statement.model, version: statement.version) else { return [:] }
            bytes = try await remote.file(ofRun: run, path: file.path, limit: file.size)
        }
        try statement.verify(bytes, as: file)
        let profile = try DriftProfileJSON.profile(from: bytes, name: file.path.string)
        return Dictionary(profile.columns.compactMap { column in column.seen.map { (column.name, $0) } }) { first, _ in first }
    }
}

extension DriftProfile.Column {
    /// `nil` for a column without a value, of times, or with more texts than were kept.
    fileprivate var seen: ProfiledInput? {
        switch type {
        case .boolean, .int64, .double:
            // Of more than 1,024 different numbers the profile keeps quantiles within a bound: the outermost may be missing.
            let values = numbers.counted.values
            return values.first.flatMap { least in values.last.map { .numbers(least...$0) } }
        case .text: return texts.isOverLimit || texts.entries.isEmpty ? nil : .texts(Set(texts.entries.map(\.text)))
        case .timestamp: return nil
        }
    }
}
