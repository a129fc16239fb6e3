/// The newest checkpoint and the key that signs it.
extension LogVerifier {
    /// The checkpoint to check by: the file `checkpoint` if it is sound, else the newest sound one of the list.
    mutating func findHead() throws(LogReadError) -> CheckpointNote? {
        let bytes = try files.read(Self.headFile)
        let extras: CheckpointNote.Extras = scope == .ledger ? [.signatures] : [.signatures, .extensions]
        if let bytes, case .success(let note) = CheckpointNote.read(bytes, from: 0, allowing: extras), note.bytes == bytes,
            chain.current.map({ note.isSigned(by: $0) }) ?? true
        {
            return note
        }
        if scope == .tiles {
            report.findings.append(Finding(Self.headFile, "it is missing, or no checkpoint that the given key signed"))
            return nil
        }
        let listed = newestListed(try files.read(Self.listFile) ?? [], like: bytes)
        guard let bytes else {
            report.findings.append(Finding(Self.headFile, "the file is missing"))
            return listed
        }
        if let listed, let place = Difference.place(of: bytes, from: listed.bytes) {
            let line = bytes.prefix(place.offset).count { $0 == 0x0A } + 1
            let words = Difference.words(actual: bytes.count, expected: listed.bytes.count, differing: place.length)
            report.findings.append(
                Finding(
                    Self.headFile, offset: place.offset, length: place.length, line: line,
                    "\(words): it is not the signed checkpoint of size \(listed.size) in the list"))
        } else {
            report.findings.append(
                Finding(
                    Self.headFile, offset: 0, length: bytes.count, line: 1,
                    "it is no checkpoint that the log's key signed, and the list has none either"))
        }
        return listed
    }

    /// The newest sound checkpoint of the list. Broken ones in between are passed over here and named later.
    private func newestListed(_ list: [UInt8], like bytes: [UInt8]?) -> CheckpointNote? {
        var newest: CheckpointNote?
        var start = 0
        while start < list.count {
            if case .success(let note) = CheckpointNote.read(list, from: start), isSigned(note) {
                if newest.map({ $0.size <= note.size }) ?? true { newest = note }
                start += note.bytes.count
            } else {
                start = list[start...].firstIndex(of: 0x0A).map { $0 + 1 } ?? list.count
            }
        }
        return newest
    }

    /// The key in the ledger's folder against the one from outside, or against what the checkpoint says of it.
    mutating func checkKeyFile(
        _ bytes: [UInt8]?, own: LogVerifyingKey?, foreign: LogVerifyingKey?, head: CheckpointNote?
    ) {
        guard let bytes else {
            report.findings.append(Finding(Self.keyFile, "the file is missing"))
            return
        }
        if let foreign {
            // The keys of a chain are held together by entries of the log.
            if own != nil, chain.keys.count > 1 { return }
            guard let place = Difference.place(of: bytes, from: Array((foreign.text + "\n").utf8)) else { return }
            report.findings.append(
                Finding(
                    Self.keyFile, offset: place.offset, length: place.length,
                    "it is not the key given as --key"))
            return
        }
        if own != nil { return }
        let expected = Array("\(head?.originText ?? "")+\(head?.keyIDText ?? "")+".utf8)
        let start = Difference.place(of: bytes.prefix(expected.count), from: expected)?.offset ?? expected.count
        report.findings.append(
            Finding(
                Self.keyFile, offset: start, length: max(1, bytes.count - start),
                "it is no verification key; signatures could not be checked"))
    }

    /// The checkpoints an auditor kept, one after the other, empty lines between them allowed.
    static func keptCheckpoints(_ bytes: [UInt8]) throws(LogReadError) -> [CheckpointNote] {
        var notes: [CheckpointNote] = []
        var start = 0
        while start < bytes.count {
            if bytes[start] == 0x0A {
                start += 1
                continue
            }
            guard case .success(let note) = CheckpointNote.read(bytes, from: start, allowing: [.signatures, .extensions])
            else {
                throw LogReadError(
                    "what was given as --since is no checkpoint of five lines, as `assay audit checkpoint` prints it")
            }
            notes.append(note)
            start += note.bytes.count
        }
        guard !notes.isEmpty else { throw LogReadError("the file given as --since is empty") }
        return notes.sorted { $0.size < $1.size }
    }

    /// Whether the log begins with each kept checkpoint.
    mutating func compare(_ kept: [CheckpointNote], head: CheckpointNote, roots: RootFinder) {
        var roots = roots
        var lastGood: UInt64 = 0
        for note in kept {
            guard note.origin == head.origin else {
                report.findings.append(
                    Finding("--since", line: 1, "it is of the log \(note.originText), not of \(head.originText)"))
                continue
            }
            guard isSigned(note) else {
                report.findings.append(
                    Finding(
                        "--since", line: 5,
                        "the checkpoint of size \(note.size) is not signed by the log's key; was the key exchanged?"))
                continue
            }
            guard note.size <= head.size else {
                report.findings.append(
                    Finding(
                        "--since", line: 2, entries: head.size..<note.size,
                        "the log is shorter than the kept checkpoint of size \(note.size): entries are gone"))
                continue
            }
            guard roots.root(at: note.size) == note.root else {
                report.findings.append(
                    Finding(
                        "--since", line: 3, entries: lastGood..<note.size,
                        "the log was rewritten: its first \(note.size) entries are not those of the kept checkpoint; "
                            + "the change lies between entry \(lastGood) and entry \(note.size - 1)"))
                return
            }
            lastGood = note.size
            report.comparedSizes.append(note.size)
        }
    }
}
