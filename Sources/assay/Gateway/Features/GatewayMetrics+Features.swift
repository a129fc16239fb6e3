import AssayServing
import AssayTerms

extension GatewayMetrics {
    /// How rows were found, and how new what they are found in is.
    static func text(of stores: FeatureStores) -> String {
        func name(_ store: FeatureStore) -> String {
            store.view.string.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
        }
        var lines = [
            "# HELP assay_gateway_feature_rows_total Rows by what was found of their entity in a view.", "# TYPE assay_gateway_feature_rows_total counter",
        ]
        for store in stores.all {
            let counts = store.counts.rows
            for found in FeatureMark.Found.allCases {
                guard let count = counts[found] else { continue }
                lines.append("assay_gateway_feature_rows_total{view=\"\(name(store))\",found=\"\(found.rawValue)\"} \(count)")
            }
        }
        lines += [
            "# HELP assay_gateway_feature_store_up Whether features of a view can be looked up.", "# TYPE assay_gateway_feature_store_up gauge",
        ]
        for store in stores.all { lines.append("assay_gateway_feature_store_up{view=\"\(name(store))\"} \((try? store.values()) == nil ? 0 : 1)") }
        lines += [
            "# HELP assay_gateway_feature_newest_timestamp_seconds When the newest row of a view was written.",
            "# TYPE assay_gateway_feature_newest_timestamp_seconds gauge",
        ]
        for store in stores.all {
            guard let newest = try? store.values().newest else { continue }
            lines.append("assay_gateway_feature_newest_timestamp_seconds{view=\"\(name(store))\"} \(Double(newest) / 1_000_000)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
