/// The keys that a log was signed with, one after the other.
extension LogVerifier {
    /// Finds the chain: the key from outside, or the folder's own, and what `vkeys` says came before and after it.
    mutating func readChain(own: LogVerifyingKey?, foreign: LogVerifyingKey?) throws(LogReadError) {
        chain = KeyChain(keys: (foreign ?? own).map { [$0] } ?? [])
        guard scope == .ledger else {
            guard foreign != nil else { throw LogReadError("a log of another program is verified with its key: --key") }
            return
        }
        guard let bytes = try files.read(Self.keysFile) else { return }
        var keys: [LogVerifyingKey]
        switch KeyChain.read(bytes) {
        case .success(let read): keys = read
        case .failure(let bad):
            report.findings.append(Finding(Self.keysFile, line: bad.number, "the line is no key of the log, or stands twice"))
            return
        }
        // Between the two steps of a rotation the next key stands in the list and is not in use.
        if let own, keys.last?.text != own.text, keys.count > 1, keys[keys.count - 2].text == own.text {
            keys.removeLast()
            report.pending.append("the last key of \(Self.keysFile) is not in use yet")
        }
        if let own, keys.last?.text != own.text {
            report.findings.append(
                Finding(Self.keysFile, line: keys.count, "the last key is not the one in \(Self.keyFile)"))
            return
        }
        guard foreign == nil || keys.contains(where: { $0.text == foreign?.text }) else { return }
        chain = KeyChain(keys: keys)
    }

    /// Each key but the first must be named by an entry, in a tree that the key before it signed.
    mutating func checkHandovers(_ handovers: [KeyHandover], reach: [UInt64?]) {
        for place in chain.keys.indices.dropFirst() {
            let (old, new) = (chain.keys[place - 1], chain.keys[place])
            guard let entry = handovers.filter({ $0.leads(from: old, to: new) }).map(\.index).min() else {
                report.findings.append(
                    Finding(Self.keysFile, line: place + 1, "no entry of the log hands over to this key from the one before"))
                continue
            }
            guard let size = reach[place - 1], size > entry else {
                report.findings.append(
                    Finding(
                        Self.keysFile, line: place + 1, entries: entry..<(entry + 1),
                        "no checkpoint of the key before covers the entry that hands over to this one"))
                continue
            }
        }
        report.keyCount = chain.keys.count
    }

    /// The handing over entries of a tree whose leaf hashes are known where they are.
    func handovers(leaves: [Hash?]) throws(LogReadError) -> [KeyHandover] {
        guard chain.keys.count > 1 else { return [] }
        var found: [KeyHandover] = []
        for name in TileName.all(level: nil, size: UInt64(leaves.count)) {
            guard let bytes = try files.read(name.text), let entries = BundleCheck.entries(bytes, count: name.width)
            else { continue }
            for (place, entry) in entries.enumerated() {
                let index = name.index * 256 + UInt64(place)
                guard leaves[Int(index)] == Hashing.leaf(entry), let handover = KeyHandover(index: index, leaf: entry)
                else { continue }
                found.append(handover)
            }
        }
        return found
    }
}
