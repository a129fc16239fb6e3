import AssayCanonical
package import AssayEvidence
import AssayForeign
import AssayJSON
package import AssayTerms

/// Hands a job's frozen files to an evidence runner as files in memory.
package struct RunnerComputer: EvidenceComputer {
    /// Plain bytes of one file of a job.
    package static let fileByteLimit: Int64 = 2 << 30

    private let runner: any EvidenceRunner

    package init(runner: any EvidenceRunner) { self.runner = runner }

    package func compute(_ work: EvidenceWork) async throws -> Envelope {
        var kept: [MemoryFile] = []
        func hand(_ file: EvidenceWork.File, as name: Text) async throws -> JSONValue {
            let memory = try await Self.copy(file)
            kept.append(memory)
            return ["name": .string(name.string), "descriptor": .integer(Int64(memory.descriptor))]
        }
        let specification = work.specification
        var job: JSONObject = [
            // When it was computed is said by whoever signs.
            "job": "assay/evidence/v1", "computed_at": "",
            "data": try await hand(work.table, as: specification.tablePath), "outcome": "prediction",
            "cutoff": 0.5, "seed": "0", "schema": [],
            "subjects": [["name": "model", "sha256": .string(specification.subject.hex)]], "inputs": [],
            "checks": .array(try specification.checks.map(Self.check)),
        ]
        if specification.predictions == .fromModel {
            var model: [JSONValue] = []
            for file in work.model { model.append(try await hand(file, as: file.path)) }
            job["model"] = .array(model)
        }
        if let reference = specification.reference, let file = work.reference {
            job["reference"] = try await hand(file, as: reference.path)
            job["inputs"] = [
                ["role": "reference", "name": .string(reference.name.string), "sha256": .string(reference.digest.hex)]
            ]
        }
        let columns: [(String, Text?)] = [
            ("label", specification.label), ("prediction", specification.prediction), ("score", specification.score),
            ("positive", specification.positive), ("weight", specification.weight), ("rows", specification.rows),
        ]
        for (name, column) in columns { job[name] = column.map { .string($0.string) } }
        let envelope = try await runner.run(EvidenceJobJSON.job(from: .object(job)))
        // The descriptors above must outlive the run.
        return withExtendedLifetime(kept) { envelope }
    }

    /// Copies the file into memory and holds it against the digest it was frozen with.
    private static func copy(_ file: EvidenceWork.File) async throws -> MemoryFile {
        guard file.size <= fileByteLimit else {
            throw AssayError(
                .limitExceeded, "'\(file.path)' has \(file.size) bytes; evidence is computed on at most \(fileByteLimit)")
        }
        let memory = try MemoryFile()
        var hasher = SHA256Hasher()
        for try await chunk in file.contents() {
            hasher.update(chunk)
            try memory.append(chunk)
        }
        guard hasher.finish() == file.digest else {
            throw AssayError(.corrupt, "the stored bytes of '\(file.path)' are not those that were frozen")
        }
        return memory
    }

    private static func check(_ check: EvidenceSpecification.Check) throws(AssayError) -> JSONValue {
        var object: JSONObject = ["id": .string(check.id)]
        object["column"] = check.column.map { .string($0.string) }
        object["where"] = check.place.map { .string($0) }
        if !check.options.isEmpty { object["options"] = check.optionsJSON }
        if let written = check.privileged, let column = check.column {
            object["privileged"] = try privileged(written, column: column)
        }
        return .object(object)
    }

    /// `race=white` of column `race`, as a policy's canonical text has it: column, relation, value, without spaces.
    private static func privileged(_ written: Text, column: Text) throws(AssayError) -> JSONValue {
        let rest = written.string.hasPrefix(column.string) ? written.string.dropFirst(column.string.count) : ""
        guard let relation = [">=", "<=", ">", "<", "="].first(where: rest.hasPrefix) else {
            throw AssayError(.invalidArgument, "'\(written)' names no privileged group of column '\(column)'")
        }
        return [
            "column": .string(column.string), "comparison": .string(relation),
            "value": .string(String(rest.dropFirst(relation.count))),
        ]
    }
}
