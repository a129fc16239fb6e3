import AssayTerms

extension PolicyWords {
    var shadow: [String] {
        guard let shadow = policy.shadow else { return ["It asks for no shadow."] }
        var sentences = [
            "Before it enters, the version has to have been asked what the version that holds the place was asked, without answering anybody, "
                + "and to have predicted \(PhraseText.counted(shadow.predictions, "row", "rows")) that both predicted."
        ]
        if let limit = shadow.agreement { sentences.append("The share of these in which both agree: \(limit.text).") }
        if let limit = shadow.errors { sentences.append("The share of requests that it failed to answer: \(limit.text).") }
        if shadow.agreement != nil || shadow.errors != nil {
            sentences.append(
                shadow.judge == .value
                    ? "The shares themselves are held against the limits."
                    : "All of a share's interval has to keep to its limit; it holds however often it is looked at, and each request counts once in it.")
        }
        sentences.append("Only what was counted of the same files on both sides counts. As long as some are missing the answer is 'incomplete'.")
        sentences.append(
            shadow.withoutBaseline == .pass
                ? "Where no version holds the place, nothing of this is asked for." : "Where no version holds the place, the answer is 'incomplete'.")
        return sentences
    }
}
