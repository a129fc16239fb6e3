/// One register of codes, compared at once.
///
/// Each kind says the same by itself: only between vectors whose type is known does Swift compare whole registers; wider vectors, and generic ones, are
/// worked through lane by lane.
protocol RankLanes: SIMD, Sendable where Scalar: FixedWidthInteger & SignedInteger & Sendable, Scalar.Magnitude: FixedWidthInteger {
    /// Leaves that a lane can number.
    static var leafLimit: Int { get }

    /// All bits of a lane where its code is above the rank.
    static func mask(_ code: Self, above rank: Self) -> Self
    /// The same, but not where the code is `other`.
    static func mask(_ code: Self, above rank: Self, butNot other: Self) -> Self
    /// `chosen` where the mask's bits are set, else `other`.
    static func choose(where mask: Self, _ chosen: Self, _ other: Self) -> Self
}

extension SIMD8<Int16>: RankLanes {
    static var leafLimit: Int { Int(UInt16.max) + 1 }

    @inline(__always) static func mask(_ code: Self, above rank: Self) -> Self { unsafeBitCast(code .> rank, to: Self.self) }

    @inline(__always) static func mask(_ code: Self, above rank: Self, butNot other: Self) -> Self {
        unsafeBitCast((code .> rank) .& (code .!= other), to: Self.self)
    }

    @inline(__always) static func choose(where mask: Self, _ chosen: Self, _ other: Self) -> Self { other ^ ((chosen ^ other) & mask) }
}

extension SIMD16<Int8>: RankLanes {
    static var leafLimit: Int { Int(UInt8.max) + 1 }

    @inline(__always) static func mask(_ code: Self, above rank: Self) -> Self { unsafeBitCast(code .> rank, to: Self.self) }

    @inline(__always) static func mask(_ code: Self, above rank: Self, butNot other: Self) -> Self {
        unsafeBitCast((code .> rank) .& (code .!= other), to: Self.self)
    }

    @inline(__always) static func choose(where mask: Self, _ chosen: Self, _ other: Self) -> Self { other ^ ((chosen ^ other) & mask) }
}
