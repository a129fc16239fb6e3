extension Questionnaire {
    /// Exceptions, transparency, and risk in general.
    static let shippedCircumstances = #"""
          - id: art-6-3-a
            section: Exceptions from the high-risk uses
            kind: yes-no
            text: Is all it does a narrow procedural task?
            citation: Regulation (EU) 2024/1689, Art. 6(3)(a)
          - id: art-6-3-b
            section: Exceptions from the high-risk uses
            kind: yes-no
            text: Does it only improve the result of work that a person has finished?
            citation: Regulation (EU) 2024/1689, Art. 6(3)(b)
          - id: art-6-3-c
            section: Exceptions from the high-risk uses
            kind: yes-no
            text: Does it only detect patterns of decisions or deviations from them, without taking the place of a person's review or
              swaying it?
            citation: Regulation (EU) 2024/1689, Art. 6(3)(c)
          - id: art-6-3-d
            section: Exceptions from the high-risk uses
            kind: yes-no
            text: Does it only prepare an assessment that a person makes?
            citation: Regulation (EU) 2024/1689, Art. 6(3)(d)
          - id: art-6-3-risk
            section: Exceptions from the high-risk uses
            kind: yes-no
            text: Can it harm somebody's health, safety or fundamental rights significantly?
            citation: Regulation (EU) 2024/1689, Art. 6(3)
          - id: art-6-3-influence
            section: Exceptions from the high-risk uses
            kind: yes-no
            text: Does it influence the outcome of decisions materially?
            citation: Regulation (EU) 2024/1689, Art. 6(3)
          - id: profiling
            section: Exceptions from the high-risk uses
            kind: yes-no
            text: Does it profile people, which is to evaluate or predict personal aspects of theirs automatically?
            citation: Regulation (EU) 2024/1689, Art. 6(3), last paragraph
          - id: art-50-1
            section: Transparency
            kind: yes-no
            text: Do people interact with it directly, where it is not obvious that it is a machine?
            citation: Regulation (EU) 2024/1689, Art. 50(1)
            from: 2026-08-02
            effects: {class: limited, tier: moderate, brings: [eu-ai-act/transparency]}
          - id: art-50-2
            section: Transparency
            kind: yes-no
            text: Does it make sound, pictures, video or text that is not from the world?
            citation: Regulation (EU) 2024/1689, Art. 50(2)
            from: 2026-08-02
            effects: {class: limited, tier: moderate, brings: [eu-ai-act/transparency]}
          - id: art-50-3
            section: Transparency
            kind: yes-no
            text: Are people exposed to its recognition of emotions or its sorting by biometric data?
            citation: Regulation (EU) 2024/1689, Art. 50(3)
            from: 2026-08-02
            effects: {class: limited, tier: moderate, brings: [eu-ai-act/transparency]}
          - id: art-50-4
            section: Transparency
            kind: yes-no
            text: Does it make or change pictures, sound or video that look real, or text that is published to inform about matters of
              public interest?
            citation: Regulation (EU) 2024/1689, Art. 50(4)
            from: 2026-08-02
            effects: {class: limited, tier: moderate, brings: [eu-ai-act/transparency]}
          - id: gpai
            section: Transparency
            kind: yes-no
            text: Is it a model of general purpose that the organisation itself places on the market? Training with 10^23 floating point
              operations or more is a sign of it.
            citation: Regulation (EU) 2024/1689, Art. 3(63) and Chapter V
            from: 2025-08-02
            effects: {tier: moderate, brings: [eu-ai-act/gpai]}
          - id: gpai-systemic
            section: Transparency
            kind: yes-no
            text: Is such a model trained with 10^25 floating point operations or more, or designated as one with systemic risk?
            citation: Regulation (EU) 2024/1689, Art. 51
            from: 2025-08-02
            effects: {tier: moderate, brings: [eu-ai-act/gpai, eu-ai-act/gpai-systemic]}
          - id: consequential-decision
            section: Decisions about people and money
            kind: yes-no
            text: Does it make, or weigh heavily in, a decision about somebody's credit, housing, insurance, education, work, health care
              or legal position?
            citation: 11 CCR 7001; C.R.S. 6-1-1701
            effects: {tier: high}
          - id: clinical-support
            section: Decisions about people and money
            kind: yes-no
            text: Does it support diagnosis or treatment of patients?
            effects: {tier: high}
          - id: material-bank-model
            section: Decisions about people and money
            kind: yes-no
            text: Is it a model of a bank whose errors could cost the bank or its customers materially?
            citation: SR 26-2
            effects: {tier: high}
          - id: personal-data-impact
            section: Decisions about people and money
            kind: yes-no
            text: Does it process personal data in a way that calls for a data protection impact assessment?
            citation: Regulation (EU) 2016/679, Art. 35
            effects: {tier: moderate}
          - id: impact
            section: Risk in general
            kind: choice
            text: What does a wrong output do to a person?
            options:
              - {id: none, points: 0, text: "nothing that matters"}
              - {id: indirect, points: 2, text: "it costs time or money, or touches people through something else"}
              - {id: significant, points: 4, text: "it harms health, rights, livelihood or safety"}
          - id: autonomy
            section: Risk in general
            kind: choice
            text: How far does it act by itself?
            options:
              - {id: informs, points: 0, text: "it informs, and a person decides"}
              - {id: recommends, points: 1, text: "it recommends, and a person looks at each case"}
              - {id: acts, points: 2, text: "its output takes effect before anybody looks"}
          - id: reach
            section: Risk in general
            kind: choice
            text: How many people are affected within a year?
            options:
              - {id: few, points: 0, text: "fewer than 1,000"}
              - {id: many, points: 1, text: "1,000 to 100,000"}
              - {id: most, points: 2, text: "more"}
          - id: reversibility
            section: Risk in general
            kind: choice
            text: Can what it did be undone?
            options:
              - {id: easily, points: 0, text: "at once and without cost"}
              - {id: with-effort, points: 1, text: "with work, delay or money"}
              - {id: not, points: 3, text: "not, or not in time"}
          - id: data-sensitivity
            section: Risk in general
            kind: choice
            text: What data is it trained on or fed with?
            options:
              - {id: none, points: 0, text: "none about people"}
              - {id: personal, points: 1, text: "about people"}
              - {id: special, points: 3, text: "special categories, such as health, biometrics or religion, or data about children"}
          - id: complexity
            section: Risk in general
            kind: choice
            text: How complex is the model?
            options:
              - {id: transparent, points: 0, text: "rules, a scorecard, a linear model or a small tree"}
              - {id: ensemble, points: 1, text: "an ensemble of trees or the like"}
              - {id: opaque, points: 2, text: "a deep network or a generative model"}
          - id: exposure
            section: Risk in general
            kind: choice
            text: Who can send it inputs?
            options:
              - {id: internal, points: 0, text: "the organisation's own people and systems"}
              - {id: partners, points: 1, text: "known others"}
              - {id: public, points: 1, text: "anybody"}
          - id: criticality
            section: Risk in general
            kind: choice
            text: How much does the organisation depend on it?
            options:
              - {id: minor, points: 0, text: "its work goes on without it"}
              - {id: material, points: 1, text: "its failure costs noticeably"}
              - {id: critical, points: 3, text: "its failure stops the work, breaks duties or endangers the organisation"}

        """#
}
