import AssayMetrics
import AssayTerms
import Testing

/// The goal: Fairlearn's and AIF360's numbers and signs, and no number where a group cannot be judged. The method:
/// small tables worked by hand (two are the published disagreement of the libraries), and laws that hold for every
/// table.
@Suite struct FairnessMeasuresTests {
    static func confusion(_ tn: Int, _ fp: Int, _ fn: Int, _ tp: Int) -> Confusion {
        Confusion(trueNegatives: tn, falsePositives: fp, falseNegatives: fn, truePositives: tp)
    }

    /// TPR 0.4 and 0.8, FPR 0.1 and 0.3, selection rates 0.2 and 0.5.
    static let poor = confusion(18, 2, 6, 4)
    static let rich = confusion(21, 9, 4, 16)

    @Test func namesTellTheConventionApart() throws {
        let fairlearn = FairlearnMeasures.equalOpportunityDifference([Self.poor, Self.rich]).estimate
        let aif = AIF360Measures(unprivileged: Self.poor, privileged: Self.rich).equalOpportunityDifference
        #expect(fairlearn.value == 0.4)
        #expect(aif.value == -0.4)
    }

    @Test func givesTheWorkedNumbers() throws {
        let groups = [Self.poor, Self.rich]
        let aif = AIF360Measures(unprivileged: Self.poor, privileged: Self.rich)
        let answers: [(Estimate, Double)] = [
            (FairlearnMeasures.demographicParityDifference(groups).estimate, 0.3),
            (FairlearnMeasures.demographicParityRatio(groups).estimate, 0.4),
            (FairlearnMeasures.equalizedOddsDifference(groups).estimate, 0.4),
            (FairlearnMeasures.equalizedOddsRatio(groups).estimate, 1.0 / 3),
            (FairlearnMeasures.equalOpportunityRatio(groups).estimate, 0.5),
            (aif.statisticalParityDifference, -0.3),
            (aif.disparateImpact, 0.4),
            (aif.averageOddsDifference, 0.5 * (0.1 - 0.3 + 0.4 - 0.8)),
        ]
        for (estimate, expected) in answers {
            // One division and one subtraction of numbers below 1.
            #expect(abs(try #require(estimate.value) - expected) <= 0x1p-52)
        }
    }

    @Test func equalizedOddsNamesTheWorseRate() {
        let groups = [Self.poor, Self.rich]
        #expect(FairlearnMeasures.equalizedOddsDifference(groups).rates.rate == .truePositiveRate)
        #expect(FairlearnMeasures.equalizedOddsRatio(groups).rates.rate == .falsePositiveRate)
    }

    @Test func aGroupWithoutTheRateIsLeftOut() {
        // The third group has no positives: Fairlearn would call its true positive rate 0.
        let groups = [Self.poor, Self.rich, Self.confusion(5, 5, 0, 0)]
        let gap = FairlearnMeasures.equalOpportunityDifference(groups)
        #expect(gap.estimate.value == 0.4)
        #expect(gap.rates.proportions.map(\.value) == [0.4, 0.8, nil])
    }

    @Test func saysWhyThereIsNoNumber() {
        let none = Self.confusion(0, 0, 0, 0)
        let negatives = Self.confusion(4, 4, 0, 0)
        let unselected = Self.confusion(4, 0, 2, 0)
        func reasons(_ groups: [Confusion]) -> [String?] {
            [
                FairlearnMeasures.demographicParityDifference(groups).estimate.undefined,
                FairlearnMeasures.demographicParityRatio(groups).estimate.undefined,
                FairlearnMeasures.equalizedOddsDifference(groups).estimate.undefined,
                FairlearnMeasures.equalOpportunityDifference(groups).estimate.undefined,
            ]
        }
        let noRows = "fewer than two groups have rows"
        let noPositives = "fewer than two groups have rows labelled positive"
        for groups in [[], [none], [none, none], [Self.poor], [Self.poor, none]] {
            #expect(reasons(groups) == [noRows, noRows, noPositives, noPositives])
        }
        #expect(reasons([Self.poor, negatives]) == [nil, nil, noPositives, noPositives])
        let flat = "the selection rate is 0 in every group, so their ratio is 0 / 0"
        #expect(reasons([unselected, unselected]) == [nil, flat, nil, nil])

        let aif = AIF360Measures(unprivileged: negatives, privileged: unselected)
        #expect(aif.statisticalParityDifference.value == 0.5)
        #expect(aif.disparateImpact.undefined == "the selection rate of the privileged rows is 0")
        #expect(aif.equalOpportunityDifference.undefined == "no unprivileged row labelled positive")
        #expect(aif.averageOddsDifference.undefined == "no unprivileged row labelled positive")
        #expect(
            AIF360Measures(unprivileged: Self.poor, privileged: none).statisticalParityDifference.undefined
                == "no privileged row")
    }

    /// Renaming or reordering groups changes no value.
    @Test func theOrderOfGroupsDoesNotMatter() {
        let groups = [Self.poor, Self.rich, Self.confusion(7, 3, 1, 9)]
        for order in [[1, 0, 2], [2, 1, 0], [1, 2, 0]] {
            let other = order.map { groups[$0] }
            for measure in [
                FairlearnMeasures.demographicParityDifference, FairlearnMeasures.equalizedOddsDifference,
                FairlearnMeasures.equalOpportunityRatio, FairlearnMeasures.demographicParityRatio,
            ] { #expect(measure(groups, 0).estimate.value == measure(other, 0).estimate.value) }
        }
    }

    @Test func intervalsHoldTheValueAndKeepTheirRange() throws {
        let groups = [Self.poor, Self.rich, Self.confusion(7, 3, 1, 9)]
        for measure in [
            FairlearnMeasures.demographicParityDifference, FairlearnMeasures.demographicParityRatio,
            FairlearnMeasures.equalizedOddsDifference, FairlearnMeasures.equalizedOddsRatio,
            FairlearnMeasures.equalOpportunityDifference, FairlearnMeasures.equalOpportunityRatio,
        ] {
            let estimate = measure(groups, 7).estimate
            let value = try #require(estimate.value)
            let interval = try #require(estimate.interval)
            #expect(interval.low <= value && value <= interval.high)
            #expect(interval.low >= 0 && interval.high <= 1)
            #expect(interval.method == "simultaneous-score" && interval.seed == 7)
            #expect(measure(groups, 7).estimate == estimate, "the same input gives the same bits")
        }
    }

    @Test func weightedRowsHaveNoInterval() {
        var groups = [Self.poor, Self.rich]
        for index in groups.indices { groups[index].isWeighted = true }
        #expect(FairlearnMeasures.demographicParityDifference(groups).estimate.interval == nil)
        let aif = AIF360Measures(unprivileged: groups[0], privileged: groups[1])
        #expect(aif.disparateImpact.interval == nil)
        #expect(aif.statisticalParityDifference.interval == nil)
    }
}
