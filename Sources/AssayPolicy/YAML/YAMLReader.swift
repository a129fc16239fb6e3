import AssayTerms
// libYAML as Yams carries it. Yams' own composer has resolved aliases before one can see them (an alias bomb is
// hashed before it could be refused), recurses, and stops at the first duplicate key; the events below show all.
import CYaml

/// Reads one YAML document into nodes and lists what a policy may not contain: aliases, anchors, tags,
/// duplicate keys, keys that are not text, several documents, more than the stated limits.
///
/// - Complexity: O(text) time and memory; libYAML looks back at most 1,024 characters for a key.
package struct YAMLReader {
    static let byteLimit = 256 * 1024
    static let depthLimit = 16
    static let nodeLimit = 20_000
    static let scalarByteLimit = 65_536
    /// More problems than anyone reads; the rest is left out.
    static let problemLimit = 100

    private struct Frame {
        var position: SourcePosition
        var isMapping: Bool
        var items: [YAMLNode] = []
        var entries: [YAMLNode.Entry] = []
        var lines: [Text: Int] = [:]
        var pendingKey: (text: Text?, position: SourcePosition)?
    }

    /// What the document is, for messages: "policy".
    let noun: String
    package private(set) var problems: [PolicyProblems.Problem] = []
    private var frames: [Frame] = []
    private var root: YAMLNode?
    private var nodeCount = 0

    package init(noun: String = "policy") { self.noun = noun }

    /// The document's node, or `nil` where the text is no YAML at all; `problems` says what was found either way.
    package mutating func read(_ source: [UInt8]) -> YAMLNode? {
        guard source.count <= Self.byteLimit else {
            let start = SourcePosition(line: 1, column: 1)
            report(start, "the \(noun) has \(source.count) bytes; at most \(Self.byteLimit) are read")
            return nil
        }
        let hasByteOrderMark = source.starts(with: [0xEF, 0xBB, 0xBF])
        let text = hasByteOrderMark ? source[3...] : source[...]
        guard isReadable(text) else { return nil }

        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        defer { parser.deallocate() }
        guard yaml_parser_initialize(parser) == 1 else {
            report(SourcePosition(line: 1, column: 1), "there is no memory to read the \(noun)")
            return nil
        }
        defer { yaml_parser_delete(parser) }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        return text.withUnsafeBufferPointer { bytes in
            yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
            return readEvents(parser)
        }
    }

    package mutating func report(_ position: SourcePosition, _ message: String) {
        if problems.count < Self.problemLimit { problems.append(.init(position: position, message: message)) }
    }

    /// UTF-8 without control characters but tab and line ends; libYAML would say so too, without a line.
    private mutating func isReadable(_ bytes: ArraySlice<UInt8>) -> Bool {
        var position = SourcePosition(line: 1, column: 1)
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .emptyInput: return true
            case .error:
                report(position, "the text is not UTF-8 here; save the \(noun) as UTF-8")
                return false
            case .valid(let encoded):
                let scalar = Unicode.UTF8.decode(encoded)
                switch scalar.value {
                case 0x0A: position = SourcePosition(line: position.line + 1, column: 1)
                case 0x09, 0x0D, 0x85: position.column += 1
                case 0..<0x20, 0x7F..<0xA0:
                    let code = String(scalar.value, radix: 16, uppercase: true)
                    report(
                        position,
                        "the control character U+\(String(repeating: "0", count: 4 - code.count))\(code) cannot stand in a \(noun)"
                    )
                    return false
                default: position.column += 1
                }
            }
        }
    }

    private mutating func readEvents(_ parser: UnsafeMutablePointer<yaml_parser_t>) -> YAMLNode? {
        var documentCount = 0
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(parser, &event) == 1 else {
                reportSyntax(parser.pointee)
                return nil
            }
            defer { yaml_event_delete(&event) }
            let position = SourcePosition(
                line: Int(clamping: event.start_mark.line) + 1, column: Int(clamping: event.start_mark.column) + 1)
            switch event.type {
            case YAML_STREAM_END_EVENT:
                if documentCount == 0 { report(SourcePosition(line: 1, column: 1), "the \(noun) is empty") }
                return root
            case YAML_DOCUMENT_START_EVENT:
                documentCount += 1
                if documentCount > 1 {
                    report(position, "a second document starts here; one file holds one \(noun)")
                    return root
                }
                if event.data.document_start.tag_directives.start != event.data.document_start.tag_directives.end {
                    report(position, "a \(noun) has no tags, so it needs no %TAG")
                }
            case YAML_ALIAS_EVENT:
                report(
                    position,
                    "'*\(Self.text(event.data.alias.anchor))' is an alias; write the value out (text that starts with * needs quotes)"
                )
                guard add(YAMLNode(content: .refused, position: position)) else { return nil }
            case YAML_SCALAR_EVENT:
                refuse(anchor: event.data.scalar.anchor, tag: event.data.scalar.tag, at: position)
                guard add(scalar(event, at: position)) else { return nil }
            case YAML_SEQUENCE_START_EVENT:
                refuse(anchor: event.data.sequence_start.anchor, tag: event.data.sequence_start.tag, at: position)
                guard open(Frame(position: position, isMapping: false)) else { return nil }
            case YAML_MAPPING_START_EVENT:
                refuse(anchor: event.data.mapping_start.anchor, tag: event.data.mapping_start.tag, at: position)
                guard open(Frame(position: position, isMapping: true)) else { return nil }
            case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
                guard let frame = frames.popLast() else { return nil }
                let content: YAMLNode.Content = frame.isMapping ? .mapping(frame.entries) : .sequence(frame.items)
                guard add(YAMLNode(content: content, position: frame.position)) else { return nil }
            default: break
            }
        }
    }

    private func scalar(_ event: yaml_event_t, at position: SourcePosition) -> YAMLNode {
        let bytes = UnsafeBufferPointer(start: event.data.scalar.value, count: event.data.scalar.length)
        // libYAML gives UTF-8 for every scalar it accepts, escapes included.
        guard let text = Text(utf8: bytes) else { return YAMLNode(content: .refused, position: position) }
        let isPlain = event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE
        return YAMLNode(content: .scalar(text, isPlain: isPlain), position: position)
    }

    private mutating func open(_ frame: Frame) -> Bool {
        guard frames.count < Self.depthLimit else {
            report(frame.position, "lists and mappings stand more than \(Self.depthLimit) deep here")
            return false
        }
        frames.append(frame)
        return true
    }

    /// Puts a finished node where it belongs; `false` when a limit ends the reading.
    private mutating func add(_ node: YAMLNode) -> Bool {
        nodeCount += 1
        guard nodeCount <= Self.nodeLimit else {
            report(node.position, "the \(noun) has more than \(Self.nodeLimit) parts")
            return false
        }
        if case .scalar(let text, _) = node.content, text.utf8Count > Self.scalarByteLimit {
            report(node.position, "this text has \(text.utf8Count) bytes; at most \(Self.scalarByteLimit) are read")
            return false
        }
        guard var frame = frames.popLast() else {
            root = node
            return true
        }
        defer { frames.append(frame) }
        guard frame.isMapping else {
            frame.items.append(node)
            return true
        }
        guard let key = frame.pendingKey else {
            if case .scalar(let text, _) = node.content {
                frame.pendingKey = (text, node.position)
            } else {
                if case .refused = node.content {
                } else {
                    report(node.position, "a key is text here, not \(node.kind)")
                }
                frame.pendingKey = (nil, node.position)
            }
            return true
        }
        frame.pendingKey = nil
        guard let text = key.text else { return true }
        if let line = frame.lines[text] {
            report(key.position, "'\(text)' stands in this mapping already, on line \(line)")
        } else {
            frame.lines[text] = key.position.line
            frame.entries.append(.init(key: text, keyPosition: key.position, value: node))
        }
        return true
    }

    private mutating func refuse(
        anchor: UnsafeMutablePointer<yaml_char_t>?, tag: UnsafeMutablePointer<yaml_char_t>?, at position: SourcePosition
    ) {
        if let anchor {
            report(
                position,
                "'&\(Self.text(anchor))' is an anchor; a \(noun) has none (text that starts with & needs quotes)")
        }
        if let tag {
            report(position, "'\(Self.text(tag))' is a tag; a \(noun) has none (text that starts with ! needs quotes)")
        }
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>) -> String {
        var count = 0
        while count < 64, pointer[count] != 0 { count += 1 }
        return String(decoding: UnsafeBufferPointer(start: pointer, count: count), as: UTF8.self)
    }

    private mutating func reportSyntax(_ parser: yaml_parser_t) {
        let mark = parser.problem_mark
        let position = SourcePosition(line: Int(clamping: mark.line) + 1, column: Int(clamping: mark.column) + 1)
        let problem = parser.problem.map { String(cString: $0) } ?? "it cannot be read"
        if problem.hasPrefix("Maximum nesting level") {
            // Lists nested on one line are looked through before the first of them is reported.
            report(position, "lists and mappings stand more than \(Self.depthLimit) deep here")
            return
        }
        var message = "this is not YAML: \(problem)"
        if let context = parser.context {
            message += ", \(String(cString: context)) (line \(parser.context_mark.line + 1))"
        }
        if problem.contains("tab character") { message += "; indent with spaces" }
        if problem.contains("character that cannot start any token") {
            message += "; indent with spaces, and put quotes around text that starts with @, ` or %"
        }
        report(position, message)
    }
}
