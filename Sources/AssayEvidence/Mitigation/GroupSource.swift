package import AssayColumns
package import AssayTerms

/// What makes the groups of a mitigation: the values of a column, or a rule that parts rows into two.
package enum GroupSource: Hashable, Sendable {
    case column(Text)
    case rule(PrivilegedRule)

    package var column: Text {
        switch self {
        case .column(let column): column
        case .rule(let rule): rule.column
        }
    }

    /// As the command line takes it.
    package var description: String {
        switch self {
        case .column(let column): column.string
        case .rule(let rule): rule.description
        }
    }

    /// Of a rule's two groups.
    package static let ruleNames: [Text] = ["unprivileged", "privileged"]
}
