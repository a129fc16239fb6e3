"""Searches of logged models: filters, orders, pages."""

import pytest

from .helpers import cases, experiment, logged_model, pages, run

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
    'name = "l-a"', "creation_timestamp > 1e400", "creation_timestamp > 1.5", "experiment_id != '0'",
    ('attributes."name" = \'l-a\'', "plain-meaning"),
]
BAD_LOGGED_FILTERS = [
    "name", "name =", "name = 1", "name = x", "name > 'a'", "name IS NULL", ("unknown = 'x'", "filter-words"), "attribute.name = 'a'",
    "metric.acc > 1", "param.p = 'a'", "tag.t = 'x'", ("metrics.acc = 'x'", "no-5xx"), "metrics.acc LIKE 'x'", "params.p > 'a'",
    "tags.t IS NULL", "params.p IS NOT NULL", "name = 'a' OR name = 'b'", "(name = 'a')", ("creation_timestamp = 'x'", "no-5xx"),
    "creation_timestamp LIKE 'x'", "x y z", "name IN ()", "metrics.acc IN (1)", "datasets.name = 'd'", "dataset.name = 'd'",
    "name = 'a'; name = 'b'", ("status = 'x'", "status-of-models"), ("attributes.unknown = 'x'", "no-5xx"),
    ("experiment_id LIKE '1'", "numbers-of-experiments"), ("experiment_id ILIKE '1'", "numbers-of-experiments"),
    ('"name" = \'l-a\'', "no-5xx"), "name ILIKE l",
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
