extension DistributionChart {
    private static let width = 300.0
    private static let plot = (left: 4.0, right: 296.0, top: 14.0, bottom: 118.0)
    private static let rowHeight = 30.0

    func svg() -> String {
        switch bins {
        case .numbers(let edges): histogram(edges)
        case .values(let names): rows(names)
        }
    }

    /// The reference as a filled area, the current data as a line over it.
    private func histogram(_ edges: [Double]) -> String {
        var canvas = SVGCanvas(width: Self.width, height: Self.plot.bottom + 20, title: title)
        let range = edges[0]...edges[edges.count - 1]
        let axis = ChartScale(range, ends: (Self.plot.left, Self.plot.right))
        let largest = max(first.max() ?? 0, second.max() ?? 0, 1e-9)
        let heights = ChartScale(0...largest, ends: (Self.plot.bottom, Self.plot.top))
        for tick in axis.ticks {
            let place = axis.place(tick)
            canvas.line(place, Self.plot.top, place, Self.plot.bottom + 3, style: "grid")
            canvas.words(
                axis.label(tick), x: place, y: Self.plot.bottom + 15,
                anchor: place > Self.width * 0.93 ? .end : place < Self.width * 0.07 ? .start : .middle, style: "tick")
        }
        let places = edges.map(axis.place)
        canvas.steps(places, first.map(heights.place), base: Self.plot.bottom, style: "area")
        canvas.steps(places, second.map(heights.place), base: Self.plot.bottom, style: "outline")
        canvas.line(Self.plot.left, Self.plot.bottom, Self.plot.right, Self.plot.bottom, style: "axis")
        canvas.words("\(ChartScale.percent(largest))", x: Self.plot.left, y: 9, style: "tick")
        return canvas.text
    }

    /// A row a value: its name, and a bar for each set below each other.
    private func rows(_ names: [String]) -> String {
        var canvas = SVGCanvas(width: Self.width, height: Double(max(names.count, 1)) * Self.rowHeight + 2, title: title)
        let largest = max(first.max() ?? 0, second.max() ?? 0, 1e-9)
        let axis = ChartScale(0...largest, ends: (Self.plot.left, Self.plot.right))
        for (index, name) in names.enumerated() {
            let top = Double(index) * Self.rowHeight
            canvas.words(Markup.shortened(name, to: 26), x: Self.plot.left, y: top + 12, style: "small")
            canvas.words(
                "\(ChartScale.percent(first[index])) → \(ChartScale.percent(second[index]))", x: Self.plot.right, y: top + 12,
                anchor: .end, style: "tick")
            for (share, y, style) in [(first[index], top + 16, "bar quiet"), (second[index], top + 22, "bar")] {
                canvas.rectangle(
                    x: Self.plot.left, y: y, width: axis.place(share) - Self.plot.left, height: 5, style: style)
            }
        }
        return canvas.text
    }

    /// Both distributions in one line of text each, for where nothing can be drawn.
    var lines: (first: String, second: String) {
        switch bins {
        case .numbers:
            let largest = max(first.max() ?? 0, second.max() ?? 0)
            return (Self.blocks(first, largest: largest), Self.blocks(second, largest: largest))
        case .values(let names): return (Self.shares(names, first), Self.shares(names, second))
        }
    }

    private static func blocks(_ shares: [Double], largest: Double) -> String {
        guard largest > 0 else { return "" }
        let blocks: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
        return String(shares.map { $0 == 0 ? "·" : blocks[min(7, Int($0 / largest * 8))] })
    }

    private static func shares(_ names: [String], _ shares: [Double]) -> String {
        zip(names, shares).prefix(4).map { "\(Markup.shortened($0, to: 16)) \(ChartScale.percent($1))" }.joined(separator: ", ")
            + (names.count > 4 ? ", …" : "")
    }
}
