import AssayColumns
package import AssayTerms

/// The columns that the recorder itself writes beside those of the request.
package enum RecordColumn {
    /// The upper and lower half of the 128 bits that name a request, and the row's number in it.
    package static let idHigh: Text = "@id.high"
    package static let idLow: Text = "@id.low"
    package static let row: Text = "@row"
    /// When the answer was made; microseconds since 1970, UTC.
    package static let time: Text = "@time"
    /// From the body's last byte to the answer.
    package static let seconds: Text = "@seconds"
    /// The HTTP status. Rows of what failed stand once for a request, without inputs and prediction.
    package static let status: Text = "@status"
    /// `mlflow`, `inference`, `batch`.
    package static let form: Text = "@protocol"
    /// The place asked for: `stage Production`, `alias champion`, or `version`.
    package static let place: Text = "@place"
    /// `answer`, or how a rollout calls what it was: `shadow`, `canary`, `a`, `b`.
    package static let arm: Text = "@arm"
    /// Who asked, where the gateway knows its callers.
    package static let caller: Text = "@caller"
    /// What the client calls the row, or the request.
    package static let reference: Text = "@reference"
    /// Of labels: what `@reference` names: `id`, `reference`, or a recorded column.
    package static let by: Text = "@by"
    /// What the client calls the batch it belongs to.
    package static let batch: Text = "@batch"
    /// What a decision rule said of the row; JSON.
    package static let rule: Text = "@rule"
    /// The codes of the reasons that were given, by a table of reason codes: `AA01 AA03`; missing where none were given.
    package static let reasons: Text = "@reasons"
    /// The codes that the model gave itself, as a scorecard does, the strongest first; a list as JSON.
    package static let reasonCodes: Text = "@reason-codes"
    /// The SHA-256 of the table that ``reasons`` are of.
    package static let reasonTable: Text = "@reason-table"
    /// The predicted label or number.
    package static let prediction: Text = "@prediction"
    /// The probability of the second of two classes; of more, one column each: `@score:CLASS`.
    package static let score: Text = "@score"
    /// What became known later.
    package static let label: Text = "@label"

    /// In a segment that rows were erased from: how many answers stood before the row at first, so that what remains keeps its place in windows of rows.
    package static let position: Text = "@position"

    /// What was filled in from feature views, and from which; JSON by view.
    package static let features: Text = "@features"

    /// When the row of a view was written that was filled in.
    package static func known(by view: Text) -> Text { Text("@known:\(view)") }
    package static func score(of name: Text) -> Text { Text("@score:\(name)") }
    /// The attribution of an input to the row's predicted class.
    package static func attribution(of input: Text) -> Text { Text("@shap:\(input)") }
    package static let attributionPrefix = "@shap:"

    /// The recorded name of a request's own column.
    package static func recorded(_ name: Text) -> Text { name.string.hasPrefix("@") ? Text("@" + name.string) : name }
    /// The request's own name of a recorded column; `nil` for the recorder's.
    package static func original(_ name: Text) -> Text? {
        if name.string.hasPrefix("@@") { return Text(String(name.string.dropFirst())) }
        return name.string.hasPrefix("@") ? nil : name
    }

    /// What must be there in a segment of predictions, with its type.
    static let required: [(Text, ColumnType)] = [
        (idHigh, .int64), (idLow, .int64), (row, .int64), (time, .timestamp), (seconds, .double), (status, .int64),
    ]
}

/// The name of one predicted row: its request and its number there. As text `<32 hexadecimal digits>-<row>`.
package struct RecordID: Hashable, Sendable, CustomStringConvertible {
    package var high: UInt64
    package var low: UInt64
    package var row: Int64

    package init(high: UInt64, low: UInt64, row: Int64) {
        self.high = high
        self.low = low
        self.row = row
    }

    /// The request's 16 bytes.
    package init(request bytes: [UInt8], row: Int64) {
        precondition(bytes.count == 16, "a request's name has 16 bytes")
        func half(_ part: ArraySlice<UInt8>) -> UInt64 { part.reduce(0) { $0 << 8 | UInt64($1) } }
        self.init(high: half(bytes[0..<8]), low: half(bytes[8..<16]), row: row)
    }

    /// `nil` for what is no such name. Without `-<row>` it is that of row 0.
    package init?(_ text: Text) { self.init(utf8: text.utf8) }

    /// The name by its UTF-8 form.
    init?(utf8 text: some Collection<UInt8>) {
        var index = text.startIndex
        func half() -> UInt64? {
            var value: UInt64 = 0
            for _ in 0..<16 {
                guard index < text.endIndex, let digit = Self.digit(text[index]) else { return nil }
                value = value << 4 | digit
                text.formIndex(after: &index)
            }
            return value
        }
        guard let high = half(), let low = half() else { return nil }
        guard index < text.endIndex else {
            self.init(high: high, low: low, row: 0)
            return
        }
        guard text[index] == UInt8(ascii: "-") else { return nil }
        text.formIndex(after: &index)
        let first = index
        var row: Int64 = 0
        while index < text.endIndex {
            let digit = Int64(text[index]) - 48
            let (tens, isTooLong) = row.multipliedReportingOverflow(by: 10)
            let (sum, isTooLarge) = tens.addingReportingOverflow(digit)
            // A number has one form: no zeros before it.
            guard (0...9).contains(digit), !isTooLong, !isTooLarge, index == first || row > 0 else { return nil }
            row = sum
            text.formIndex(after: &index)
        }
        guard index > first else { return nil }
        self.init(high: high, low: low, row: row)
    }

    private static func digit(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    package var request: String { Self.padded(high) + Self.padded(low) }
    package var description: String { "\(request)-\(row)" }

    private static func padded(_ half: UInt64) -> String {
        let digits = String(half, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
