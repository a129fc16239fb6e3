package import AssayTerms

/// How a pipeline's training is begun. Whatever is secret is a reference: `env:NAME`, `file:PATH`, `vault:MOUNT/PATH#FIELD`.
package enum TrainingStart: Hashable, Sendable {
    /// A program and its arguments, run by a worker; no shell reads them.
    case command([Text])
    /// `mlflow run`, by a worker.
    case project(uri: Text, entryPoint: Text?, environment: ProjectEnvironment, parameters: [KeyValue])
    /// `POST /repos/{repository}/actions/workflows/{workflow}/dispatches`.
    case github(url: OutgoingURL, repository: Text, workflow: Text, ref: Text, token: Text)
    /// `POST /api/v1/dags/{dag}/dagRuns`.
    case airflow(url: OutgoingURL, dag: Text, token: Text)
    /// `POST /api/v1/workflows/{namespace}/submit` of a workflow template.
    case argo(url: OutgoingURL, namespace: Text, template: Text, token: Text)
    /// A message signed as our webhooks are.
    case webhook(url: OutgoingURL, secret: Text?)

    /// What `mlflow run` calls `--env-manager`.
    package enum ProjectEnvironment: String, Sendable, CaseIterable {
        case local, virtualenv, conda, uv
    }

    /// As the document writes it.
    package var word: String {
        switch self {
        case .command: "command"
        case .project: "mlproject"
        case .github: "github"
        case .airflow: "airflow"
        case .argo: "argo"
        case .webhook: "webhook"
        }
    }

    /// Whether a worker runs it; the server begins the others by a request, and runs nothing itself.
    package var isForWorkers: Bool {
        switch self {
        case .command, .project: true
        case .github, .airflow, .argo, .webhook: false
        }
    }

    /// The address that a request goes to, for those that are begun by one.
    package var address: OutgoingURL? {
        switch self {
        case .command, .project: nil
        case .github(let url, _, _, _, _), .airflow(let url, _, _), .argo(let url, _, _, _), .webhook(let url, _): url
        }
    }

    /// Where the secret stands that a request bears or is signed with.
    package var secret: Text? {
        switch self {
        case .command, .project: nil
        case .github(_, _, _, _, let token), .airflow(_, _, let token), .argo(_, _, _, let token): token
        case .webhook(_, let secret): secret
        }
    }
}
