/// A sum within two roundings of the exact one, unless its parts are larger than it by more than 2⁵³.
///
/// - Source: Neumaier (1974), his form of Kahan's sum.
struct CompensatedSum {
    private var sum = 0.0
    private var lost = 0.0

    var value: Double { sum + lost }

    mutating func add(_ term: Double) {
        let next = sum + term
        lost += sum.magnitude >= term.magnitude ? (sum - next) + term : (term - next) + sum
        sum = next
    }
}
