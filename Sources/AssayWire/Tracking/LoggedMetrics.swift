import AssayJSON
import AssayTerms

/// What clients log over and over, read straight from a body's bytes.
///
/// This takes bodies in the form that clients write them in, whose reading would else be the greater part of a request's
/// price. Anything else, wrong or only unusual, is `nil`, and is read by ``RequestFields``; both make the same of a body.
enum LoggedMetrics {
    struct Batch {
        var runID: Text?
        var metrics: [MetricPoint] = []
        var params: [KeyValue] = []
        var tags: [KeyValue] = []
    }

    private static let batchNames: [StaticString] = ["run_id", "metrics", "params", "tags"]
    private static let pointNames: [StaticString] = ["key", "value", "timestamp", "step", "run_id"]
    private static let pairNames: [StaticString] = ["key", "value"]

    /// The body of `log-batch`.
    static func batch(_ body: [UInt8]) -> Batch? {
        var text = JSONSkimmer(body, limits: RequestFields.limits)
        var batch = Batch()
        var seen = 0
        let isRead = text.members(batchNames) { place, text in
            guard isNew(place, &seen) else { return false }
            switch place {
            case 0:
                batch.runID = filled(&text)
                return batch.runID != nil
            case 1:
                return text.elements { text in
                    guard let (point, runID) = point(&text), runID == nil else { return false }
                    batch.metrics.append(point)
                    return batch.metrics.count <= TrackingRules.batchMetricLimit
                }
            default:
                return text.elements { text in
                    guard let pair = pair(&text) else { return false }
                    if place == 2 { batch.params.append(pair) } else { batch.tags.append(pair) }
                    return batch.params.count + batch.tags.count <= TrackingRules.batchLimit
                }
            }
        }
        return isRead && text.isAtEnd && batch.runID != nil ? batch : nil
    }

    /// The body of `log-metric`.
    static func single(_ body: [UInt8]) -> (runID: Text, point: MetricPoint)? {
        var text = JSONSkimmer(body, limits: RequestFields.limits)
        guard let (point, runID) = point(&text), let runID, text.isAtEnd else { return nil }
        return (runID, point)
    }

    private static func point(_ text: inout JSONSkimmer) -> (MetricPoint, runID: Text?)? {
        var (key, runID): (Text?, Text?)
        var value: Double?
        var timestamp: Int64?
        var step: Int64 = 0
        var seen = 0
        let isRead = text.members(pointNames) { place, text in
            guard isNew(place, &seen) else { return false }
            switch place {
            case 0:
                key = filled(&text)
                return key != nil
            case 1:
                switch text.number() {
                case .integer(let integer): value = Double(integer)
                case .number(let number): value = number
                default: return false
                }
                return true
            case 2:
                guard case .integer(let time)? = text.number() else { return false }
                timestamp = time
                return true
            case 3:
                guard case .integer(let number)? = text.number() else { return false }
                step = number
                return true
            default:
                runID = filled(&text)
                return runID != nil
            }
        }
        guard isRead, let key, let value, let timestamp else { return nil }
        return (MetricPoint(key: key, value: value, timestamp: timestamp, step: step), runID)
    }

    private static func pair(_ text: inout JSONSkimmer) -> KeyValue? {
        var (key, value): (Text?, Text?)
        var seen = 0
        let isRead = text.members(pairNames) { place, text in
            guard isNew(place, &seen) else { return false }
            if place == 0 { key = filled(&text) } else { value = storable(&text) }
            return (place == 0 ? key : value) != nil
        }
        guard isRead, let key, let value else { return nil }
        return KeyValue(key: key, value: value)
    }

    private static func storable(_ text: inout JSONSkimmer) -> Text? {
        guard let string = text.string(), !string.utf8.contains(0) else { return nil }
        return Text(string)
    }

    private static func filled(_ text: inout JSONSkimmer) -> Text? {
        guard let text = storable(&text), !text.isEmpty else { return nil }
        return text
    }

    /// Of a member that stands twice the last counts, which ``RequestFields`` knows how to read.
    private static func isNew(_ place: Int, _ seen: inout Int) -> Bool {
        defer { seen |= 1 << place }
        return seen & 1 << place == 0
    }
}
