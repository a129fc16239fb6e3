extension ScatterChart {
    private static let width = 420.0
    private static let left = 52.0
    private static let top = 10.0
    private static let bottom = 210.0

    func svg() -> String {
        var canvas = SVGCanvas(width: Self.width, height: 250, title: title)
        let down = ChartScale((moves.min() ?? 0)...max(moves.max() ?? 0, moves.min() ?? 0), fitting: [0], ends: (Self.bottom - 8, Self.top + 6))
        for tick in down.ticks {
            canvas.line(Self.left, down.place(tick), Self.width - 8, down.place(tick), style: tick == 0 ? "axis" : "grid")
            canvas.words(down.label(tick), x: Self.left - 6, y: down.place(tick) + 4, anchor: .end, style: "tick")
        }
        canvas.words("contribution, in \(unit)", x: 2, y: 244, style: "tick")
        switch values {
        case .numbers(let numbers): draw(numbers, down, on: &canvas)
        case .categories(let places, let names): draw(places, names, down, on: &canvas)
        }
        return canvas.text
    }

    private func draw(_ numbers: [Double?], _ down: ChartScale, on canvas: inout SVGCanvas) {
        let known = numbers.compactMap { $0 }.filter(\.isFinite)
        let hasMissing = known.count < numbers.count
        let right = hasMissing ? Self.width - 58 : Self.width - 14
        let across = ChartScale((known.min() ?? 0)...max(known.max() ?? 0, known.min() ?? 0), ends: (Self.left + 8, right))
        for tick in known.isEmpty ? [] : across.ticks {
            canvas.line(across.place(tick), Self.bottom, across.place(tick), Self.bottom + 4, style: "axis")
            canvas.words(across.label(tick), x: across.place(tick), y: Self.bottom + 18, anchor: .middle, style: "tick")
        }
        var points: [(x: Double, y: Double)] = []
        var missing: [(x: Double, y: Double)] = []
        for (number, move) in zip(numbers, moves) {
            if let number, number.isFinite {
                points.append((across.place(number), down.place(move)))
            } else {
                missing.append((Self.width - 28, down.place(move)))
            }
        }
        canvas.points(points, style: "point plain")
        if hasMissing {
            canvas.points(missing, style: "point none")
            canvas.words("no value", x: Self.width - 28, y: Self.bottom + 18, anchor: .middle, style: "tick")
        }
    }

    private func draw(_ places: [Int], _ names: [String], _ down: ChartScale, on canvas: inout SVGCanvas) {
        let slot = (Self.width - 14 - Self.left) / Double(max(names.count, 1))
        for (place, name) in names.enumerated() {
            let middle = Self.left + (Double(place) + 0.5) * slot
            // Every other name one line lower where they stand close.
            let line = names.count > 4 && place % 2 == 1 ? 14.0 : 0
            canvas.words(Markup.shortened(name, to: names.count > 4 ? 12 : 16), x: middle, y: Self.bottom + 16 + line, anchor: .middle, style: "tick")
        }
        var seen = [Int](repeating: 0, count: names.count)
        var points: [(x: Double, y: Double)] = []
        for (place, move) in zip(places, moves) {
            // Beside each other in the order of the rows, within the middle of the slot.
            let share = Double(seen[place] * 37 % 100) / 100 - 0.5
            seen[place] += 1
            points.append((Self.left + (Double(place) + 0.5 + share * 0.55) * slot, down.place(move)))
        }
        canvas.points(points, style: "point plain")
    }
}
