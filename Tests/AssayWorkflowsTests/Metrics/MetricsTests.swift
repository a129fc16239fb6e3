import AssayTerms
import AssayWorkflows
import Testing

/// The numbers as Prometheus and OpenMetrics read them, byte by byte, and the bounds that clients cannot break.
@Suite struct MetricsTests {
    private static let count = MetricFamily("a_total", .counter, "Counted \"so\"\n.", labels: ["model"], seriesLimit: 2)
    private static let gauge = MetricFamily("b_bytes", .gauge, "Size.")
    private static let seconds = MetricFamily("c_seconds", .histogram([0.1, 1]), "Time.", labels: ["receiver"])

    private func text(_ register: MetricsRegister, _ format: MetricsText.Format) -> String {
        var text = MetricsText(format)
        for (family, series) in register.snapshot().families { text.add(family, series) }
        return text.text
    }

    private func filled() -> MetricsRegister {
        let register = MetricsRegister()
        register.add(Self.count, labels: ["x\\\"\n"])
        register.add(Self.count, labels: ["x\\\"\n"], 2)
        register.set(Self.gauge, value: 1.5)
        register.set(Self.gauge, value: 7)
        register.observe(Self.seconds, labels: ["r"], value: 0.1)
        register.observe(
            Self.seconds, labels: ["r"], value: 0.5, exemplar: .init(label: "delivery_id", value: "d-1", milliseconds: 1_800_000_000_250))
        register.observe(Self.seconds, labels: ["r"], value: 3)
        return register
    }

    @Test func theTextFormat() {
        #expect(
            text(filled(), .prometheus) == """
                # HELP a_total Counted "so"\\n.
                # TYPE a_total counter
                a_total{model="x\\\\\\"\\n"} 3
                # HELP b_bytes Size.
                # TYPE b_bytes gauge
                b_bytes 7
                # HELP c_seconds Time.
                # TYPE c_seconds histogram
                c_seconds_bucket{receiver="r",le="0.1"} 1
                c_seconds_bucket{receiver="r",le="1"} 2
                c_seconds_bucket{receiver="r",le="+Inf"} 3
                c_seconds_sum{receiver="r"} 3.6
                c_seconds_count{receiver="r"} 3

                """)
    }

    @Test func openMetricsHasExemplarsAndAnEnd() {
        let text = text(filled(), .openMetrics)
        #expect(text.contains("# TYPE a counter\na_total{"))
        #expect(text.contains("le=\"1\"} 2 # {delivery_id=\"d-1\"} 0.5 1800000000.25\n"))
        #expect(text.hasSuffix("\n# EOF\n"))
    }

    @Test func seriesAreBoundedAndCanGo() {
        let register = MetricsRegister()
        for model in ["a", "b", "c", "d"] { register.add(Self.count, labels: [Text(model)]) }
        register.add(Self.count, labels: ["a"])
        #expect(register.snapshot().families.first?.series.map(\.labels) == [["a"], ["b"]])
        #expect(register.snapshot().dropped == 2)
        register.remove(Self.count, labels: ["a"])
        register.add(Self.count, labels: ["c"])
        #expect(register.snapshot().families.first?.series.map(\.labels) == [["b"], ["c"]])
        register.keep(Self.count) { $0 == ["c"] }
        #expect(register.snapshot().families.first?.series.map(\.labels) == [["c"]])
    }

    @Test func numbersAreReadBackAsTheyWere() {
        #expect([0, 1, -2.5, 1e300, 0.1, .infinity, -.infinity, .nan].map(MetricsText.number) == ["0", "1", "-2.5", "1e+300", "0.1", "+Inf", "-Inf", "NaN"])
    }

    @Test(arguments: [
        (nil, false), ("*/*", false), ("text/plain", false), ("application/openmetrics-text", true),
        ("application/openmetrics-text; version=1.0.0;q=0.75, text/plain;q=0.5", true), ("application/openmetrics-text;q=0", false),
        ("text/plain;version=0.0.4;q=1,Application/OpenMetrics-Text;q=0.1", true),
    ])
    func openMetricsIsForWhoAsks(_ accept: String?, _ isOpen: Bool) {
        #expect((MetricsText.Format(accept: accept) == .openMetrics) == isOpen)
    }
}
