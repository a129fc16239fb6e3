/// A decimal number of any length, compared and computed exactly.
///
/// A limit is what its author wrote, not the nearest binary fraction: 0.1 is one tenth. A measured value is a
/// `Double`, and what people see of it is its shortest decimal form, the one that reads back as the same bits;
/// that form is what a limit is compared with. So a computed `0.1 + 0.2` (0.30000000000000004) does not meet
/// `max: 0.3`, and a computed 0.3 does.
///
/// - Complexity: comparison O(digits); sums and products at most O(digits²). Exponents are limited to ±400 when
///   read, so no number has more than about 1,200 digits on the way.
package struct ExactDecimal: Hashable, Sendable {
    /// Longest text accepted as a number.
    package static let textLimit = 64
    private static let exponentLimit = 400

    private let isNegative: Bool
    /// 0...9, the most significant first; neither the first nor the last is 0. Empty for zero.
    private let digits: [UInt8]
    /// The value is `digits × 10^exponent`.
    private let exponent: Int

    package static let zero = ExactDecimal(isNegative: false, digits: [], exponent: 0)

    private init(isNegative: Bool, digits: some Collection<UInt8>, exponent: Int) {
        let leading = Array(digits.drop { $0 == 0 })
        let kept = leading.count - leading.reversed().prefix { $0 == 0 }.count
        self.digits = Array(leading.prefix(kept))
        self.isNegative = isNegative && kept > 0
        self.exponent = kept > 0 ? exponent + leading.count - kept : 0
    }

    /// Reads `-12.5`, `0.05`, `1e-3`. `nil` for anything else: a missing digit before or after the point, `+`
    /// before the number, hexadecimal, underscores, `inf`, `nan`, more than 64 bytes, an exponent beyond ±400.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count <= Self.textLimit else { return nil }
        var rest = Substring(text).utf8[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest.removeFirst() }
        func takeDigits() -> [UInt8] {
            let run = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            rest = rest[run.endIndex...]
            return run.map { $0 - UInt8(ascii: "0") }
        }
        var digits = takeDigits()
        guard !digits.isEmpty else { return nil }
        var exponent = 0
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            let fraction = takeDigits()
            guard !fraction.isEmpty else { return nil }
            digits += fraction
            exponent = -fraction.count
        }
        if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
            rest.removeFirst()
            let isDown = rest.first == UInt8(ascii: "-")
            if isDown || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
            let written = takeDigits()
            guard !written.isEmpty, written.count <= 4 else { return nil }
            let power = written.reduce(0) { $0 * 10 + Int($1) }
            guard power <= Self.exponentLimit else { return nil }
            exponent += isDown ? -power : power
        }
        guard rest.isEmpty else { return nil }
        self.init(isNegative: isNegative, digits: digits, exponent: exponent)
    }

    /// The shortest decimal form of `value`; `nil` unless it is finite.
    package init?(shortest value: Double) {
        guard value.isFinite else { return nil }
        self.init(value.description)
    }

    package var magnitude: ExactDecimal { ExactDecimal(isNegative: false, digits: digits, exponent: exponent) }

    package static prefix func - (value: ExactDecimal) -> ExactDecimal {
        ExactDecimal(isNegative: !value.isNegative, digits: value.digits, exponent: value.exponent)
    }

    package static func + (left: ExactDecimal, right: ExactDecimal) -> ExactDecimal {
        let exponent = min(left.exponent, right.exponent)
        let a = left.scaled(to: exponent)
        let b = right.scaled(to: exponent)
        if left.isNegative == right.isNegative {
            return ExactDecimal(isNegative: left.isNegative, digits: sum(a, b), exponent: exponent)
        }
        return isLess(a, b)
            ? ExactDecimal(isNegative: right.isNegative, digits: difference(b, a), exponent: exponent)
            : ExactDecimal(isNegative: left.isNegative, digits: difference(a, b), exponent: exponent)
    }

    package static func - (left: ExactDecimal, right: ExactDecimal) -> ExactDecimal { left + -right }

    package static func * (left: ExactDecimal, right: ExactDecimal) -> ExactDecimal {
        var product = [Int](repeating: 0, count: left.digits.count + right.digits.count)
        for (i, a) in left.digits.enumerated() {
            for (j, b) in right.digits.enumerated() { product[i + j + 1] += Int(a) * Int(b) }
        }
        for place in product.indices.dropFirst().reversed() {
            product[place - 1] += product[place] / 10
            product[place] %= 10
        }
        return ExactDecimal(
            isNegative: left.isNegative != right.isNegative, digits: product.map { UInt8($0) },
            exponent: left.exponent + right.exponent)
    }

    /// The nearest decimal with at most `places` digits after the point; a tie goes to the even digit.
    package func rounded(places: Int) -> ExactDecimal {
        let dropped = -exponent - places
        guard dropped > 0 else { return self }
        guard dropped <= digits.count else { return .zero }
        let kept = Array(digits.prefix(digits.count - dropped))
        let rest = digits.suffix(dropped)
        let isTie = rest.first == 5 && rest.count == 1
        let goesUp = isTie ? (kept.last ?? 0) % 2 == 1 : (rest.first ?? 0) >= 5
        let digits = goesUp ? Self.sum(kept, [1]) : kept
        return ExactDecimal(isNegative: isNegative, digits: digits, exponent: -places)
    }

    /// The digits of `|self| / 10^exponent`, an integer because `exponent` is not above our own.
    private func scaled(to exponent: Int) -> [UInt8] {
        digits.isEmpty ? [] : digits + [UInt8](repeating: 0, count: self.exponent - exponent)
    }

    private static func sum(_ a: [UInt8], _ b: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var carry: UInt8 = 0
        for place in 0..<max(a.count, b.count) {
            let digit =
                (place < a.count ? a[a.count - 1 - place] : 0) + (place < b.count ? b[b.count - 1 - place] : 0) + carry
            result.append(digit % 10)
            carry = digit / 10
        }
        if carry > 0 { result.append(carry) }
        return result.reversed()
    }

    /// `a − b` for `a ≥ b`.
    private static func difference(_ a: [UInt8], _ b: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var borrow: UInt8 = 0
        for place in 0..<a.count {
            let top = a[a.count - 1 - place]
            let bottom = (place < b.count ? b[b.count - 1 - place] : 0) + borrow
            borrow = top < bottom ? 1 : 0
            result.append(top + borrow * 10 - bottom)
        }
        return result.reversed()
    }

    /// Integers without leading zeros, as `scaled(to:)` gives them.
    private static func isLess(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        a.count == b.count ? a.lexicographicallyPrecedes(b) : a.count < b.count
    }
}

extension ExactDecimal: Comparable {
    package static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
        guard left.isNegative == right.isNegative else { return left.isNegative }
        return left.isNegative ? right.isCloserToZero(than: left) : left.isCloserToZero(than: right)
    }

    private func isCloserToZero(than other: ExactDecimal) -> Bool {
        guard !digits.isEmpty, !other.digits.isEmpty else { return digits.isEmpty && !other.digits.isEmpty }
        let order = digits.count + exponent
        let otherOrder = other.digits.count + other.exponent
        return order == otherOrder ? digits.lexicographicallyPrecedes(other.digits) : order < otherOrder
    }
}

extension ExactDecimal: CustomStringConvertible {
    /// Without an exponent: `0.0000001`, `1200`.
    package var description: String {
        guard !digits.isEmpty else { return "0" }
        let written = digits.map { Character(UnicodeScalar($0 + UInt8(ascii: "0"))) }
        let point = digits.count + exponent
        let text =
            if exponent >= 0 {
                String(written) + String(repeating: "0", count: exponent)
            } else if point > 0 {
                String(written[..<point]) + "." + String(written[point...])
            } else {
                "0." + String(repeating: "0", count: -point) + String(written)
            }
        return isNegative ? "-" + text : text
    }
}
