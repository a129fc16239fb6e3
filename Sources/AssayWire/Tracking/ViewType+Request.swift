import AssayTerms

extension ViewType {
    /// By name or by number, `ACTIVE_ONLY` when absent.
    init(_ fields: RequestFields, _ field: String) throws(AssayError) {
        if let number = try? fields.integer(field) {
            guard (1...3).contains(number) else { throw Self.unknown(fields.name(field), "\(number)") }
            self = [.activeOnly, .deletedOnly, .all][Int(number) - 1]
        } else if let name = try fields.text(field), !name.isEmpty {
            guard let view = ViewType(rawValue: name.string) else { throw Self.unknown(fields.name(field), "\"\(name)\"") }
            self = view
        } else {
            self = .activeOnly
        }
    }

    private static func unknown(_ name: String, _ value: String) -> AssayError {
        AssayError(
            .invalidArgument,
            "Invalid value \(value) for parameter '\(name)' supplied. It must be ACTIVE_ONLY, DELETED_ONLY or ALL.")
    }
}
