import AssayTerms

extension ProgressLine {
    /// Does `work` with a line that shows the rows it tells of, and removes the line whatever comes.
    static func shown<Value>(
        _ work: (_ progress: (Int) -> Void) throws(AssayError) -> Value
    ) throws(AssayError) -> Value {
        var line = ProgressLine()
        defer { line.clear() }
        return try work { line.show(rows: $0) }
    }
}
