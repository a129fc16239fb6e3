/// An HTTP scorer that an operator put behind a gateway for one version.
package struct ServingUpstream: Hashable, Sendable {
    package enum Form: String, Sendable, CaseIterable {
        /// MLflow's scoring protocol: `dataframe_split` in, `predictions` out.
        case mlflow
        /// The Open Inference Protocol 2: a tensor a column in, one tensor out.
        case v2
    }

    package let model: Text
    /// `nil` where the files are named instead.
    package let version: Int?
    /// Of the version's files.
    package let manifest: SHA256Digest?
    /// Where rows are posted to, http or https.
    package let url: String
    package let form: Form
    package let timeoutSeconds: Int
    package let concurrentRequests: Int
    /// A path of the same host that answers 200 while it scores; `nil` where nobody looks.
    package let health: String?
    /// A reference to the bearer token that is sent; `nil` without one.
    package let token: Text?

    package init(
        model: Text, version: Int?, manifest: SHA256Digest?, url: String, form: Form, timeoutSeconds: Int, concurrentRequests: Int,
        health: String?, token: Text?
    ) {
        self.model = model
        self.version = version
        self.manifest = manifest
        self.url = url
        self.form = form
        self.timeoutSeconds = timeoutSeconds
        self.concurrentRequests = concurrentRequests
        self.health = health
        self.token = token
    }

    package func isFor(_ model: Text, version: Int, manifest: SHA256Digest) -> Bool {
        self.model == model && (self.version ?? version) == version && (self.manifest ?? manifest) == manifest
    }

    /// The address of ``health``.
    package var healthURL: String? {
        health.map { path in
            let start = url.firstRange(of: "://")?.upperBound ?? url.startIndex
            let end = url[start...].firstIndex(of: "/") ?? url.endIndex
            return url[..<end] + path
        }
    }
}
