extension Questionnaire {
    /// What follows from the answers together, and from when on what does.
    static let shippedConsequences = #"""
        rules:
          - id: filtered-6-3
            text: one of the exceptions of Art. 6(3) is claimed
            citation: Regulation (EU) 2024/1689, Art. 6(3) and (4)
            any: [art-6-3-a, art-6-3-b, art-6-3-c, art-6-3-d]
            none: [art-6-3-risk, art-6-3-influence, profiling]
          - id: annex-3
            text: a use that Annex III lists, without an exception of Art. 6(3)
            citation: Regulation (EU) 2024/1689, Art. 6(2) and Annex III
            any: [annex-3-1a, annex-3-1b, annex-3-1c, annex-3-2, annex-3-3a, annex-3-3b, annex-3-3c, annex-3-3d, annex-3-4a,
              annex-3-4b, annex-3-5a, annex-3-5b, annex-3-5c, annex-3-5d, annex-3-6, annex-3-7, annex-3-8]
            none: [filtered-6-3]
            effects: {class: high, brings: [eu-ai-act/high-annex-iii]}
          - id: annex-3-filtered
            text: a use that Annex III lists, taken out by an exception of Art. 6(3) that somebody answers for
            citation: Regulation (EU) 2024/1689, Art. 6(3) and (4)
            any: [annex-3-1a, annex-3-1b, annex-3-1c, annex-3-2, annex-3-3a, annex-3-3b, annex-3-3c, annex-3-3d, annex-3-4a,
              annex-3-4b, annex-3-5a, annex-3-5b, annex-3-5c, annex-3-5d, annex-3-6, annex-3-7, annex-3-8]
            all: [filtered-6-3]
            effects: {tier: moderate, brings: [eu-ai-act/filtered-6-3]}
            uncertain: An exception of Art. 6(3) is claimed. The Commission's guidelines on it were a draft when this was written; it needs a
              documented legal assessment.
          - id: autonomous-harm
            text: acts by itself where a wrong output harms people and cannot be undone
            all: [impact=significant, autonomy=acts, reversibility=not]
            effects: {tier: high}

        """#

    /// What the class brings with it, and from when on.
    static let shippedObligations = #"""
        obligations:
          - id: literacy
            text: People who work with it know enough about it
            citation: Regulation (EU) 2024/1689, Art. 4
            from: 2025-02-02
          - id: art-5
            text: The practice is not placed on the market, put into service or used
            citation: Regulation (EU) 2024/1689, Art. 5
            any: [art-5-1-a, art-5-1-b, art-5-1-c, art-5-1-d, art-5-1-e, art-5-1-f, art-5-1-g, art-5-1-h]
            from: 2025-02-02
          - id: art-5-2026
            text: The practice is not placed on the market, put into service or used
            citation: Regulation (EU) 2024/1689, Art. 5(1)(ba) and (bb)
            any: [art-5-1-ba, art-5-1-bb]
            from: 2026-12-02
          - id: annex-3-duties
            text: Risk management, data governance, technical documentation, logs, instructions, oversight, accuracy and security, and the
              duties of deployers
            citation: Regulation (EU) 2024/1689, Art. 8 to 27
            any: [annex-3]
            from: 2027-12-02
          - id: annex-1-duties
            text: Risk management, data governance, technical documentation, logs, instructions, oversight, accuracy and security, and the
              duties of deployers
            citation: Regulation (EU) 2024/1689, Art. 8 to 27
            any: [annex-1]
            from: 2028-08-02
          - id: annex-3-conformity
            text: Conformity assessment, declaration, marking, registration, monitoring after placing on the market, reports of incidents,
              explanations
            citation: Regulation (EU) 2024/1689, Art. 43, 47 to 49, 72, 73, 86
            any: [annex-3]
            from: 2027-12-02
            formal-from: 2026-08-02
            uncertain: Ch. III Section 5 and Ch. IX were not moved with Art. 6, so their formal day is 2026-08-02, while they presuppose a
              class that Art. 6 gives later.
          - id: annex-1-conformity
            text: Conformity assessment, declaration, marking, registration, monitoring after placing on the market, reports of incidents,
              explanations
            citation: Regulation (EU) 2024/1689, Art. 43, 47 to 49, 72, 73, 86
            any: [annex-1]
            from: 2028-08-02
            formal-from: 2026-08-02
            uncertain: Ch. III Section 5 and Ch. IX were not moved with Art. 6, so their formal day is 2026-08-02, while they presuppose a
              class that Art. 6 gives later.
          - id: filtered-registration
            text: The assessment that takes the use out is documented, and the system is registered
            citation: Regulation (EU) 2024/1689, Art. 6(4) and 49(2)
            any: [annex-3-filtered]
            from: 2027-12-02
            formal-from: 2026-08-02
            uncertain: Ch. III Section 5 and Ch. IX were not moved with Art. 6, so their formal day is 2026-08-02, while they presuppose a
              class that Art. 6 gives later.
          - id: art-50
            text: People are told, and what is made is marked
            citation: Regulation (EU) 2024/1689, Art. 50
            any: [art-50-1, art-50-2, art-50-3, art-50-4]
            from: 2026-08-02
          - id: gpai-duties
            text: Documentation, copyright policy and summary of training content of a general-purpose model
            citation: Regulation (EU) 2024/1689, Art. 53 to 55
            any: [gpai]
            from: 2025-08-02

        """#
}
