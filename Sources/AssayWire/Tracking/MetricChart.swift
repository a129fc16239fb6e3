import AssayJSON
package import AssayTerms

/// The answer charts are drawn from, which writes NaN as a bare `NaN`, as MLflow's does; no JSON value can say that.
package enum MetricChart {
    package static func bytes(_ points: [MetricPoint]) -> [UInt8] {
        var bytes = Array("{\"metrics\":[".utf8)
        for (index, point) in points.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: "{\"key\":".utf8)
            JSONString.append(point.key.string, to: &bytes)
            bytes.append(contentsOf: ",\"value\":".utf8)
            if point.value.isNaN {
                bytes.append(contentsOf: "NaN".utf8)
            } else {
                ECMAScriptNumber.append(point.value, to: &bytes)
            }
            bytes.append(contentsOf: ",\"timestamp\":\(point.timestamp),\"step\":\(point.step),\"run_id\":".utf8)
            JSONString.append((point.runID ?? "").string, to: &bytes)
            bytes.append(UInt8(ascii: "}"))
        }
        bytes.append(contentsOf: "]}".utf8)
        return bytes
    }
}
