import AssayJSON
import AssayModels
import AssayServing
import AssayTerms
import Testing

/// Goal: `/invocations` takes what MLflow's scoring server takes and refuses with its codes and words.
/// Method: tables of bodies; expected answers were taken from `mlflow.pyfunc.scoring_server` of 3.17.2 on the same
/// folders, except where a case is marked as kept difference.
@Suite struct ScoringServiceTests {
    static let row = #"[40.0, 3000.5, 2, "Ulm", true, 12.0, 3]"#
    static let columns = #"["age", "income", "dependents", "city", "owner", "term", "code"]"#
    static let record = #"{"age": 40.0, "income": 3000.5, "dependents": 2, "city": "Ulm", "owner": true, "term": 12.0, "code": 3}"#
    static let lists =
        #"{"age": [40.0], "income": [3000.5], "dependents": [2], "city": ["Ulm"], "owner": [true], "term": [12.0], "code": [3]}"#

    @Test(arguments: [
        (#"{"dataframe_split": {"columns": \#(columns), "data": [\#(row)]}}"#, true),
        (#"{"dataframe_split": {"columns": \#(columns), "index": [7], "data": [\#(row)]}}"#, true),
        (#"{"dataframe_split": {"columns": \#(columns), "data": [\#(row)]}, "params": {"a": 1}}"#, true),
        (#"{"dataframe_records": [\#(record)]}"#, true),
        (#"{"instances": [\#(record)]}"#, true),
        (#"{"inputs": \#(lists)}"#, true),
        (#"{"inputs": \#(record)}"#, true),
        (#"{"inputs": [\#(record)]}"#, true),
        // Kept differences: rows without names bind by position.
        (#"{"data": [\#(row)]}"#, false),
        (#"{"data": [\#(record)]}"#, false),
        (#"{"instances": [\#(row)]}"#, false),
        (#"{"inputs": [\#(row)]}"#, false),
        (#"{"dataframe_split": {"data": [\#(row)]}}"#, false),
        (#"{"dataframe_split": {"columns": [0, 1, 2, 3, 4, 5, 6], "data": [\#(row)]}}"#, false),
    ])
    func takesEveryPayloadForm(body: String, isMLflows: Bool) throws {
        let fixture = try ServedFixture("folder-loan")
        let answer = try fixture.service().post(body)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer.json["predictions"] == [1])
        let strict = try fixture.service(isStrict: true).post(body)
        #expect(strict.status == (isMLflows ? 200 : 400), "\(strict.text)")
        if !isMLflows { #expect(["BAD_REQUEST", "INVALID_PARAMETER_VALUE"].contains(strict.json["error_code"]?.string)) }
    }

    @Test func formsOfOneRowGiveOneAnswer() throws {
        let service = try ServedFixture("folder-loan").service()
        let first = try service.post(#"{"dataframe_split": {"columns": \#(Self.columns), "data": [\#(Self.row)]}}"#)
        for body in [#"{"instances": [\#(Self.record)]}"#, #"{"inputs": \#(Self.lists)}"#, #"{"data": [\#(Self.row)]}"#] {
            #expect(try service.post(body).text == first.text)
        }
    }

    /// Values put in place of one of the row's, and what MLflow 3.17.2 does with them.
    static let casts: [(column: String, value: String, status: Int, message: String)] = [
        ("age", #""abc""#, 400, "Failed to convert column age to type 'float64'"),
        ("age", #""41.5""#, 200, ""),
        ("age", #"" 41.5 ""#, 200, ""),
        ("age", #""0x10""#, 400, "Failed to convert column age to type 'float64'"),
        ("age", "null", 200, ""),
        ("age", "NaN", 200, ""),
        ("age", "true", 200, ""),
        ("age", "[1]", 400, "Failed to convert column age to type 'float64'"),
        ("dependents", "3.0", 200, ""),
        ("dependents", #""2""#, 200, ""),
        ("dependents", "null", 400, "Failed to convert column dependents to type 'int64'"),
        ("dependents", "1180591620717411303424", 400, "Failed to convert column dependents to type 'int64'"),
        ("city", "null", 200, ""),
        ("owner", "0", 200, ""),
        ("code", "true", 200, ""),
        // Kept differences: MLflow changes these values in silence.
        ("dependents", "1.5", 400, "Failed to convert column dependents to type 'int64'"),
        ("owner", #""x""#, 400, "Failed to convert column owner to type 'bool'"),
        ("owner", "2", 400, "Failed to convert column owner to type 'bool'"),
        ("city", "5", 400, "Failed to convert column city to type '<U0'"),
        // No column of this folder's model that nothing is made from can break a row.
        ("owner", "null", 200, ""),
    ]

    @Test(arguments: casts.indices) func castsByTheSignature(index: Int) throws {
        let (column, value, status, message) = Self.casts[index]
        let service = try ServedFixture("folder-loan").service()
        let record = try #require(try JSONValue(parsing: Array(Self.record.utf8)).object)
        let changed = record.members.map { member in
            "\"\(member.name)\": " + (member.name == column ? value : String(decoding: member.value.bytes(), as: UTF8.self))
        }
        for form in ["dataframe_records", "instances", "inputs"] {
            let answer = try service.post("{\"\(form)\": [{\(changed.joined(separator: ", "))}]}")
            #expect(answer.status == status, "\(column)=\(value): \(answer.text)")
            #expect(answer.text.contains(message), "\(answer.text)")
            if status == 400 { #expect(answer.json["error_code"] == "BAD_REQUEST") }
        }
    }

    @Test(arguments: [
        (#"[1]"#, "BAD_REQUEST", "The input must be a JSON dictionary with exactly one of the input fields"),
        (#"3"#, "BAD_REQUEST", "The input must be a JSON dictionary with exactly one of the input fields"),
        (#"{"#, "BAD_REQUEST", "Ensure that input is a valid JSON formatted string"),
        (#""#, "BAD_REQUEST", "Ensure that input is a valid JSON formatted string"),
        (#"{}"#, "BAD_REQUEST", "Received dictionary with input fields: []"),
        (#"{"columns": []}"#, "BAD_REQUEST", "Received dictionary with input fields: []"),
        (#"{"inputs": [], "instances": []}"#, "BAD_REQUEST", "['instances', 'inputs']"),
        (#"{"dataframe_records": {"a": 1}}"#, "BAD_REQUEST", "Dataframe records format must be a list of records. Got dictionary."),
        (#"{"dataframe_records": [1]}"#, "BAD_REQUEST", "not a valid dataframe representation"),
        (#"{"dataframe_split": [1]}"#, "BAD_REQUEST", "Dataframe split format must be a dictionary. Got list."),
        (#"{"dataframe_split": {"columns": ["a"]}}"#, "BAD_REQUEST", "must have 'data' field"),
        (#"{"dataframe_split": {"data": [], "rows": []}}"#, "BAD_REQUEST", "must have 'data' field"),
        (#"{"dataframe_split": {"columns": ["a", "b"], "data": [[1]]}}"#, "BAD_REQUEST", "2 columns passed, passed data had 1 columns"),
        (#"{"dataframe_split": {"columns": ["a", "a"], "data": [[1, 2]]}}"#, "BAD_REQUEST", "stands twice"),
        (#"{"dataframe_split": {"data": [[1, 2], [1]]}}"#, "BAD_REQUEST", "row 1 has 1 values"),
        (#"{"dataframe_split": {"index": [0, 1], "data": [[1, 2]]}}"#, "BAD_REQUEST", "index has 2 entries for 1 rows"),
        (#"{"inputs": {"age": [1], "income": [1, 2]}}"#, "BAD_REQUEST", "are not the same"),
        (#"{"inputs": [{"age": 1}, 3]}"#, "BAD_REQUEST", "Some rows are dictionaries"),
        (#"{"inputs": "x"}"#, "BAD_REQUEST", "neither a list nor a dictionary"),
        (
            #"{"dataframe_records": [{"income": 3000.5, "dependents": 2, "city": "Ulm", "owner": true, "term": 12.0, "code": 3, "zzz": 1}]}"#,
            "INVALID_PARAMETER_VALUE", "Model is missing inputs ['age']. Note that there were extra inputs: ['zzz']."
        ),
        (
            #"{"dataframe_records": [{"age": 1, "dependents": 2, "city": "Ulm", "owner": true, "term": 12.0, "code": 3}]}"#,
            "BAD_REQUEST", "lacks the model's input columns 'income'"
        ),
        (#"{"data": [[1, 2]]}"#, "INVALID_PARAMETER_VALUE", "Model is missing inputs ['age', 'dependents', 'owner', 'code']"),
    ])
    func refusesPayloads(body: String, code: String, message: String) throws {
        let answer = try ServedFixture("folder-loan").service().post(body)
        #expect(answer.status == 400)
        #expect(answer.json["error_code"]?.string == code, "\(answer.text)")
        #expect(answer.text.contains(message), "\(answer.text)")
        #expect(answer.json["sqlstate"]?.string == (code == "BAD_REQUEST" ? "KAM00" : "KAM01"))
    }

    @Test(arguments: [
        (nil, "This predictor only supports the following content types"),
        ("text/plain", "Got 'text/plain'."),
        ("application/json; charset=latin-1", "The scoring server only supports UTF-8"),
        ("application/json; foo=bar", "Unrecognized content type parameters: foo"),
        ("application/jsonx", "This predictor only supports the following content types"),
    ] as [(String?, String)])
    func refusesMediaTypes(type: String?, message: String) throws {
        let answer = try ServedFixture("folder-loan").service().post("{}", type)
        #expect(answer.status == 415)
        #expect(answer.text.contains(message))
    }

    @Test func takesUTF8CharsetInAnyCase() throws {
        let answer = try ServedFixture("folder-array").service().post(
            #"{"inputs": [[41.6, 1, 24]]}"#, "application/json; charset=UTF-8")
        #expect(answer.status == 200)
    }

    @Test func aRowsValuesAreInNoMessage() throws {
        let service = try ServedFixture("folder-loan").service()
        for body in [
            #"{"dataframe_records": [{"age": "secret-7781"}]}"#,
            #"{"instances": [{"age": "secret-7781", "income": 1, "dependents": 2, "city": "Ulm", "owner": true, "term": 1, "code": 3}]}"#,
            #"{"data": [["secret-7781", 1, 2, "Ulm", true, 1, 3]]}"#,
        ] {
            let answer = try service.post(body)
            #expect(answer.status == 400)
            #expect(!answer.text.contains("7781"))
        }
    }

    // MARK: Tensor signatures

    @Test(arguments: [
        (#"{"inputs": [[41.6, 1, 24]]}"#, 200, ""),
        (#"{"instances": [[41.6, 1, 24]]}"#, 200, ""),
        (#"{"dataframe_split": {"data": [[41.6, 1, 24]]}}"#, 200, ""),
        (#"{"dataframe_split": {"columns": ["a", "b", "c"], "data": [[41.6, 1, 24]]}}"#, 200, ""),
        (#"{"data": [[41.6, 1, 24]]}"#, 200, ""),
        (#"{"instances": [[41.6, 1]]}"#, 400, "Shape of input (1, 2) does not match expected shape (-1, 3)."),
        (#"{"inputs": [41.6, 1, 24]}"#, 400, "does not match expected shape (-1, 3)."),
        (#"{"inputs": [["x", 1, 24]]}"#, 400, "Failed to convert column x0"),
        (#"{"inputs": [[null, 1, 24]]}"#, 400, "column 'x0' has 1 row without a finite value"),
        (#"{"inputs": [[1, 2, 3], [1, 2]]}"#, 400, "row 1 has 2 values"),
    ])
    func tensors(body: String, status: Int, message: String) throws {
        let answer = try ServedFixture("folder-array").service().post(body)
        #expect(answer.status == status, "\(answer.text)")
        #expect(answer.text.contains(message), "\(answer.text)")
    }

    @Test func namesThatAreOursBindNothing() throws {
        let service = try ServedFixture("folder-array").service()
        let own = try service.post(#"{"dataframe_split": {"columns": ["x0", "x1", "x2"], "data": [[41.6, 1, 24]]}}"#)
        let other = try service.post(#"{"dataframe_split": {"columns": ["x2", "x1", "x0"], "data": [[41.6, 1, 24]]}}"#)
        #expect(own.status == 200 && own.json["predictions"] == other.json["predictions"] && own.json["explanations"] == other.json["explanations"])
    }

    // MARK: Explanations

    @Test func explainsEveryRow() throws {
        let answer = try ServedFixture("folder-loan").service().post(#"{"data": [\#(Self.row), \#(Self.row)]}"#)
        let explanations = try #require(answer.json["explanations"])
        #expect(explanations["background"] == "input_example.json")
        #expect(explanations["space"] == "log-odds")
        #expect(explanations["feature_names"]?.array?.count == 7)
        #expect(explanations["base_value"]?.number != nil)
        let rows = try #require(explanations["shap_values"]?.array)
        #expect(rows.count == 2)
        #expect(rows.allSatisfy { $0.array?.count == 7 })
        let shares = try #require(explanations["feature_importance"]?.array).compactMap(\.number)
        #expect(shares.count == 7)
        #expect(abs(shares.reduce(0, +) - 1) < 1e-12)
    }

    @Test func severalClassesHaveOneListPerClass() throws {
        let service = try ServedFixture("frame-object-classes").service()
        let answer = try service.post(#"{"data": [[40, 1, 24]]}"#)
        let explanations = try #require(answer.json["explanations"])
        #expect(explanations["background"] == "zeros")
        #expect(explanations["base_value"]?.array?.count == 3)
        #expect(explanations["shap_values"]?.array?.first?.array?.count == 3)
        #expect(explanations["shap_values"]?.array?.first?.array?.first?.array?.count == 3)
        #expect(["lo", "mid", "hi"].contains(answer.json["predictions"]?.array?.first?.string))
    }

    @Test func noRowsGiveNoPredictionsAndNoImportance() throws {
        let answer = try ServedFixture("folder-loan").service().post(#"{"data": []}"#)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer.json["predictions"] == [])
        #expect(answer.json["explanations"]?["feature_importance"] == .null)
    }

    @Test func explanationsCanBeLeftOut() throws {
        let answer = try ServedFixture("folder-loan").service(explains: false).post(#"{"data": [\#(Self.row)]}"#)
        #expect(answer.text == #"{"predictions":[1]}"#)
    }

    @Test func predictAnswersOneRow() throws {
        let service = try ServedFixture("folder-loan").service()
        func predict(_ body: String) throws -> (Int, JSONValue) {
            let answer = service.predict(Array(body.utf8), contentType: "application/json")
            return (answer.status, try JSONValue(parsing: answer.body))
        }
        let (status, json) = try predict(#"{"features": \#(Self.row)}"#)
        #expect(status == 200)
        #expect(json["prediction"] == 1)
        let whole = try service.post(#"{"data": [\#(Self.row)]}"#).json
        #expect(json["shap_values"] == whole["explanations"]?["shap_values"]?.array?.first)
        #expect(try predict(#"{"features": \#(Self.record)}"#).1 == json)
        for body in [#"{"features": [[1]]}"#, #"{"features": 3}"#, #"{}"#, #"{"features": [1]}"#, "x"] {
            #expect(try predict(body).0 == 400)
        }
        #expect(service.predict([], contentType: "text/csv").status == 415)
    }

    // MARK: Tables

    @Test(arguments: [
        ("age,income,dependents,city,owner,term,code\n40.0,3000.5,2,Ulm,True,12.0,3\n", 200, #""predictions":[1]"#),
        ("code,zzz,term,owner,city,dependents,income,age\n3,9,12,True,Ulm,2,3000.5,40\n", 200, #""predictions":[1]"#),
        ("age,income,dependents,city,owner,term,code\n40.0,,2,,True,,3\n", 200, #""predictions":["#),
        ("a,b\n1,2\n", 400, "Model is missing inputs ['age', 'dependents', 'owner', 'code']. Note that there were extra inputs: ['a', 'b']."),
        ("age,income,dependents,city,owner,term,code\nabc,3000.5,2,Ulm,True,12.0,3\n", 400, "Failed to parse input as a Pandas DataFrame"),
        ("age,income,dependents,city,owner,term,code\n40.0,abc,2,Ulm,True,12.0,3\n", 400, "Failed to parse input as a Pandas DataFrame"),
        ("", 400, "Failed to parse input"),
    ])
    func takesCSV(body: String, status: Int, message: String) throws {
        let answer = try ServedFixture("folder-loan").service().post(body, "text/csv")
        #expect(answer.status == status, "\(answer.text)")
        #expect(answer.text.contains(message), "\(answer.text)")
    }

    @Test func csvAndJSONGiveTheSameAnswer() throws {
        let service = try ServedFixture("folder-loan").service()
        let csv = try service.post("age,income,dependents,city,owner,term,code\n40.0,3000.5,2,Ulm,True,12.0,3\n", "text/csv")
        let json = try service.post(#"{"data": [\#(Self.row)]}"#)
        #expect(csv.text == json.text)
    }

    @Test func pingIsALineFeed() throws {
        let answer = try ServedFixture("folder-array").service().ping()
        #expect(answer.status == 200)
        #expect(answer.body == [0x0a])
    }
}
