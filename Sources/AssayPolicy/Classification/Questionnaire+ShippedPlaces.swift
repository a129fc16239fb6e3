extension Questionnaire {
    /// Where and in what field a model is used: which frameworks of controls that brings into play.
    static let shippedPlaces = #"""
          - id: places
            section: Where it is used
            kind: several
            text: Where are the people whom it is about, or is it offered, used or its output used?
            options:
              - {id: eu, text: "European Union", brings: [eu-ai-act]}
              - {id: uk, text: "United Kingdom"}
              - {id: us, text: "United States", brings: [us-aaa]}
              - {id: california, text: "California"}
              - {id: colorado, text: "Colorado"}
              - {id: connecticut, text: "Connecticut"}
              - {id: illinois, text: "Illinois"}
              - {id: new-jersey, text: "New Jersey"}
              - {id: new-york-city, text: "New York City"}
              - {id: texas, text: "Texas", brings: [tx-traiga]}
              - {id: canada, text: "Canada", brings: [ca-aida]}
          - id: fields
            section: Where it is used
            kind: several
            text: Which of these is the organisation, or is the model for?
            options:
              - {id: credit, text: "credit to people or firms in the United States", brings: [ecoa]}
              - {id: consumer-reports, text: "reports on consumers in the United States, made, given or used", brings: [fcra]}
              - {id: us-bank, text: "a bank in the United States", brings: [fed-mrm]}
              - {id: uk-bank, text: "a bank in the United Kingdom with internal models", brings: [pra-ss1-23]}
              - {id: canadian-institution, text: "a financial institution under federal regulation in Canada", brings: [osfi-e23]}
              - {id: trading, text: "trade in financial instruments, or services around it", brings: [recordkeeping]}
              - {id: health, text: "health care in the United States with data of patients", brings: [hipaa]}
              - {id: work, text: "hiring, or decisions about people at work"}
              - {id: canadian-government, text: "decisions of the government of Canada", brings: [ca-dadm]}

        """#

    /// What follows from the two together.
    static let shippedReach = #"""
          - id: about-people
            text: it works with data about people
            any: [data-sensitivity=personal, data-sensitivity=special]
          - id: in-us
            text: it is used in the United States
            any: [places=us, places=california, places=colorado, places=connecticut, places=illinois, places=new-jersey,
              places=new-york-city, places=texas]
          - id: eu-data
            text: data about people in the European Union
            all: [places=eu, about-people]
            effects: {brings: [gdpr]}
          - id: uk-data
            text: data about people in the United Kingdom
            all: [places=uk, about-people]
            effects: {brings: [uk-gdpr, uk-dpa]}
          - id: californian-data
            text: data about people in California
            all: [places=california, about-people]
            effects: {brings: [ccpa]}
          - id: colorado-decisions
            text: consequential decisions about people in Colorado
            all: [places=colorado, consequential-decision]
            effects: {brings: [co-admt, co-ai-act]}
          - id: us-work
            text: decisions about work in the United States
            all: [in-us, fields=work]
            effects: {brings: [title-vii, ugesp]}
          - id: work-in-new-york-city
            text: decisions about work in New York City
            all: [places=new-york-city, fields=work]
            effects: {brings: [nyc-ll144]}
          - id: work-in-california
            text: decisions about work in California
            all: [places=california, fields=work]
            effects: {brings: [ca-feha-ads]}
          - id: work-in-connecticut
            text: decisions about work in Connecticut
            all: [places=connecticut, fields=work]
            effects: {brings: [ct-sb5]}
          - id: work-in-illinois
            text: decisions about work in Illinois
            all: [places=illinois, fields=work]
            effects: {brings: [il-hb3773]}
          - id: new-jersey-decisions
            text: decisions about work, credit or housing in New Jersey
            any: [fields=work, fields=credit, consequential-decision]
            all: [places=new-jersey]
            effects: {brings: [nj-lad]}

        """#
}
