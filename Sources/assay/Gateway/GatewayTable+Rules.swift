import AssayPolicy
import AssayServing
import AssayTerms

/// The rules of a version's statement, kept.
extension GatewayTable.Version {
    /// Names the end of the statement beyond which an answer was given.
    static let offlineField = "Assay-Offline-Since"

    /// Whether its statement has ended and it is served all the same, because the registry is away and the policy lets it. Once the
    /// registry answers, a version without a new statement is out of the table.
    ///
    /// - Throws: `permissionDenied` where it has ended and nothing lets it be served.
    func isBeyondStatement(now: Int) throws(AssayError) -> Bool {
        let statement = statement
        if statement.rules.whenOffline == .keepServing { return now > statement.notAfter }
        try statement.requireCurrent(now: now, remedy: "the registry has given no new one since; ask again later")
        return false
    }

    /// What answers a request.
    ///
    /// - Parameter isAsked: whether the request asks for an explanation, or for none; `nil` where it says nothing.
    func service(isAsked: Bool?) -> ScoringService {
        if statement.rules.explanations == .never { return served.silent }
        return statement.rules.explains(isAsked: isAsked, isNeeded: book?.needsExplanation ?? false) ? served.service : served.plain
    }
}

