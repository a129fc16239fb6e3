package import AssayStore
package import AssayTerms

/// Who is told of data sets that runs log.
package protocol DataWatch: Sendable {
    /// Called inside the change that adds them, before they are there.
    func willAdd(_ datasets: [Dataset], to run: RunHandle, in tx: any StoreTransaction) throws
}
