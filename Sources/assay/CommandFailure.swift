import ArgumentParser
import AssayTerms
import Foundation

/// How a command that failed ends: one message on standard error, and the exit status of its kind.
enum CommandFailure {
    static func end(_ error: AssayError) -> Never {
        report("assay: \(error.message)\n")
        exit(error.exitStatus)
    }

    /// Usage errors end with 2; help and version with 0; an `ExitCode` with its own.
    static func end(parsing error: any Error) -> Never {
        let code = Assay.exitCode(for: error)
        if let exit = error as? ExitCode { Foundation.exit(exit.rawValue) }
        let message = Assay.fullMessage(for: error)
        if code == .success {
            if !message.isEmpty { print(message) }
            exit(0)
        }
        report(message + "\n")
        exit(code == .validationFailure ? 2 : 3)
    }

    /// A closed or full standard error changes nothing about the exit status.
    private static func report(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}
