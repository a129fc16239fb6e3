package import AssayTerms

/// What several retention rules come to together: the longest minimum, the shortest maximum, and what to do where they clash.
package struct RetentionResolver: Sendable {
    /// For how long at most what is personal is kept: law names no number for it, so the organisation does, with its reason.
    package struct PrivacyLimit: Hashable, Sendable {
        package let months: Int64
        package let basis: Text

        package init(months: Int64, basis: Text) {
            self.months = months
            self.basis = basis
        }
    }

    package struct Result: Hashable, Sendable {
        /// Milliseconds since 1970, before which nothing may be deleted; `nil` without a minimum.
        package let keepUntil: Int64?
        /// The rules that set it.
        package let keepBasis: [String]
        /// Milliseconds since 1970, by which what is personal has to be gone; `nil` without a maximum.
        package let personalUntil: Int64?
        package let personalBasis: [String]
        /// Whether what has to be kept outlasts what may be kept: then what is not personal stays, and the rest is erased in time.
        package let isSplit: Bool
        /// Whether a legal hold stops every deletion.
        package let isHeld: Bool

        /// What may be done at `moment`, in words.
        package func action(at moment: Int64) -> String {
            if isHeld { return "keep everything: a legal hold stops every deletion" }
            let mustGo = personalUntil.map { moment >= $0 } ?? false
            let mustStay = keepUntil.map { moment < $0 } ?? false
            switch (mustGo, mustStay) {
            case (true, true): return "erase what is personal, and keep digests, measures, ids and approvals"
            case (true, false): return "erase it"
            case (false, true): return "keep it"
            case (false, false): return keepUntil == nil && personalUntil == nil ? "no rule says anything" : "it may be deleted"
            }
        }
    }

    /// - Parameters:
    ///   - start: when the periods begin, in milliseconds since 1970.
    ///   - isHeld: whether a legal hold stands; it stops deletion, and shortens no minimum.
    /// - Throws: `invalidArgument` where a period ends beyond the year 9999.
    package static func resolve(
        _ rules: [RetentionRule], limits: [PrivacyLimit], from start: Int64, isHeld: Bool
    ) throws(AssayError) -> Result {
        func end(_ months: Int64) throws(AssayError) -> Int64 {
            guard let end = CalendarMonths.adding(months, to: start) else {
                throw AssayError(.invalidArgument, "A retention period ends beyond the year 9999.")
            }
            return end
        }
        let longest = rules.map(\.months).max()
        let shortest = limits.map(\.months).min()
        return Result(
            keepUntil: try longest.map { months throws(AssayError) in try end(months) },
            keepBasis: rules.filter { $0.months == longest }.map(\.id),
            personalUntil: try shortest.map { months throws(AssayError) in try end(months) },
            personalBasis: limits.filter { $0.months == shortest }.map(\.basis.string), isSplit: (longest ?? 0) > (shortest ?? .max), isHeld: isHeld)
    }
}
