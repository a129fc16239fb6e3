"""Searches of experiments, registered models and versions: filters, orders, pages."""

import pytest

from .helpers import cases, experiment, pages, registered_model, version

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
    ("x y z", "filter-words"), "creation_time < 1.5", "creation_time < 1e3", "creation_time < 1000.0", "creation_time > 1e400",
    ("`attribute`.name = 's-b'", "quoted-prefixes"), ("`tags`.t = 'x'", "quoted-prefixes"),
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
    [""], ["name ASC DESC"], (["timestamp", "last_updated_timestamp"], "no-5xx"), ["`name`"], ["`timestamp`"], ['"name"'],
    ["`last_updated_timestamp`"], ['"name" DESC'], ["'name'"],
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
