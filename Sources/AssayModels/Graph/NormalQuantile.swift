import Glibc

/// The number below which a share of the standard normal distribution lies.
///
/// A rational guess (Hastings, in Abramowitz and Stegun 26.2.22, within 3e-3), then Halley's steps on the error function: of the share less one half in
/// the middle, where small numbers keep their digits, and of the tail outside. Within a few roundings of the argument's own.
enum NormalQuantile {
    /// `-∞` at 0, `+∞` at 1, NaN outside.
    static func value(_ share: Double) -> Double {
        guard share > 0, share < 1 else { return share == 0 ? -.infinity : share == 1 ? .infinity : .nan }
        let tail = min(share, 1 - share)
        let t = (-2 * log(tail)).squareRoot()
        var x = t - (2.30753 + 0.27061 * t) / (1 + t * (0.99229 + 0.04481 * t))
        let isMiddle = tail > 0.25
        // Upwards from the middle, by symmetry.
        let target = isMiddle ? (share - 0.5).magnitude : tail
        for _ in 0..<4 {
            let density = exp(-0.5 * x * x) / (2 * Double.pi).squareRoot()
            let miss = isMiddle ? 0.5 * erf(x / 2.0.squareRoot()) - target : target - 0.5 * erfc(x / 2.0.squareRoot())
            let step = miss / density
            x -= step / (1 + 0.5 * x * step)
        }
        return share < 0.5 ? -x : x
    }
}
