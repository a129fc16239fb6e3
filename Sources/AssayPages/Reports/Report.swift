/// What a command found, as its readers are to see it: the view value behind Markdown, HTML and JUnit.
///
/// Every number of a table is written out already; charts hold numbers, since they are drawn to scale.
package struct Report: Sendable {
    /// One thing that was judged.
    package struct Finding: Sendable {
        package enum Outcome: String, Sendable, CaseIterable {
            case pass, waived, incomplete, fail
            /// Looked at and left unjudged, because its rule does not apply to it.
            case skipped
        }

        /// The check, for example `fairness.demographic_parity_difference`.
        package var id: String
        /// What it looked at: a column, a file; empty where there is nothing to add.
        package var place: String
        package var outcome: Outcome
        package var message: String
        /// The message without what stands beside it already, in a few words; `nil` where there is no shorter one.
        package var brief: String?
        /// What to do about it.
        package var remedy: String?
        /// What the check computes, in one sentence; `nil` where the catalogue of checks has it.
        package var sentence: String?

        package init(
            id: String, place: String = "", outcome: Outcome, message: String, remedy: String? = nil, sentence: String? = nil
        ) {
            self.sentence = sentence
            self.id = id
            self.place = place
            self.outcome = outcome
            self.message = message
            self.remedy = remedy
        }
    }

    /// One number with the sentence that says what it is.
    package struct Measure: Sendable {
        package var id: String
        package var value: Double?
        package var interval: ClosedRange<Double>?
        package var sentence: String
        /// Why there is no value.
        package var undefined: String?
        /// The values its definition allows, where both ends are known: the scale it is drawn on.
        package var scale: ClosedRange<Double>?

        package init(
            id: String, value: Double?, interval: ClosedRange<Double>? = nil, sentence: String, undefined: String? = nil,
            scale: ClosedRange<Double>? = nil
        ) {
            self.id = id
            self.value = value
            self.interval = interval
            self.sentence = sentence
            self.undefined = undefined
            self.scale = scale
        }
    }

    package struct Table: Sendable {
        package struct Column: Sendable {
            package var name: String
            package var isNumber: Bool

            package init(_ name: String, isNumber: Bool = false) {
                self.name = name
                self.isNumber = isNumber
            }
        }

        package var columns: [Column]
        /// As many cells in each as there are columns.
        package var rows: [[String]]

        package init(columns: [Column], rows: [[String]]) {
            precondition(rows.allSatisfy { $0.count == columns.count }, "a row has another number of cells than there are columns")
            self.columns = columns
            self.rows = rows
        }
    }

    package enum Figure: Sendable {
        case bars(BarChart)
        case distribution(DistributionChart)
        case lines(LineChart)
        case swarm(BeeswarmChart)
        case scatter(ScatterChart)
        case waterfall(WaterfallChart)
    }

    package struct Section: Sendable {
        package var heading: String
        package var paragraphs: [String] = []
        package var measures: [Measure] = []
        package var tables: [Table] = []
        package var figures: [Figure] = []

        package init(heading: String) { self.heading = heading }
    }

    package var title: String
    /// The whole's outcome with a sentence about it; `nil` where nothing is judged, only measured.
    package var verdict: (outcome: Finding.Outcome, sentence: String)?
    /// What was looked at: file, rows, digest, columns.
    package var facts: [(name: String, value: String)] = []
    package var findings: [Finding] = []
    package var sections: [Section] = []
    package var notes: [String] = []

    package init(title: String) { self.title = title }
}
