package import AssayColumns
package import AssayTerms

/// What rows a model takes and what it answers with, whoever computes its predictions.
package struct ModelForm: Sendable {
    /// The columns it was fitted on, in its order.
    package var inputs: [Text]
    /// Those that its predictions are made from, by position.
    package var usedInputs: [Int]
    /// Whether ``inputs`` are the model's or its signature's own words; otherwise rows bind by position.
    package var inputsAreNamed: Bool
    package var signature: ModelSignature?
    /// `nil` for a model that predicts numbers, or labels without probabilities.
    package var classes: ClassLabels?
    /// The input example's file and kind, where `MLmodel` names one.
    package var inputExample: (file: Text, kind: String)?
    /// For people.
    package var description: String

    /// Positions of the inputs that rows may lack, by the signature's word.
    package var optionalInputs: Set<Int> {
        guard case .columns(let columns)? = signature?.inputs else { return [] }
        let optional = Set(columns.filter { !$0.isRequired }.compactMap(\.name))
        return Set(inputs.indices.filter { optional.contains(inputs[$0]) })
    }

    /// Of a block the columns that predictions are made from, under the model's names and in its order; optional ones that are not
    /// there are left out. Names that are only ours bind nothing: all columns go by their places.
    ///
    /// - Throws: `invalidArgument` naming what is missing.
    package func bound(_ block: RowBlock) throws(AssayError) -> RowBlock {
        if !inputsAreNamed {
            guard block.columns.count == inputs.count else {
                throw AssayError(
                    .invalidArgument,
                    "the model knows no column names and was fitted on \(inputs.count) columns; the data has "
                        + "\(block.columns.count). Give it a table of these alone, or, where its own library scores it, name them in its "
                        + "order with --features A,B,…")
            }
            let columns = zip(inputs, block.columns).map { Column(name: $0, values: $1.values, validity: $1.validity) }
            return RowBlock(firstRow: block.firstRow, rowCount: block.rowCount, columns: columns)
        }
        var byName: [Text: Column] = [:]
        for column in block.columns { byName[column.name] = column }
        let optional = optionalInputs
        let missing = usedInputs.filter { byName[inputs[$0]] == nil && !optional.contains($0) }.map { inputs[$0] }
        guard missing.isEmpty else {
            throw AssayError(
                .invalidArgument,
                "the data lacks the model's input columns \(ValueList.text(missing, limit: 20)); it has "
                    + ValueList.text(block.columns.map(\.name), limit: 50))
        }
        return RowBlock(firstRow: block.firstRow, rowCount: block.rowCount, columns: usedInputs.compactMap { byName[inputs[$0]] })
    }

    /// What rows have to bring where somebody else adds these inputs.
    package func asking(without names: Set<Text>) -> ModelForm {
        var other = self
        other.usedInputs = usedInputs.filter { !names.contains(inputs[$0]) }
        other.signature = signature?.asking(without: names)
        return other
    }

    package init(
        inputs: [Text], usedInputs: [Int], inputsAreNamed: Bool, signature: ModelSignature?, classes: ClassLabels?,
        inputExample: (file: Text, kind: String)?, description: String
    ) {
        self.inputs = inputs
        self.usedInputs = usedInputs
        self.inputsAreNamed = inputsAreNamed
        self.signature = signature
        self.classes = classes
        self.inputExample = inputExample
        self.description = description
    }
}

extension ScoringModel {
    package var form: ModelForm {
        ModelForm(
            inputs: inputs, usedInputs: graph.usedInputs, inputsAreNamed: inputsAreNamed, signature: signature,
            classes: head.givesProbabilities ? classes : nil, inputExample: inputExample, description: description)
    }
}
