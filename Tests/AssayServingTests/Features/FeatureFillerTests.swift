import AssayColumns
import AssayJSON
import AssayTerms
import Synchronization
import Testing

@testable import AssayModels
@testable import AssayServing

/// Goal: rows are filled in as a join at the same time would fill them, as a whole, or refused by name and number and never by value.
/// Method: a store of entities of two columns beside a model of seven inputs of four types; what whole rows answer is what filled rows must.
@Suite struct FeatureFillerTests {
    private static let digest = SHA256Digest(bytes: [UInt8](repeating: 7, count: 32))!
    private static let other = SHA256Digest(bytes: [UInt8](repeating: 9, count: 32))!
    private static let hour: Int64 = 3_600_000_000
    static let columns = [
        #"{"name": "income", "type": "double"}"#, #"{"name": "dependents", "type": "int64"}"#, #"{"name": "city", "type": "text"}"#,
        #"{"name": "owner", "type": "boolean"}"#, #"{"name": "unused", "type": "timestamp"}"#,
    ]

    static func head(_ rows: Int, validity: String = "3600000000", features: [String] = columns, entity: String = #"{"name": "customer", "type": "int64"}, {"name": "branch", "type": "text"}"#) -> String {
        #"{"assay": "feature-store/v2", "view": "people", "digest": "\#(digest.hex)", "entity": [\#(entity)], "features": [\#(features.joined(separator: ", "))], "validity": \#(validity), "rows": \#(rows)}"#
    }

    private static func line(_ customer: String, _ branch: String, _ time: Int64, _ features: String) -> String {
        #"{"entity": [\#(customer), \#(branch)], "time": \#(time), "features": [\#(features)]}"#
    }

    private func values(_ lines: [String], _ digest: SHA256Digest = other) throws -> FeatureValues {
        try FeatureValues(Array((lines.joined(separator: "\n") + "\n").utf8)[...], digest: digest, path: "a store")
    }

    private func now() -> Int64 { SystemClock.microseconds() }

    private func store(_ settings: ServingFeatures = .init(store: "s", models: ["*"])) throws -> FeatureStore {
        let now = now()
        let full = #"3000.5, 2, "Ulm", true, 1"#
        return FeatureStore(
            settings,
            values: try values([
                Self.head(6), Self.line("1", #""a""#, now - Self.hour / 2, full), Self.line("1", #""é""#, now - 60_000_000, #"10, 1, null, false, null"#),
                Self.line("2", #""a""#, now - 2 * Self.hour, full), Self.line("3", #""a""#, now + Self.hour, full),
                Self.line("4", #""a""#, now - 1, #"1.5, null, "Ulm", true, null"#), Self.line("5", #""a""#, now - 1, #""-Infinity", 0, "", true, null"#),
            ]))
    }

    private func service(_ store: FeatureStore, named: FeatureViewNames? = nil) throws -> ScoringService {
        let model = try ServedFixture("folder-loan").model
        let filler = try FeatureStores([store]).filler(for: "loans", named: named, form: model.form)
        return ScoringService(predictor: NativePredictor(model), options: .init(features: filler))
    }

    private func body(_ rows: [String]) -> String {
        #"{"dataframe_split": {"columns": ["customer", "branch", "age", "term", "code"], "data": [\#(rows.joined(separator: ", "))]}}"#
    }

    private func row(_ customer: String, _ branch: String = #""a""#) -> String { #"[\#(customer), \#(branch), 40.0, 12.0, 3]"# }

    @Test func filledRowsAnswerAsWholeOnesDo() throws {
        let service = try service(try store())
        let filled = try service.post(body([row("1")]))
        let whole = try ServedFixture("folder-loan").service(explains: false).post(
            #"{"dataframe_split": {"columns": \#(ScoringServiceTests.columns), "data": [\#(ScoringServiceTests.row)]}}"#)
        #expect(filled.status == 200 && filled.json["predictions"] == whole.json["predictions"], "\(filled.text)")
        let answer = service.invocations(Array(body([row("1"), row("1", #""é""#), row("1.0")]).utf8), contentType: "application/json")
        let scored = try #require(answer.scored.first)
        let income = try #require(scored.inputs["income"])
        #expect((0..<3).map { income.value(at: $0) } == [.fraction(3_000.5), .integer(10), .fraction(3_000.5)])
        #expect(scored.inputs["city"]?.value(at: 1) == nil && scored.inputs["city"]?.value(at: 2) == .text("Ulm"))
        #expect(scored.inputs["customer"] == nil && scored.features?.asked.map(\.name) == ["customer", "branch"])
        let mark = try #require(scored.features?.columns)
        #expect(mark.map(\.name) == ["@features", "@known:people"])
        let said = try #require(mark[0].value(at: 1)?.name).string
        #expect(try JSONValue(parsing: Array(said.utf8))["people"]?["store"]?.string == Self.other.hex, "\(said)")
        #expect(mark[1].isPresent(0) && scored.features?.time ?? 0 > 0)
    }

    @Test(arguments: [("2", "older than"), ("3", "later than"), ("9", "nothing is known"), ("null", "does not name it"), ("4", "no value")])
    func whatIsNotKnownIsRefusedWhereAnInputCannotBeMissing(_ customer: String, _ words: String) throws {
        let answer = try service(try store()).post(body([row("1"), row(customer)]))
        #expect(answer.status == 400 && answer.text.contains(words) && answer.text.contains("Row 1"), "\(answer.text)")
        #expect(answer.text.contains("'customer', 'branch'") && answer.text.contains("'people'"))
    }

    @Test func theRuleRefusesWhatCouldBeMissing() throws {
        let settings = ServingFeatures(store: "s", missing: .refuse)
        let fields = [#"{"name": "income", "type": "double"}"#]
        let values = try values([Self.head(1, features: fields), Self.line("1", #""a""#, now() - 1, "null")])
        let rows = #"{"dataframe_records": [{"customer": 9, "branch": "a", "age": 40.0, "dependents": 2, "city": "Ulm", "owner": true, "term": 12.0, "code": 3}]}"#
        for (missing, status) in [(ServingFeatures.Missing.pass, 200), (.refuse, 400)] {
            let store = FeatureStore(.init(store: "s", models: ["loans"], missing: missing), values: values)
            #expect(try service(store).post(rows).status == status)
            // A value that is missing in the row that counts is missing.
            #expect(try service(store).post(rows.replacing("9,", with: "1,")).status == 200)
        }
        #expect(try FeatureStores([FeatureStore(settings, values: values)]).filler(for: "loans", named: nil, form: ServedFixture("folder-loan").model.form) == nil)
    }

    @Test func bothBoundsOfTheValidityAreIncluded() throws {
        let values = try values([Self.head(1), Self.line("1", #""a""#, 1_000, #"1, 1, "x", true, null"#)])
        let key: [ColumnValue] = [.integer(1), .text("a")]
        #expect(values.find(key, at: 999) == .later(0) && values.find(key, at: 1_000) == .found(0))
        #expect(values.find(key, at: 1_000 + Self.hour) == .found(0) && values.find(key, at: 1_001 + Self.hour) == .expired(0))
        #expect(values.find(key, at: .max) == .expired(0) && values.find([.integer(2), .text("a")], at: 1_000) == .unknown)
        let early = try self.values([Self.head(1), Self.line("1", #""a""#, .min, #"1, 1, "x", true, null"#)])
        #expect(early.find(key, at: .max) == .expired(0))
    }

    @Test(arguments: [
        (#"{"customer": "1"}"#, "whole numbers"), (#"{"customer": 1.5}"#, "whole numbers"), (#"{"customer": true}"#, "whole numbers"), (#"{"branch": 7}"#, "text"),
        (#"{"income": 5.0}"#, "cannot be sent"), (#"{"income": null}"#, "cannot be sent"), (#"{"customer": {"a": 1}}"#, "whole numbers"),
    ])
    func mistakesAreNamedAndNeverShown(_ change: String, _ words: String) throws {
        var record: JSONObject = ["customer": 1, "branch": "a", "age": 40.0, "term": 12.0, "code": 3]
        for member in try JSONValue(parsing: Array(change.utf8)).object?.members ?? [] { record[member.name] = member.value }
        let body = JSONValue.object(["dataframe_records": [.object(record)]]).bytes()
        let answer = try service(try store()).post(String(decoding: body, as: UTF8.self))
        #expect(answer.status == 400 && answer.text.contains(words) && !answer.text.contains("5.0"), "\(answer.text)")
    }

    @Test func aStoreThatCannotBeReadIsAnOutage() throws {
        let store = try store()
        let service = try service(store)
        let whole = try store.values()
        let before = store.replace(with: .failure(AssayError(.notFound, "/a/path cannot be read")))
        #expect(before === whole)
        let answer = service.invocations(Array(body([row("1")]).utf8), contentType: "application/json")
        #expect(answer.status == 503 && answer.retrySeconds == 5 && service.ping().status == 503)
        let words = String(decoding: answer.body, as: UTF8.self)
        #expect(words.contains("'people'") && !words.contains("/a/path"))
        #expect(throws: AssayError.self) { try store.values() }
        let another = try values([Self.head(0).replacing(Self.digest.hex, with: Self.other.hex)])
        _ = store.replace(with: .success(another))
        #expect(throws: AssayError.self) { try store.values() }
        _ = store.replace(with: .success(whole))
        #expect(try service.post(body([row("1")])).status == 200)
        #expect(store.counts.rows[.yes] == 1)
    }

    @Test func modelsAreBoundByTheirOwnWordFirst() throws {
        let form = try ServedFixture("folder-loan").model.form
        let stores = try FeatureStores([try store(.init(store: "s", models: ["loan?"]))])
        #expect(try stores.filler(for: "loans", named: nil, form: form)?.filled == ["income", "dependents", "city", "owner"])
        #expect(try stores.filler(for: "cards", named: nil, form: form) == nil)
        let own = FeatureViewNames([(name: "people", digest: Self.digest.hex)])
        #expect(try stores.filler(for: "cards", named: own, form: form)?.asked.map(\.name) == ["customer", "branch"])
        for named in [FeatureViewNames([(name: "people", digest: Self.other.hex)]), FeatureViewNames([(name: "nobody", digest: Self.digest.hex)]), .unreadable] {
            #expect(throws: AssayError.self) { try stores.filler(for: "loans", named: named, form: form) }
        }
        #expect(FeatureViewNames([]) == .unreadable && FeatureViewNames([(name: "a", digest: "abc")]) == .unreadable)
        #expect(throws: AssayError.self) { try FeatureStores([try store(), try store()]) }
        // A pattern may mean models of other inputs; a name means this one.
        let foreign = try values([Self.head(0, features: [#"{"name": "nothing", "type": "double"}"#])])
        #expect(try FeatureStores([FeatureStore(.init(store: "s", models: ["*"]), values: foreign)]).filler(for: "loans", named: nil, form: form) == nil)
        #expect(throws: AssayError.self) {
            try FeatureStores([FeatureStore(.init(store: "s", models: ["loans"]), values: foreign)]).filler(for: "loans", named: nil, form: form)
        }
    }

    @Test(arguments: [("income", "text"), ("dependents", "double"), ("city", "int64"), ("owner", "timestamp"), ("owner", "int64")])
    func whatDoesNotFitAnInputIsNotServed(_ input: String, _ type: String) throws {
        let values = try values([Self.head(0, features: [#"{"name": "\#(input)", "type": "\#(type)"}"#])])
        let error = #expect(throws: AssayError.self) { try service(FeatureStore(.init(store: "s", models: ["*"]), values: values)) }
        #expect(error?.message.contains("'\(input)'") == true && error?.message.contains(type) == true)
    }

    @Test(arguments: [
        [], ["hello"], [head(1)], [head(0), #"{"entity": [1, "a"], "time": 1, "features": [1, 1, "x", true, null]}"#],
        [head(2), #"{"entity": [1, "a"], "time": 1, "features": [1, 1, "x", true, null]}"#, #"{"entity": [1, "a"], "time": 2, "features": [1, 1, "x", true, null]}"#],
        [head(1), #"{"entity": ["1", "a"], "time": 1, "features": [1, 1, "x", true, null]}"#],
        [head(1), #"{"entity": [1, null], "time": 1, "features": [1, 1, "x", true, null]}"#],
        [head(1), #"{"entity": [1, "a"], "time": 1, "features": [1, 1.5, "x", true, null]}"#],
        [head(1), #"{"entity": [1, "a"], "time": 1, "features": ["NaN", 1, "x", true, null]}"#],
        [head(1), #"{"entity": [1, "a"], "time": 1, "features": [1, 1, "x", true]}"#],
        [head(1), #"{"entity": [1, "a"], "time": "1", "features": [1, 1, "x", true, null]}"#], [head(1), ""], [head(1), "["],
        [head(0, validity: "-1")], [head(0, validity: "\"1\"")], [head(0, features: [])], [head(0, entity: #"{"name": "a", "type": "double"}"#)],
        [head(0, entity: #"{"name": "city", "type": "text"}"#)], [head(0).replacing("v2", with: "v1")],
    ])
    func whatIsNoStoreIsRefused(_ lines: [String]) {
        let error = #expect(throws: AssayError.self) { try values(lines) }
        #expect(error?.code == .unreadable && error?.message.contains("a store") == true)
    }

    /// A hundred thousand entities and as many lookups: a table entry each, within the time of the event loop's patience.
    @Test func aLookupTakesMicroseconds() throws {
        let count = 100_000
        let values = try values([Self.head(count)] + (0..<count).map { Self.line("\($0)", #""a""#, 1, #"1, 1, "x", true, null"#) })
        let begun = SystemClock.seconds()
        var found = 0
        for entity in 0..<count where values.find([.integer(Int64(entity)), .text("a")], at: 2) == .found(entity) { found += 1 }
        let microseconds = (SystemClock.seconds() - begun) * 1e6 / Double(count)
        #expect(found == count && microseconds < 50, "\(microseconds) microseconds")
        print("a lookup: \(microseconds) microseconds")
    }
}
