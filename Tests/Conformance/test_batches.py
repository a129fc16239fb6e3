"""log-batch: limits, what a refused batch leaves behind, repeats."""

import pytest

from .helpers import experiment, read_run, run


@pytest.fixture
def number(pair, fresh):
    return run(pair, experiment(pair, fresh("batches")))


def metrics(count, start=0):
    return [{"key": f"m{i}", "value": i, "timestamp": i} for i in range(start, start + count)]


def pairs(count, stem, value="v"):
    return [{"key": f"{stem}{i}", "value": value} for i in range(count)]


def batch(pair, number, kept=None, **fields):
    return pair.post("runs/log-batch", {"run_id": number, **fields}, kept=kept)


@pytest.mark.parametrize("counts", [
    (999, 0, 0), (1_000, 0, 0), (1_001, 0, 0), (0, 99, 0), (0, 100, 0), (0, 101, 0), (0, 0, 99), (0, 0, 100), (0, 0, 101),
    (800, 100, 100),
    (801, 100, 100), (1_000, 1, 0), (0, 100, 100), (0, 0, 0), (1_001, 101, 101), (900, 101, 0),
])
def test_limits(pair, number, counts):
    batch(pair, number, metrics=metrics(counts[0]), params=pairs(counts[1], "p"), tags=pairs(counts[2], "t"))
    read_run(pair, number)


def test_a_batch_without_lists(pair, number):
    batch(pair, number)
    batch(pair, number, metrics=None, params=None, tags=None, kept="plain-meaning")
    batch(pair, number, metrics=[], params=[], tags=[])
    pair.post("runs/log-batch", {})
    pair.post("runs/log-batch", {"metrics": metrics(1)})
    read_run(pair, number)


def test_values_are_cut_and_keys_are_not(pair, number):
    batch(pair, number, params=[{"key": "p", "value": "x" * 6_001}], tags=[{"key": "t", "value": "x" * 8_001}])
    batch(pair, number, params=[{"key": "q" * 251, "value": "x"}])
    batch(pair, number, tags=[{"key": "q" * 251, "value": "x"}])
    batch(pair, number, metrics=[{"key": "q" * 251, "value": 1, "timestamp": 1}])
    batch(pair, number, params=[{"key": "none", "value": None}, {"key": "left-out"}],
        tags=[{"key": "none", "value": None}, {"key": "left-out"}])
    read_run(pair, number)


def test_repeats_inside_a_batch(pair, number):
    batch(pair, number, tags=[{"key": "a", "value": "1"}, {"key": "a", "value": "2"}, {"key": "b", "value": "3"}])
    batch(pair, number, params=[{"key": "a", "value": "1"}, {"key": "a", "value": "2"}])
    batch(pair, number, params=[{"key": "a", "value": "1"}, {"key": "a", "value": "1"}])
    batch(pair, number, params=[{"key": "b", "value": "1"}, {"key": "a", "value": "1"}, {"key": "b", "value": "2"},
        {"key": "a", "value": "1"}])
    batch(pair, number, metrics=metrics(3) + metrics(3))
    read_run(pair, number)


def test_params_that_are_there_already(pair, number):
    batch(pair, number, params=[{"key": "a", "value": "1"}, {"key": "b", "value": "2"}])
    batch(pair, number, params=[{"key": "a", "value": "1"}, {"key": "c", "value": "3"}])
    read_run(pair, number)
    batch(pair, number, params=[{"key": "d", "value": "4"}, {"key": "a", "value": "other"}])
    batch(pair, number, params=[{"key": "a", "value": "x"}, {"key": "b", "value": "y"}])
    read_run(pair, number)


def test_a_refused_batch_leaves_nothing(pair, number):
    """Refused before anything is written: the same in both."""
    good = {"metrics": metrics(1), "params": pairs(1, "p"), "tags": pairs(1, "t")}
    for bad in (
        {"metrics": metrics(1) + [{"key": "bad'key", "value": 1, "timestamp": 1}]},
        {"params": pairs(1, "p") + [{"key": "bad'key", "value": "1"}]},
        {"tags": pairs(1, "t") + [{"key": "bad'key", "value": "1"}]}, {"metrics": [{"key": "m", "value": 1, "timestamp": -1}]},
        {"params": [{"key": "p", "value": "1"}, {"key": "p", "value": "2"}]},
    ):
        batch(pair, number, **{**good, **bad})
        read_run(pair, number)


def test_a_conflict_of_params(pair, number):
    batch(pair, number, params=[{"key": "p", "value": "1"}])
    batch(pair, number, metrics=metrics(1), params=[{"key": "p", "value": "2"}], tags=pairs(1, "t"), kept="one-param-in-a-batch")
    batch(pair, number, metrics=metrics(1), params=[{"key": "p", "value": "it's\n"}, {"key": "q", "value": "new"}], tags=pairs(1, "t"))
    read_run(pair, number)


def test_a_batch_is_kept_whole_or_not_at_all(pair, number):
    """That a model is not there shows only while writing: MLflow has written the params by then."""
    before = read_run(pair, number)
    batch(pair, number, metrics=[{"key": "m", "value": 1, "timestamp": 1, "model_id": "m-nobody"}], params=pairs(1, "p"),
        kept="no-sql-in-messages")
    after = pair.get("runs/get", {"run_id": number}, kept="atomic-batches")
    assert after.body == before and after.mlflow.body != before


@pytest.mark.parametrize("elements,kept", [
    (["x"], "no-5xx"), ([1], "no-5xx"), ([[]], "no-5xx"), ([None], "no-5xx"), ([{}], None), ("x", None), (1, None), ({}, None),
    ({"key": "a"}, None), (True, None),
])
@pytest.mark.parametrize("field", ["metrics", "params", "tags"])
def test_what_is_no_list_of_objects(pair, number, field, elements, kept):
    batch(pair, number, **{field: elements}, kept=kept)
    read_run(pair, number)
