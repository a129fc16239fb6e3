extension BarChart {
    private static let width = 640.0
    private static let labelWidth = 190.0
    private static let valueWidth = 70.0
    private static let rowHeight = 30.0

    /// Bars from zero (or the axis' lower end), whiskers for intervals, a dashed line for the reference.
    func svg() -> String {
        let top = reference == nil ? 6.0 : 22.0
        let bottom = top + Double(bars.count) * Self.rowHeight
        var canvas = SVGCanvas(width: Self.width, height: bottom + 24, title: title)
        let values = bars.flatMap { [$0.value, $0.interval?.lowerBound, $0.interval?.upperBound].compactMap { $0 } }
        let axis = ChartScale(
            scale, fitting: values.filter(\.isFinite), ends: (Self.labelWidth, Self.width - Self.valueWidth))
        for tick in axis.ticks {
            canvas.line(axis.place(tick), top, axis.place(tick), bottom, style: "grid")
            canvas.words(ChartScale.text(tick), x: axis.place(tick), y: bottom + 16, anchor: .middle, style: "tick")
        }
        let zero = axis.place(0)
        for (index, bar) in bars.enumerated() {
            let middle = top + (Double(index) + 0.5) * Self.rowHeight
            canvas.words(
                Markup.shortened(bar.label, to: bar.detail.isEmpty ? 26 : 17), x: 0, y: middle + 4)
            canvas.words(bar.detail, x: Self.labelWidth - 8, y: middle + 4, anchor: .end, style: "tick")
            guard let value = bar.value else {
                canvas.words("undefined", x: zero + 6, y: middle + 4, style: "tick")
                continue
            }
            let place = axis.place(value)
            canvas.rectangle(
                x: min(zero, place), y: middle - 9, width: abs(place - zero), height: 18, style: "bar",
                hint: "\(bar.label): \(ChartScale.text(value))")
            if let interval = bar.interval {
                let (low, high) = (axis.place(interval.lowerBound), axis.place(interval.upperBound))
                canvas.line(low, middle, high, middle, style: "whisker")
                for end in [low, high] { canvas.line(end, middle - 4, end, middle + 4, style: "whisker") }
            }
            canvas.words(
                ChartScale.decimals(value), x: Self.width, y: middle + 4, anchor: .end, style: "value")
        }
        if let reference {
            let place = axis.place(reference.value)
            canvas.line(place, top - 4, place, bottom, style: "reference")
            canvas.words(
                "\(reference.name) \(ChartScale.decimals(reference.value))", x: place, y: 12,
                anchor: place > Self.width * 0.7 ? .end : .middle, style: "tick")
        }
        return canvas.text
    }
}
