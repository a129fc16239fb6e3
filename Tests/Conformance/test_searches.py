"""Searches: filters, orders, pages, of all five kinds."""

import pytest

from .helpers import experiment, logged_model, pages, registered_model, run, version

def cases(*lists):
    """Each filter or order with the difference it is to show: most of them none."""
    return [item if isinstance(item, tuple) else (item, None) for items in lists for item in items]


RUN_FILTERS = [
    "\"status\" = 'FINISHED'", '"start_time" > 1', "\"run_name\" = 'one'", "\"status\" IN ('FINISHED')", '"nothing" = 1',
    "metrics.m = 1", "metrics.m != 1", "metrics.m > 1", "metrics.m >= 1", "metrics.m < 2", "metrics.m <= 2", "metrics.m > -1",
    "metrics.m = 1.0", "metrics.m >= .5", "metrics.m < 1e1", "metrics.m > 1.5e-3", "metric.m = 1", "metrics.`m` = 1", 'metrics."m" = 1',
    "metrics.never = 1", "metrics.never != 1", "metrics.nan = 0", "metrics.nan > 0", "metrics.nan != 0", "metrics.`a b` = 1",
    ("metrics.a/b = 1", "slashes-in-names"), "metrics.`a.b` = 1", "metrics.a.b = 1", 'metrics."a b" > 0', "metrics.inf > 1e300",
    "metrics.m=1",
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


# Experiments


EXPERIMENT_FILTERS = [
    "\"name\" LIKE 's-%'", "\"name\" = 's-a'",
    "name = 's-b'", "name != 's-b'", "name LIKE 's-%'", "name LIKE 'S-%'", "name ILIKE 'S-%'", "attribute.name = 's-b'", "tags.t = 'x'",
    "tag.t = 'x'", "tags.t != 'x'", "tags.t LIKE 'x%'", "tags.t ILIKE 'X%'", "tags.`t` = 'x'", 'tags."t" = \'x\'', "tags.t IS NULL",
    "tags.t IS NOT NULL", "tags.never IS NULL", "name = 's-b' AND tags.t = 'x'", 'name = "s-b"', "creation_time < -5",
    "creation_time != 5", "last_update_time = 5", "experiment_id = '0'", "experiment_id IN ('0')", "experiment_id IN ('0', '1')",
    "experiment_id NOT IN ('0')", "experiment_id != '0'", "", "tags.`odd key` = 'v'", "name like 's-%' and tags.t = 'x'",
    "creation_time > -1", "last_update_time >= -1", "attribute.creation_time > -1",
]
BAD_EXPERIMENT_FILTERS = [
    "name", "name =", "name = 1", "name = x", "name > 'a'", "name IN ('a')", "name IS NULL", "attributes.name = 'a'", "attr.name = 'a'",
    "metrics.m = 1", "params.p = 'a'", ("unknown = 'a'", "filter-words"), "tags.t > 'a'", "tags.t IN ('a')", "tags.t = 1",
    "creation_time = 'x'", "creation_time LIKE '1'", "experiment_id = 'x'", "experiment_id = 0", "experiment_id LIKE '1'",
    "experiment_id IN ('x')", "experiment_id IN ()", "experiment_id > '0'", "name = 'a' OR name = 'b'", "(name = 'a')",
    "name = 'a' name = 'b'", "creation_time IS NULL", "lifecycle_stage = 'active'", "creation_time IN (1)", "tags.t = 'a' AND",
    ("x y z", "filter-words"),
]
EXPERIMENT_ORDERS = [
    ['"name"'], ['"name" DESC'],
    [], ["name"], ["name ASC"], ["name DESC"], ["experiment_id"], ["experiment_id DESC"], ["creation_time"], ["creation_time DESC"],
    ["last_update_time DESC"], ["attribute.name DESC"], ["creation_time", "name DESC"], ["last_update_time ASC", "experiment_id"],
]
BAD_EXPERIMENT_ORDERS = [
    ["tags.t"], (["unknown"], "filter-words"), ["attributes.name"], ["name UP"], ["name", "name"], [""], ["metrics.m"], ["name ASC DESC"],
    ["lifecycle_stage"], "name", ([1], "half-parsed-bodies"),
]


@pytest.fixture(scope="module")
def experiments(both):
    for name, tags in (("s-b", {"t": "x"}), ("s-a", {"t": "X"}), ("s-c", {"odd key": "v"}), ("S-d", {"t": "xy"}), ("s-é", {})):
        experiment(both, name, tags=[{"key": key, "value": value} for key, value in tags.items()])
    both.raise_found()


@pytest.mark.parametrize("written,kept", cases(EXPERIMENT_FILTERS, BAD_EXPERIMENT_FILTERS), ids=str)
def test_filters_of_experiments(pair, experiments, written, kept):
    pair.post("experiments/search", {"max_results": 20, "filter": written}, kept=kept)
    pair.get("experiments/search", {"max_results": 20, "filter": written}, kept=kept)


def test_the_age_of_the_default_experiment(pair, experiments):
    found = pair.post("experiments/search", {"max_results": 100, "filter": "creation_time < 1000"}, kept="ageless-default")
    assert [each["experiment_id"] for each in found.body["experiments"]] == ["0"]


@pytest.mark.parametrize("written,kept", cases(EXPERIMENT_ORDERS, BAD_EXPERIMENT_ORDERS), ids=str)
def test_orders_of_experiments(pair, experiments, written, kept):
    pair.post("experiments/search", {"max_results": 20, "order_by": written, "filter": "name ILIKE 's-%'"}, kept=kept)


def test_pages_of_experiments(pair, experiments):
    for order in ([], ["name"], ["last_update_time DESC"]):
        for size in (1, 2, 5, 6):
            pages(pair.post_query, "experiments/search", {"max_results": size, "order_by": order, "filter": "name ILIKE 's-%'"},
                "experiments")
    pages(pair.get, "experiments/search", {"max_results": 2, "filter": "name ILIKE 's-%'"}, "experiments")


@pytest.mark.parametrize("size,kept", [
    (0, None), (-1, None), (1, None), (49_999, None), (50_000, None), (50_001, None), ("5", None), ("x", None), ("", None), (5.0, None),
    (5.5, "half-parsed-words"), (True, "half-parsed-words"),
])
def test_limits_of_experiments(pair, experiments, size, kept):
    pair.post("experiments/search", {"max_results": size, "filter": "name = 's-a'"}, kept=kept)
    if isinstance(size, (int, str)) and size is not True:
        pair.get("experiments/search", {"max_results": size, "filter": "name = 's-a'"})


def test_experiments_without_a_limit(pair, experiments):
    pair.post("experiments/search", {})
    pair.get("experiments/search", {"filter": "name = 's-a'"})
    pair.post("experiments/search", {"max_results": None})
    pair.post("experiments/search", {"max_results": 5, "page_token": "x"}, kept="page-tokens")


# Registered models and versions


MODEL_FILTERS = [
    "name = 'r-b'", "name != 'r-b'", "name LIKE 'r-%'", "name LIKE 'R-%'", "name ILIKE 'R-%'", "attribute.name = 'r-b'", "tags.t = 'x'",
    "tag.t = 'x'", "tags.t != 'x'", "tags.t LIKE 'x%'", "tags.t ILIKE 'X%'", "tags.`t` = 'x'", 'name = "r-b"',
    "name = 'r-b' AND tags.t = 'x'", "tags.t = 'x' AND tags.u = 'y'", "tags.never = 'x'", "tags.never != 'x'", "name IN ('r-a', 'r-b')",
    "name NOT IN ('r-a')", "", "tags.`odd key` = 'v'", "name = 'never'",
]
BAD_MODEL_FILTERS = [
    "name", "name =", "name = 1", "name = x", "name > 'a'", ("name IS NULL", "no-5xx"), ("tags.t IS NULL", "no-5xx"),
    "attributes.name = 'a'", ("unknown = 'a'", "filter-words"), "tags.t > 'a'", "tags.t IN ('a')", "tags.t = 1", "metrics.m = 1",
    "creation_timestamp > 0", "last_updated_timestamp > 0", "name = 'a' OR name = 'b'", "(name = 'a')", "name = 'a' name = 'b'",
    "name IN ()", "name IN (1)", "version_number = 1", "name = 'a' AND", ("x y z", "filter-words"), "description = 'a'", "`name` = 'r-b'",
]
MODEL_ORDERS = [
    [], ["name"], ["name ASC"], ["name DESC"], ["last_updated_timestamp"], ["last_updated_timestamp DESC"], ["timestamp"],
    ["timestamp DESC"], ["timestamp ASC", "name DESC"], ["`name` DESC"],
]
BAD_MODEL_ORDERS = [
    ["creation_timestamp"], (["unknown"], "filter-words"), ["tags.t"], ["attribute.name"], ["name UP"], (["name", "name DESC"], "no-5xx"),
    [""], ["name ASC DESC"], (["timestamp", "last_updated_timestamp"], "no-5xx"),
]
VERSION_FILTERS = [
    "name = 'r-a'", "name != 'r-a'", "name LIKE 'r-%'", "name ILIKE 'R-%'", "name IN ('r-a', 'r-b')", "name NOT IN ('r-a')",
    "version_number = 1", "version_number > 1 AND name LIKE 'r-%'", "version_number != 1 AND name LIKE 'r-%'", "version_number <= 2",
    "run_id = 'x'", "run_id IN ('x')",
    "run_id != 'x'", "source_path = 's3://b/1'", "source_path LIKE 's3%'", "source_path ILIKE 'S3%'", "tags.t = 'x'", "tags.t != 'x'",
    "tags.t LIKE 'x%'", "name = 'r-a' AND version_number = 2", "attribute.version_number = 1", "", "run_id = ''", "tags.never = 'x'",
    "name = 'r-a' AND tags.t = 'x'", "version_number = '1'",
]
BAD_VERSION_FILTERS = [
    "name", "version_number = 'x'", "version_number LIKE '1'", "version_number = 1.5", "version_number IN (1)", "name > 'a'",
    "run_id > 'a'", "source_path IN ('a')", ("unknown = 'x'", "filter-words"), "stage = 'x'", "current_stage = 'x'",
    ("alias = 'a'", "filter-words"), "aliases = 'a'", "tags.t > 'x'", "tags.t IN ('x')", "name = 1", ("name IS NULL", "no-5xx"),
    "name = 'a' OR name = 'b'", "creation_timestamp > 0", ("x y z", "filter-words"), "attributes.name = 'a'",
    ("version = 1", "filter-words"),
]
VERSION_ORDERS = [
    ["`version_number` DESC", "name"], ['"version_number" DESC', "name"], ["attribute.`version_number`", "name"], ["`name`"],
    [], ["name"], ["name DESC"], ["version_number"], ["version_number DESC"], ["creation_timestamp"], ["creation_timestamp DESC"],
    ["last_updated_timestamp"], ["last_updated_timestamp DESC"], ["name", "version_number ASC"], ["version_number ASC", "name DESC"],
]
BAD_VERSION_ORDERS = [
    (["unknown"], "filter-words"), ["tags.t"], ["run_id"], ["source_path"], ["name UP"], ["timestamp"], (["version"], "filter-words"),
    [""], (["name", "name"], "no-5xx"),
]


@pytest.fixture(scope="module")
def models(both):
    for name, tags, versions in (("r-b", {"t": "x", "u": "y"}, 2), ("r-a", {"t": "X"}, 3), ("r-c", {"odd key": "v"}, 0),
            ("R-d", {"t": "xy"}, 1), ("r-é", {}, 1)):
        registered_model(both, name, tags=[{"key": key, "value": value} for key, value in tags.items()])
        for index in range(versions):
            version(both, name, f"s3://b/{index}", tags=[{"key": "t", "value": ("x", "y", "xz")[index]}])
    both.patch("registered-models/update", {"name": "r-b", "description": "later"}, status=200)
    both.patch("model-versions/update", {"name": "r-a", "version": "1", "description": "later"}, status=200)
    both.raise_found()


@pytest.mark.parametrize("written,kept", cases(MODEL_FILTERS, BAD_MODEL_FILTERS), ids=str)
def test_filters_of_models(pair, models, written, kept):
    pair.get("registered-models/search", {"filter": written, "max_results": 30}, kept=kept)


@pytest.mark.parametrize("written,kept", cases(MODEL_ORDERS, BAD_MODEL_ORDERS), ids=str)
def test_orders_of_models(pair, models, written, kept):
    pair.get("registered-models/search", {"order_by": written, "filter": "name ILIKE 'r-%'"}, kept=kept)


@pytest.mark.parametrize("written,kept", cases(VERSION_FILTERS, BAD_VERSION_FILTERS), ids=str)
def test_filters_of_versions(pair, models, written, kept):
    pair.get("model-versions/search", {"filter": written, "max_results": 30}, kept=kept)


@pytest.mark.parametrize("written,kept", cases(VERSION_ORDERS, BAD_VERSION_ORDERS), ids=str)
def test_orders_of_versions(pair, models, written, kept):
    pair.get("model-versions/search", {"order_by": written, "filter": "name ILIKE 'r-%'"}, kept=kept)


def test_pages_of_models_and_versions(pair, models):
    for size in (1, 2, 4, 5):
        for order in ([], ["name DESC"], ["timestamp DESC"]):
            pages(pair.get, "registered-models/search", {"filter": "name ILIKE 'r-%'", "max_results": size, "order_by": order},
                "registered_models")
        for order in ([], ["name"], ["version_number"], ["creation_timestamp DESC"]):
            pages(pair.get, "model-versions/search", {"filter": "name ILIKE 'r-%'", "max_results": size, "order_by": order},
                "model_versions")


@pytest.mark.parametrize("size,of_models,of_versions", [
    (0, "bounded-limits", None), (-1, "bounded-limits", None), (1, None, None), (999, None, None), (1_000, None, None),
    (1_001, None, None), (199_999, None, None), (200_000, None, None),
    (200_001, None, None), ("x", None, None), ("", None, None), ("1.5", None, None), ("1.0", "plain-meaning", "plain-meaning"),
])
def test_limits_of_models_and_versions(pair, models, size, of_models, of_versions):
    pair.get("registered-models/search", {"filter": "name = 'r-a'", "max_results": size}, kept=of_models)
    pair.get("model-versions/search", {"filter": "name = 'r-a'", "max_results": size}, kept=of_versions)


def test_tokens_of_models_and_versions(pair, models):
    for path in ("registered-models/search", "model-versions/search"):
        pair.get(path, {"filter": "name = 'r-a'", "page_token": ""})
        for token in ("x", "!!", "MQ=="):
            pair.get(path, {"filter": "name = 'r-a'", "page_token": token}, kept="page-tokens")


# Logged models


LOGGED_FILTERS = [
    "name = 'l-a'", "attributes.name = 'l-a'", "name != 'l-a'", "name LIKE 'l-%'", "name ILIKE 'L-%'", "name IN ('l-a', 'l-b')",
    "name NOT IN ('l-a')", "model_type = 'k'", ("status = 'READY'", "status-of-models"),
    ("attributes.status = 'READY'", "status-of-models"), ("status = 'PENDING'", "status-of-models"),
    ("status != 'READY'", "status-of-models"), "creation_timestamp > 0", "creation_time > 0", "last_updated_timestamp > 0",
    "last_updated_timestamp_ms > 0", "creation_timestamp_ms > 0", ("attributes.creation_timestamp < 5", "plain-meaning"),
    "source_run_id = 'x'", "model_id = 'x'", "experiment_id = '0'", "metrics.acc > 0.5", "metrics.acc >= 0.9", "metrics.acc = 0.9",
    "metrics.acc != 0.9", "metrics.acc < 1", "metrics.never > 0", "metrics.`acc` > 0.5", "params.p = 'a'", "params.p != 'a'",
    "params.p LIKE 'a%'", "params.p ILIKE 'A%'", "params.p IN ('a', 'b')", "params.`p` = 'a'", "tags.t = 'x'", "tags.t != 'x'",
    "tags.t LIKE 'x%'", "tags.t IN ('x')", "tags.t NOT IN ('x')", "params.never = 'a'", "params.never != 'a'",
    "name = 'l-a' AND metrics.acc > 0.5", "", "metrics.acc > 0.5 AND params.p = 'a' AND tags.t = 'x'", "name like 'l-%'",
    ("status IN ('READY', 'PENDING')", "status-of-models"), ("status LIKE 'R%'", "status-of-models"), "model_type LIKE '%'",
    'name = "l-a"',
]
BAD_LOGGED_FILTERS = [
    "name", "name =", "name = 1", "name = x", "name > 'a'", "name IS NULL", ("unknown = 'x'", "filter-words"), "attribute.name = 'a'",
    "metric.acc > 1", "param.p = 'a'", "tag.t = 'x'", ("metrics.acc = 'x'", "no-5xx"), "metrics.acc LIKE 'x'", "params.p > 'a'",
    "tags.t IS NULL", "params.p IS NOT NULL", "name = 'a' OR name = 'b'", "(name = 'a')", ("creation_timestamp = 'x'", "no-5xx"),
    "creation_timestamp LIKE 'x'", "x y z", "name IN ()", "metrics.acc IN (1)", "datasets.name = 'd'", "dataset.name = 'd'",
    "name = 'a'; name = 'b'", ("status = 'x'", "status-of-models"), ("attributes.unknown = 'x'", "no-5xx"),
]
LOGGED_ORDERS = [
    [], [{"field_name": "creation_timestamp"}], [{"field_name": "creation_timestamp", "ascending": True}],
    [{"field_name": "creation_timestamp", "ascending": False}], [{"field_name": "creation_time", "ascending": False}],
    [{"field_name": "name"}], [{"field_name": "attributes.name"}], [{"field_name": "attributes.creation_timestamp"}],
    [{"field_name": "metrics.acc"}], [{"field_name": "metrics.acc", "ascending": False}],
    [{"field_name": "metrics.acc", "ascending": False, "dataset_name": "train"}],
    [{"field_name": "metrics.acc", "dataset_name": "train", "dataset_digest": "d1"}],
    [{"field_name": "metrics.acc", "dataset_name": "never"}], [{"field_name": "metrics.never"}],
    [{"field_name": "last_updated_timestamp", "ascending": False}], [{"field_name": "metrics.acc"}, {"field_name": "name"}],
    ([{"field_name": "status"}], "status-of-models"), [{"field_name": "model_type"}, {"field_name": "name"}],
    [{"field_name": "name", "ascending": False}],
]
BAD_LOGGED_ORDERS = [
    [{"field_name": "params.p"}], [{"field_name": "tags.t"}], ([{"field_name": "unknown"}], "error-classes"),
    [{"field_name": "name", "dataset_name": "x"}], ([{}], "error-classes"), ([{"field_name": ""}], "error-classes"),
    [{"field_name": "metrics.acc", "dataset_digest": "d1"}], (["name"], "half-parsed-words"), "name",
    ([{"field_name": "name", "ascending": "x"}], "half-parsed-bodies"), [{"field_name": "metrics.acc DESC"}],
]
LOGGED_DATASETS = [
    [], ([{"dataset_name": "train"}], "datasets-by-name"), [{"dataset_name": "train", "dataset_digest": "d1"}],
    [{"dataset_name": "train", "dataset_digest": "x"}], ([{"dataset_name": "train"}, {"dataset_name": "test"}], "datasets-by-name"),
    [{"dataset_name": ""}], [{"dataset_digest": "d1"}], [{}], (["x"], "half-parsed-words"), "x",
]


@pytest.fixture(scope="module")
def logged(both):
    number = experiment(both, "searched models")
    maker = run(both, number)
    for index, (name, fields, metrics) in enumerate((
        ("l-a", {"model_type": "k", "params": [{"key": "p", "value": "a"}], "tags": [{"key": "t", "value": "x"}]},
            [("acc", 0.9, "train", "d1"), ("acc", 0.4, "test", "d2")]),
        ("l-b", {"params": [{"key": "p", "value": "b"}]}, [("acc", 0.7, "train", "d1")]),
        ("l-c", {"model_type": "k", "tags": [{"key": "t", "value": "xy"}]}, [("acc", 0.8, None, None)]),
        ("L-d", {"params": [{"key": "p", "value": "A"}]}, []),
        ("l-a", {"tags": [{"key": "t", "value": "X"}]}, [("acc", -1, "train", "d1")]),
    )):
        made = logged_model(both, number, name=name, **fields)
        for step, (key, value, dataset, digest) in enumerate(metrics):
            both.post("runs/log-metric", {"run_id": maker, "key": key, "value": value, "timestamp": index, "step": step, "model_id": made,
                                          **({"dataset_name": dataset, "dataset_digest": digest} if dataset else {})}, status=200)
        if index % 2 == 0:
            both.patch(f"logged-models/{made}", {"model_id": made, "status": "LOGGED_MODEL_READY"}, status=200)
    both.raise_found()
    return number


def search_logged(pair, logged, kept=None, **fields):
    return pair.post("logged-models/search", {"experiment_ids": [logged], **fields}, kept=kept)


@pytest.mark.parametrize("written,kept", cases(LOGGED_FILTERS, BAD_LOGGED_FILTERS), ids=str)
def test_filters_of_logged_models(pair, logged, written, kept):
    search_logged(pair, logged, filter=written, kept=kept)


@pytest.mark.parametrize("written,kept", cases(LOGGED_ORDERS, BAD_LOGGED_ORDERS), ids=str)
def test_orders_of_logged_models(pair, logged, written, kept):
    search_logged(pair, logged, order_by=written, kept=kept)


@pytest.mark.parametrize("written,kept", cases(LOGGED_DATASETS), ids=str)
def test_datasets_of_logged_models(pair, logged, written, kept):
    search_logged(pair, logged, datasets=written, kept=kept)
    search_logged(pair, logged, datasets=written, filter="metrics.acc > 0.5", kept=kept)
    search_logged(pair, logged, datasets=written, order_by=[{"field_name": "metrics.acc"}], kept=kept)


def test_pages_of_logged_models(pair, logged):
    for order in ([], [{"field_name": "name"}], [{"field_name": "metrics.acc", "ascending": False}]):
        for size in (1, 2, 5, 6):
            pages(pair.post_query, "logged-models/search", {"experiment_ids": [logged], "order_by": order, "max_results": size}, "models")
    for ids in ([], None, ["x"], ["987654"], [""], "1"):
        pair.post("logged-models/search", {"experiment_ids": ids})
    pair.post("logged-models/search", {"experiment_ids": [1]}, kept="half-parsed-words")
    pair.post("logged-models/search", {})
    for token in ("x", "eyJvZmZzZXQiOiAyfQ=="):
        search_logged(pair, logged, max_results=2, page_token=token, kept="page-tokens")


@pytest.mark.parametrize("size,kept", [
    (0, None), (1, None), ("x", None), (49_999, None), (50_000, None), ("2", None), (None, None), (-1, "bounded-limits"),
    (50_001, "bounded-limits"), (2.5, "half-parsed-bodies"),
])
def test_limits_of_logged_models(pair, logged, size, kept):
    search_logged(pair, logged, max_results=size, kept=kept)
