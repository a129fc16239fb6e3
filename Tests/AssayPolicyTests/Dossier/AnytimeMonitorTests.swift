@testable import AssayPolicy
import AssayTerms
import Testing

/// Goal: a plan says with which chance it may ever be wrong, of checks that have such an answer, and nothing else.
/// Method: plans as text.
@Suite struct AnytimeMonitorTests {
    private static let catalogue = Catalogue([
        Fixtures.descriptor("performance.accuracy", .higherIsBetter, [.label, .prediction], 0, 1),
        Fixtures.descriptor("performance.roc_auc", .higherIsBetter, [.label, .score], 0, 1),
        Fixtures.descriptor("performance.brier", .lowerIsBetter, [.label, .score], 0, 1),
        Fixtures.descriptor("performance.mae", .lowerIsBetter, [.label, .prediction], 0, nil),
    ])

    private static func read(_ monitor: String) throws -> MonitoringPlan {
        try MonitoringPlan.read(Array("assay: monitoring-plan/v1\nowner: ana\nmonitors:\n  - {\(monitor), alert: [risk]}\n".utf8), catalogue: catalogue)
    }

    @Test func aChanceIsRead() throws {
        let plan = try Self.read("id: performance.accuracy, min: 0.8, window: 7 days, anytime: 0.05")
        #expect(plan.monitors.first?.alpha == 0.05)
        #expect(try Self.read("id: performance.accuracy, min: 0.8, window: 7 days").monitors.first?.alpha == nil)
    }

    @Test func aRangeIsReadAndKept() throws {
        let plan = try Self.read("id: performance.mae, max: 3, window: 7 days, anytime: 0.05, range: 12.5")
        #expect(plan.monitors.first?.range == "12.5")
        // Another range is another question: of the two neither stands for the other.
        let other = try Self.read("id: performance.mae, max: 3, window: 7 days, anytime: 0.05, range: 20")
        let (first, second) = (try #require(plan.monitors.first), try #require(other.monitors.first))
        #expect(!first.isAtLeastAsStrict(as: second) && !second.isAtLeastAsStrict(as: first) && first.isAtLeastAsStrict(as: first))
    }

    @Test(arguments: [
        ("id: performance.accuracy, min: 0.8, window: 7 days, anytime: 0", "anytime"),
        ("id: performance.accuracy, min: 0.8, window: 7 days, anytime: 0.7", "above 0 and up to 0.5"),
        ("id: performance.accuracy, min: 0.8, window: 7 days, anytime: 0.0", "above 0 and up to 0.5"),
        ("id: performance.accuracy, min: 0.8, window: 7 days, anytime: 5", "anytime"),
        ("id: performance.accuracy, min: 0.8, window: 7 days, anytime: 0.05, judge: interval", "judge"),
        ("id: performance.roc_auc, min: 0.8, window: 7 days, anytime: 0.05", "shares that rows count"),
        ("id: performance.mae, max: 3, window: 7 days, anytime: 0.05", "needs 'range'"),
        ("id: performance.mae, max: 3, window: 7 days, range: 10", "belongs to 'anytime'"),
        ("id: performance.mae, max: 3, window: 7 days, anytime: 0.05, range: 0", "above 0"),
        ("id: performance.mae, max: 3, window: 7 days, anytime: 0.05, range: -2", "range"),
        ("id: performance.brier, max: 0.3, window: 7 days, anytime: 0.05, range: 2", "bound of its own"),
        ("id: performance.accuracy, min: 0.8, for-each: region, window: 7 days, anytime: 0.05", "for-each"),
    ])
    func whatHasNoSuchAnswerIsRefused(_ monitor: String, _ words: String) throws {
        #expect {
            try Self.read(monitor)
        } throws: { error in
            ((error as? PolicyProblems)?.problems ?? []).contains { $0.message.contains(words) }
        }
    }
}
