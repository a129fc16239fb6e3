import AssayStore
import AssayTerms

extension RecordParts {
    init(_ experiment: Experiment) {
        add("attributes") { digest in
            digest.add(experiment.name)
            digest.add(Text(experiment.stage.rawValue))
            digest.add(experiment.creationTime)
            digest.add(experiment.lastUpdateTime)
        }
        add("tags") { $0.add(experiment.tags) }
    }

    /// Everything a run logged but metrics and files. Where its artifacts are is each store's own.
    init(_ run: Run, deletedTime: Int64?) {
        let info = run.info
        add("attributes") { digest in
            digest.add(info.experimentID)
            for text in [info.name, info.userID, Text(info.status.name), Text(info.stage.rawValue)] { digest.add(text) }
            digest.add(info.startTime)
            digest.add(info.endTime)
            digest.add(deletedTime)
        }
        add("params") { $0.add(run.params) }
        add("tags") { $0.add(run.tags) }
        add("dataset inputs") { digest in
            for input in run.datasets.sorted(by: { ($0.dataset.name, $0.dataset.digest) < ($1.dataset.name, $1.dataset.digest) }) {
                for text in [input.dataset.name, input.dataset.digest, input.dataset.sourceType, input.dataset.source] { digest.add(text) }
                digest.add(input.dataset.schema)
                digest.add(input.dataset.profile)
                digest.add(input.tags)
            }
        }
        add("model inputs") { digest in for model in run.modelInputs.sorted() { digest.add(model) } }
        add("model outputs") { digest in
            for output in run.modelOutputs.sorted(by: { ($0.modelID, $0.step) < ($1.modelID, $1.step) }) {
                digest.add(output.modelID)
                digest.add(output.step)
            }
        }
    }

    init(_ model: LoggedModel) {
        add("attributes") { digest in
            digest.add(model.experimentID)
            for text in [model.name, model.modelType, model.sourceRunID, Text(model.status.name), Text(model.stage.rawValue)] {
                digest.add(text)
            }
            digest.add(model.creationTime)
            digest.add(model.lastUpdateTime)
        }
        add("params") { $0.add(model.params) }
        add("tags") { $0.add(model.tags) }
        add("metrics") { digest in
            for metric in model.metrics.sorted(by: Self.isBefore) {
                digest.add(metric.key)
                for number in [metric.timestamp, metric.step] { digest.add(number) }
                digest.add(metric.value)
                digest.add(metric.runID ?? "")
                digest.add(metric.datasetName ?? "")
                digest.add(metric.datasetDigest ?? "")
            }
        }
    }

    private static func isBefore(_ left: MetricPoint, _ right: MetricPoint) -> Bool {
        if left.key != right.key { return left.key < right.key }
        let (mine, other) = (left.point, right.point)
        if mine != other { return mine < other }
        return (left.runID ?? "", left.datasetName ?? "", left.datasetDigest ?? "")
            < (right.runID ?? "", right.datasetName ?? "", right.datasetDigest ?? "")
    }
}

/// Walks a run's history once: its digest, how many points there are, and which is the latest of each key.
struct HistoryDigest {
    private var digest = RecordDigest()
    private(set) var count: Int64 = 0
    private(set) var latest: [MetricPoint] = []
    private var newest: MetricSeries.Point?
    private var key: Text?

    /// Pieces come in the order of ``ImportSource/eachSeries(ofRun:_:)``.
    mutating func add(_ series: MetricSeries) {
        if series.key != key {
            keepLatest()
            key = series.key
            digest.add(series.key)
        }
        for point in series.points {
            digest.add(point.timestamp)
            digest.add(point.step)
            digest.add(point.value)
            digest.add(point.isNaN ? 1 : 0 as Int64)
            if newest.map({ point.isLater(than: $0) }) ?? true { newest = point }
        }
        count += Int64(series.points.count)
    }

    /// Closes the walk; `kept` are the latest points the store itself keeps.
    mutating func finish(into parts: inout RecordParts, keptLatest kept: [MetricPoint]?) {
        keepLatest()
        parts.add("metrics", digest.finish())
        let points = (kept ?? latest).sorted { $0.key < $1.key }
        parts.add("latest metrics") { digest in
            for point in points {
                digest.add(point.key)
                for number in [point.timestamp, point.step] { digest.add(number) }
                digest.add(point.value)
            }
        }
    }

    private mutating func keepLatest() {
        if let key, let newest { latest.append(newest.metric(key)) }
        newest = nil
    }
}
