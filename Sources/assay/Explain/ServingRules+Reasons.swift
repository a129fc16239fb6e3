import AssayPolicy
import AssayTerms

extension ServingRules {
    /// - Parameter table: the digest of the table that answers carry reasons by; `nil` where they carry none.
    /// - Throws: `permissionDenied` where policies demand reasons, and there are none or others.
    func requireReasons(_ table: SHA256Digest?) throws(AssayError) {
        guard let reasons else { return }
        guard explanations != .never else {
            throw AssayError(.permissionDenied, "one of its policies demands reasons with each explanation, and another says 'explanations: never'; it is not served")
        }
        guard !reasons.isMet(by: table) else { return }
        let demanded = reasons.tables.map { "sha256:\($0.hex)" }.joined(separator: " and ")
        guard let table else {
            throw AssayError(
                .permissionDenied,
                "its policy demands reasons by \(demanded.isEmpty ? "a table of reason codes" : "the table of reason codes \(demanded)"), and none was frozen with it; log "
                    + "\(ReasonsDemand.fileNames[0]) with the model or its run before the version is registered")
        }
        throw AssayError(.permissionDenied, "its policy demands reasons by the table \(demanded), and the one frozen with it is sha256:\(table.hex); it is not served")
    }
}
