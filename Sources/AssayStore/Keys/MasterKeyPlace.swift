/// Where a master key can stand.
package enum MasterKeyPlace: Hashable, Sendable, CustomStringConvertible {
    /// 64 hexadecimal digits in `<keys>/master`, mode 0600.
    case file
    /// 64 hexadecimal digits in the variable ASSAY_MASTER_KEY.
    case environment
    /// Wrapped in `<keys>/master.wrapped`, by the provider of this name.
    case provider(String)

    /// `file`, `environment`, or `KIND:WHAT` for a provider.
    package init?(_ text: String) {
        switch text {
        case "file": self = .file
        case "environment": self = .environment
        default:
            guard let colon = text.firstIndex(of: ":"), colon != text.startIndex, text.index(after: colon) != text.endIndex else {
                return nil
            }
            self = .provider(text)
        }
    }

    package var description: String {
        switch self {
        case .file: "file"
        case .environment: "environment"
        case .provider(let name): name
        }
    }
}
