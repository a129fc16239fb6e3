/// What is known of some rows: the states that the measures of performance are functions of, each `nil` where it was not
/// asked for.
package struct PerformanceState: Sendable {
    /// Over all classes.
    package var classes: ClassMatrix?
    /// Positive against the rest, where a positive label is known.
    package var confusion: Confusion?
    package var scores: ScoreState?
    package var classScores: ClassScoreState?
    package var labelSets: LabelSetState?
    package var numbers: RegressionState?

    package init(
        classes: ClassMatrix? = nil, confusion: Confusion? = nil, scores: ScoreState? = nil,
        classScores: ClassScoreState? = nil, labelSets: LabelSetState? = nil, numbers: RegressionState? = nil
    ) {
        self.classes = classes ?? confusion.map { ClassMatrix($0) }
        self.confusion = confusion
        self.scores = scores
        self.classScores = classScores
        self.labelSets = labelSets
        self.numbers = numbers
    }

    /// Adds the rows of `other`, which come after these. Both hold the same kinds of state over the same classes.
    package mutating func merge(_ other: PerformanceState) {
        if let left = classes, let right = other.classes { classes = left + right }
        if let left = confusion, let right = other.confusion { confusion = left + right }
        if let right = other.scores { scores?.merge(right) }
        if let right = other.classScores { classScores?.merge(right) }
        if let right = other.labelSets { labelSets?.merge(right) }
        if let right = other.numbers { numbers?.merge(right) }
    }
}
