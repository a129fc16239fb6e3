package import AssayWorkflows

/// MLflow's REST API: every route of version 2.0 under both prefixes clients use, and the few that stand outside.
package func mlflowRoutes(_ useCases: UseCases) -> [Route] {
    let versioned = trackingRoutes(useCases) + registryRoutes(useCases) + mlflowWebhookRoutes(useCases) + shareRoutes(useCases)
    return ["/api/2.0", "/ajax-api/2.0"].flatMap { prefix in versioned.map { $0.prefixed(prefix) } }
        + unversionedRoutes(useCases) + versionArtifactRoutes(useCases) + userPermissionRoutes(useCases)
}

/// Experiments, runs, metrics, logged models and artifacts, without prefix.
func trackingRoutes(_ useCases: UseCases) -> [Route] {
    experimentRoutes(useCases) + runRoutes(useCases) + metricRoutes(useCases) + loggedModelRoutes(useCases)
        + artifactRoutes(useCases) + transferRoutes(useCases)
}
