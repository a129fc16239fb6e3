import AssayColumns
package import AssayTerms

/// One rule that answers are held against.
package struct AnswerRule: Sendable {
    /// From the weakest to the strongest.
    package enum Action: String, Sendable, CaseIterable, Comparable {
        case flag, replace, refer, refuse

        private var strength: Int {
            switch self {
            case .flag: 0
            case .replace: 1
            case .refer: 2
            case .refuse: 3
            }
        }

        package static func < (one: Action, other: Action) -> Bool { one.strength < other.strength }
    }

    package var name: Text
    package var action: Action
    /// What is done where it cannot be told whether it holds.
    package var unknown: Action
    /// What is answered where the action is ``Action/replace``.
    package var replacement: Text?
    /// All of them have to hold.
    package var tests: [any RowTest]

    package init(name: Text, action: Action, unknown: Action, replacement: Text? = nil, tests: [any RowTest]) {
        self.name = name
        self.action = action
        self.unknown = unknown
        self.replacement = replacement
        self.tests = tests
    }

    /// Kleene's conjunction of its tests.
    func answers(_ rows: JudgedRows) -> [RowAnswer] {
        guard let first = tests.first else { return [RowAnswer](repeating: .unknown, count: rows.block.rowCount) }
        var answers = first.answers(rows)
        for test in tests.dropFirst() {
            for (row, answer) in test.answers(rows).enumerated() where answers[row] != .no {
                if answer == .no || answers[row] == .yes { answers[row] = answer }
            }
        }
        return answers
    }
}
