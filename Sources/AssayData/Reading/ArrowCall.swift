internal import AssayColumns
internal import AssayTerms
internal import CArrow
internal import CArrowABI
internal import Glibc

/// The shim's conventions in Swift: errors, texts, lists of texts.
enum ArrowCall {
    /// Arrow's kernels are registered and its pool is sized once for the process.
    private static let started: Result<Void, AssayError> = {
        var error = CArrowError()
        let failed = carrow_start(Int32(clamping: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))), &error)
        return failed == 0 ? .success(()) : .failure(Self.error(from: &error, about: "the data reader"))
    }()

    /// Calls into the shim; a text it leaves becomes an error about `name`.
    static func perform(
        on name: String, _ body: (UnsafeMutablePointer<CArrowError>) -> Int32
    ) throws(AssayError) {
        try started.get()
        var error = CArrowError()
        if body(&error) != 0 { throw Self.error(from: &error, about: name) }
    }

    private static func error(from error: inout CArrowError, about name: String) -> AssayError {
        let text = withUnsafeBytes(of: &error.text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        return self.error(text, about: name)
    }

    /// "code: message" as an error about `name`.
    static func error(_ text: String, about name: String) -> AssayError {
        let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) ?? text.endIndex
        let code = AssayError.Code(rawValue: String(text[..<colon]))
        let message = colon == text.endIndex ? text[...] : text[text.utf8.index(after: colon)...].drop { $0 == " " }
        return AssayError(code ?? .internalFault, "\(name): \(message)")
    }

    static func string(_ text: CArrowText) -> String {
        guard let bytes = text.bytes else { return "" }
        // Safe: the shim's texts live as long as the handle they come from, which the caller holds.
        return String(decoding: UnsafeRawBufferPointer(start: bytes, count: text.count), as: UTF8.self)
    }

    /// Lends `texts` to C for the duration of `body`.
    static func withTexts<Value, Failure: Error>(
        _ texts: [Text], _ body: (UnsafePointer<CArrowText>?, Int32) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let bytes = texts.flatMap { Array($0.utf8) }
        let storage = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
        let list = UnsafeMutablePointer<CArrowText>.allocate(capacity: texts.count + 1)
        defer {
            storage.deallocate()
            list.deallocate()
        }
        for (index, byte) in bytes.enumerated() { storage[index] = CChar(bitPattern: byte) }
        var start = 0
        for (index, text) in texts.enumerated() {
            (list + index).initialize(to: CArrowText(bytes: storage + start, count: text.utf8Count))
            start += text.utf8Count
        }
        return try body(list, Int32(clamping: texts.count))
    }

    /// A sink that shows every byte to `digest`, which it keeps alive until the reader lets go.
    static func sink(_ digest: RunningDigest?) -> CArrowByteSink {
        guard let digest else { return CArrowByteSink(see: nil, release: nil, context: nil) }
        return CArrowByteSink(
            see: { context, bytes, count in
                guard let context else { return }
                Unmanaged<RunningDigest>.fromOpaque(context).takeUnretainedValue()
                    .see(UnsafeRawBufferPointer(start: bytes, count: count))
            },
            release: { context in
                if let context { Unmanaged<RunningDigest>.fromOpaque(context).release() }
            },
            context: Unmanaged.passRetained(digest).toOpaque())
    }
}

extension ColumnType {
    init?(_ type: CArrowType) {
        switch type {
        case CARROW_BOOLEAN: self = .boolean
        case CARROW_INT64: self = .int64
        case CARROW_DOUBLE: self = .double
        case CARROW_TEXT: self = .text
        case CARROW_TIMESTAMP: self = .timestamp
        default: return nil
        }
    }

    /// The type in which CSV text is read for this one; timestamps are read from text here.
    var csvSource: CArrowType {
        switch self {
        case .boolean: CARROW_BOOLEAN
        case .int64: CARROW_INT64
        case .double: CARROW_DOUBLE
        case .text, .timestamp: CARROW_TEXT
        }
    }
}
