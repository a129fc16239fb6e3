package import AssayTerms
import AssayWorkflows
import Foundation
import NIOPosix

/// Secrets where references say they stand, read anew each time, on threads that may block.
package struct ReferencedSecrets: SecretSource {
    private let places: SecretPlaces?

    /// For documents that come through the API.
    package init(places: SecretPlaces) { self.places = places }

    /// For files of whoever starts the process, who may read any place anyway. Never for what comes through an API.
    package init() { places = nil }

    package func check(_ reference: Text) async throws {
        let places = places
        try await NIOThreadPool.singleton.runIfActive { _ = try Self.admitted(reference, places) }
    }

    package func value(_ reference: Text) async throws -> Text {
        let places = places
        return try await NIOThreadPool.singleton.runIfActive {
            Text(try Self.admitted(reference, places).value { ProcessInfo.processInfo.environment[$0] })
        }
    }

    private static func admitted(_ reference: Text, _ places: SecretPlaces?) throws(AssayError) -> SecretReference {
        let read = try SecretReference(reference.string)
        return try places?.admitted(read) ?? read
    }
}
