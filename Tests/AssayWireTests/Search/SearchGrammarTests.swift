import AssayTerms
import AssayWire
import Testing

@Suite struct SearchGrammarTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let filter: String
        let clauses: [SearchClause]
        var testDescription: String { filter }

        init(_ filter: String, _ clauses: SearchClause...) {
            self.filter = filter
            self.clauses = clauses
        }
    }

    private static func tag(_ key: Text, _ comparator: SearchComparator, _ value: SearchValue) -> SearchClause {
        SearchClause(entity: .tag, key: key, comparator: comparator, value: value)
    }

    @Test(arguments: [
        Case(""),
        Case("tags.compliance = 'GDPR'", tag("compliance", .equal, .text("GDPR"))),
        Case("tags.compliance = \"GDPR\"", tag("compliance", .equal, .text("GDPR"))),
        Case("tag.compliance='GDPR'", tag("compliance", .equal, .text("GDPR"))),
        Case("tags.`a b` != 'x'", tag("a b", .notEqual, .text("x"))),
        Case("tags.\"a.b\" LIKE '%x_'", tag("a.b", .like, .text("%x_"))),
        Case("tags.mlflow.user ilike 'É%'", tag("mlflow.user", .ilike, .text("É%"))),
        Case("tags.a = 'say \"no\"'", tag("a", .equal, .text("say \"no\""))),
        Case("tags.a IS NULL", tag("a", .isNull, .null)),
        Case("params.a is not null", SearchClause(entity: .parameter, key: "a", comparator: .isNotNull, value: .null)),
        Case(
            "metrics.acc >= 0.5 AND metrics.loss < 1e-3",
            SearchClause(entity: .metric, key: "acc", comparator: .greaterOrEqual, value: .number(0.5)),
            SearchClause(entity: .metric, key: "loss", comparator: .less, value: .number(0.001))),
        Case(
            "metrics.x > -5", SearchClause(entity: .metric, key: "x", comparator: .greater, value: .number(-5))),
        Case(
            "metrics.x > 1e999", SearchClause(entity: .metric, key: "x", comparator: .greater, value: .number(.infinity))),
        Case(
            "run_id IN ('a', \"b\")",
            SearchClause(entity: .attribute, key: "run_id", comparator: .isIn, value: .list(["a", "b"]))),
        Case(
            "attributes.run_id not in ('a')",
            SearchClause(entity: .attribute, key: "run_id", comparator: .isNotIn, value: .list(["a"]))),
        Case(
            "created > 17", SearchClause(entity: .attribute, key: "start_time", comparator: .greater, value: .integer(17))),
        Case(
            "attribute.`Run Name` = 'r'",
            SearchClause(entity: .attribute, key: "run_name", comparator: .equal, value: .text("r"))),
        Case(
            "dataset.context = 'training' and status = 'FINISHED'",
            SearchClause(entity: .dataset, key: "context", comparator: .equal, value: .text("training")),
            SearchClause(entity: .attribute, key: "status", comparator: .equal, value: .text("FINISHED"))),
        Case("tags.a = 'x' AND", tag("a", .equal, .text("x"))),
        // MLflow reads over every AND, also one that is missing.
        Case("AND AND"),
        Case("AND tags.a = 'x' tags.b = 'y'", tag("a", .equal, .text("x")), tag("b", .equal, .text("y"))),
        // Quotes that are doubled or follow a backslash belong to the text, and stay as written.
        Case("tags.a = 'it''s'", tag("a", .equal, .text("it''s"))),
        Case("tags.a = 'it\\'s'", tag("a", .equal, .text("it\\'s"))),
        Case("tags.a = 'x\\'", tag("a", .equal, .text("x\\"))),
        Case("tags.a = '' AND tags.b = 'y'", tag("a", .equal, .text("")), tag("b", .equal, .text("y"))),
        Case("run_id IN ('a',)", SearchClause(entity: .attribute, key: "run_id", comparator: .isIn, value: .list(["a"]))),
    ])
    func clausesOfRuns(_ example: Case) throws {
        #expect(try SearchGrammar.runs.clauses(Text(example.filter)) == example.clauses)
    }

    @Test(arguments: [
        ("metrics.x = \"a\"", "Expected numeric value type for metric."),
        ("metrics.x LIKE 'a'", "Expected numeric value type for metric. Found 'a'"),
        ("metrics.x IN (1, 2)", "Expected numeric value type for metric. Found (1, 2)"),
        ("   ", "Invalid filter '   '. Could not be parsed."),
        ("1 = 1", "Invalid comparison clause. Expected 'Identifier' found '1'"),
        ("params.a = b", "Parameter value is either not quoted or unidentified quote types used for string value b."),
        ("params.a NOT LIKE 'b'", "Invalid comparator 'NOT LIKE' not one of"),
        ("params.a = 'b' -- c", "Invalid clause(s) in filter string: '-- c'"),
        ("params.a = 'b' /* c */", "Invalid clause(s) in filter string: '/* c */'"),
        ("metrics.x > 0x10", "Invalid clause(s) in filter string: 'metrics.x', '>', '0x10'"),
        ("metrics.x LIKE 1", "Invalid comparator 'LIKE' not one of '{'<', '<=', '>', '>=', '=', '!='}"),
        ("metrics.x > 1e+3", "Expected numeric value type for metric. Found 1e+3"),
        ("foo.bar = 1", "Invalid entity type 'foo'"),
        ("params.a = 1", "Expected a quoted string value for parameter"),
        ("params.a > 'b'", "Invalid comparator '>'"),
        ("params.a == 'b'", "Invalid comparator '=='"),
        ("tags.a", "Invalid clause(s) in filter string: 'tags.a'"),
        ("tags.a =", "Invalid clause(s) in filter string: 'tags.a', '='"),
        ("tags.a = 'x' OR tags.b = 'y'", "Invalid clause(s) in filter string: 'OR'"),
        ("(tags.a = 'x')", "Invalid clause(s) in filter string: '(tags.a = 'x')'"),
        ("tags.a = 'x'; DROP TABLE run", "Search filter contained multiple expression \"tags.a = 'x'; DROP TABLE run\"."),
        ("tags.a = 'x';", "Invalid clause(s) in filter string: ';'"),
        ("tags.a = 'x", "Invalid clause(s) in filter string: 'tags.a', '=', ''', 'x'"),
        ("attributes.zzz = 'a'", "Invalid attribute key 'zzz'"),
        ("start_time = 'x'", "Expected numeric value type for numeric attribute: start_time."),
        ("status IN ('a')", "attributes support comparison with a list"),
        ("run_id IN ()", "expected a non-empty list"),
        ("run_id IN ('a' 'b')", "got ill-formed list"),
        ("run_id IN (1)", "got different type in list: (1,)"),
        ("run_id IN ('a'", "Invalid clause(s) in filter string: 'run_id', 'IN', '(', ''a''"),
        ("status IS NULL", "only supported for tags and params"),
        ("dataset.schema = 'x'", "Invalid dataset key 'schema'"),
        ("= 'x'", "Invalid clause(s) in filter string: '=', ''x''"),
    ])
    func refusals(_ filter: String, _ words: String) {
        let error = #expect(throws: AssayError.self) { try SearchGrammar.runs.clauses(Text(filter)) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    @Test(arguments: [
        ("start_time", SearchOrder(entity: .attribute, key: "start_time", ascending: true)),
        ("attributes.start_time DESC", SearchOrder(entity: .attribute, key: "start_time", ascending: false)),
        ("metrics.`a b` desc", SearchOrder(entity: .metric, key: "a b", ascending: false)),
        ("params.lr ASC", SearchOrder(entity: .parameter, key: "lr", ascending: true)),
        ("tag.\"x.y\"", SearchOrder(entity: .tag, key: "x.y", ascending: true)),
    ])
    func orders(_ written: String, _ order: SearchOrder) throws {
        #expect(try SearchGrammar.runOrders.order(Text(written)) == order)
    }

    @Test(arguments: ["", "metrics.a downwards", "metrics.a DESC NULLS", "'x'", "dataset.name", "zzz DESC", " start_time", "start_time ", "`a"])
    func refusedOrders(_ written: String) {
        #expect(throws: AssayError.self) { try SearchGrammar.runOrders.order(Text(written)) }
    }

    @Test func anOrderGivenTwiceIsRefused() {
        #expect(throws: AssayError.self) { try SearchGrammar.runOrders.orders(["metrics.a", "metric.a DESC"]) }
    }

    @Test func experimentsKnowTheirOwnNames() throws {
        #expect(
            try SearchGrammar.experiments.clauses("name LIKE 'a%' AND experiment_id IN ('1','2')") == [
                SearchClause(entity: .attribute, key: "name", comparator: .like, value: .text("a%")),
                SearchClause(entity: .attribute, key: "experiment_id", comparator: .isIn, value: .list(["1", "2"])),
            ])
        #expect(throws: AssayError.self) { try SearchGrammar.experiments.clauses("metrics.a > 1") }
        #expect(throws: AssayError.self) { try SearchGrammar.experiments.clauses("experiment_id = 'x'") }
    }

    @Test func textsThatLookAlikeStayDifferent() throws {
        let composed = try SearchGrammar.runs.clauses("tags.k = 'caf\u{E9}'")
        let decomposed = try SearchGrammar.runs.clauses("tags.k = 'cafe\u{301}'")
        #expect(composed != decomposed)
    }
}
