import AssayJSON
package import AssayTerms

package struct UpdateRunRequest: Sendable {
    package let runID: Text
    package let status: RunStatus?
    package let endTime: Int64?
    /// `nil` leaves the name, an empty one too.
    package let name: Text?

    package init(_ fields: RequestFields) throws(AssayError) {
        runID = try fields.runID()
        endTime = try fields.integer("end_time")
        if let number = try? fields.integer("status") {
            guard let status = RunStatus(rawValue: number) else { throw RequestFields.invalid("status", .integer(number)) }
            self.status = status
        } else if let name = try fields.text("status") {
            guard let status = RunStatus(name: name.string) else { throw Self.unknown(name) }
            self.status = status
        } else {
            status = nil
        }
        let name = try fields.text("run_name")
        self.name = name?.isEmpty ?? true ? nil : name
    }

    private static func unknown(_ value: Text) -> AssayError {
        let names = RunStatus.allCases.map(\.name).joined(separator: ", ")
        return AssayError(
            .invalidArgument, "Invalid value \"\(value)\" for parameter 'status' supplied. It must be one of \(names).")
    }
}
