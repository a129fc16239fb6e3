import Testing

@testable import AssayForeign

/// Goal: a process that ends now and then is started again, ever later, and one that keeps ending is left alone.
/// Method: moments told to the rule; what the service makes of them is held in Tests/Reference/test_foreign_serving.py.
@Suite struct RestartRuleTests {
    @Test func pausesDoubleAndEnd() {
        var rule = RestartRule(limit: 8)
        let pauses = (0..<9).map { _ in rule.ended(at: 100) }
        #expect(pauses == [101, 102, 104, 108, 116, 132, 160, 160].map { .start(at: $0) } + [.stop])
    }

    @Test func whatIsLongAgoIsForgotten() {
        var rule = RestartRule(limit: 1)
        #expect(rule.ended(at: 0) == .start(at: 1))
        #expect(rule.ended(at: 601) == .start(at: 602))
        #expect(rule.ended(at: 1200) == .stop)
    }

    /// Whoever sends rows that crash the model slows the service down and does not end it.
    @Test func endsByRequestsStopNothing() {
        var rule = RestartRule(limit: 1)
        for end in 0..<20 {
            guard case .start(let moment) = rule.ended(at: Double(end), byRequest: true) else {
                Issue.record("stopped after \(end + 1) ends")
                return
            }
            #expect(moment <= Double(end) + RestartRule.longestPauseSeconds)
        }
        #expect(rule.ended(at: 20) == .start(at: 80))
        #expect(rule.ended(at: 21) == .stop)
    }

    @Test func noneIsAsked() {
        var rule = RestartRule(limit: 0)
        #expect(rule.ended(at: 5) == .stop)
    }
}
