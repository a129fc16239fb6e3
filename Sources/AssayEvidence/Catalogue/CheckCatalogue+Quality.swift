package import AssayTerms

extension CheckCatalogue {
    static let dataQuality: [CheckDescriptor] = [
        quality(
            "missing_rate", "The share of rows without a value; without a column, of the worst one.",
            "pandas 3.1 DataFrame.isna().mean()"),
        quality(
            "duplicate_rows", "The share of rows that stand in the data already.",
            "pandas 3.1 DataFrame.duplicated(keep=\"first\").mean(), by 128-bit hashes", needs: [.anyColumn]),
        quality(
            "outlier_rate", "The share of numbers far outside the middle of their column.",
            "Tukey (1977), fences at factor interquartile ranges; or factor standard deviations from the mean",
            options: [
                CheckOption("method", .word(["iqr", "z"]), standard: "iqr"),
                CheckOption("factor", .number(least: 0, greatest: 1_000), standard: "1.5"),
            ], kind: .whole),
        quality(
            "dominant_value_share", "The share of the most frequent value; 1 is a constant column.",
            "pandas 3.1 Series.value_counts(normalize=True).max()"),
        quality(
            "class_balance", "Rows of the rarest class over rows of the most frequent; 1 is balanced.",
            "pandas 3.1 Series.value_counts(): min over max", needs: [.column], direction: .higherIsBetter),
        quality(
            "representativeness", "The distance of the column's shares from a population's; 0 is equal.",
            "Total variation distance: half the sum over values of |share - population's share|", needs: [.column],
            options: [CheckOption("population", .text, standard: nil)]),
        quality(
            "normality_p_value", "The p-value of a test whether the numbers are of a normal distribution.",
            "D'Agostino and Pearson (1973); scipy 1.17 scipy.stats.normaltest", needs: [.column], direction: .higherIsBetter,
            kind: .whole),
        quality(
            "leakage_auc", "How well one column alone tells the label; near 1 it may be a copy of it.",
            "scikit-learn 1.9 roc_auc_score of each column by its better direction", needs: [.label, .anyColumn], kind: .whole),
        quality(
            "label_error_rate", "The share of rows whose label the predicted probabilities contradict.",
            "Northcutt et al. (2021); cleanlab 2.9 find_label_issues(filter_by=\"confident_learning\")", needs: [.label, .score],
            kind: .whole),
        expectations,
    ]

    /// What a suite in a policy may have: a policy's reader takes no longer text.
    static let suiteByteLimit = 65_536

    package static let expectations = CheckDescriptor(
        id: "quality.expectations", convention: .assay, direction: .higherIsBetter, kind: .whole, needs: [.anyColumn],
        options: [CheckOption("suite", .document(limit: suiteByteLimit), standard: nil)], impliedLimit: .atLeastOne,
        sentence: "The share of a suite's expectations that the data meets.",
        source: "Great Expectations 1.24 success_percent, over 100", least: 0, greatest: 1)

    private static func quality(
        _ name: String, _ sentence: String, _ source: String, needs: [CheckDescriptor.Need] = [.anyColumn],
        options: [CheckOption] = [], direction: CheckDescriptor.Direction = .lowerIsBetter,
        kind: CheckDescriptor.Kind = .counted
    ) -> CheckDescriptor {
        CheckDescriptor(
            id: "quality." + name, convention: .assay, direction: direction, kind: kind, needs: needs, options: options,
            sentence: sentence, source: source, least: 0, greatest: 1)
    }
}
