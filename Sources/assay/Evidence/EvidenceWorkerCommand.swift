import ArgumentParser
import AssayEvidence
import AssayJSON
import AssayTerms
import CSandbox
import Glibc

/// The confined child: a job on standard input, its files as descriptors, one statement on standard output.
struct EvidenceWorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evidence-worker", abstract: "Compute one evidence job, confined.", shouldDisplay: false)

    @Option var memory: UInt64
    @Option var processorSeconds: UInt64
    @Option var descriptors: UInt64

    /// Ends with 0 whenever an answer was written, be it an error.
    func run() throws {
        let outcome: Result<Envelope, AssayError>
        do throws(AssayError) {
            // What is loaded on demand is loaded while files can be opened.
            Pattern.prepare()
            try confine()
            let bytes = try StandardInput.bytes(limit: 16 << 20)
            let value: JSONValue
            do {
                value = try JSONValue(parsing: bytes)
            } catch {
                throw AssayError(.unreadable, "the evidence job is not JSON")
            }
            outcome = .success(try EvidenceJobJSON.job(from: value).compute())
        } catch {
            outcome = .failure(error)
        }
        try StandardOutput.write(WorkerAnswer.value(of: outcome).bytes())
        // Arrow's pool would wait at the end for threads that the limit on memory did not let start.
        _exit(0)
    }

    /// - Throws: `unavailable` naming the steps that failed; nothing has been read by then.
    private func confine() throws(AssayError) {
        var limits = assay_sandbox_limits(
            memory_bytes: memory, processor_seconds: processorSeconds, descriptors: descriptors)
        var report = assay_sandbox_report()
        guard assay_sandbox_apply(&limits, &report) != 0 else { return }
        throw AssayError(
            .unavailable,
            "evidence cannot be computed here, because the process cannot be confined: \(SandboxReport.failures(report))")
    }
}
