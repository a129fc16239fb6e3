/// The natural logarithm of a positive finite number, from additions, multiplications and one division only.
///
/// The C library's `log` may give another last bit on another processor (it picks a variant with or without fused
/// multiply-add), and results are hashed into claims; this one gives the same bits wherever IEEE 754 holds.
///
/// Definition: with `x = 2^k · m`, `√½ ≤ m < √2` and `s = (m − 1) / (m + 1)`,
/// `log x = k · ln 2 + 2 (s + s³/3 + s⁵/5 + … + s²¹/21)`, where `ln 2` is held in two parts, the first exact for
/// every `k`. The series' remainder is below `s²³/23 < 2⁻⁶²`.
///
/// - Precondition: `x` is positive and finite.
/// - Error: below 2 ulp of the result (a test holds it against the C library's).
package func naturalLogarithm(_ x: Double) -> Double {
    precondition(x > 0 && x.isFinite, "the logarithm's argument is not positive and finite")
    var exponent = Double(x.exponent)
    var mantissa = x.significand
    if mantissa > 1.414_213_562_373_095_1 {
        mantissa /= 2
        exponent += 1
    }
    let s = (mantissa - 1) / (mantissa + 1)
    let square = s * s
    var series = 1.0 / 21
    for odd in stride(from: 19.0, through: 3, by: -2) { series = series * square + 1 / odd }
    let tail = 2 * s * square * series
    // ln 2 in two parts: the first has 21 trailing zero bits, so its product with any exponent is exact.
    let high = 0.693_147_180_369_123_8
    let low = 1.908_214_929_270_587_7e-10
    return exponent * high + (2 * s + (tail + exponent * low))
}
