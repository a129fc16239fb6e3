import AsyncHTTPClient
import AssayJSON
import AssayTerms
import Foundation
import NIOCore
import NIOHTTP1

/// The token by which a CI system vouches for the run this program is part of.
enum WorkflowCredential {
    static let variable = "ASSAY_WORKFLOW_TOKEN"
    private static let addressVariable = "ACTIONS_ID_TOKEN_REQUEST_URL"
    private static let secretVariable = "ACTIONS_ID_TOKEN_REQUEST_TOKEN"
    private static let longest = 64 << 10
    private static let patience = TimeAmount.seconds(30)

    /// What the job was given (`id_tokens` of GitLab put into `ASSAY_WORKFLOW_TOKEN`), or what GitHub's runner answers now; `nil` where
    /// there is neither.
    ///
    /// - Parameter audience: for whom GitHub is asked to make it out.
    /// - Throws: `unavailable` if the runner does not give one.
    static func find(audience: String) async throws -> String? {
        let environment = ProcessInfo.processInfo.environment
        func text(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        if let given = text(variable) { return given }
        guard let address = text(addressVariable), let secret = text(secretVariable) else { return nil }
        return try await asked(of: address, secret: secret, audience: audience)
    }

    private static func asked(of address: String, secret: String, audience: String) async throws -> String {
        func failure(_ words: String) -> AssayError {
            AssayError(.unavailable, "GitHub's runner gave no token of this run: \(words). The job needs 'permissions: id-token: write'.")
        }
        guard var components = URLComponents(string: address), components.host != nil else { throw failure("its address is none") }
        components.queryItems = (components.queryItems ?? []) + [URLQueryItem(name: "audience", value: audience)]
        guard let url = components.string else { throw failure("its address is none") }
        var request = HTTPClientRequest(url: url)
        request.headers.add(name: "Authorization", value: "Bearer \(secret)")
        request.headers.add(name: "Accept", value: "application/json")
        let body: [UInt8]
        do {
            let response = try await PlainClient.shared.execute(request, timeout: patience)
            guard response.status == .ok else { throw failure("it answered \(response.status.code)") }
            body = Array(try await response.body.collect(upTo: longest).readableBytesView)
        } catch let error as AssayError {
            throw error
        } catch {
            throw failure("it could not be asked")
        }
        guard let value = try? JSONValue(parsing: body), let token = value["value"]?.string, !token.isEmpty else {
            throw failure("its answer holds none")
        }
        return token
    }
}
