import CSandbox
import Glibc

/// The steps of confinement in words; `assay doctor` prints them too.
enum SandboxReport {
    private static let steps = [
        "ending with its parent", "the memory limit", "the processor time limit", "the file size limit",
        "the descriptor limit", "a network namespace of its own", "no new privileges", "the system-call filter",
    ]

    /// One entry a step: its name, its outcome, and why it was not applied.
    static func entries(_ report: assay_sandbox_report) -> [(step: String, isApplied: Bool, isFailure: Bool, why: String)] {
        let outcomes = withUnsafeBytes(of: report.outcome) { Array($0.bindMemory(to: Int32.self)) }
        let errors = withUnsafeBytes(of: report.error) { Array($0.bindMemory(to: Int32.self)) }
        return steps.indices.map { index in
            (
                steps[index], outcomes[index] == Int32(ASSAY_SANDBOX_APPLIED.rawValue),
                outcomes[index] == Int32(ASSAY_SANDBOX_FAILED.rawValue),
                errors[index] == 0 ? "" : String(cString: strerror(errors[index]))
            )
        }
    }

    static func failures(_ report: assay_sandbox_report) -> String {
        entries(report).filter(\.isFailure).map { "\($0.step) (\($0.why))" }.joined(separator: ", ")
    }
}
