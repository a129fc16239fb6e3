package import AssayTerms

/// Log-ins that failed, in the access log.
extension UseCases {
    /// By which way somebody tried; stands where other records have their route.
    package enum LoginWay: String, Sendable, CaseIterable {
        case password = "log-in by password"
        /// After too many failures; not looked at.
        case slowed = "log-in by password, slowed"
        case token = "log-in by token"
        case directory = "log-in by directory"
        case provider = "log-in by identity provider"
        case workflow = "log-in by a workflow's token"
    }

    /// Notes it under the account that was tried. Where there is none it is nobody's, and what was typed as a name stands nowhere:
    /// it may be a password in the wrong field.
    ///
    /// Repeats within a minute are counted, so that guessing fills nothing. Where it cannot be written it waits, and the refusal is
    /// answered all the same.
    package func noteFailedLogin(_ way: LoginWay, of userID: String?, from address: Text) async {
        guard let accessLog else { return }
        let record = AccessRecord(
            principalID: userID ?? Principal.nobody.id, verb: .open, route: Text(way.rawValue), objects: [], outcome: .denied,
            address: accessLog.kept(address))
        try? await accessLog.note(record, mustBeDurable: false)
    }
}
