package import AssayColumns
package import AssayTerms

/// The personal data in one column: text by its distinct values, whole numbers by their digits.
///
/// Forms that are certain count cell by cell. Bare digits that would do count only where at least half of the column's values
/// would, or its name says so; names of people are told by the column's name, or by at least half of the values beginning with
/// a known given name. Other types of column hold none.
package struct PersonalDataState: Sendable {
    package struct Finding: Sendable, Hashable {
        package var kind: PersonalDataKind
        /// Cells that hold it.
        package var count: Int
        /// The first three distinct ones in order, every letter and digit but the first replaced.
        package var samples: [Text]
    }

    package static let majority = 0.5

    package let name: Text
    private var counts: ValueCounts
    private let type: ColumnType
    private var presentCount = 0
    private var numbers: [PersonalDataKind: Int] = [:]
    private var scanner = PersonalDataScanner()

    package init(name: Text, type: ColumnType) {
        self.name = name
        self.type = type
        counts = ValueCounts(type: type)
    }

    package mutating func add(_ column: Column) {
        switch column.values {
        case .text:
            counts.add(column)
            presentCount = counts.presentCount
        case .int64(let values):
            for row in values.indices where column.isPresent(row) {
                presentCount += 1
                guard values[row] >= 100_000_000 else { continue }
                let findings = scanner.findings(in: values[row])
                guard !findings.isEmpty else { continue }
                for kind in PersonalDataKind.allCases where findings.possible.contains(kind) || findings.certain.contains(kind) {
                    numbers[kind, default: 0] += 1
                }
            }
        case .boolean, .double, .timestamp: break
        }
    }

    /// - Returns: what was found by kind, and the number of cells that hold anything.
    package func findings() -> (findings: [Finding], cells: Int) {
        type == .text ? textFindings() : numberFindings()
    }

    private func counts(possible count: Int, kind: PersonalDataKind) -> Bool {
        count > 0 && (Double(count) >= Self.majority * Double(presentCount) || ColumnHints.kinds(of: name).contains(kind))
    }

    private func numberFindings() -> (findings: [Finding], cells: Int) {
        // One number may do as several; the cells are at least the most frequent kind's.
        let found = PersonalDataKind.allCases.compactMap { kind -> Finding? in
            guard let count = numbers[kind], counts(possible: count, kind: kind) else { return nil }
            return Finding(kind: kind, count: count, samples: [])
        }
        return (found, found.map(\.count).max() ?? 0)
    }

    private func textFindings() -> (findings: [Finding], cells: Int) {
        let hints = ColumnHints.kinds(of: name)
        var scanner = scanner
        var rows: [(text: Text, count: Int, findings: PersonalDataScanner.Findings, isName: Bool)] = []
        var possible: [PersonalDataKind: Int] = [:]
        var names = 0
        counts.forEachText { text, count in
            let findings = scanner.findings(in: text)
            let isName = ColumnHints.isLikeName(text)
            guard isName || !findings.isEmpty else { return }
            if isName, ColumnHints.beginsWithGivenName(text) { names += count }
            if !findings.possible.isEmpty {
                for kind in PersonalDataKind.allCases where findings.possible.contains(kind) { possible[kind, default: 0] += count }
            }
            rows.append((text, count, findings, isName))
        }
        let taken = PersonalDataKind.Set(PersonalDataKind.allCases.filter { counts(possible: possible[$0] ?? 0, kind: $0) })
        let holdsNames = hints.contains(.person) || (names > 0 && Double(names) >= Self.majority * Double(presentCount))
        var found: [PersonalDataKind: Finding] = [:]
        var samples: [PersonalDataKind: [Text]] = [:]
        var cells = 0
        for row in rows {
            var isAny = false
            for kind in PersonalDataKind.allCases {
                let holds =
                    kind == .person
                    ? holdsNames && row.isName
                    : row.findings.certain.contains(kind) || (row.findings.possible.contains(kind) && taken.contains(kind))
                guard holds else { continue }
                isAny = true
                found[kind, default: Finding(kind: kind, count: 0, samples: [])].count += row.count
                Self.keep(row.text, in: &samples[kind, default: []])
            }
            if isAny { cells += row.count }
        }
        for (kind, texts) in samples { found[kind]?.samples = texts.map(Self.masked) }
        return (PersonalDataKind.allCases.compactMap { found[$0] }, cells)
    }

    /// The first three in order stay.
    private static func keep(_ text: Text, in samples: inout [Text]) {
        guard samples.count < 3 || text < samples[2] else { return }
        samples.insert(text, at: samples.firstIndex { text < $0 } ?? samples.count)
        if samples.count > 3 { samples.removeLast() }
    }

    package var cellCount: Int { presentCount }

    /// The first character stays, every other letter and digit becomes a star; at most forty characters.
    static func masked(_ text: Text) -> Text {
        var shown = ""
        for (index, character) in text.string.prefix(40).enumerated() {
            shown.append(index > 0 && (character.isLetter || character.isNumber) ? "*" : character)
        }
        return Text(shown)
    }
}
