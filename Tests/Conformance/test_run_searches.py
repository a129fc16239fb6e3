"""Searches of runs: filters, orders, pages."""

import pytest

from .helpers import cases, experiment, pages, run

RUN_FILTERS = [
    "\"status\" = 'FINISHED'", '"start_time" > 1', "\"run_name\" = 'one'", "\"status\" IN ('FINISHED')", '"nothing" = 1',
    "metrics.m = 1", "metrics.m != 1", "metrics.m > 1", "metrics.m >= 1", "metrics.m < 2", "metrics.m <= 2", "metrics.m > -1",
    "metrics.m = 1.0", "metrics.m >= .5", "metrics.m < 1e1", "metrics.m > 1.5e-3", "metric.m = 1", "metrics.`m` = 1", 'metrics."m" = 1',
    "metrics.never = 1", "metrics.never != 1", "metrics.nan = 0", "metrics.nan > 0", "metrics.nan != 0", "metrics.`a b` = 1",
    ("metrics.a/b = 1", "slashes-in-names"), "metrics.`a.b` = 1", "metrics.a.b = 1", 'metrics."a b" > 0', "metrics.inf > 1e300",
    "metrics.m=1", "metrics.m < 1e400", "metrics.m > 1e400", "metrics.m > -1e400", "start_time > 1e400", "start_time < 1e400",
    "metrics.m >=1 and metrics.m<=2", "metrics.M = 1", "params.p = 'a'", "params.p != 'a'", "params.p LIKE 'a%'", "params.p LIKE '%b'",
    "params.p LIKE 'A%'", "params.p ILIKE 'A%'", "params.p LIKE '_b'", "params.p like 'a%'", "params.p iLike 'A%'", "param.p = 'a'",
    "parameter.p = 'a'", "parameters.p = 'a'", 'params.p = "a"', "params.`p` = 'a'", "params.p IS NULL", "params.p IS NOT NULL",
    "params.p is null", "params.p is not null", "params.never IS NULL", "params.never != 'x'", "params.never = 'x'",
    "params.`odd key` = 'x'", 'params."odd key" = \'x\'', "params.p = ''", "params.empty = ''", 'params.p = "it\'s"',
    'params.quote = "it\'s"', 'params.quote LIKE \'%"%\'', "params.p LIKE '%'", "params.p LIKE ''", "params.special LIKE '%*%'",
    "params.special LIKE '%[a]%'", "params.special LIKE '%?%'", "params.special LIKE '%\\%%'", "params.special = '*?[a]%_'",
    "params.unicode ILIKE 'É%'", "params.unicode ILIKE 'é%'", "params.unicode = 'é'", "tags.t = 'x'", "tag.t = 'x'", "tags.t != 'x'",
    "tags.t LIKE 'x%'", "tags.t ILIKE 'X%'", "tags.t IS NULL", "tags.t IS NOT NULL", "tags.mlflow.runName = 'one'",
    "tags.`mlflow.runName` = 'one'", 'tags."mlflow.runName" = \'one\'', "tags.a.b = 'dotted'", "tags.`a.b` = 'dotted'",
    "tags.t = 'x' AND tags.u = 'y'", "attributes.status = 'FINISHED'", "attribute.status = 'FINISHED'", "attr.status = 'FINISHED'",
    "run.status = 'FINISHED'", "status = 'FINISHED'", "status != 'FINISHED'", "status LIKE 'F%'", "status ILIKE 'f%'",
    "status = 'finished'", "attributes.run_name = 'one'", "run_name LIKE 'o%'", "attributes.`run name` = 'one'",
    "attributes.`Run name` = 'one'", "attributes.`Run Name` = 'one'", "run_name != 'one'", "run_name ILIKE 'ONE'",
    "attributes.user_id = 'ana'", "user_id = 'ana'", "user_id != 'ana'", "attributes.start_time = 1000", "start_time > 1000",
    "start_time >= 1000", "start_time < 3000", "start_time <= 3000", "start_time != 1000", "attributes.created > 1000",
    "attributes.Created > 1000", "end_time > 0", "end_time != 0", "attributes.end_time < 99999", "start_time = 1000.0",
    "artifact_uri LIKE 'mlflow-artifacts%'", "artifact_uri = 'x'", "run_id = 'x'", "run_id IN ('x')", "run_id IN ('x', 'y')",
    "run_id NOT IN ('x')", "attributes.run_id != 'x'", "run_id LIKE '%'", "dataset.name = 'd1'", "datasets.name = 'd1'",
    "dataset.name != 'd1'", "dataset.name LIKE 'd%'", "dataset.name ILIKE 'D%'", "dataset.digest = 'g1'", "dataset.context = 'train'",
    "dataset.name IN ('d1', 'd2')", "dataset.name NOT IN ('d1')", "dataset.digest IN ('g1')", "dataset.context IN ('train', 'test')",
    "dataset.`name` = 'd1'", "dataset.context NOT IN ('train')", "dataset.context LIKE 't%'", "dataset.context != 'train'",
    "dataset.name = 'd1' AND dataset.context = 'train'", "metrics.m > 0 AND params.p = 'a' AND tags.t = 'x'",
    "metrics.m > 0 and status = 'FINISHED' AND start_time > 0", "", " ", "metrics.m > 0 AND metrics.m < 2",
    "params.p = 'a' AND params.q = 'b' AND params.empty = ''",
]

BAD_RUN_FILTERS = [
    "metrics.m", "metrics.m =", "metrics.m = 1e+3", "= 1", "metrics.m = 'a'", 'metrics.m = "1"', "metrics.m LIKE 1", "metrics.m IS NULL",
    "metrics.m IN (1)",
    "metrics.m = NaN", "params.p = a", "params.p = 1", "params.p > 'a'", "params.p >= 'a'", "params.p IN ('a')", "params.p NOT IN ('a')",
    "tags.t < 'a'", "tags.t IN ('x')", "tags.t = x", "tags.t = 1", "unknown.x = 1", ("unknown = 1", "filter-words"),
    "attributes.unknown = 'x'", "lifecycle_stage = 'active'", "experiment_id = '1'", "status = FINISHED", "status > 'A'",
    "status IS NULL", "status IN ('FINISHED')", "status = 1", "start_time = 'x'", "start_time LIKE '1'", "start_time IN (1)",
    "start_time = '1000'", "end_time IS NULL", "end_time IS NOT NULL", "dataset.unknown = 'x'", "dataset.name = 1", "dataset.name > 'a'",
    "dataset.name IS NULL", "dataset = 'x'", "run_id IN ()", "run_id IN (1)", "run_id IN 'x'", "run_id IN ('x'", "run_id = 1",
    "metrics.m > 1 OR metrics.m < 0", "NOT metrics.m = 1", "(metrics.m = 1)", "metrics.m = 1;", "metrics.m = 1; metrics.m = 2",
    "metrics.m == 1", "metrics.m <> 1", "metrics.m = 1 AND", "AND metrics.m = 1", "metrics.m = 1 metrics.m = 2",
    "metrics.m BETWEEN 1 AND 2", "params.p = 'a", 'params.p = "a', "params.`p = 'a'", "metrics..m = 1", ".m = 1", "metrics. = 1",
    "params.p RLIKE 'a'", "params.p NOT LIKE 'a'", "1 = 1", "'a' = 'a'", "x", "''", ",", ("metrics.m = 1, metrics.m = 2", "filter-words"),
    "params.p = 'it''s'", "params.p = 'a' -- c", "params.p = 'a' /* c */", "parmas.p = 'a'", "Params.p = 'a'", "METRICS.m = 1",
    "metrics.m = --1", "metrics.m = 1 2", "metrics.m ! 1", "params.p IS 'a'", "params.p IS NOT 'a'", "params.p NULL", "metrics.m = 0x10",
    "metrics.m = 1_000", "metrics.m = +1", "tags.t != NULL", "param.p = null", "attributes.run_name = one", "params.p LIKE a",
    "params.p = `a`",
]

RUN_ORDERS = [
    ["metrics.m"], ["metrics.m ASC"], ["metrics.m DESC"], ["metrics.m desc"], ["metric.m DESC", "start_time ASC"], ["metrics.never"],
    ["metrics.nan"], ["metrics.nan DESC"], ["metrics.inf"], ["params.p"], ["params.p DESC"], ["params.never DESC"], ["tags.t"],
    ["tags.t DESC"], ["tags.`mlflow.runName`"], ["tags.mlflow.runName DESC"], ["start_time"], ["start_time DESC"],
    ["attributes.start_time ASC"], ["attribute.start_time"], ["end_time"], ["end_time DESC"], ["status"], ["status DESC"], ["user_id"],
    ["run_name"], ["run_name DESC"], ["created"], ["Created DESC"], ["attributes.created ASC"], ["params.`odd key`"],
    ["metrics.`a b` DESC"], ['metrics."a b"'], ["params.p ASC", "metrics.m DESC"], ["tags.t", "params.p DESC", "metrics.m"],
    [" start_time "], ["start_time  DESC"], ["`start_time` DESC"], ["attributes.`run name`"], ["attributes.run_name"], ["parameter.p"],
]

BAD_RUN_ORDERS = [
    (["unknown"], "filter-words"), ["unknown.x"], ["dataset.name"], ["metrics.m UP"], ["metrics.m ASC DESC"], ["metrics.m, params.p"],
    [""], [" "], (["metrics.m ASC", "metrics.m DESC"], "no-5xx"), (["start_time", "start_time"], "no-5xx"), ["lifecycle_stage"],
    ["attributes.unknown DESC"], ["1"], ["'x'"], ["metrics.m = 1"], ["metrics"], ["metrics."], [".m"], ["ASC"], ["start_time;"],
    ["start_time -- x"], (["created", "start_time"], "no-5xx"), ([1], "half-parsed-words"), ([None], "half-parsed-words"), "start_time",
    ["`a"],
]


@pytest.fixture(scope="module")
def home(both):
    """An experiment whose runs differ in everything that filters and orders look at; no two start at once."""
    pair = both
    number = experiment(pair, "searched")
    described = [
        ({"run_name": "one", "user_id": "ana", "start_time": 1_000}, {"m": 1, "nan": "NaN", "a b": 1, "a/b": 1, "a.b": 1},
            {"p": "a", "q": "b", "empty": ""}, {"t": "x", "u": "y", "a.b": "dotted"}),
        ({"run_name": "two", "user_id": "ben", "start_time": 2_000}, {"m": 2, "nan": 0, "inf": "Infinity"},
            {"p": "ab", "odd key": "x", "quote": "it's"}, {"t": "xyz"}),
        ({"run_name": "three", "user_id": "ana", "start_time": 3_000}, {"m": 1.5, "nan": 5, "inf": "-Infinity"},
            {"p": "B", "special": "*?[a]%_"}, {"u": "y"}),
        ({"run_name": "four", "start_time": 4_000}, {"m": 1, "inf": 3, "nan": -5}, {"p": "bb", "unicode": "é", "quote": 'say "x"'},
            {"t": "X"}),
        ({"run_name": "five", "start_time": 5_000}, {}, {}, {}),
        ({"run_name": "One", "user_id": "ben", "start_time": 6_000}, {"m": -3, "M": 1}, {"unicode": "É", "p": "a"}, {"t": "x"}),
    ]
    for index, (fields, metrics, params, tags) in enumerate(described):
        made = run(pair, number, **fields)
        pair.post("runs/log-batch", {
            "run_id": made, "metrics": [{"key": key, "value": value, "timestamp": 1} for key, value in metrics.items()],
            "params": [{"key": key, "value": value} for key, value in params.items()],
            "tags": [{"key": key, "value": value} for key, value in tags.items()]}, status=200)
        if index < 4:
            pair.post("runs/update", {"run_id": made, "status": ("FINISHED", "FAILED", "KILLED", "FINISHED")[index],
                "end_time": 9_000 - index * 1_000}, status=200)
        if index < 3:
            pair.post("runs/log-inputs", {"run_id": made, "datasets": [
                {"dataset": {"name": f"d{index}", "digest": f"g{index}", "source_type": "local", "source": "s"},
                 "tags": [{"key": "mlflow.data.context", "value": ("train", "test", "eval")[index]}]}]}, status=200)
    both.raise_found()
    return number


def runs(pair, home, kept=None, status=None, **fields):
    return pair.post("runs/search", {"experiment_ids": [home], **fields}, kept=kept, status=status)


@pytest.mark.parametrize("written,kept", cases(RUN_FILTERS), ids=str)
def test_filters_of_runs(pair, home, written, kept):
    runs(pair, home, filter=written, kept=kept)


@pytest.mark.parametrize("written,kept", cases(BAD_RUN_FILTERS), ids=str)
def test_bad_filters_of_runs(pair, home, written, kept):
    runs(pair, home, filter=written, kept=kept)


@pytest.mark.parametrize("written,kept", cases(RUN_ORDERS), ids=str)
def test_orders_of_runs(pair, home, written, kept):
    runs(pair, home, order_by=written, kept=kept)


@pytest.mark.parametrize("written,kept", cases(BAD_RUN_ORDERS), ids=str)
def test_bad_orders_of_runs(pair, home, written, kept):
    runs(pair, home, order_by=written, kept=kept)


def test_pages_of_runs(pair, home):
    for order in ([], ["metrics.m DESC"], ["metrics.never"], ["params.p"], ["end_time DESC"], ["metrics.nan"],
            ["tags.t DESC", "metrics.m"]):
        for size in (1, 2, 5, 6, 7):
            pages(pair.post_query, "runs/search", {"experiment_ids": [home], "order_by": order, "max_results": size}, "runs")
    pages(pair.post_query, "runs/search", {"experiment_ids": [home], "filter": "metrics.m > 0", "max_results": 1}, "runs")


@pytest.mark.parametrize("size,kept", [
    (0, None), (-1, None), (1, None), (49_999, None), (50_000, None), (50_001, None), ("5", None), ("x", None), ("", None), (5.0, None),
    (2**63 - 1, None),
    (None, "plain-meaning"), (5.5, "half-parsed-bodies"), (True, "half-parsed-bodies"), ([], "no-5xx"),
])
def test_limits_of_runs(pair, home, size, kept):
    runs(pair, home, max_results=size, kept=kept)


@pytest.mark.parametrize("token,kept", [
    ("", None), (None, None), ("x", "page-tokens"), ("!!", "page-tokens"), ("MQ==", "page-tokens"),
    ("eyJvZmZzZXQiOiAyfQ==", "page-tokens"), (5, "half-parsed-bodies"),
])
def test_tokens_of_runs(pair, home, token, kept):
    runs(pair, home, max_results=2, page_token=token, kept=kept)


def test_tokens_belong_to_their_search(pair, home):
    token = runs(pair, home, max_results=2).body["next_page_token"]
    runs(pair, home, max_results=3, page_token=token, status=200)
    for fields in ({"filter": "metrics.m > 0"}, {"order_by": ["metrics.m"]}, {"run_view_type": "ALL"}):
        runs(pair, home, max_results=2, page_token=token, kept="page-tokens", **fields)


@pytest.mark.parametrize("view,of_runs,of_experiments", [
    ("ACTIVE_ONLY", None, None), ("DELETED_ONLY", None, None), ("ALL", None, None), (1, None, None), (2, None, None), (3, None, None),
    (None, None, None), ("", None, None),
] + [(view, "unknown-enums", "unknown-enums") for view in (0, 4, -1, "active_only", "x")] + [
    (1.5, "half-parsed-bodies", "half-parsed-bodies"), (True, "half-parsed-bodies", "half-parsed-bodies"),
    ([], "half-parsed-bodies", "no-5xx"),
])
def test_views(pair, fresh, view, of_runs, of_experiments):
    number = experiment(pair, fresh())
    run(pair, number, start_time=1)
    pair.post("runs/delete", {"run_id": run(pair, number, start_time=2)}, status=200)
    runs(pair, number, run_view_type=view, kept=of_runs)
    found = {"max_results": 1, "view_type": view, "filter": f"experiment_id = '{number}'"}
    pair.post("experiments/search", found, kept=of_experiments)
    pair.post("experiments/delete", {"experiment_id": number}, status=200)
    pair.post("experiments/search", found, kept=of_experiments)


def test_experiments_of_runs(pair, home, fresh):
    other = experiment(pair, fresh())
    run(pair, other, start_time=2_500)
    for ids in ([home, other], [other, home], [other, other], [], None, ["987654"], ["x"], [""], [" "], ["-1"], "1", ["1.0"]):
        pair.post("runs/search", {"experiment_ids": ids})
    for ids in ([1], [None], [[]]):
        pair.post("runs/search", {"experiment_ids": ids}, kept="half-parsed-bodies")
    pair.post("runs/search", {})
    pair.post("experiments/delete", {"experiment_id": other}, status=200)
    pair.post("runs/search", {"experiment_ids": [home, other]})
    pair.post("runs/search", {"experiment_ids": [other], "run_view_type": "ALL"})


@pytest.mark.parametrize("order,backwards", [
    ([], False), (["start_time DESC"], False), (["metrics.never"], False), (["status", "params.never DESC"], False),
    (["run_id DESC"], True), (["artifact_uri"], False),
    (["artifact_uri DESC"], True),
], ids=str)
def test_ties_are_broken_by_id(pair, fresh, order, backwards):
    """Ids are random, so each server's answer is held against the rule instead of against the other's."""
    number = experiment(pair, fresh())
    made = [run(pair, number, start_time=7) for _ in range(5)]
    for name, side in pair.sides.items():
        found, token = [], None
        while True:
            body = {"experiment_ids": [number], "order_by": order, "max_results": 2, **({"page_token": token} if token else {})}
            page = pair.alone(name, "POST", "runs/search", body)
            found += [each["info"]["run_id"] for each in page["runs"]]
            token = page.get("next_page_token")
            if not token:
                break
        assert found == sorted((side.own(each) for each in made), reverse=backwards), name


def test_run_ids_in_filters(pair, home):
    number = run(pair, home, run_name="by id", start_time=500)
    for written in (f"run_id = '{number}'", f"run_id != '{number}' AND start_time < 1500", f"run_id IN ('{number}')",
            f"run_id IN ('{number}', 'x')",
                    f"attributes.run_id = '{number}'", f"artifact_uri LIKE '%{number}%'", f"run_id NOT IN ('{number}')",
                    f"run_id LIKE '{number}'"):
        runs(pair, home, filter=written)
    pair.post("runs/delete", {"run_id": number}, status=200)
