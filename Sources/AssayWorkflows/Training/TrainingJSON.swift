package import AssayJSON
import AssayPolicy
package import AssayStore
import AssayTerms

/// Pipelines and their runs as answers have them.
package enum TrainingJSON {
    package static func rules(_ record: AppliedDocument) -> JSONObject {
        [
            "number": .integer(record.number), "digest": .string(record.digest.hex), "author_id": .string(record.authorID),
            "applied_ms": .integer(record.appliedMilliseconds), "text": .string(String(decoding: record.source, as: UTF8.self)),
        ]
    }

    package static func run(_ view: Governance.TrainingView) -> JSONValue {
        let record = view.record
        var object: JSONObject = [
            "id": .string(record.id), "pipeline": .string(record.pipeline.string), "model": text(view.model?.string),
            "model_id": .string(record.modelID), "trigger": .string(record.trigger.rawValue), "state": .string(record.state.rawValue),
            "created_ms": .integer(record.createdMilliseconds), "started_ms": number(record.startedMilliseconds),
            "finished_ms": number(record.finishedMilliseconds), "deadline_ms": number(record.deadlineMilliseconds),
            "attempts": .integer(Int64(record.attempts)), "worker_id": text(record.workerID), "run_id": text(record.runID?.string),
            "version": number(view.version), "version_id": text(record.versionID), "erased": .bool(view.details == nil),
        ]
        // What an erased model's training said is gone.
        for name in ["reason", "kind", "bound", "repeats", "last_reason", "words", "worker", "by", "remote", "exit_status", "target", "request"] {
            object[name] = view.details?[name] ?? .null
        }
        // A program's last words may hold rows and addresses, so who may only read the model does not see them.
        object["output"] = view.showsOutput ? view.details?["output"] ?? .null : .null
        return .object(object)
    }

    /// What a worker is handed.
    package static func work(_ work: Governance.TrainingWork) -> JSONValue {
        var start: JSONObject = ["kind": .string(work.pipeline.start.word)]
        switch work.pipeline.start {
        case .command(let words): start["run"] = .array(words.map { .string($0.string) })
        case .project(let uri, let entryPoint, let environment, let parameters):
            start["uri"] = .string(uri.string)
            start["entry_point"] = text(entryPoint?.string)
            start["environment"] = .string(environment.rawValue)
            start["parameters"] = .array(parameters.map { ["key": .string($0.key.string), "value": .string($0.value.string)] })
        case .github, .airflow, .argo, .webhook: break
        }
        var object: JSONObject = [
            "training": run(work.view), "lease": .string(work.lease), "deadline_ms": .integer(work.deadlineMilliseconds),
            "limit_ms": .integer(work.pipeline.limitMilliseconds),
            "start": .object(start), "reason": TrainingReason.json(work.view),
        ]
        object["reweigh"] = work.pipeline.reweighing.map { reweighing in
            [
                "data": .string(reweighing.data.string), "label": .string(reweighing.label.string), "positive": text(reweighing.positive?.string),
                "sensitive": text(reweighing.sensitive?.string), "privileged": text(reweighing.privileged?.string),
            ]
        } ?? .null
        return .object(object)
    }

    private static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

    private static func number(_ number: Int64?) -> JSONValue { number.map { .integer($0) } ?? .null }
}
