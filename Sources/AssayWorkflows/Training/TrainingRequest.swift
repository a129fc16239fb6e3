package import AssayJSON
import AssayPolicy
import AssayStore
import AssayTerms

/// The request that begins a run elsewhere, in the words of each kind.
struct TrainingRequest: Sendable {
    let url: OutgoingURL
    let message: OutgoingMessage
    /// Whether a repeat is refused with 409 because the run has a name of ours, so that it begins once.
    let isNamed: Bool
    private let kind: String
    private let name: String

    /// - Throws: what reading a secret throws; `invalidArgument` for an address that becomes too long.
    static func make(
        _ view: Governance.TrainingView, _ pipeline: TrainingPipeline, seconds: Int64, secrets: any SecretSource
    ) async throws -> TrainingRequest {
        let id = view.record.id
        let reason = TrainingReason.json(view)
        let text = String(decoding: reason.bytes(), as: UTF8.self)
        let name = "assay-\(id)"
        func made(_ base: OutgoingURL, _ path: String, _ body: JSONValue, bearer: Text, isNamed: Bool, _ more: [(String, String)] = []) throws
            -> TrainingRequest
        {
            let headers = [(name: "Content-Type", value: "application/json"), (name: "Authorization", value: "Bearer \(bearer)")]
            return TrainingRequest(
                url: try join(base, path), message: OutgoingMessage(headers: headers + more.map { (name: $0.0, value: $0.1) }, body: body.bytes()),
                isNamed: isNamed, kind: pipeline.start.word, name: name)
        }
        switch pipeline.start {
        case .github(let url, let repository, let workflow, let ref, let token):
            let body: JSONValue = [
                "ref": .string(ref.string), "inputs": ["assay_training_id": .string(id), "assay_training_reason": .string(text)],
            ]
            return try made(
                url, "/repos/\(repository)/actions/workflows/\(workflow)/dispatches", body, bearer: await secrets.value(token), isNamed: false,
                [("Accept", "application/vnd.github+json"), ("X-GitHub-Api-Version", "2022-11-28")])
        case .airflow(let url, let dag, let token):
            let body: JSONValue = [
                "dag_run_id": .string(name), "conf": ["assay_training_id": .string(id), "assay_training_reason": reason],
            ]
            return try made(url, "/api/v1/dags/\(dag)/dagRuns", body, bearer: await secrets.value(token), isNamed: true)
        case .argo(let url, let namespace, let template, let token):
            let body: JSONValue = [
                "namespace": .string(namespace.string), "resourceKind": "WorkflowTemplate", "resourceName": .string(template.string),
                "submitOptions": [
                    "name": .string(name), "labels": .string("assay-training=\(id)"),
                    "parameters": [.string("assay_training_id=\(id)"), .string("assay_training_reason=\(text)")],
                ],
            ]
            return try made(url, "/api/v1/workflows/\(namespace)/submit", body, bearer: await secrets.value(token), isNamed: true)
        case .webhook(let url, let secret):
            let body = JSONValue.object(["event": "training.triggered", "training": .string(id), "reason": reason]).bytes()
            var key: [UInt8]?
            if let secret { key = Array(try await secrets.value(secret).utf8) }
            let headers = WebhookSignature.headers(deliveryID: id, seconds: seconds, body: body, secret: key)
            return TrainingRequest(
                url: url, message: OutgoingMessage(headers: headers, body: body), isNamed: false, kind: pipeline.start.word, name: name)
        case .command, .project: throw AssayError(.internalFault, "A worker runs this pipeline, no request begins it.")
        }
    }

    private static func join(_ base: OutgoingURL, _ path: String) throws -> OutgoingURL {
        var text = base.requested
        while text.hasSuffix("/") { text.removeLast() }
        guard let url = try? OutgoingURL(Text(text + path)) else {
            throw AssayError(.invalidArgument, "The address with the path of the API is too long, or has a query.")
        }
        return url
    }

    /// What the run is called there.
    func remote(_ answer: OutgoingAnswer) -> String? {
        let value = try? JSONValue(parsing: answer.body)
        let said: String? = switch kind {
        case "airflow": value?["dag_run_id"]?.string ?? name
        case "argo": value?["metadata"]?["name"]?.string ?? name
        case "webhook": value?["id"]?.string
        default: nil
        }
        return said.map { String($0.prefix(256)) }
    }
}

/// Why a run began, as programs are told.
package enum TrainingReason {
    package static func json(_ view: Governance.TrainingView) -> JSONValue {
        var object: JSONObject = [
            "training": .string(view.record.id), "pipeline": .string(view.record.pipeline.string),
            "model": view.model.map { .string($0.string) } ?? .null, "trigger": .string(view.record.trigger.rawValue),
        ]
        for member in view.details?["reason"]?.object?.members ?? [] { object[member.name] = member.value }
        return .object(object)
    }
}
