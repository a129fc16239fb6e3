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
        let fairlearn = FairlearnMeasures.gap([[Self.poor, Self.rich]], .equalOpportunityDifference).estimate
        let aif = AIF360Measures(unprivileged: Self.poor, privileged: Self.rich).difference(.truePositiveRate)
        #expect(fairlearn.value == 0.4)
        #expect(aif.value == -0.4)
    }

    @Test func givesTheWorkedNumbers() throws {
        let groups = [Self.poor, Self.rich]
        let aif = AIF360Measures(unprivileged: Self.poor, privileged: Self.rich)
        let answers: [(Estimate, Double)] = [
            (FairlearnMeasures.gap([groups], .demographicParityDifference).estimate, 0.3),
            (FairlearnMeasures.gap([groups], .demographicParityRatio).estimate, 0.4),
            (FairlearnMeasures.gap([groups], .equalizedOddsDifference).estimate, 0.4),
            (FairlearnMeasures.gap([groups], .equalizedOddsRatio).estimate, 1.0 / 3),
            (FairlearnMeasures.gap([groups], .equalOpportunityRatio).estimate, 0.5),
            (aif.difference(.selectionRate), -0.3),
            (aif.ratio(.selectionRate), 0.4),
            (aif.averageOddsDifference, 0.5 * (0.1 - 0.3 + 0.4 - 0.8)),
        ]
        for (estimate, expected) in answers {
            // One division and one subtraction of numbers below 1.
            #expect(abs(try #require(estimate.value) - expected) <= 0x1p-52)
        }
    }

    @Test func equalizedOddsNamesTheWorseRate() {
        let groups = [Self.poor, Self.rich]
        #expect(FairlearnMeasures.gap([groups], .equalizedOddsDifference).rate == .truePositiveRate)
        #expect(FairlearnMeasures.gap([groups], .equalizedOddsRatio).rate == .falsePositiveRate)
    }

    @Test func aGroupWithoutTheRateIsLeftOut() {
        // The third group has no positives: Fairlearn would call its true positive rate 0.
        let groups = [Self.poor, Self.rich, Self.confusion(5, 5, 0, 0)]
        let gap = FairlearnMeasures.gap([groups], .equalOpportunityDifference)
        #expect(gap.estimate.value == 0.4)
    }

    @Test func saysWhyThereIsNoNumber() {
        let none = Self.confusion(0, 0, 0, 0)
        let negatives = Self.confusion(4, 4, 0, 0)
        let unselected = Self.confusion(4, 0, 2, 0)
        func reasons(_ groups: [Confusion]) -> [String?] {
            [
                FairlearnMeasures.gap([groups], .demographicParityDifference).estimate.undefined,
                FairlearnMeasures.gap([groups], .demographicParityRatio).estimate.undefined,
                FairlearnMeasures.gap([groups], .equalizedOddsDifference).estimate.undefined,
                FairlearnMeasures.gap([groups], .equalOpportunityDifference).estimate.undefined,
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
        #expect(aif.difference(.selectionRate).value == 0.5)
        #expect(aif.ratio(.selectionRate).undefined == "the selection rate of the privileged rows is 0")
        #expect(aif.difference(.truePositiveRate).undefined == "no unprivileged row labelled positive")
        #expect(aif.averageOddsDifference.undefined == "no unprivileged row labelled positive")
        #expect(
            AIF360Measures(unprivileged: Self.poor, privileged: none).difference(.selectionRate).undefined
                == "no privileged row")
    }

    /// Renaming or reordering groups changes no value.
    @Test func theOrderOfGroupsDoesNotMatter() {
        let groups = [Self.poor, Self.rich, Self.confusion(7, 3, 1, 9)]
        for order in [[1, 0, 2], [2, 1, 0], [1, 2, 0]] {
            let other = order.map { groups[$0] }
            for name in FairlearnMeasures.Name.allCases {
                #expect(
                    FairlearnMeasures.gap([groups], name).estimate.value
                        == FairlearnMeasures.gap([other], name).estimate.value)
            }
        }
    }

    @Test func intervalsHoldTheValueAndKeepTheirRange() throws {
        let groups = [Self.poor, Self.rich, Self.confusion(7, 3, 1, 9)]
        for name in FairlearnMeasures.Name.allCases {
            let estimate = FairlearnMeasures.gap([groups], name, seed: 7).estimate
            let value = try #require(estimate.value)
            let interval = try #require(estimate.interval)
            #expect(interval.low <= value && value <= interval.high)
            #expect(interval.low >= 0 && interval.high <= 1)
            #expect(interval.method == "simultaneous-score" && interval.seed == 7)
            #expect(FairlearnMeasures.gap([groups], name, seed: 7).estimate == estimate, "the same input gives the same bits")
        }
    }

    /// A limit that someone wrote down in decimals is met by rates that are exactly that far apart.
    @Test(arguments: [(24, 30, 0.8), (36, 30, 1.2), (8, 10, 0.8), (237, 300, 0.79)])
    func ratiosOfCountsAreTheNearestDouble(selected: Int, privileged: Int, ratio: Double) {
        let rows = 1000
        let aif = AIF360Measures(
            unprivileged: Self.confusion(rows - selected, selected, 0, 0),
            privileged: Self.confusion(rows - privileged, privileged, 0, 0))
        #expect(aif.ratio(.selectionRate).value == ratio)
        #expect(aif.difference(.selectionRate).value == Double(selected - privileged) / Double(rows))
    }

    /// Within a control the answer is the worst level's, and each level keeps its own.
    @Test func controlsAnswerTheWorstLevel() {
        let even = [Self.poor, Self.poor]
        let gap = FairlearnMeasures.gap([even, [Self.poor, Self.rich]], .demographicParityDifference)
        #expect(gap.estimate.value == 0.3)
        #expect(gap.levels.map(\.value) == [0, 0.3])
        let ratio = FairlearnMeasures.gap([[Self.poor, Self.rich], even], .demographicParityRatio)
        #expect(ratio.levels.map(\.value) == [0.4, 1])
        #expect(ratio.estimate.value == 0.4)
    }

    @Test func benefitsAreUnevenWhereErrorsAre() {
        // Benefits 0, 1, 1, 2: mean 1, so half the mean of b² − 1 is 0.25.
        let inequality = BenefitInequality(Self.confusion(1, 1, 1, 1))
        #expect(inequality.generalizedEntropy.value == 0.25)
        #expect(inequality.coefficientOfVariation.value == 0.5.squareRoot())
        #expect(BenefitInequality(Self.confusion(3, 0, 0, 4)).theil.value == 0)
        #expect(BenefitInequality(Self.confusion(0, 0, 5, 0)).theil.undefined != nil)
        #expect(BenefitInequality(groups: [Self.confusion(1, 1, 1, 1), Self.confusion(5, 0, 0, 1)]).theil.value == 0)
    }

    @Test func weightedRowsHaveNoInterval() {
        var groups = [Self.poor, Self.rich]
        for index in groups.indices { groups[index].isWeighted = true }
        #expect(FairlearnMeasures.gap([groups], .demographicParityDifference).estimate.interval == nil)
        let aif = AIF360Measures(unprivileged: groups[0], privileged: groups[1])
        #expect(aif.ratio(.selectionRate).interval == nil)
        #expect(aif.difference(.selectionRate).interval == nil)
    }
}
