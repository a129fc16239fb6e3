package import AssayTerms
import AssayWorkflows
import Foundation
import NIOPosix

/// Secrets where references say they stand, read anew each time, on threads that may block.
package struct ReferencedSecrets: SecretSource {
    package init() {}

    package func value(_ reference: Text) async throws -> Text {
        let read = try SecretReference(reference.string)
        return try await NIOThreadPool.singleton.runIfActive {
            Text(try read.value { ProcessInfo.processInfo.environment[$0] })
        }
    }
}
