import AssayCanonical
import AssayJSON
import AssayStore
import AssayTerms
package import AssayWorkflows
package import Logging
import Synchronization

/// Tokens of CI systems' runs, held against what the registered evaluators pin.
package final class WorkflowTokens: Sendable {
    /// By what GitHub and GitLab call them, the first that a token has.
    private static let names: (repository: [Text], commit: [Text], run: [Text], workflow: [Text]) = (
        ["repository", "project_path"], ["sha"], ["run_id", "pipeline_id"],
        ["job_workflow_ref", "workflow_ref", "ci_config_ref_uri"]
    )
    /// Of a run's token, from its making to its end: CI systems give minutes, at most the length of a job.
    private static let longestSeconds = 86_400.0
    private static let refusal = AssayError(
        .unauthenticated,
        "The run's token is not valid here: an evaluator must be registered for just this issuer, audience, repository, workflow and "
            + "branch. The server's log has the reason.")

    private let useCases: UseCases
    private let client: OutgoingClient
    private let logger: Logger
    /// By issuer. Only administrators name issuers, so there are few.
    private let issuers = Mutex<[Text: IssuerKeys]>([:])

    package init(useCases: UseCases, client: OutgoingClient, logger: Logger) {
        self.useCases = useCases
        self.client = client
        self.logger = logger
    }

    /// Who acts with a bearer token that says it is of an issuer, and for an audience, that some evaluator pins; `nil` for
    /// every other token, which may be somebody else's matter.
    ///
    /// - Parameter provider: people's, which may have the same issuer and audience. What is no evaluator's is then a matter of its.
    /// - Throws: `unauthenticated`, in the same words whatever is wrong with the token; `unavailable` while the issuer cannot be
    ///   reached.
    func principal(bearer text: String, otherwise provider: OpenIDProvider?, from address: Text) async throws -> Principal? {
        guard let token = JSONWebToken(text), let issuer = token.statedIssuer else { return nil }
        let evaluators = try await useCases.workflowEvaluators(ofIssuer: Text(issuer)).filter { evaluator in
            evaluator.workflow.map { token.isStatedFor($0.audience.string) } ?? false
        }
        guard !evaluators.isEmpty else { return nil }
        let mayBePersons = provider?.takes(token) ?? false
        var reasons: [String] = []
        do {
            for evaluator in evaluators {
                guard let pin = evaluator.workflow else { continue }
                let claims: JSONValue
                do {
                    claims = try await keys(of: pin.issuer).claims(
                        of: token, TokenExpectation(issuer: issuer, audience: pin.audience.string), refused: refused)
                } catch let error as AssayError where mayBePersons && error.code == .unauthenticated {
                    return nil
                }
                if let objection = pin.objection(to: { Self.said($0, in: claims) }) ?? Self.objection(toTimesOf: claims) {
                    reasons.append("\(evaluator.name): \(objection)")
                    continue
                }
                let run = WorkflowRun(evaluator: evaluator.name, build: try Self.build(claims))
                return try await useCases.authenticate(run, ownedBy: evaluator.userID, from: address)
            }
            if mayBePersons { return nil }
            throw refused(reasons.joined(separator: "; "))
        } catch let error as AssayError where error.code == .unauthenticated {
            await useCases.noteFailedLogin(.workflow, of: nil, from: address)
            throw error
        }
    }

    private func keys(of issuer: Text) -> IssuerKeys {
        issuers.withLock { issuers in
            if let known = issuers[issuer] { return known }
            let keys = IssuerKeys(
                issuer: issuer.string, client: client, nowMilliseconds: useCases.effects.nowMilliseconds, logger: logger)
            issuers[issuer] = keys
            return keys
        }
    }

    /// Providers write numbers and truth values as strings or not; they are compared as they would be written.
    private static func said(_ name: Text, in claims: JSONValue) -> WorkflowPin.Said {
        switch claims[name.string] {
        case .string(let text)?: .text(Text(text))
        case .integer(let number)?: .text(Text(String(number)))
        case .bool(let flag)?: .text(flag ? "true" : "false")
        case nil: .nothing
        default: .other
        }
    }

    /// Both times are there once a token counts.
    private static func objection(toTimesOf claims: JSONValue) -> String? {
        guard let start = claims["iat"]?.number, let end = claims["exp"]?.number, end - start <= longestSeconds else {
            return "it is good for more than 24 hours"
        }
        return nil
    }

    /// - Throws: `unauthenticated` where the token names its build in words that no statement holds.
    private static func build(_ claims: JSONValue) throws(AssayError) -> BuildOrigin {
        func first(_ names: [Text]) -> Text? {
            for name in names {
                if case .text(let text) = said(name, in: claims) { return text }
            }
            return nil
        }
        do {
            return try BuildOrigin(
                repository: first(names.repository), commit: first(names.commit), run: first(names.run),
                workflow: first(names.workflow))
        } catch {
            throw AssayError(.unauthenticated, "The run's token names its build in a way that cannot be kept: \(error.message).", cause: error)
        }
    }

    private func refused(_ reason: String) -> AssayError {
        logger.notice("a token of a workflow's run was refused", metadata: ["reason": "\(reason)"])
        return Self.refusal
    }
}
