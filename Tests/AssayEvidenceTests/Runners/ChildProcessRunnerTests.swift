import AssayEvidence
import AssayTerms
import Foundation
import Testing

/// The goal: whatever a child does, its parent gets an answer or an error in time, and the child gets nothing it was not
/// handed. The method: shell commands in the child's place that misbehave in one way each; the real worker, confined, is
/// held by Tests/Reference/test_evidence_worker.py.
@Suite struct ChildProcessRunnerTests {
    static let success =
        #"{"_type":"https://in-toto.io/Statement/v1","subject":[],"predicateType":"urn:assay:evidence:v1","predicate":"#
        + #"{"engine":{"name":"assay","version":"0"},"computed_at":"t","provenance":"supplied","inputs":[],"#
        + #""parameters":{},"results":[]}}"#

    static func run(_ script: String, limits: JobLimits = JobLimits(), data: String = "data") async throws -> Envelope {
        let table = try TemporaryTable(data)
        let runner = ChildProcessRunner(program: "/bin/sh", arguments: ["-c", script, "sh"], limits: limits)
        return try await runner.run(
            EvidenceJob(request: table.request([CheckRequest(id: "performance.accuracy")]), computedAt: ""))
    }

    static func error(_ script: String, limits: JobLimits = JobLimits()) async -> AssayError? {
        do {
            _ = try await run(script, limits: limits)
            return nil
        } catch {
            return error as? AssayError
        }
    }

    @Test func readsTheAnswer() async throws {
        let envelope = try await Self.run("cat >/dev/null; printf '%s' '\(Self.success)'")
        #expect(envelope.computedAt == "t")
    }

    @Test func handsOnTheJobAndTheFilesAndNothingElse() async throws {
        // The job arrives on standard input, the file as descriptor 3; there is no 4 and no environment but the loader's.
        let script = """
            job=$(cat); case "$job" in *'"descriptor":3'*) ;; *) exit 9 ;; esac
            case "$job" in *assay-*.csv'","path'*) exit 8 ;; esac
            [ "$(cat <&3)" = data ] || exit 7
            for number in 4 5 6 7 8 9 10 11 12 13 14 15 16; do [ -e /proc/$$/fd/$number ] && exit 6; done
            [ -z "$HOME$USER$ASSAY_TOKEN" ] || exit 5
            printf '%s' '\(Self.success)'
            """
        #expect(try await Self.run(script).computedAt == "t")
    }

    @Test func stopsWhatTakesTooLong() async {
        var limits = JobLimits()
        limits.timeSeconds = 0.2
        // A runner that waited for the child instead would not come back within the test run.
        #expect(await Self.error("sleep 36000", limits: limits)?.code == .limitExceeded)
        // It closes its pipes and stays.
        #expect(await Self.error("exec >&- 2>&-; sleep 36000", limits: limits)?.code == .limitExceeded)
    }

    @Test func stopsWhatSaysTooMuch() async {
        var limits = JobLimits()
        limits.answerBytes = 100_000
        let error = await Self.error("while :; do echo 0123456789012345678901234567890123456789; done", limits: limits)
        #expect(error?.code == .limitExceeded)
    }

    @Test func keepsTheHeadOfALongLog() async {
        var limits = JobLimits()
        limits.errorBytes = 1000
        let error = await Self.error("head -c 1000000 /dev/zero | tr '\\0' x >&2; echo garbage", limits: limits)
        #expect(error?.code == .internalFault)
        #expect(error?.cause.map { "\($0)".utf8.count } == 1000)
        #expect(error?.message.contains("xxx") == false, "what a child says on standard error is for the log")
    }

    @Test(arguments: [
        ("kill -KILL $$", AssayError.Code.limitExceeded), ("kill -XCPU $$", .limitExceeded),
        ("kill -SEGV $$", .unreadable), ("exit 3", .internalFault), ("echo '{}'", .unreadable),
        (#"echo '{"error":{"code":"notFound","message":"gone"}}'"#, .notFound),
        (#"echo '{"error":{"code":"nonsense"}}'"#, .internalFault),
    ])
    func namesTheEnd(script: String, code: AssayError.Code) async {
        #expect(await Self.error(script)?.code == code)
    }

    @Test func aProgramThatIsNotThere() async throws {
        let table = try TemporaryTable("data")
        let runner = ChildProcessRunner(program: "/nowhere/assay")
        let job = EvidenceJob(request: table.request([]), computedAt: "")
        await #expect(throws: AssayError.self) { try await runner.run(job) }
    }

    @Test func aFileThatIsNotThere() async {
        var request = EvidenceRequest(data: DataFile(path: "/nowhere/table.csv"), checks: [])
        request.label = "y"
        let job = EvidenceJob(request: request, computedAt: "")
        do {
            _ = try await ChildProcessRunner(program: "/bin/sh").run(job)
            Issue.record("there was an answer")
        } catch {
            #expect((error as? AssayError)?.code == .notFound)
        }
    }
}
