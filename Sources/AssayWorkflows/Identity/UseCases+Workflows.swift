package import AssayStore
package import AssayTerms

/// Runs of CI systems, which speak for evaluators.
extension UseCases {
    /// Evaluators in use whose runs show tokens of `issuer`; of several that one token fits, the first counts: those that pin
    /// more go before, then by name.
    package func workflowEvaluators(ofIssuer issuer: Text) async throws -> [EvaluatorRecord] {
        let found = try await store.read { try $0.evaluators() }.filter {
            $0.removedMilliseconds == nil && $0.workflow?.issuer == issuer
        }
        return found.sorted { first, second in
            let (pins, others) = (first.workflow?.claims.count ?? 0, second.workflow?.claims.count ?? 0)
            return pins != others ? pins > others : first.name < second.name
        }
    }

    /// Who acts when a run does: the person who answers for its evaluator, with the right to hand in evidence and nothing else.
    ///
    /// - Throws: `unauthenticated` if that account is out of use.
    package func authenticate(_ run: WorkflowRun, ownedBy owner: String, from address: Text) async throws -> Principal {
        let user = try await store.read { try $0.user(id: owner) }
        guard let user, !user.isDisabled else {
            await noteFailedLogin(.workflow, of: owner, from: address)
            throw AssayError(
                .unauthenticated, "Whoever answers for the evaluator '\(run.evaluator)' is not in use. Ask an administrator.")
        }
        return user.principal(.workflow(run))
    }
}
