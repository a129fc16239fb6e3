import AssayCanonical
import AssayStore
import AssayTerms

extension StoreImport {
    /// Files that are copied at a time, so that waiting for the disk overlaps.
    private static let copyCount = 4
    /// Files whose records go in one transaction.
    private static let recordCount = 32

    func importFiles() async throws {
        var done: Int64 = 0
        var places = ArtifactPlaces()
        for kind in [FileOwner.Kind.run, .loggedModel] {
            var after: Text?
            while true {
                let start = after
                let page = try await store.read { tx in
                    let ids = try source.ids(of: kind, after: start, limit: Self.pageCount)
                    return (last: ids.last, owners: try ids.map { try tx.importedOwner(FileOwner(kind, id: $0)) })
                }
                for owner in page.owners {
                    // Records that were left out have no place for files either.
                    if let owner { try await importFiles(of: owner, &places) }
                    done += 1
                    progress(ImportProgress(phase: .files, done: done, total: nil))
                }
                guard let last = page.last else { break }
                after = last
            }
        }
        for note in places.notes { report.noteMapping(note) }
    }

    private func importFiles(of noted: ImportedOwner, _ places: inout ArtifactPlaces) async throws {
        let owner = noted.owner
        switch try await source.artifacts(of: owner) {
        case .elsewhere: places.countElsewhere()
        case .refused(let reason): report.note(Self.name(of: owner), "\(reason); its artifacts were left out")
        case .absent(let folder):
            if let sign = try await store.read({ try Self.signOfFiles(owner, $0) }) {
                report.note(Self.name(of: owner), "\(sign), but its folder \(folder) is not there; its artifacts did not come over")
            } else {
                places.countAbsent(folder)
            }
        case .held(let files, let problems):
            report.note(problems)
            try await bring(files, to: noted)
        }
    }

    /// Why an owner must have had files: most runs never log one, and MLflow makes their folder with the first.
    private static func signOfFiles(_ owner: FileOwner, _ tx: any StoreSnapshot) throws -> String? {
        switch owner.kind {
        case .loggedModel: try tx.loggedModel(owner.id)?.status == .ready ? "it is READY" : nil
        case .run:
            try tx.runHandle(owner.id).flatMap { try tx.tag("mlflow.log-model.history", of: $0) } == nil ? nil : "it logged a model"
        case .modelVersion, .modelVersionRun, .paper: nil
        }
    }

    private func bring(_ files: [SourceFile], to noted: ImportedOwner) async throws {
        let stamp = FileListDigest.atSource(files)
        guard noted.filesAtSource != stamp else { return }
        let owner = noted.owner
        let present = try await store.read { try $0.files(owner) }
        let isUntouched = noted.filesAtSource == nil || noted.filesHere == FileListDigest.here(present)
        var byPath: [Text: FileRecord] = [:]
        for record in present { byPath[record.path] = record }
        var wanted: [SourceFile] = []
        for file in files {
            guard let record = byPath[file.path] else {
                wanted.append(file)
                continue
            }
            // What was changed here stays as it is.
            guard isUntouched else { continue }
            if try await !isSame(file, as: record) { wanted.append(file) }
        }
        if isUntouched, noted.filesAtSource != nil {
            let paths = Set(files.map(\.path))
            for record in present where !paths.contains(record.path) {
                await useCases.removeBlobs(try await store.write { try $0.removeFiles(of: owner, at: record.path) })
                report.count(updated: .files)
            }
        }
        let isComplete = try await copy(wanted, to: owner, replacing: byPath)
        try await store.write { tx in
            var now = noted
            // What could not be read is tried again by the next import.
            now.filesAtSource = isComplete ? stamp : nil
            now.filesHere = FileListDigest.here(try tx.files(owner))
            try tx.noteImported(now)
        }
    }

    private func isSame(_ file: SourceFile, as record: FileRecord) async throws -> Bool {
        guard record.size == file.size, record.blob != nil else { return false }
        do {
            return try await digest(of: file).digest == record.digest
        } catch let error as AssayError where error.code == .unreadable {
            return false
        }
    }

    /// - Returns: whether all of them could be read.
    private func copy(_ files: [SourceFile], to owner: FileOwner, replacing present: [Text: FileRecord]) async throws -> Bool {
        var isComplete = true
        for start in stride(from: 0, to: files.count, by: Self.recordCount) {
            let batch = Array(files[start..<min(start + Self.recordCount, files.count)])
            let records = try await copied(batch, for: Self.name(of: owner))
            isComplete = isComplete && records.count == batch.count
            let replaced: [BlobID]
            do {
                replaced = try await store.write { tx in try records.flatMap { try tx.putFile($0, of: owner) } }
            } catch {
                await useCases.removeBlobs(records.compactMap(\.blob))
                throw error
            }
            await useCases.removeBlobs(replaced)
            let changed = Int64(records.count { present[$0.path] != nil })
            report.count(updated: .files, changed)
            report.count(created: .files, Int64(records.count) - changed)
            report.count(created: .bytes, records.reduce(0) { $0 + $1.size })
        }
        return isComplete
    }

    /// The bytes of files as encrypted blobs, with their records; a file that cannot be read is named and left out.
    func copied(_ files: [SourceFile], for name: Text) async throws -> [FileRecord] {
        try await withThrowingTaskGroup(of: (Int, FileRecord?).self) { group in
            var records = [FileRecord?](repeating: nil, count: files.count)
            var next = 0
            func start() {
                guard next < files.count else { return }
                let (place, file) = (next, files[next])
                next += 1
                group.addTask { (place, try await copied(file, for: name)) }
            }
            for _ in 0..<Self.copyCount { start() }
            while let (place, record) = try await group.next() {
                records[place] = record
                start()
            }
            return records.compactMap(\.self)
        }
    }

    private func copied(_ file: SourceFile, for name: Text) async throws -> FileRecord? {
        do {
            let stored = try await useCases.blobs.write(source.content(of: file))
            return FileRecord(path: file.path, stored: stored, writtenBy: .anonymous)
        } catch let error as AssayError where error.code == .unreadable {
            report.note(Text("\(name), artifact '\(file.path)'"), "\(error.message) It was left out.")
            return nil
        }
    }

    func digest(of file: SourceFile) async throws -> (digest: SHA256Digest, size: Int64) {
        try await Self.digest(of: source.content(of: file))
    }

    static func digest(of bytes: AsyncThrowingStream<[UInt8], any Error>) async throws -> (digest: SHA256Digest, size: Int64) {
        var hasher = SHA256Hasher()
        var size: Int64 = 0
        for try await piece in bytes {
            hasher.update(piece)
            size += Int64(piece.count)
        }
        return (hasher.finish(), size)
    }

    static func name(of owner: FileOwner) -> Text {
        Text((owner.kind == .loggedModel ? "logged model " : "run ") + owner.id.string)
    }
}

/// Where artifacts were looked for and not found, told once instead of for every run.
private struct ArtifactPlaces {
    private var elsewhere = 0
    private var absent = 0
    private var firstAbsent: Text?

    mutating func countElsewhere() { elsewhere += 1 }

    mutating func countAbsent(_ folder: Text) {
        absent += 1
        if firstAbsent == nil { firstAbsent = folder }
    }

    var notes: [String] {
        var notes: [String] = []
        if elsewhere > 0 {
            notes.append("the artifacts of \(elsewhere) runs and logged models are with another service and stay there, where clients go on finding them")
        }
        if let firstAbsent {
            notes.append(
                "\(absent) runs and logged models have no folder of artifacts (\(firstAbsent) for one): they logged none, or the folder was moved, and --artifacts names its new place")
        }
        return notes
    }
}
