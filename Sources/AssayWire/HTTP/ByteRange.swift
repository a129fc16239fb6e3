/// What a `Range` header asks of a file (RFC 9110, section 14).
package enum ByteRange: Hashable, Sendable {
    /// No range, one we do not serve in part (several ranges, another unit), or one that is not well formed: all of it.
    case whole
    case part(Range<Int64>)
    /// Well formed, and nothing of it is in the file: 416.
    case unsatisfiable

    /// - Parameter header: the value of `Range`, or `nil` where there is none.
    package init(_ header: String?, size: Int64) {
        guard let header, let equals = header.firstIndex(of: "="),
            header[..<equals].lowercased() == "bytes"
        else {
            self = .whole
            return
        }
        let wanted = header[header.index(after: equals)...].filter { $0 != " " && $0 != "\t" }
        let sides = wanted.split(separator: "-", omittingEmptySubsequences: false)
        guard sides.count == 2, let first = Self.number(sides[0]), let last = Self.number(sides[1]) else {
            self = .whole
            return
        }
        switch (first, last) {
        case (nil, nil): self = .whole
        case (nil, let count?):
            // The last `count` bytes. Of an empty file that is all of it, which no Content-Range can say.
            if count == 0 { self = .unsatisfiable } else { self = size == 0 ? .whole : .part(max(size - count, 0)..<size) }
        case (let first?, let last):
            if let last, last < first { self = .whole } else {
                self = first < size ? .part(first..<min(size, Self.following(last ?? .max))) : .unsatisfiable
            }
        }
    }

    /// `nil` inside for no digits, `nil` outside for anything but digits. What is beyond 64 bits is beyond every file.
    private static func number(_ text: Substring) -> Int64?? {
        guard text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return text.isEmpty ? .some(nil) : .some(Int64(text) ?? .max)
    }

    private static func following(_ place: Int64) -> Int64 { place == .max ? .max : place + 1 }

    /// The value of `Content-Range` in the answer.
    package func contentRange(size: Int64) -> String? {
        switch self {
        case .whole: nil
        case .part(let range): "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"
        case .unsatisfiable: "bytes */\(size)"
        }
    }
}
