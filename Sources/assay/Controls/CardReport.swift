import AssayJSON
import AssayPages

/// The server's model card as people read it.
enum CardReport {
    static func report(_ card: JSONValue) -> Report {
        let missing = (card["missing"]?.array ?? []).compactMap(\.string)
        var page = Report(title: "Model card of \(card["model_name"]?.string ?? "?")/\(card["version"]?.integer ?? 0)".printable)
        page.facts = [
            ("files", card["manifest"]?.string.map { "sha256:\($0)" } ?? "not frozen"),
            ("intended use (declared)", text(card["intended_use"])),
            ("missing", missing.isEmpty ? "nothing" : missing.joined(separator: ", ")),
        ]
        page.sections = [performance(card), fairness(card), data(card)]
        return page
    }

    private static func performance(_ card: JSONValue) -> Report.Section {
        var section = Report.Section(heading: "Performance")
        let names = (card["performance_metrics"]?.object?.members ?? []).map(\.name)
        let rows = names.map { name in
            [name, number(card["performance_metrics"]?[name])] + source(card["evidence"]?["performance_metrics.\(name)"])
        }
        section.tables = [table(["measure", "value", "provenance", "claim"], numbers: [1], rows)]
        return section
    }

    private static func fairness(_ card: JSONValue) -> Report.Section {
        var section = Report.Section(heading: "Fairness")
        let assessment = card["fairness_assessment"]
        section.paragraphs = ["Disparate impact, the ratio farthest from 1: \(number(assessment?["disparate_impact"]))."]
        let rows = (assessment?["by_group"]?.array ?? []).map {
            [text($0["column"]), text($0["privileged"]), number($0["value"]), String(text($0["claim"]).prefix(12))]
        }
        if !rows.isEmpty { section.tables = [table(["column", "privileged", "disparate impact", "claim"], numbers: [2], rows)] }
        return section
    }

    private static func data(_ card: JSONValue) -> Report.Section {
        var section = Report.Section(heading: "Data")
        let training = card["training_data"]
        let columns = (training?["sensitive_features"]?.array ?? []).compactMap(\.string)
        section.paragraphs = [
            "Training rows, as the run declared them: \(number(training?["sample_size"])).",
            "Sensitive features compared: \(columns.isEmpty ? "missing" : columns.joined(separator: ", ").printable).",
        ]
        let rows = [("training", training?["datasets"]), ("evaluation", card["evaluation_data"])].flatMap { use, list in
            (list?.array ?? []).map { [use, text($0["name"]), text($0["digest"]), number($0["rows"])] }
        }
        if !rows.isEmpty { section.tables = [table(["use", "name", "digest", "rows"], numbers: [3], rows)] }
        return section
    }

    private static func table(_ names: [String], numbers: Set<Int>, _ rows: [[String]]) -> Report.Table {
        Report.Table(columns: names.enumerated().map { .init($1, isNumber: numbers.contains($0)) }, rows: rows)
    }

    private static func source(_ value: JSONValue?) -> [String] {
        [text(value?["provenance"]), String(text(value?["claim"]).prefix(12))]
    }

    private static func text(_ value: JSONValue?) -> String { value?.string?.printable ?? "missing" }

    private static func number(_ value: JSONValue?) -> String {
        if let integer = value?.integer { return String(integer) }
        return value?.number.map { "\($0)" } ?? "missing"
    }
}
