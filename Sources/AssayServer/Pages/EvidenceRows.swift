import AssayPages
import AssayTerms

/// Results as the evidence table shows them.
enum EvidenceRows {
    static func rows(_ envelopes: [Envelope]) -> [EvidenceRow] {
        envelopes.flatMap { envelope in
            envelope.results.map { result in
                EvidenceRow(
                    id: result.id, column: result.column.map { "\($0)" + (result.privileged.map { " (privileged \($0))" } ?? "") } ?? "",
                    value: result.undefined.map { "undefined: \($0)" } ?? PageText.rounded(result.value),
                    interval: PageText.interval(result.interval),
                    groups: result.groups.map {
                        .init(group: $0.group.string, value: PageText.rounded($0.value), count: $0.count)
                    }, provenance: envelope.provenance.rawValue)
            }
        }
    }
}
