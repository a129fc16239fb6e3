/// `eˣ / (1 + eˣ)` in basic operations: the exponential by halving the argument and squaring back.
package func logistic(_ x: Double) -> Double {
    let magnitude = min(abs(x), 700)
    // e^(-m) = (e^(-m / 2^k))^(2^k) with m / 2^k below 1/16, the inner factor by its series.
    var halvings = 0
    var small = magnitude
    while small > 0.0625 {
        small /= 2
        halvings += 1
    }
    var term = 1.0
    var factor = 1.0
    for order in 1...12 {
        term *= -small / Double(order)
        factor += term
    }
    for _ in 0..<halvings { factor *= factor }
    return x < 0 ? factor / (1 + factor) : 1 / (1 + factor)
}
