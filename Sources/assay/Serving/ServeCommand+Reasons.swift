import AssayExplain
import AssayModels
import AssayServing
import AssayTerms
import Foundation

/// Reasons in what one model answers.
extension ServeCommand {
    /// - Throws: `permissionDenied` where an approved version would give reasons by a table that is none of its files.
    func reasonTable(_ opened: OpenedModel, _ form: ModelForm) throws(AssayError) -> ReasonTable? {
        guard let reasons else { return try opened.reasons?.table(form) }
        let file = try ReasonFile(path: reasons)
        if case .statement(let statement, _) = opened.governance,
            !(statement.files + statement.tables).contains(where: { $0.digest == file.digest })
        {
            throw AssayError(
                .permissionDenied,
                "\(reasons) (sha256:\(file.digest.hex)) is none of the files that were approved with \(opened.name); log it with the model "
                    + "or its run before the version is registered, and serve that")
        }
        return try file.table(form)
    }

    /// Says by which table reasons are given, or why none are.
    ///
    /// - Throws: `unsupported` where a table was named and nothing is explained; `permissionDenied` where the policy demands another.
    func requireReasons(_ service: ScoringService, _ opened: OpenedModel) throws(AssayError) {
        if case .statement(let statement, _) = opened.governance { try statement.rules.requireReasons(service.reasonTable) }
        if let digest = service.reasonTable {
            FileHandle.standardError.write(Data("assay: answers give reasons by the table sha256:\(digest.hex)\n".utf8))
        } else if let named = reasons ?? opened.reasons?.name {
            guard reasons == nil else {
                throw AssayError(.unsupported, "\(named) turns explanations into reasons, and \(opened.name) is served without; add --explanations")
            }
            FileHandle.standardError.write(Data("assay: \(named) is not used, since nothing is explained\n".utf8))
        }
    }
}
