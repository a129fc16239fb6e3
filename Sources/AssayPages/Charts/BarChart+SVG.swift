extension BarChart {
    private static let width = 420.0
    private static let margin = 6.0
    private static let rowHeight = 40.0

    /// Names above bars from zero (or the axis' lower end), whiskers for intervals, a dashed line for the reference, which is
    /// broken where names stand. As narrow as a phone, so that its words can be read on one.
    func svg() -> String {
        let top = reference == nil ? 2.0 : 20.0
        let bottom = top + Double(bars.count) * Self.rowHeight
        var canvas = SVGCanvas(width: Self.width, height: bottom + 22, title: title)
        let values = bars.flatMap { [$0.value, $0.interval?.lowerBound, $0.interval?.upperBound].compactMap { $0 } }
        let axis = ChartScale(
            scale, fitting: values.filter(\.isFinite), ends: (Self.margin, Self.width - Self.margin))
        for tick in axis.ticks {
            canvas.line(axis.place(tick), top, axis.place(tick), bottom + 4, style: "grid")
            canvas.words(axis.label(tick), x: axis.place(tick), y: bottom + 18, anchor: .middle, style: "tick")
        }
        for (index, bar) in bars.enumerated() { draw(bar, top: top + Double(index) * Self.rowHeight, axis, on: &canvas) }
        if let reference {
            let place = axis.place(reference.value)
            canvas.line(place, top - 5, place, top + 1, style: "reference")
            for index in bars.indices {
                let row = top + Double(index) * Self.rowHeight
                canvas.line(place, row + 19, place, row + 38, style: "reference")
            }
            canvas.words(
                "\(reference.name) \(ChartScale.decimals(reference.value))", x: place, y: 11,
                anchor: place > Self.width * 0.8 ? .end : place < Self.width * 0.2 ? .start : .middle, style: "tick")
        }
        return canvas.text
    }

    private func draw(_ bar: Bar, top: Double, _ axis: ChartScale, on canvas: inout SVGCanvas) {
        canvas.words(Markup.shortened(bar.label, to: 30), x: Self.margin, y: top + 15)
        canvas.words(bar.detail, x: Self.width - 74, y: top + 15, anchor: .end, style: "tick")
        guard let value = bar.value, value.isFinite else {
            canvas.words("undefined", x: Self.width - Self.margin, y: top + 15, anchor: .end, style: "tick")
            return
        }
        canvas.words(ChartScale.decimals(value), x: Self.width - Self.margin, y: top + 15, anchor: .end, style: "value")
        let (zero, place, middle) = (axis.place(0), axis.place(value), top + 28)
        canvas.rectangle(
            x: min(zero, place), y: middle - 6, width: abs(place - zero), height: 12, style: "bar",
            hint: "\(bar.label): \(ChartScale.decimals(value))")
        guard let interval = bar.interval else { return }
        let (low, high) = (axis.place(interval.lowerBound), axis.place(interval.upperBound))
        canvas.line(low, middle, high, middle, style: "whisker")
        for end in [low, high] { canvas.line(end, middle - 4, end, middle + 4, style: "whisker") }
    }
}
