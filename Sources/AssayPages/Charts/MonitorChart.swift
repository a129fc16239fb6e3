/// What a monitor measured window by window, against its limits.
package struct MonitorChart: Sendable {
    package enum Verdict: Sendable {
        case kept, broken, incomplete
    }

    package struct Point: Sendable {
        /// What the window is called.
        package var window: String
        /// `nil` where there was nothing to measure.
        package var value: Double?
        package var verdict: Verdict

        package init(window: String, value: Double?, verdict: Verdict) {
            self.window = window
            self.value = value
            self.verdict = verdict
        }
    }

    package struct Limit: Sendable {
        package var name: String
        package var value: Double

        package init(name: String, value: Double) {
            self.name = name
            self.value = value
        }
    }

    package var title: String
    /// The oldest first.
    package var points: [Point]
    package var limits: [Limit]

    package init(title: String, points: [Point], limits: [Limit]) {
        self.title = title
        self.points = points
        self.limits = limits
    }

    private static let width = 520.0
    private static let plot = (left: 46.0, right: 432.0, top: 14.0, bottom: 176.0)

    /// One SVG drawing; `nil` where no window has a value. What is broken has another form than what is kept, not only another colour.
    package func svg() -> String? {
        let values = points.compactMap(\.value).filter(\.isFinite)
        guard let first = values.first else { return nil }
        let all = values + limits.map(\.value).filter(\.isFinite)
        let low = all.min() ?? first
        let high = all.max() ?? first
        let air = high > low ? (high - low) * 0.08 : max(abs(high) * 0.1, 0.05)
        var canvas = SVGCanvas(width: Self.width, height: Self.plot.bottom + 40, title: title)
        let y = ChartScale((low - air)...(high + air), ends: (Self.plot.bottom, Self.plot.top))
        for tick in y.ticks {
            canvas.line(Self.plot.left, y.place(tick), Self.plot.right, y.place(tick), style: "grid")
            canvas.words(y.label(tick), x: Self.plot.left - 6, y: y.place(tick) + 4, anchor: .end, style: "tick")
        }
        for limit in limits where limit.value.isFinite {
            canvas.line(Self.plot.left, y.place(limit.value), Self.plot.right, y.place(limit.value), style: "limit")
            canvas.words(
                "\(limit.name) \(ChartScale.text(limit.value))", x: Self.plot.right + 6, y: y.place(limit.value) + 4, style: "tick")
        }
        draw(&canvas, y)
        let middle = (Self.plot.left + Self.plot.right) / 2
        canvas.words("windows, the oldest first", x: middle, y: Self.plot.bottom + 32, anchor: .middle, style: "tick")
        return canvas.text
    }

    private func draw(_ canvas: inout SVGCanvas, _ y: ChartScale) {
        let step = (Self.plot.right - Self.plot.left) / Double(max(points.count, 1))
        let x = { (place: Int) in Self.plot.left + (Double(place) + 0.5) * step }
        // A window without a value leaves a gap: a line over it would say that it was measured.
        var run: [(x: Double, y: Double)] = []
        for (place, point) in points.enumerated() {
            if let value = point.value, value.isFinite {
                run.append((x(place), y.place(value)))
            } else {
                canvas.path(run, style: "curve")
                run = []
            }
        }
        canvas.path(run, style: "curve")
        let stride = max(1, (points.count + 9) / 10)
        for (place, point) in points.enumerated() {
            if place % stride == 0 {
                canvas.words(String(place + 1), x: x(place), y: Self.plot.bottom + 16, anchor: .middle, style: "tick")
            }
            guard let value = point.value, value.isFinite else { continue }
            let hint = "\(point.window): \(ChartScale.text(value))"
            if point.verdict == .broken {
                canvas.rectangle(x: x(place) - 4.5, y: y.place(value) - 4.5, width: 9, height: 9, style: "broken", hint: hint + ", outside the limit")
            } else {
                canvas.dot(x: x(place), y: y.place(value), style: "mark", hint: hint)
            }
        }
    }
}
