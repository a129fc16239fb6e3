package import AssayTerms
import AssayWorkflows

/// Where requests may go: to public addresses over https, and to what an administrator named, over http too.
package struct OutgoingTargets: Sendable {
    /// Whose requests these are, for messages.
    package enum Purpose: Sendable {
        case webhook
        case provider
        /// Of alerts: HTTP and mail.
        case alert
    }

    private let allowed: [AddressRange]
    let purpose: Purpose
    private let resolver: any NameResolver

    package init(
        allowed: [AddressRange], purpose: Purpose = .webhook, resolver: any NameResolver = SystemResolver()
    ) {
        self.allowed = allowed
        self.purpose = purpose
        self.resolver = resolver
    }

    /// Why a request may not go somewhere, or cannot now.
    package enum Refusal: Error {
        /// Plain http, to an address that nobody named.
        case scheme
        case notPublic(IPAddress, what: String)
        case unresolved(String)
    }

    /// The addresses of the URL's host, all of which may be connected to. The host is resolved once; who connects uses
    /// these and asks nobody again, so that another answer of the name server changes nothing.
    package func addresses(of url: OutgoingURL) async throws(Refusal) -> [IPAddress] {
        if url.scheme == .http, allowed.isEmpty { throw .scheme }
        let addresses = try await resolved(url)
        for address in addresses where !allowed.contains(where: { $0.contains(address, port: url.port) }) {
            if url.scheme == .http { throw .scheme }
            // One bad address is enough: which of them a connection gets is chance.
            if let what = AddressJudge.objection(to: address) { throw .notPublic(address, what: what) }
        }
        return addresses
    }

    private func resolved(_ url: OutgoingURL) async throws(Refusal) -> [IPAddress] {
        if let address = url.address { return [address] }
        let addresses: [IPAddress]
        do {
            addresses = try await resolver.addresses(of: url.host)
        } catch {
            throw .unresolved(error.words)
        }
        guard !addresses.isEmpty else { throw .unresolved("it has no address") }
        return addresses
    }
}

extension OutgoingTargets.Refusal {
    /// What an administrator can do; of webhooks in MLflow's words.
    func message(_ url: OutgoingURL, _ purpose: OutgoingTargets.Purpose) -> String {
        switch purpose {
        case .webhook: webhookMessage(url)
        case .provider: providerMessage(url)
        case .alert: alertMessage(url)
        }
    }

    private func providerMessage(_ url: OutgoingURL) -> String {
        switch self {
        case .scheme: "http goes only to addresses that 'allow-addresses' names"
        case .notPublic(let address, let what):
            "'\(url.host)' resolves to \(address), which is \(what); name it in 'allow-addresses' if it is the provider's"
        case .unresolved(let words): "'\(url.host)' cannot be resolved: \(words)"
        }
    }

    private func alertMessage(_ url: OutgoingURL) -> String {
        switch self {
        case .scheme:
            "without TLS messages go only to addresses that the server was started with: --webhook-allow ADDRESS[:PORT]"
        case .notPublic(let address, let what):
            "'\(url.host)' resolves to \(address), which is \(what); to allow it, start the server with --webhook-allow ADDRESS[:PORT]"
        case .unresolved(let words): "'\(url.host)' cannot be resolved: \(words)"
        }
    }

    private func webhookMessage(_ url: OutgoingURL) -> String {
        switch self {
        case .scheme:
            "Invalid webhook URL scheme: 'http'. Allowed schemes are: https. Plain http goes only to addresses that the server was started with: --webhook-allow ADDRESS[:PORT]."
        case .notPublic(let address, let what):
            "Webhook URL must not resolve to a non-public IP address. '\(url.host)' resolves to \(address), which is \(what). To allow it, start the server with --webhook-allow ADDRESS[:PORT]."
        case .unresolved(let words): "Cannot resolve Webhook URL hostname '\(url.host)': \(words)"
        }
    }

    var failure: OutgoingFailure {
        switch self {
        case .scheme, .notPublic: .addressRefused
        case .unresolved: .unresolved
        }
    }
}
