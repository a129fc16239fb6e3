import AssayTerms

/// Columns explained as one: `NAME=COLUMN,COLUMN`, names in double quotes where they hold a comma or an equals sign, a quote in them doubled as in CSV.
struct ColumnGroup: Equatable {
    let name: Text
    let columns: [Text]

    /// `nil` for what is none.
    init?(_ text: String) {
        var rest = Substring(text)
        guard let name = Self.word(&rest, upTo: "="), rest.popFirst() == "=" else { return nil }
        var columns: [Text] = []
        repeat {
            guard let column = Self.word(&rest, upTo: ",") else { return nil }
            columns.append(column)
        } while rest.popFirst() == ","
        guard rest.isEmpty else { return nil }
        self.name = name
        self.columns = columns
    }

    /// Takes a name off the front; what follows is `end` or nothing.
    private static func word(_ rest: inout Substring, upTo end: Character) -> Text? {
        var word = ""
        if rest.first == "\"" {
            rest.removeFirst()
            while true {
                guard let character = rest.popFirst() else { return nil }
                if character != "\"" {
                    word.append(character)
                } else if rest.first == "\"" {
                    word.append(rest.removeFirst())
                } else {
                    break
                }
            }
            guard rest.isEmpty || rest.first == end else { return nil }
        } else {
            word = String(rest.prefix { $0 != end })
            rest.removeFirst(word.count)
        }
        return word.isEmpty ? nil : Text(word)
    }
}
