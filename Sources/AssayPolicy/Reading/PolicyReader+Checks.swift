import AssayTerms

extension PolicyReader {
    mutating func check(_ node: YAMLNode, data: PolicyData?, as table: FieldTable = PolicyTables.check) -> PolicyCheck? {
        let named = node.scalar(named: "id").flatMap { catalogue?[$0.string] }
        // The keys of a policy that was published earlier are whatever its own catalogue knew.
        let optionFields =
            catalogue == nil
            ? node.keys.filter { table[$0] == nil }.map { CheckOption($0, .text, standard: nil).field }
            : named?.options.map(\.field) ?? []
        let optionKeys = optionFields.map(\.key)
        guard let fields = fields(node, table.adding(optionFields)) else { return nil }
        let id = text("id", in: fields)
        var descriptor: CheckDescriptor?
        if let id, let catalogue, let node = fields["id"] {
            descriptor = named
            if descriptor == nil {
                let question = NearNames.question(for: id.string, among: catalogue.ids)
                let advice = question.isEmpty ? "; there are \(catalogue.ids.joined(separator: ", "))" : question
                report(node.position, "there is no check '\(id)'\(advice)")
            }
        }
        let column = text("column", in: fields)
        let privileged = fields["privileged"].flatMap { self.privileged($0, column: column) }
        let place = word(PolicyCheck.Place.self, "where", in: fields)
        let options = options(optionKeys, in: fields, descriptor: descriptor)
        let limit = self.limit(in: fields, descriptor: descriptor)
        let judge = word(PolicyCheck.Judge.self, "judge", in: fields) ?? .value
        let minimumGroup = integer("min-group", in: fields) ?? PolicyCheck.defaultMinimumGroup
        let against = baseline(in: fields)
        let slice = self.slice(in: fields)
        let forEach = text("for-each", in: fields)
        let withoutBaseline = word(PolicyCheck.WithoutBaseline.self, "if-none", in: fields) ?? .incomplete

        if fields.has("max-drop") != fields.has("against") {
            let key: Text = fields.has("against") ? "against" : "max-drop"
            report(fields.keyPosition(key), "'against' and 'max-drop' go together: against: production, max-drop: 2%")
        }
        if fields.has("if-none"), !fields.has("against") {
            report(
                fields.keyPosition("if-none"),
                "'if-none' says what counts where there is no baseline; it needs 'against'")
        }
        if judge == .interval, fields.has("max-drop") {
            report(
                fields.keyPosition("judge"),
                "the difference of two versions has no interval; leave out 'judge' or state a limit for the value itself"
            )
        }
        if let descriptor {
            checkNeeds(descriptor, fields: fields, data: data, minimumGroup: minimumGroup)
            checkSlices(descriptor, fields: fields)
            if fields.has("max-drop"), descriptor.direction == .none {
                report(
                    fields.keyPosition("max-drop"),
                    "neither more nor less of \(descriptor.id) is worse, so it cannot drop")
            }
        }
        guard let id, let limit else { return nil }
        return PolicyCheck(
            id: id.string, column: column, privileged: privileged, place: place, options: options, limit: limit,
            judge: judge, slice: slice, forEach: forEach, freshDays: integer("fresh-within-days", in: fields), minimumGroup: minimumGroup, against: against, withoutBaseline: withoutBaseline,
            isWaivable: boolean("waivable", in: fields) ?? true)
    }

    private mutating func checkNeeds(
        _ descriptor: CheckDescriptor, fields: Fields, data: PolicyData?, minimumGroup: Int
    ) {
        let id = descriptor.id
        let hasGroups = descriptor.needs.contains(.sensitive)
        if hasGroups || descriptor.needs.contains(.column) {
            if !fields.has("column") { report(fields.position, "\(id) needs 'column': the column it looks at") }
        } else if fields.has("column"), !descriptor.needs.contains(.anyColumn) {
            report(fields.keyPosition("column"), "\(id) looks at no single column; leave 'column' out")
        }
        if descriptor.needs.contains(.privileged) {
            if !fields.has("privileged") {
                report(fields.position, "\(id) needs 'privileged': the value of the column others are compared with")
            }
        } else if fields.has("privileged") {
            report(
                fields.keyPosition("privileged"),
                "\(id) has no privileged group; leave 'privileged' out (aif360.* checks have one)")
        }
        if !hasGroups, !fields.has("slice"), !fields.has("for-each"), minimumGroup != PolicyCheck.defaultMinimumGroup {
            report(fields.keyPosition("min-group"), "\(id) has no groups; leave 'min-group' out, or look at a part of the rows ('slice', 'for-each')")
        }
        if fields.has("where"), !descriptor.needs.contains(.columnNames) {
            report(fields.keyPosition("where"), "\(id) looks at values, not at a list of columns; leave 'where' out")
        }
        if descriptor.needs.contains(.against) {
            report(
                fields.position,
                "\(id) compares two columns of one table; a policy compares with the model in production by 'against'")
        }
        guard let data else { return }
        if descriptor.needs.contains(.traffic) {
            report(fields.position, "\(id) looks at recorded traffic, which no version has before it is served; ask for it in 'monitoring'")
        }
        if descriptor.needs.contains(.label), data.label == nil {
            report(fields.position, "\(id) needs 'label' in 'data'")
        }
        if descriptor.needs.contains(.reference), data.reference == nil {
            report(fields.position, "\(id) needs 'reference' in 'data': the profile it compares with, NAME@sha256:…")
        }
        guard data.predictions != .fromModel else { return }
        // Thresholds make predictions from the scores.
        if descriptor.needs.contains(.prediction), data.prediction == nil, data.thresholds == nil || data.score == nil {
            report(fields.position, "\(id) needs 'prediction' in 'data': the column of predicted labels")
        }
        if descriptor.needs.contains(.score), data.score == nil, data.scores.isEmpty {
            report(fields.position, "\(id) needs 'score' in 'data': the column of predicted probabilities")
        }
    }

    /// The options that are written, each in the form in which it is compared.
    private mutating func options(
        _ keys: [Text], in fields: Fields, descriptor: CheckDescriptor?
    ) -> [Text: Text] {
        var options: [Text: Text] = [:]
        for key in keys {
            let option = descriptor?.options.first { $0.name == key }
            // A stored policy is read without the catalogue; its options were held to it when it was published.
            var limit = descriptor == nil ? YAMLReader.scalarByteLimit : 256
            var isDocument = descriptor == nil
            if case .document(let most)? = option?.form { (limit, isDocument) = (most, true) }
            guard let node = fields[key], let text = text(node, what: "'\(key)'", limit: limit, allowsLines: isDocument) else { continue }
            guard let option else {
                options[key] = text
                continue
            }
            do throws(AssayError) {
                options[key] = try option.value(reading: text, of: descriptor?.id ?? "")
                if case .document = option.form, let problem = catalogue?.problemOfDocument(descriptor?.id ?? "", text) {
                    report(node.position, problem)
                }
            } catch {
                report(node.position, error.message)
            }
        }
        if let descriptor {
            for option in descriptor.options where option.standard == nil && !fields.has(option.name) {
                report(fields.position, "\(descriptor.id) needs '\(option.name)'")
            }
        }
        return options
    }

    /// `white`, `race=white`, `> 30` and `age > 30`, all with their column: `race=white`, `age>30`.
    private mutating func privileged(_ node: YAMLNode, column: Text?) -> Text? {
        guard let text = text(node, what: "'privileged'"), let column else { return nil }
        let group = PrivilegedGroup(text.string, column: column.string)
        guard let group else {
            report(
                node.position,
                "'privileged' is a value of \(column), or a relation and a number such as '> 30'; '\(text)' is neither")
            return nil
        }
        return Text(group.text)
    }
}
