import AssayJSON
import AssayStore
import AssayTerms
import AssayWorkflows

/// The report of an import, for people and for programs.
enum ImportText {
    private static let listLimit = 100

    static func table(_ report: ImportReport, title: Text) -> String {
        var text = "\(title)\n\n"
        let kinds = ImportKind.allCases.filter { report.atSource[$0] > 0 || report.here[$0] > 0 }
        let rows = [["", "source", "here", "new", "changed"]] + kinds.map { kind in
            [kind.rawValue] + [report.atSource, report.here, report.created, report.updated].map {
                $0[kind] == 0 ? "-" : NumberText.grouped(Int($0[kind]))
            }
        }
        let widths = (0..<5).map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            text += row[0].padded(to: widths[0])
            for column in 1..<5 { text += "  " + row[column].padded(to: widths[column], onTheLeft: true) }
            text += "\n"
        }
        text += list("Brought over in another way", report.notes.map(\.string))
        text += list(
            "Not imported",
            report.inventory.leftOut.map { item in
                "\(NumberText.grouped(Int(item.count))) \(item.name)" + (item.reason.map { " (\($0))" } ?? "")
            })
        text += list(
            "Places withheld by policies (open each with `assay model promote`)", report.withheld.map(\.string))
        text += list("Problems", report.problems.map { "\($0.object): \($0.message)" })
        text += list("Different here", report.differences.map { "\($0.object): \($0.message)" })
        return text + "\n" + conclusion(report) + "\n"
    }

    private static func conclusion(_ report: ImportReport) -> String {
        let compared = "\(NumberText.grouped(Int(report.verifiedRecords))) records and \(NumberText.grouped(Int(report.here[.files]))) files were read again on both sides"
        let verdict: String
        if report.isWhole {
            verdict = "\(compared), and their digests agree."
        } else {
            verdict = "\(compared). \(counted(report.differences.count, "difference")), \(counted(report.problems.count, "problem")), \(counted(report.withheld.count, "place")) withheld."
        }
        let change = report.hasChanges ? "" : "Nothing was changed: everything that could come over was here.\n"
        return change + verdict + (report.digest.map { "\nDigest of what is here: \($0)" } ?? "")
    }

    private static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    private static func list(_ title: String, _ lines: [String]) -> String {
        guard !lines.isEmpty else { return "" }
        var text = "\n\(title):\n"
        for line in lines.prefix(listLimit) { text += "  \(printable(line))\n" }
        if lines.count > listLimit { text += "  … and \(lines.count - listLimit) more; --format json has all of them\n" }
        return text
    }

    /// Names come from strangers and must not move the cursor.
    private static func printable(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    // MARK: - JSON

    static func json(_ report: ImportReport, title: Text) -> String {
        var object: JSONObject = [
            "source": .string(title.string), "whole": .bool(report.isWhole), "changed": .bool(report.hasChanges),
            "compared": .integer(report.verifiedRecords),
            "counts": [
                "source": json(report.atSource), "here": json(report.here), "new": json(report.created), "changed": json(report.updated),
            ],
            "notes": .array(report.notes.map { .string($0.string) }), "withheld": .array(report.withheld.map { .string($0.string) }),
            "problems": json(report.problems), "differences": json(report.differences),
        ]
        object["not_imported"] = .array(
            report.inventory.leftOut.map { item in
                var entry: JSONObject = ["name": .string(item.name.string), "count": .integer(item.count)]
                entry["reason"] = item.reason.map { .string($0.string) }
                return .object(entry)
            })
        object["digest"] = report.digest.map { .string($0.hex) }
        return String(decoding: JSONValue.object(object).bytes(), as: UTF8.self) + "\n"
    }

    private static func json(_ tally: ImportTally) -> JSONValue {
        .object(JSONObject(ImportKind.allCases.map { ($0.rawValue.replacing(" ", with: "_"), .integer(tally[$0])) }))
    }

    private static func json(_ problems: [ImportProblem]) -> JSONValue {
        .array(problems.map { ["object": .string($0.object.string), "message": .string($0.message.string)] })
    }
}

extension String {
    fileprivate func padded(to width: Int, onTheLeft: Bool = false) -> String {
        let blanks = String(repeating: " ", count: max(width - count, 0))
        return onTheLeft ? blanks + self : self + blanks
    }
}
