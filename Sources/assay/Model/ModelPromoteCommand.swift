import ArgumentParser
import AssayJSON
import AssayTerms

struct ModelPromoteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promote", abstract: "Ask the gate for a place, and take it if the gate says yes.",
        discussion: """
            A refusal lists every unmet requirement with the command that meets it, keeps the request open for \
            approvals, and ends with exit status 1.
            """)

    @Argument(help: "The registered model's name.")
    var name: String

    @Argument(help: "The version's number.")
    var version: Int

    @OptionGroup var place: PlaceOptions

    @Flag(help: "Wait until evidence that is being computed is there.")
    var wait = false

    @Flag(help: "Archive the versions that hold the stage now.")
    var archiveExisting = false

    @OptionGroup var options: ServerOptions

    func run() async throws {
        try await options.withClient { try await promote($0) }
        let done =
            if place.registration {
                "is registered"
            } else if place.retirement {
                "may retire: assay model retire \(name)"
            } else {
                "has taken \(place.text)"
            }
        try StandardOutput.write(Array("\(name) version \(version) \(done).\n".utf8))
    }

    private func promote(_ client: ServerClient) async throws {
        if wait {
            // Asking puts missing evidence into the queue.
            _ = try await ask(client)
            try await waitForEvidence(client)
        }
        if let refusal = try await ask(client) { throw AssayError(.permissionDenied, refusal) }
        try await take(client)
    }

    /// The gate's refusal; `nil` where it says yes or does not stand before this place.
    private func ask(_ client: ServerClient) async throws -> String? {
        let question: JSONValue = [
            "model": .string(name), "version": .integer(Int64(version)), "target": place.json,
        ]
        do {
            return try await client.post(ServerPath.requests, question)["refusal"]?.string
        } catch {
            // No gate stands before the place: there is nothing to ask, only to do.
            if error.code == .conflict { return nil }
            throw error
        }
    }

    private func take(_ client: ServerClient) async throws(AssayError) {
        // Asking for these two is all there is to do here.
        if place.registration || place.retirement { return }
        if let stage = place.stage {
            _ = try await client.post(
                ServerPath.transition,
                [
                    "name": .string(name), "version": .string(String(version)), "stage": .string(stage),
                    "archive_existing_versions": .bool(archiveExisting),
                ])
        } else {
            _ = try await client.post(
                ServerPath.alias,
                [
                    "name": .string(name), "version": .string(String(version)), "alias": .string(place.alias ?? ""),
                ])
        }
    }

    /// Until no job of the version waits or runs.
    private func waitForEvidence(_ client: ServerClient) async throws {
        while true {
            let evidence = try await client.get(
                ServerPath.evidence, query: [("model", name), ("version", String(version))])
            let isRunning = (evidence["jobs"]?.array ?? []).contains { job in
                ["queued", "leased"].contains(job["state"]?.string)
            }
            guard isRunning else { return }
            try await Task.sleep(for: .milliseconds(500))
        }
    }
}
