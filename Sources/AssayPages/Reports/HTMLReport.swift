/// A report as one self-contained page: no script, nothing loaded from anywhere, drawings in SVG.
package struct HTMLReport {
    /// More findings of one outcome than this are folded.
    private static let foldedFrom = 8

    private let report: Report
    private var html = ""

    private init(_ report: Report) { self.report = report }

    package static func text(_ report: Report) -> String {
        var page = HTMLReport(report)
        page.write()
        return page.html
    }

    private mutating func write() {
        let title = Markup.escaped(report.title)
        html = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>\(title) · Assay</title>
            <style>
            \(StyleSheet.text)
            \(ReportStyle.text)
            </style>
            </head>
            <body>
            <main>
            <p class="eyebrow">Assay</p>
            <h1>\(title)</h1>

            """
        if let verdict = report.verdict {
            line(
                "<div class=\"verdict \(verdict.outcome.rawValue)\"><strong>\(verdict.outcome.rawValue)</strong>"
                    + "<span>\(Markup.escaped(verdict.sentence))</span></div>")
        }
        if !report.facts.isEmpty {
            line("<dl>")
            for fact in report.facts {
                line("<dt>\(Markup.escaped(fact.name))</dt><dd>\(Markup.escaped(fact.value))</dd>")
            }
            line("</dl>")
        }
        if report.sections.count > 3 { writeContents() }
        writeFindings()
        for (index, section) in report.sections.enumerated() { write(section, number: index + 1) }
        if !report.notes.isEmpty {
            line("<section class=\"notes\">")
            for note in report.notes { line("<p>\(Markup.escaped(note))</p>") }
            line("</section>")
        }
        line("</main>")
        line("<footer>Numbers name their definition, groups and intervals; what they mean for people is for people to judge.</footer>")
        line("</body>")
        line("</html>")
    }

    private mutating func line(_ text: String) { html += text + "\n" }

    private mutating func writeContents() {
        let links = report.sections.enumerated().map {
            "<li><a href=\"#s\($0.offset + 1)\">\(Markup.escaped(Markup.shortened($0.element.heading, to: 60)))</a></li>"
        }
        line("<ul class=\"contents\">\(links.joined())</ul>")
    }

    private mutating func writeFindings() {
        guard !report.findings.isEmpty else { return }
        line("<section><h2>What was judged</h2>")
        // What needs somebody comes first.
        let order: [Report.Finding.Outcome] = [.fail, .incomplete, .waived, .pass, .skipped]
        for outcome in order {
            let findings = report.findings.filter { $0.outcome == outcome }
            // Many of one kind are folded, so that what follows is not out of reach; those that need somebody stay open.
            let isFolded = findings.count > Self.foldedFrom
            if isFolded {
                let isOpen = outcome == .fail || outcome == .incomplete
                line("<details\(isOpen ? " open" : "")><summary class=\"\(outcome.rawValue)\">\(outcome.rawValue): \(findings.count)</summary>")
            }
            for finding in findings {
                let place = finding.place.isEmpty ? "" : " <span class=\"soft\">\(Markup.escaped(finding.place))</span>"
                line(
                    "<div class=\"finding\"><span class=\"state \(outcome.rawValue)\">\(outcome.rawValue)</span> "
                        + "\(Self.code(finding.id))\(place)<p>\(Markup.escaped(finding.message))</p>")
                if let remedy = finding.remedy { line("<p class=\"soft\">→ \(Markup.escaped(remedy))</p>") }
                line("</div>")
            }
            if isFolded { line("</details>") }
        }
        line("</section>")
    }

    private mutating func write(_ section: Report.Section, number: Int) {
        line("<section id=\"s\(number)\"><h2>\(Markup.escaped(section.heading))</h2>")
        for paragraph in section.paragraphs { line("<p>\(Markup.escaped(paragraph))</p>") }
        for measure in section.measures { write(measure) }
        if !section.figures.isEmpty {
            if case .distribution(let chart)? = section.figures.first {
                line(
                    "<p class=\"legend\"><span class=\"key quiet\"></span>\(Markup.escaped(chart.firstName))"
                        + "<span class=\"key\"></span>\(Markup.escaped(chart.secondName))</p>")
                line("<div class=\"figures many\">")
            } else {
                line("<div class=\"figures\">")
            }
            for figure in section.figures { write(figure) }
            line("</div>")
        }
        for table in section.tables { write(table) }
        line("</section>")
    }

    private mutating func write(_ measure: Report.Measure) {
        let value = measure.value.map { ChartScale.decimals($0) } ?? "–"
        let words = measure.undefined.map { "undefined: \($0)" } ?? measure.sentence
        line(
            "<div class=\"measure\"><div>\(Self.code(measure.id))<p>\(Markup.escaped(words))</p></div>"
                + "<div class=\"big\">\(value)</div><div class=\"gauge\">\(gauge(measure))</div></div>")
    }

    /// The value on its scale with its interval, where there is a scale; the interval in numbers below.
    private func gauge(_ measure: Report.Measure) -> String {
        var text = ""
        if let value = measure.value, value.isFinite, let scale = measure.scale {
            var canvas = SVGCanvas(width: 200, height: 16, title: "\(measure.id) \(ChartScale.decimals(value))")
            let axis = ChartScale(scale, ends: (6, 194))
            canvas.line(6, 8, 194, 8, style: "grid")
            if let interval = measure.interval {
                let (low, high) = (axis.place(interval.lowerBound), axis.place(interval.upperBound))
                canvas.line(low, 8, high, 8, style: "whisker")
                // Ends that the dot of a narrow interval does not hide.
                for end in [low, high] { canvas.line(end, 2, end, 14, style: "whisker") }
            }
            canvas.dot(x: axis.place(value), y: 8, style: "mark")
            text += canvas.text
        }
        if let interval = measure.interval {
            text += "<div class=\"range\">\(ChartScale.decimals(interval.lowerBound)) to \(ChartScale.decimals(interval.upperBound))</div>"
        }
        return text
    }

    private mutating func write(_ figure: Report.Figure) {
        var note = ""
        let title: String
        let svg: String
        switch figure {
        case .bars(let chart): (title, svg) = (chart.title, chart.svg())
        case .lines(let chart): (title, svg) = (chart.title, chart.svg())
        case .swarm(let chart):
            (title, svg) = (chart.title, chart.svg())
            let shades = (0..<BeeswarmChart.shades).map { "<span class=\"shade s\($0)\"></span>" }.joined()
            note = "<p class=\"note shades\">low value \(shades) high value <span class=\"shade none\"></span> without order, or no value</p>"
        case .scatter(let chart): (title, svg) = (chart.title, chart.svg())
        case .waterfall(let chart): (title, svg) = (chart.title, chart.svg())
        case .distribution(let chart):
            (title, svg) = (chart.title, chart.svg())
            if let outcome = chart.outcome { note = "<span class=\"state \(outcome.rawValue)\">\(outcome.rawValue)</span> " }
            note = "<p class=\"note\">\(note)\(Markup.escaped(chart.note))</p>"
        }
        let isWide = if case .swarm = figure { true } else { false }
        line("<figure\(isWide ? " class=\"wide\"" : "")><figcaption>\(Markup.escaped(title))</figcaption>\(note)\(svg)</figure>")
    }

    /// A check's id that may be broken between its words.
    private static func code(_ id: String) -> String {
        "<code>\(Markup.escaped(id).replacing("_", with: "_<wbr>").replacing(".", with: ".<wbr>"))</code>"
    }

    private mutating func write(_ table: Report.Table) {
        line("<div class=\"scroll\"><table>")
        let heads = table.columns.map { "<th\($0.isNumber ? " class=\"number\"" : "")>\(Markup.escaped($0.name))</th>" }
        line("<thead><tr>\(heads.joined())</tr></thead><tbody>")
        for row in table.rows {
            let cells = zip(table.columns, row).map { "<td\($0.isNumber ? " class=\"number\"" : "")>\(Markup.escaped($1))</td>" }
            line("<tr>\(cells.joined())</tr>")
        }
        line("</tbody></table></div>")
    }
}
