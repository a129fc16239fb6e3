package import AssayTerms

/// The error codes of MLflow's REST API with their HTTP status (MLflow 3.17.2, `mlflow/exceptions.py`).
package enum WireErrorCode: String, Sendable, CaseIterable {
    case internalError = "INTERNAL_ERROR"
    case temporarilyUnavailable = "TEMPORARILY_UNAVAILABLE"
    case requestLimitExceeded = "REQUEST_LIMIT_EXCEEDED"
    case resourceExhausted = "RESOURCE_EXHAUSTED"
    case resourceConflict = "RESOURCE_CONFLICT"
    case endpointNotFound = "ENDPOINT_NOT_FOUND"
    case resourceDoesNotExist = "RESOURCE_DOES_NOT_EXIST"
    case permissionDenied = "PERMISSION_DENIED"
    case unauthenticated = "UNAUTHENTICATED"
    case badRequest = "BAD_REQUEST"
    case resourceAlreadyExists = "RESOURCE_ALREADY_EXISTS"
    case invalidParameterValue = "INVALID_PARAMETER_VALUE"

    package var httpStatus: Int {
        switch self {
        case .internalError: 500
        case .temporarilyUnavailable: 503
        case .requestLimitExceeded: 429
        // MLflow's table says 429, which clients repeat seven times, sending the file again each time. 507 is not repeated.
        case .resourceExhausted: 507
        case .resourceConflict: 409
        case .endpointNotFound, .resourceDoesNotExist: 404
        case .permissionDenied: 403
        case .unauthenticated: 401
        case .badRequest, .resourceAlreadyExists, .invalidParameterValue: 400
        }
    }

    /// The error's class as MLflow's server states it (`mlflow/error_classification.py`): coarser than the code, and absent
    /// where MLflow has none.
    package var errorClass: String? {
        switch self {
        case .internalError, .temporarilyUnavailable: "CLIENT_INTERNAL_ERROR"
        case .endpointNotFound, .resourceDoesNotExist: "RESOURCE_NOT_FOUND"
        case .permissionDenied: "PERMISSION_DENIED"
        case .badRequest, .invalidParameterValue: "INVALID_PARAMETER_VALUE"
        case .resourceAlreadyExists: "RESOURCE_ALREADY_EXISTS"
        case .requestLimitExceeded, .resourceExhausted, .resourceConflict, .unauthenticated: nil
        }
    }

    /// The state code that goes with ``errorClass``.
    package var sqlState: String? {
        switch self {
        case .internalError, .temporarilyUnavailable: "XXM00"
        default: errorClass.map { _ in "KAM00" }
        }
    }

    /// The code a client sees for one of our own errors. Clients retry 408, 429 and 5xx seven times, so nothing that
    /// will not change by itself may map there.
    package init(_ code: AssayError.Code) {
        switch code {
        case .invalidArgument, .unsupported: self = .invalidParameterValue
        case .unreadable, .limitExceeded: self = .badRequest
        case .tooSoon: self = .requestLimitExceeded
        case .notFound: self = .resourceDoesNotExist
        case .alreadyExists: self = .resourceAlreadyExists
        case .conflict: self = .resourceConflict
        case .unauthenticated: self = .unauthenticated
        case .permissionDenied: self = .permissionDenied
        case .unavailable: self = .temporarilyUnavailable
        case .storageFull: self = .resourceExhausted
        case .corrupt, .internalFault: self = .internalError
        }
    }
}
