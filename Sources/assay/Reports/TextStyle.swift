import Glibc

/// How text for people looks where it goes: how wide, in colours or not, and with which characters.
struct TextStyle: Sendable {
    enum Colour: Int, Sendable {
        case good = 32
        case bad = 31
        case unsure = 33
        case bar = 36
        case strong = 1
    }

    var width = TextStyle.standardWidth
    var isColoured = false
    /// Whether characters beyond ASCII are shown as they are.
    var isUnicode = true

    static let standardWidth = 80
    private static let widths = 40...200

    init() {}

    /// What suits standard output, or a file.
    ///
    /// - Parameters:
    ///   - isFile: files are 80 columns wide, and coloured only where that is asked for.
    ///   - environment: reads a variable.
    init(_ choice: ColourChoice, isFile: Bool, environment: (String) -> String? = TextStyle.variable) {
        let isTerminal = !isFile && isatty(STDOUT_FILENO) == 1
        switch choice {
        case .always: isColoured = true
        case .never: isColoured = false
        case .auto:
            // https://no-color.org: any value but the empty one.
            isColoured = isTerminal && (environment("NO_COLOR") ?? "").isEmpty && environment("TERM") != "dumb"
        }
        if isTerminal, let columns = Self.terminalColumns() {
            width = min(max(columns, Self.widths.lowerBound), Self.widths.upperBound)
        }
        // The first that is set decides, as POSIX has it; where none is, terminals of today read UTF-8.
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(environment).first { !$0.isEmpty }?.lowercased()
        isUnicode = locale.map { $0.contains("utf-8") || $0.contains("utf8") } ?? true
    }

    static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    private static func terminalColumns() -> Int? {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    func coloured(_ text: String, _ colour: Colour) -> String {
        isColoured && !text.isEmpty ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// A bar of `share` of `columns`, to an eighth of a column, or to a whole one without block characters.
    func bar(_ share: Double, columns: Int) -> String {
        let full = min(max(share, 0), 1) * Double(columns)
        guard isUnicode else { return coloured(String(repeating: "#", count: Int(full.rounded())), .bar) }
        let eighths = Int((full * 8).rounded())
        var bar = String(repeating: "█", count: eighths / 8)
        if !eighths.isMultiple(of: 8) { bar.append(Self.parts[eighths % 8 - 1]) }
        return coloured(bar, .bar)
    }

    /// Left blocks of one to seven eighths.
    private static let parts: [Character] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]

    /// The text with our own marks in ASCII where nothing else is shown; what data says stays as it is.
    func shown(_ text: String) -> String {
        guard !isUnicode else { return text }
        var out = ""
        for character in text { out += Self.plain[character] ?? String(character) }
        return out
    }

    private static let plain: [Character: String] = [
        "–": "-", "—": "-", "…": "...", "×": "x", "≥": ">=", "≤": "<=", "→": "->", "·": "*", "±": "+-", "²": "^2", "−": "-",
    ]
}
