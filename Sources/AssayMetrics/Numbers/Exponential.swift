/// `e` to the power of `x`, from additions and multiplications only: the same bits wherever IEEE 754 holds, as
/// ``naturalLogarithm(_:)`` and for the same reason.
///
/// Definition: with `k` the whole number nearest `x / ln 2` and `r = x − k · ln 2`, `2^k (1 + r + r²/2! + … + r¹⁴/14!)`;
/// the remainder is below `0.35¹⁵/15! < 2⁻⁶²`. Above 709.79 it is infinite, below −745.2 it is 0, of NaN it is NaN.
///
/// - Error: below 2 ulp of normal results (a test holds it against the C library's).
package func exponential(_ x: Double) -> Double {
    if x.isNaN { return x }
    if x > 709.79 { return .infinity }
    if x < -745.2 { return 0 }
    let k = (x * 1.442_695_040_888_963_4).rounded()
    let r = (x - k * 0.693_147_180_369_123_8) - k * 1.908_214_929_270_587_7e-10
    var series = 1.0
    for order in stride(from: 14.0, through: 1, by: -1) { series = 1 + r / order * series }
    return Double(sign: .plus, exponent: Int(k), significand: series)
}
