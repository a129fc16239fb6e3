import AssayJSON
import AssayTerms

extension ServerClient {
    /// The number of a model's newest version.
    ///
    /// - Throws: `notFound` for a model without versions.
    func newestVersion(ofModel name: String) async throws(AssayError) -> Int {
        let answer = try await get(ServerPath.registeredModel, query: [("name", name)])
        // One for each stage; the newest of all is the newest of its own.
        let numbers = (answer["registered_model"]?["latest_versions"]?.array ?? []).compactMap { $0["version"]?.string.flatMap { Int($0) } }
        guard let newest = numbers.max() else { throw AssayError(.notFound, "The model \(name.printable) has no version yet.") }
        return newest
    }
}
