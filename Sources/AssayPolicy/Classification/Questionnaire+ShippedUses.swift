extension Questionnaire {
    /// What Art. 5, Art. 6(1) and Annex III name.
    static let shippedUses = #"""
        assay: questionnaire/v1
        name: assay
        version: "1"
        as-of: 2026-11-21
        tiers: {moderate: 8, high: 13}
        defaults:
          unclassified: {approvals: [{count: 1}]}
          low: {approvals: [{count: 1}], revalidate-after-months: 24}
          moderate:
            approvals: [{role: product}, {count: 1}]
            documents: [model-card]
            revalidate-after-months: 12
          high:
            approvals: [{role: validator}, {role: compliance}, {role: product}, {role: executive}, {role: security},
              {role: ethics_committee, vote: majority}]
            documents: [model-card]
            revalidate-after-months: 12
        questions:
          - id: art-5-1-a
            section: Prohibited practices
            kind: yes-no
            text: Does it influence people covertly, by manipulation or by deception, so that their behaviour is distorted and significant
              harm results or is likely, whether or not anybody means it to?
            citation: Regulation (EU) 2024/1689, Art. 5(1)(a)
            from: 2025-02-02
            effects: {class: prohibited}
          - id: art-5-1-b
            section: Prohibited practices
            kind: yes-no
            text: Does it use somebody's age, disability, or social or economic plight to distort behaviour, so that significant harm
              results or is likely?
            citation: Regulation (EU) 2024/1689, Art. 5(1)(b)
            from: 2025-02-02
            effects: {class: prohibited}
          - id: art-5-1-ba
            section: Prohibited practices
            kind: yes-no
            text: Does it make realistic intimate or sexual depictions of a person who can be told, without that person's explicit
              consent, as its purpose or as something foreseeable that no adequate safeguard prevents?
            citation: Regulation (EU) 2024/1689, Art. 5(1)(ba)
            from: 2026-12-02
            effects: {class: prohibited}
          - id: art-5-1-bb
            section: Prohibited practices
            kind: yes-no
            text: Does it make depictions of sexual abuse of children, as its purpose or as something foreseeable that no adequate
              safeguard prevents?
            citation: Regulation (EU) 2024/1689, Art. 5(1)(bb)
            from: 2026-12-02
            effects: {class: prohibited}
          - id: art-5-1-c
            section: Prohibited practices
            kind: yes-no
            text: Does it rate people over time by behaviour or traits, so that they are treated badly where the rating has nothing to do
              with it, or worse than their conduct deserves?
            citation: Regulation (EU) 2024/1689, Art. 5(1)(c)
            from: 2025-02-02
            effects: {class: prohibited}
          - id: art-5-1-d
            section: Prohibited practices
            kind: yes-no
            text: Does it predict whether somebody will commit a crime from profiling or traits of personality alone?
            citation: Regulation (EU) 2024/1689, Art. 5(1)(d)
            from: 2025-02-02
            effects: {class: prohibited}
          - id: art-5-1-e
            section: Prohibited practices
            kind: yes-no
            text: Does it build or extend a database for recognising faces from pictures gathered without a target, from the web or from
              cameras?
            citation: Regulation (EU) 2024/1689, Art. 5(1)(e)
            from: 2025-02-02
            effects: {class: prohibited}
          - id: art-5-1-f
            section: Prohibited practices
            kind: yes-no
            text: Does it infer emotions of people at work or in education, other than for medical or safety reasons?
            citation: Regulation (EU) 2024/1689, Art. 5(1)(f)
            from: 2025-02-02
            effects: {class: prohibited}
          - id: art-5-1-g
            section: Prohibited practices
            kind: yes-no
            text: Does it sort people by biometric data to deduce race, political opinions, membership of a union, religion, sex life or
              orientation?
            citation: Regulation (EU) 2024/1689, Art. 5(1)(g)
            from: 2025-02-02
            effects: {class: prohibited}
          - id: art-5-1-h
            section: Prohibited practices
            kind: yes-no
            text: Does it identify people at a distance and in real time in public places for law enforcement, outside of the three narrow
              cases the law leaves open?
            citation: Regulation (EU) 2024/1689, Art. 5(1)(h)
            from: 2025-02-02
            effects: {class: prohibited}
          - id: annex-1
            section: High-risk uses
            kind: yes-no
            text: Is it a safety component of a product under the Union law listed in Annex I, or such a product itself, that a third
              party has to assess? Mere comfort, efficiency or quality control is none, unless its failure endangers health or safety.
            citation: Regulation (EU) 2024/1689, Art. 6(1) and Annex I
            effects: {class: high, brings: [eu-ai-act/high-annex-i]}
          - id: annex-3-1a
            section: High-risk uses
            kind: yes-no
            text: Does it identify people at a distance by biometric data? Checking that somebody is who they say they are is not meant.
            citation: Regulation (EU) 2024/1689, Annex III 1(a)
          - id: annex-3-1b
            section: High-risk uses
            kind: yes-no
            text: Does it sort people by sensitive traits from biometric data, where that is not prohibited altogether?
            citation: Regulation (EU) 2024/1689, Annex III 1(b)
          - id: annex-3-1c
            section: High-risk uses
            kind: yes-no
            text: Does it recognise emotions, where that is not prohibited altogether?
            citation: Regulation (EU) 2024/1689, Annex III 1(c)
          - id: annex-3-2
            section: High-risk uses
            kind: yes-no
            text: Is it a safety component in running critical digital infrastructure, road traffic, or the supply of water, gas, heating
              or electricity?
            citation: Regulation (EU) 2024/1689, Annex III 2
          - id: annex-3-3a
            section: High-risk uses
            kind: yes-no
            text: Does it decide about, or weigh in on, who is admitted to education or where they are placed?
            citation: Regulation (EU) 2024/1689, Annex III 3(a)
          - id: annex-3-3b
            section: High-risk uses
            kind: yes-no
            text: Does it evaluate what people have learned, or steer their learning by that?
            citation: Regulation (EU) 2024/1689, Annex III 3(b)
          - id: annex-3-3c
            section: High-risk uses
            kind: yes-no
            text: Does it assess what level of education somebody will get or be let into?
            citation: Regulation (EU) 2024/1689, Annex III 3(c)
          - id: annex-3-3d
            section: High-risk uses
            kind: yes-no
            text: Does it watch for forbidden behaviour in tests?
            citation: Regulation (EU) 2024/1689, Annex III 3(d)
          - id: annex-3-4a
            section: High-risk uses
            kind: yes-no
            text: Does it recruit or select people for work, which targeted job advertisements, filtering of applications and scoring of
              candidates are?
            citation: Regulation (EU) 2024/1689, Annex III 4(a)
          - id: annex-3-4b
            section: High-risk uses
            kind: yes-no
            text: Does it decide about terms of work, promotion or dismissal, give out tasks by behaviour or traits, or watch performance
              at work?
            citation: Regulation (EU) 2024/1689, Annex III 4(b)
          - id: annex-3-5a
            section: High-risk uses
            kind: yes-no
            text: Does it assess who may have public benefits and essential public services, health care included?
            citation: Regulation (EU) 2024/1689, Annex III 5(a)
          - id: annex-3-5b
            section: High-risk uses
            kind: yes-no
            text: Does it assess whether people are creditworthy, or give them a credit score? Finding fraud is not meant.
            citation: Regulation (EU) 2024/1689, Annex III 5(b)
          - id: annex-3-5c
            section: High-risk uses
            kind: yes-no
            text: Does it assess risk or set prices of life or health insurance for people?
            citation: Regulation (EU) 2024/1689, Annex III 5(c)
          - id: annex-3-5d
            section: High-risk uses
            kind: yes-no
            text: Does it judge emergency calls, send out emergency services, or triage patients in an emergency?
            citation: Regulation (EU) 2024/1689, Annex III 5(d)
          - id: annex-3-6
            section: High-risk uses
            kind: yes-no
            text: Is it used by or for law enforcement to assess victims' risk, as a polygraph or the like, to weigh evidence, to assess
              the risk of offending not from profiling alone, or to profile people in investigations?
            citation: Regulation (EU) 2024/1689, Annex III 6
            uncertain: Points 6 to 8 of Annex III were not re-read for this questionnaire; hold the use against their text.
          - id: annex-3-7
            section: High-risk uses
            kind: yes-no
            text: Is it used in migration, asylum or at borders as a polygraph or the like, to assess risks that people pose, to examine
              applications, or to identify people other than by checking documents?
            citation: Regulation (EU) 2024/1689, Annex III 7
            uncertain: Points 6 to 8 of Annex III were not re-read for this questionnaire; hold the use against their text.
          - id: annex-3-8
            section: High-risk uses
            kind: yes-no
            text: Does it help judges or arbiters to establish or apply facts and law, or is it meant to influence elections or how people
              vote?
            citation: Regulation (EU) 2024/1689, Annex III 8
            uncertain: Points 6 to 8 of Annex III were not re-read for this questionnaire; hold the use against their text.

        """#
}
