import Testing

@testable import AssayPages

/// Reports are drawn from their values; whatever stands in those stays text.
@Suite struct ReportTests {
    private static let hostile = "<script>alert('x')</script> & \"quoted\" | `code` \u{1}"

    private func sample() -> Report {
        var report = Report(title: "Fairness on \(Self.hostile)")
        report.verdict = (.fail, "1 of 2 requirements is not met")
        report.facts = [("data", "loans.csv, 1,989 rows")]
        report.findings = [
            Report.Finding(id: "fairness.selection_rate", place: "race", outcome: .pass, message: "0.4 is within the limit"),
            Report.Finding(
                id: "performance.roc_auc", place: Self.hostile, outcome: .fail, message: "0.7 is below 0.75", remedy: "train again"),
            Report.Finding(id: "privacy.consent", outcome: .incomplete, message: "not computed"),
            Report.Finding(id: "drift.ks", place: "time", outcome: .skipped, message: "times are not compared"),
        ]
        var section = Report.Section(heading: Self.hostile)
        section.measures = [
            Report.Measure(
                id: "fairness.demographic_parity_difference", value: 0.2333, interval: 0.16...0.31, sentence: "The largest gap.", scale: 0...1),
            Report.Measure(id: "performance.roc_auc", value: nil, sentence: "", undefined: "one class only"),
        ]
        section.figures = [
            .bars(
                BarChart(
                    title: "selection rate by group",
                    bars: [
                        .init(label: Self.hostile, detail: "197 rows", value: 0.6751, interval: 0.6...0.73), .init(label: "b", value: nil),
                    ], reference: ("all", 0.87))),
            .distribution(
                DistributionChart(
                    title: "age", firstName: "reference", secondName: "current", bins: .numbers(edges: (0...30).map { Double($0) }),
                    first: (0..<30).map { _ in 1.0 / 30 }, second: (0..<30).map { Double($0) / 435 })),
            .distribution(
                DistributionChart(
                    title: Self.hostile, outcome: .fail, note: Self.hostile, firstName: "reference", secondName: "current",
                    bins: .values([Self.hostile, "b"]), first: [0.25, 0.75], second: [0.5, 0.5])),
            .lines(
                LineChart(
                    title: "ROC", xName: "false positive rate", yName: "true positive rate",
                    lines: [.init(name: "model", points: (0...1_000).map { .init(x: Double($0) / 1_000, y: 1) })], hasDiagonal: true)),
        ]
        section.tables = [Report.Table(columns: [.init("group"), .init("rows", isNumber: true)], rows: [[Self.hostile, "5"]])]
        report.sections = [section]
        return report
    }

    @Test func aPageIsSelfContainedAndEscaped() {
        let html = HTMLReport.text(sample())
        #expect(!html.contains("<script") && html.contains("&lt;script&gt;"))
        #expect(!html.contains("http://") && !html.contains("https://") && !html.contains("src=") && !html.contains("\u{1}"))
        #expect(html.contains("0.2333") && html.contains("0.1600 to 0.3100") && html.contains("undefined: one class only"))
        #expect(html.ranges(of: "<svg ").count == 5, "a gauge and four charts")
        // What failed stands before what passed.
        let order = ["not met", "roc_<wbr>auc", "privacy.<wbr>consent", "selection_<wbr>rate"]
        let places = order.compactMap { html.firstRange(of: $0)?.lowerBound }
        #expect(places.count == 4 && places == places.sorted())
    }

    @Test func manyColumnsStayUnderAMegabyte() {
        var report = sample()
        report.sections = Array(repeating: report.sections[0], count: 65)
        #expect(HTMLReport.text(report).utf8.count < 1 << 20)
    }

    @Test func markdownTablesKeepTheirCells() throws {
        let markdown = MarkdownReport.text(sample())
        let rows = markdown.split(separator: "\n").filter { $0.hasPrefix("| fail") }
        let row = try #require(rows.first)
        // Five bars that are not escaped: four cells.
        #expect(row.replacing("\\|", with: "").count { $0 == "|" } == 5)
        #expect(markdown.contains("| `fairness.demographic_parity_difference` | 0.2333 | 0.1600 to 0.3100 | The largest gap. |"))
        #expect(!markdown.contains(" <script"))
        // A flat reference against one that rises, in characters.
        #expect(markdown.contains("| age |  | " + String(repeating: "▅", count: 30) + " | ·▁"))
    }

    @Test func manyFindingsOfOneKindAreFolded() {
        var report = sample()
        #expect(!HTMLReport.text(report).contains("<details"))
        report.findings += (0..<9).map { Report.Finding(id: "drift.ks", place: "\($0)", outcome: .pass, message: "") }
        let html = HTMLReport.text(report)
        #expect(html.contains("<details><summary class=\"pass\">pass: 10</summary>") && html.ranges(of: "</details>").count == 1)
    }

    @Test func junitCountsWhatFailedAndWhatIsOpen() {
        let xml = JUnitReport.text(sample())
        #expect(xml.contains("tests=\"4\" failures=\"1\" errors=\"1\" skipped=\"1\""))
        #expect(xml.contains("<failure type=\"fail\" message=\"0.7 is below 0.75\">") && xml.contains("<error type=\"incomplete\""))
        #expect(xml.contains("<skipped message=\"times are not compared\"/>"))
        #expect(!xml.contains("\u{1}") && !xml.contains("<script"))
        var measured = sample()
        measured.findings = []
        #expect(JUnitReport.text(measured).contains("tests=\"2\" failures=\"0\" errors=\"0\""))
    }

    @Test(arguments: [
        (0.0, "0.0000"), (0.23333, "0.2333"), (-0.4, "-0.4000"), (-0.00001, "0.0000"), (1.99999, "2.0000"), (12.5, "12.5000"), (2e9, "2000000000.0"),
    ])
    func valuesHaveFourDecimals(_ value: Double, _ text: String) { #expect(ChartScale.decimals(value) == text) }

    @Test(arguments: [0.001...0.002, 0...1, -3...17, 0...150_000, -0.5...0.5, 5...5.000_001, 1e-9...1e-8, -1e12...1e13])
    func ticksAreFewAndInside(_ range: ClosedRange<Double>) {
        let scale = ChartScale(range, ends: (0, 100))
        #expect((2...7).contains(scale.ticks.count), "\(scale.ticks)")
        #expect(scale.ticks.allSatisfy { $0 >= range.lowerBound - 1e-12 && $0 <= range.upperBound * (1 + 1e-9) + 1e-12 })
        #expect(Set(scale.ticks).count == scale.ticks.count)
    }

    @Test func aConstantHasAnAxis() {
        let scale = ChartScale(3...3, ends: (0, 100))
        #expect(scale.place(3) == 50 && !scale.ticks.isEmpty)
    }
}
