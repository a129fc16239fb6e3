import AssayTerms

/// What MLflow's clients and load balancers ask to see whether a server is there.
package func statusRoutes() -> [Route] {
    [
        Route("GET", "/health", .open) { _ in .text("OK") },
        Route("GET", "/version", .open) { _ in .text(AssayVersion.mlflowCompatible) },
    ]
}
