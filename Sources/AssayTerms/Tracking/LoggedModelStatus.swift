/// How far the upload of a logged model has come. The raw value is its number on the wire.
package enum LoggedModelStatus: Int64, Sendable, CaseIterable {
    case unspecified = 0
    case pending = 1
    case ready = 2
    case failed = 3

    package var name: String {
        switch self {
        case .unspecified: "LOGGED_MODEL_STATUS_UNSPECIFIED"
        case .pending: "LOGGED_MODEL_PENDING"
        case .ready: "LOGGED_MODEL_READY"
        case .failed: "LOGGED_MODEL_UPLOAD_FAILED"
        }
    }

    package init?(name: String) {
        guard let status = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = status
    }
}
