extension PairedBarChart {
    private static let width = 420.0
    private static let plotHeight = 130.0
    private static let left = 40.0

    /// Two bars a bin, side by side, over one axis of shares.
    func svg() -> String {
        var canvas = SVGCanvas(width: Self.width, height: Self.plotHeight + 62, title: title)
        let (top, bottom) = (26.0, 26 + Self.plotHeight)
        let largest = bins.flatMap { [$0.first, $0.second] }.max() ?? 1
        let axis = ChartScale(0...max(largest, 1e-9), ends: (bottom, top))
        for tick in axis.ticks {
            canvas.line(Self.left, axis.place(tick), Self.width, axis.place(tick), style: "grid")
            canvas.words(
                ChartScale.fixed(tick * 100, digits: 1) + "%", x: Self.left - 6, y: axis.place(tick) + 4, anchor: .end,
                style: "tick")
        }
        let step = (Self.width - Self.left) / Double(max(bins.count, 1))
        let bar = min(step * 0.4, 44)
        // Labels that would run into each other are left out, evenly.
        let room = max(1, Int((64 / step).rounded(.up)))
        for (index, bin) in bins.enumerated() {
            let middle = Self.left + (Double(index) + 0.5) * step
            for (share, x, style, name) in [
                (bin.first, middle - bar, "bar quiet", firstName), (bin.second, middle, "bar", secondName),
            ] {
                canvas.rectangle(
                    x: x, y: axis.place(share), width: bar, height: bottom - axis.place(share), style: style,
                    hint: "\(bin.label), \(name): \(ChartScale.fixed(share * 100, digits: 2)) %")
            }
            if index.isMultiple(of: room) {
                canvas.words(
                    Markup.shortened(bin.label, to: max(6, Int(step * Double(room) / 7))), x: middle, y: bottom + 16,
                    anchor: .middle, style: "tick")
            }
        }
        canvas.line(Self.left, bottom, Self.width, bottom, style: "axis")
        canvas.rectangle(x: Self.left, y: 4, width: 11, height: 11, style: "bar quiet")
        canvas.words(firstName, x: Self.left + 17, y: 14, style: "tick")
        let second = Self.left + 40 + 7 * Double(firstName.count)
        canvas.rectangle(x: second, y: 4, width: 11, height: 11, style: "bar")
        canvas.words(secondName, x: second + 17, y: 14, style: "tick")
        return canvas.text
    }
}
