/// Writes one SVG drawing. Colours come from the page's style sheet, so that a drawing follows light and dark.
struct SVGCanvas {
    private var body = ""
    private let width: Double
    private let height: Double
    private let title: String

    init(width: Double, height: Double, title: String) {
        self.width = width
        self.height = height
        self.title = title
    }

    var text: String {
        let name = Markup.escaped(title)
        return "<svg viewBox=\"0 0 \(Self.number(width)) \(Self.number(height))\" role=\"img\" aria-label=\"\(name)\">"
            + body + "</svg>"
    }

    /// - Parameter hint: what a pointer resting on it is told.
    mutating func rectangle(x: Double, y: Double, width: Double, height: Double, style: String, hint: String? = nil) {
        let inside = hint.map { "<title>\(Markup.escaped($0))</title>" } ?? ""
        let start = "<rect class=\"\(style)\" x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" "
            + "width=\"\(Self.number(max(width, 0)))\" height=\"\(Self.number(height))\""
        body += inside.isEmpty ? start + "/>" : start + ">\(inside)</rect>"
    }

    mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, style: String) {
        body += "<line class=\"\(style)\" x1=\"\(Self.number(x1))\" y1=\"\(Self.number(y1))\" "
            + "x2=\"\(Self.number(x2))\" y2=\"\(Self.number(y2))\"/>"
    }

    mutating func path(_ points: [(x: Double, y: Double)], style: String) {
        guard points.count > 1 else { return }
        let places = points.map { "\(Self.number($0.x)) \(Self.number($0.y))" }
        body += "<path class=\"\(style)\" d=\"M\(places.joined(separator: "L"))\"/>"
    }

    /// A staircase from `base` and back to it: one step between each two of `edges`, `heights` high.
    mutating func steps(_ edges: [Double], _ heights: [Double], base: Double, style: String) {
        guard let first = edges.first else { return }
        var path = "M\(Self.number(first)) \(Self.number(base))"
        for (height, right) in zip(heights, edges.dropFirst()) { path += "V\(Self.number(height))H\(Self.number(right))" }
        body += "<path class=\"\(style)\" d=\"\(path)V\(Self.number(base))\"/>"
    }

    mutating func dot(x: Double, y: Double, style: String, hint: String? = nil) {
        let inside = hint.map { "<title>\(Markup.escaped($0))</title>" } ?? ""
        body += "<circle class=\"\(style)\" cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" r=\"3.5\">\(inside)</circle>"
    }

    /// Many dots of one kind: a path of strokes without length, which round ends make dots.
    mutating func points(_ points: [(x: Double, y: Double)], style: String) {
        guard !points.isEmpty else { return }
        let places = points.map { "M\(Self.number($0.x)) \(Self.number($0.y))h0" }
        body += "<path class=\"\(style)\" d=\"\(places.joined())\"/>"
    }

    enum Anchor: String { case start, middle, end }

    mutating func words(_ text: String, x: Double, y: Double, anchor: Anchor = .start, style: String = "label") {
        body += "<text class=\"\(style)\" x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" text-anchor=\"\(anchor.rawValue)\">"
            + Markup.escaped(text) + "</text>"
    }

    /// A coordinate with one decimal, without a trailing zero.
    static func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        let (whole, rest) = (abs(tenths) / 10, abs(tenths) % 10)
        return (tenths < 0 ? "-" : "") + (rest == 0 ? "\(whole)" : "\(whole).\(rest)")
    }
}
