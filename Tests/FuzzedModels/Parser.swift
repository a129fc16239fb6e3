/// A parser under test.
package struct Parser: Sendable {
    package enum Verdict: Equatable {
        case sound
        case refused
        /// It took what it must not, or gave what cannot be.
        case broken(String)
    }

    package let name: String
    package let seeds: [[UInt8]]
    package let accepts: @Sendable ([UInt8]) -> Verdict

    package init(_ name: String, _ seeds: [String], _ accepts: @escaping @Sendable ([UInt8]) throws -> Verdict) {
        self.init(name, bytes: seeds.map { Array($0.utf8) }, accepts)
    }

    /// - Parameter accepts: an error is a refusal.
    package init(_ name: String, bytes seeds: [[UInt8]], _ accepts: @escaping @Sendable ([UInt8]) throws -> Verdict) {
        self.name = name
        self.seeds = seeds
        self.accepts = { bytes in
            do { return try accepts(bytes) } catch { return .refused }
        }
    }

    /// For what takes text; bytes that are none are refused before.
    package static func text(_ name: String, _ seeds: [String], _ accepts: @escaping @Sendable (String) throws -> Verdict) -> Parser {
        Parser(name, seeds) { bytes in
            guard let text = String(validating: bytes, as: UTF8.self) else { return .refused }
            return try accepts(text)
        }
    }

    package static func same<Value: Equatable>(_ written: Value, _ read: Value, _ what: String = "it writes otherwise than it read") -> Verdict {
        written == read ? .sound : .broken("\(what): \(written)")
    }
}
