extension WaterfallChart {
    private static let width = 480.0
    private static let left = 172.0
    private static let right = 78.0
    private static let rowHeight = 28.0

    /// From the base above to the score below.
    func svg() -> String {
        let top = 24.0
        let bottom = top + Double(steps.count) * Self.rowHeight
        var canvas = SVGCanvas(width: Self.width, height: bottom + 54, title: title)
        var places = [base]
        for step in steps { places.append((places.last ?? 0) + step.move) }
        let axis = ChartScale((places.min() ?? 0)...max(places.max() ?? 0, places.min() ?? 0), ends: (Self.left + 8, Self.width - Self.right))
        for tick in axis.ticks {
            canvas.line(axis.place(tick), top, axis.place(tick), bottom + 4, style: "grid")
            canvas.words(axis.label(tick), x: axis.place(tick), y: bottom + 38, anchor: .middle, style: "tick")
        }
        canvas.words("base \(ChartScale.decimals(base))", x: axis.place(base), y: 14, anchor: anchor(axis.place(base)), style: "tick")
        for (number, step) in steps.enumerated() {
            let row = top + Double(number) * Self.rowHeight
            let (from, to) = (axis.place(places[number]), axis.place(places[number + 1]))
            canvas.words(Self.name(step), x: Self.left - 4, y: row + 17, anchor: .end)
            canvas.rectangle(
                x: min(from, to), y: row + 5, width: max(abs(to - from), 1), height: 16, style: step.move < 0 ? "bar down" : "bar up",
                hint: "\(step.label) \(step.detail): \(Self.signed(step.move))")
            canvas.words(Self.signed(step.move), x: Self.width - 4, y: row + 17, anchor: .end, style: "value")
            if number + 1 < steps.count { canvas.line(to, row + 5, to, row + Self.rowHeight + 21, style: "link") }
        }
        let last = places.last ?? base
        canvas.line(axis.place(last), bottom, axis.place(last), bottom + 8, style: "axis")
        canvas.words("score \(ChartScale.decimals(last)), in \(unit)", x: axis.place(last), y: bottom + 18, anchor: anchor(axis.place(last)), style: "small")
        return canvas.text
    }

    private func anchor(_ place: Double) -> SVGCanvas.Anchor {
        place > Self.width * 0.75 ? .end : place < Self.width * 0.45 ? .start : .middle
    }

    /// As much of label and value as stands left of the bars.
    private static func name(_ step: Step) -> String {
        let detail = step.detail.isEmpty ? "" : " = " + Markup.shortened(step.detail, to: 10)
        return Markup.shortened(step.label, to: max(24 - detail.count, 8)) + detail
    }

    private static func signed(_ value: Double) -> String { (value < 0 ? "−" : "+") + ChartScale.significant(abs(value)) }
}
