import AssayColumns
import AssayMetrics
import AssayTerms

/// How a model was served: `service.*`, from the columns that a recorder writes beside a request's own.
///
/// Definition: requests are counted and not rows. Rows of one request stand together and share `@id.high` and `@id.low`; of data without these
/// every row is a request. A request that failed is one row. `latency` is the quantile of `@seconds` by linear interpolation between order
/// statistics (Hyndman and Fan 1996, type 7), of failures too; `slow` the share of requests that took longer than `seconds`; `errors` the
/// share whose `@status` is 400 or more; `rate` requests a second, over the window's length where it has one, else over the time from the first
/// to the last `@time`.
///
/// - Edge cases: a request without a number of seconds is in no latency; without requests nothing has a value but a window's rate, which is 0.
/// - Complexity: O(n log n) for a latency, which keeps eight bytes a request; else O(n) and constant memory.
struct ServiceCheck: ColumnCheck {
    enum Kind: String, CaseIterable {
        case latency, slow, errors, rate

        init?(id: String) {
            guard let name = id.dropping("service.") else { return nil }
            self.init(rawValue: String(name))
        }
    }

    static let seconds: Text = "@seconds"
    static let status: Text = "@status"
    static let time: Text = "@time"
    static let ids: [Text] = ["@id.high", "@id.low"]
    static let columns: [Text] = ids + [time, seconds, status]

    private let setting: ColumnCheckSetting
    private let kind: Kind
    private let bound: Double
    private var last: (high: Int64, low: Int64)?
    private var requests = 0
    /// Those over the bound, or failed.
    private var hits = 0
    private var durations: [Double] = []
    private var span: ClosedRange<Int64>?

    init(_ setting: ColumnCheckSetting, _ kind: Kind) throws(AssayError) {
        self.setting = setting
        self.kind = kind
        bound = kind == .slow ? setting.number("seconds") : 0
        switch kind {
        case .latency, .slow: try setting.require(Self.seconds)
        case .errors: try setting.require(Self.status)
        case .rate where setting.request.windowSeconds == nil: try setting.require(Self.time)
        case .rate: break
        }
    }

    mutating func add(_ block: RowBlock) throws(AssayError) {
        let high = Self.integers(block[Self.ids[0]])
        let low = Self.integers(block[Self.ids[1]])
        let seconds = kind == .latency || kind == .slow ? try block[Self.seconds].map { (column) throws(AssayError) in try NumberColumn(column) } : nil
        let status = kind == .errors ? try block[Self.status].map { (column) throws(AssayError) in try NumberColumn(column) } : nil
        var times: [Int64]?
        if kind == .rate, case .timestamp(let values)? = block[Self.time]?.values { times = values }
        for row in 0..<block.rowCount {
            if let high, let low {
                let id = (high: high[row], low: low[row])
                if let last, last == id { continue }
                last = id
            }
            switch kind {
            case .latency, .slow:
                guard let seconds, seconds.validity?[row] ?? true, seconds.values[row].isFinite else { continue }
                if kind == .latency { durations.append(seconds.values[row]) } else if seconds.values[row] > bound { hits += 1 }
            case .errors:
                guard let status, status.validity?[row] ?? true else { continue }
                if status.values[row] >= 400 { hits += 1 }
            case .rate:
                if let time = times?[row] { span = min(span?.lowerBound ?? time, time)...max(span?.upperBound ?? time, time) }
            }
            requests += 1
        }
    }

    func result(rowCount: Int) throws(AssayError) -> CheckResult {
        let none = requests == 0 ? "no request is recorded" : nil
        var result = setting.result(value: nil, rows: requests, undefined: none)
        switch kind {
        case .latency:
            result.measure = "seconds"
            result.value = Self.quantile(durations, setting.number("quantile"))
        case .slow, .errors:
            result.measure = "share_of_requests"
            guard requests > 0 else { break }
            result.value = Double(hits) / Double(requests)
            result.interval = WilsonInterval.interval(successes: Double(hits), trials: Double(requests))
            result.details["count"] = .integer(Int64(hits))
        case .rate:
            result.measure = "requests_per_second"
            let length = setting.request.windowSeconds ?? span.map { Double($0.upperBound - $0.lowerBound) / 1e6 } ?? 0
            if length > 0 {
                result.value = Double(requests) / length
                result.undefined = nil
            } else {
                result.undefined = none ?? "all requests are of one moment"
            }
        }
        return result
    }

    private static func integers(_ column: Column?) -> [Int64]? {
        if case .int64(let values)? = column?.values { values } else { nil }
    }

    /// `nil` of nothing.
    static func quantile(_ values: [Double], _ share: Double) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let place = share * Double(sorted.count - 1)
        let below = Int(place.rounded(.down))
        guard below + 1 < sorted.count else { return sorted[sorted.count - 1] }
        return sorted[below] + (place - Double(below)) * (sorted[below + 1] - sorted[below])
    }
}
