import AssayTerms

/// The classes that a model answers with, in the order in which its document names them.
struct PMMLClasses: Sendable {
    private(set) var values: [PMMLValue] = []
    private var places: [PMMLValue: Int] = [:]

    /// Each costs a number a row.
    private static let limit = 10_000

    func known(_ value: PMMLValue) -> Int? { places[value] }

    /// - Throws: `.limitExceeded` beyond 10,000.
    mutating func place(of value: PMMLValue, at element: PMMLElement) throws(AssayError) -> Int {
        if let place = places[value] { return place }
        guard values.count < Self.limit else {
            throw AssayError(.limitExceeded, "\(element.file): \(element.name) in line \(element.xml.line) is of more than \(Self.limit) classes")
        }
        places[value] = values.count
        values.append(value)
        return values.count - 1
    }
}
