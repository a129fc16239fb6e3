"""Metrics: values, times, steps, the latest value, histories."""

import pytest

from .helpers import experiment, logged_model, pages, read_run, run


@pytest.fixture
def home(pair, fresh):
    return experiment(pair, fresh("metrics"))


def log(pair, number, value=1.0, timestamp=1, key="m", kept=None, status=None, **fields):
    body = {"run_id": number, "key": key, "value": value, "timestamp": timestamp, **fields}
    return pair.post("runs/log-metric", body, kept=kept, status=status)


def history(pair, number, key="m", kept=None, **query):
    return pair.get("metrics/get-history", {"run_id": number, "metric_key": key, **query}, kept=kept)


@pytest.mark.parametrize("value", [
    0, 1, -1, 1.5, 0.1, 1e-300, 5e-324, 1.7976931348623157e308, -1.7976931348623157e308, 9007199254740993, 2**63, -0.0, 1e21, 1e-7,
    123456789.123456789, 0.30000000000000004, "1", "1.5", "-1e5", "+1", "NaN", "Infinity", "-Infinity", "inf", "-INF", True, False,
])
def test_values(pair, home, value):
    number = run(pair, home)
    log(pair, number, value, status=200)
    history(pair, number)
    read_run(pair, number)
    pair.post("runs/log-batch", {"run_id": number, "metrics": [{"key": "b", "value": value, "timestamp": 1}]}, status=200)
    history(pair, number, "b")
    read_run(pair, number)
    pair.get("/ajax-api/2.0/mlflow/metrics/get-history-bulk", {"run_id": number, "metric_key": "m"})
    pair.get("metrics/get-history-bulk-interval", {"run_ids": number, "metric_key": "m"})


@pytest.mark.parametrize("value,kept,in_batch", [
    ("", None, None), (None, None, None), ("abc", None, "half-parsed-bodies"), ("0x10", None, "half-parsed-bodies"),
    ("nan", "half-parsed-bodies", "half-parsed-bodies"),
    (" 1", "plain-digits", "plain-digits"), ("1 ", "plain-digits", "plain-digits"), ("1_0", "plain-digits", "plain-digits"),
    ("١", "plain-digits", "plain-digits"),
    ([], "no-5xx", "half-parsed-bodies"), ({}, "no-5xx", "half-parsed-bodies"), ([1], "no-5xx", "half-parsed-bodies"),
])
def test_values_that_are_none(pair, home, value, kept, in_batch):
    number = run(pair, home)
    log(pair, number, value, kept=kept)
    pair.post("runs/log-batch", {"run_id": number, "metrics": [{"key": "b", "value": value, "timestamp": 1}]}, kept=in_batch)


@pytest.mark.parametrize("value", [0, 1.0, "5", 9223372036854775807, 1e3, "9223372036854775807", "+5", "5.0", "1e3"])
@pytest.mark.parametrize("field", ["timestamp", "step"])
def test_times_and_steps(pair, home, field, value):
    number = run(pair, home)
    log(pair, number, **{field: value}, status=200)
    pair.post("runs/log-batch", {"run_id": number, "metrics": [{"key": "b", "value": 1, "timestamp": 1, **{field: value}}]}, status=200)
    history(pair, number)
    history(pair, number, "b")
    read_run(pair, number)


@pytest.mark.parametrize("field,value,kept,in_batch", [
    ("timestamp", -1, None, None), ("timestamp", -9223372036854775808, None, None), ("timestamp", "-1", None, None),
    ("timestamp", None, None, None),
    ("timestamp", "", None, None), ("timestamp", "x", None, "half-parsed-bodies"), ("timestamp", "0x5", None, "half-parsed-bodies"),
    ("timestamp", 1.5, "half-parsed-bodies", "half-parsed-bodies"), ("timestamp", True, "half-parsed-bodies", "half-parsed-bodies"),
    ("timestamp", 9223372036854775808, "half-parsed-bodies", "half-parsed-bodies"),
    ("timestamp", 1e30, "half-parsed-bodies", "half-parsed-bodies"),
    ("timestamp", " 5", "plain-digits", "plain-digits"), ("timestamp", "5 ", "plain-digits", "plain-digits"),
    ("timestamp", "1_0", "plain-digits", "plain-digits"),
    ("timestamp", [], "no-5xx", "half-parsed-bodies"), ("timestamp", {}, "no-5xx", "half-parsed-bodies"),
    ("step", -1, None, None), ("step", -9223372036854775808, None, None), ("step", None, None, None),
    ("step", "x", None, "half-parsed-bodies"),
    ("step", "", None, "half-parsed-bodies"), ("step", 1.5, "half-parsed-bodies", "half-parsed-bodies"),
    ("step", True, "half-parsed-bodies", "half-parsed-bodies"),
    ("step", 9223372036854775808, "half-parsed-bodies", "half-parsed-bodies"), ("step", [], "no-5xx", "half-parsed-bodies"),
])
def test_times_and_steps_that_are_none(pair, home, field, value, kept, in_batch):
    number = run(pair, home)
    log(pair, number, **{field: value}, kept=kept)
    pair.post("runs/log-batch", {"run_id": number, "metrics": [{"key": "b", "value": 1, "timestamp": 1, **{field: value}}]},
        kept=in_batch)
    if kept is None and in_batch is None:
        read_run(pair, number)


def test_missing_fields(pair, home):
    number = run(pair, home)
    whole = {"run_id": number, "key": "m", "value": 1, "timestamp": 1}
    for field in whole:
        pair.post("runs/log-metric", {name: value for name, value in whole.items() if name != field})
        pair.post("runs/log-metric", {**whole, field: None})
        if isinstance(whole[field], str):
            pair.post("runs/log-metric", {**whole, field: ""})
    for field in ("key", "value", "timestamp"):
        metric = {name: value for name, value in whole.items() if name not in (field, "run_id")}
        pair.post("runs/log-batch", {"run_id": number, "metrics": [{"key": "a", "value": 1, "timestamp": 1}, metric]})
    read_run(pair, number)


def test_what_no_json_number_is(pair, home):
    number = run(pair, home)
    for word in ("NaN", "Infinity", "-Infinity", "1e400", "-1e400"):
        pair.post("runs/log-metric", raw='{"run_id": "%s", "key": "m", "value": %s, "timestamp": 1}' % (number, word),
            kept="half-parsed-bodies", here="'value'")
        pair.post("runs/log-batch", raw='{"run_id": "%s", "metrics": [{"key": "b", "value": %s, "timestamp": 1}]}' % (number, word),
                  kept="half-parsed-bodies", here=r"'metrics\[0\]\.value'")


# By MLflow's rule the greater step wins, then the later time, then the greater value.
@pytest.mark.parametrize("points", [
    [(1, 1, 1), (2, 1, 1)], [(2, 1, 1), (1, 1, 1)], [(1, 1, 2), (9, 9, 1)], [(1, 2, 1), (9, 1, 1)], [(1, 1, 1), (1, 1, 1)],
    [("NaN", 1, 1), (1, 1, 1)], [(1, 1, 1), ("NaN", 1, 1)], [(-1, 1, 1), ("NaN", 1, 1)], [("NaN", 1, 1), (-1, 1, 1)],
    [("NaN", 1, 1), ("NaN", 1, 1)], [("Infinity", 1, 1), (1, 1, 1)], [(1, 1, 1), ("Infinity", 1, 1)], [("-Infinity", 1, 1), (1, 1, 1)],
    [(0, 1, 1), ("NaN", 1, 1)], [("NaN", 1, 1), (0, 1, 1)], [(1, 1, -1), (2, 1, -2)], [(1, 1, 0), (2, 1, -2)],
    [(0.0, 1, 1), (-0.0, 1, 1)],
    [("Infinity", 1, 1), (1.7976931348623157e308, 1, 1)], [(1, 5, 1), (2, 5, 1), (3, 4, 1), (0, 6, 1), (7, 1, 0)],
])
def test_the_latest_value(pair, home, points):
    one_by_one, at_once = run(pair, home), run(pair, home)
    for value, timestamp, step in points:
        log(pair, one_by_one, value, timestamp, step=step)
        read_run(pair, one_by_one)
    metrics = [{"key": "m", "value": value, "timestamp": timestamp, "step": step} for value, timestamp, step in points]
    pair.post("runs/log-batch", {"run_id": at_once, "metrics": metrics})
    for number in (one_by_one, at_once):
        read_run(pair, number)
        history(pair, number)


def test_histories(pair, home):
    number = run(pair, home)
    metrics = [{"key": "m", "value": (i * 7) % 5, "timestamp": 100 - i // 3, "step": (i * 3) % 7} for i in range(40)]
    pair.post("runs/log-batch", {"run_id": number, "metrics": metrics}, status=200)
    history(pair, number)
    history(pair, number, "never")
    history(pair, number, "")
    history(pair, "nobody")
    pair.get("metrics/get-history", {"run_uuid": number, "metric_key": "m"})
    pair.get("metrics/get-history", {"run_id": number})
    pair.get("metrics/get-history", {"metric_key": "m"})
    for size in (1, 7, 39, 40, 41, 100_000, 0, -1, "5"):
        history(pair, number, max_results=size)
    for size in ("x", ""):
        history(pair, number, max_results=size, kept="half-parsed-bodies")
    for size in (7, 20, 40):
        pages(pair.get, "metrics/get-history", {"run_id": number, "metric_key": "m", "max_results": size}, "metrics")
    history(pair, number, max_results=5, page_token="")
    for token in ("x", "!", "MQ==", "eyJvZmZzZXQiOiAwfQ==", "eyJvZmZzZXQiOiAtMX0=", "eyJvZmZzZXQiOiA1fQ=="):
        history(pair, number, max_results=5, page_token=token, kept="page-tokens", here=(400, "Invalid page token"))


def test_histories_of_several_runs(pair, home):
    numbers = [run(pair, home) for _ in range(3)]
    for index, number in enumerate(numbers):
        metrics = [{"key": "m", "value": i + index, "timestamp": i, "step": i // 2} for i in range(10 * index)]
        pair.post("runs/log-batch", {"run_id": number, "metrics": metrics}, status=200)
    bulk = "/ajax-api/2.0/mlflow/metrics/get-history-bulk"
    for number in numbers:
        for size in (None, 1, 5, 100, 0, 30_000):
            pair.get(bulk, {"run_id": number, "metric_key": "m", **({} if size is None else {"max_results": size})})
        pair.get(bulk, {"run_id": number, "metric_key": "m", "max_results": -1}, kept="bounded-limits")
        pair.get(bulk, {"run_id": number, "metric_key": "m", "max_results": "x"}, kept="no-5xx")
    pair.get(bulk, {"run_id": [numbers[2], numbers[2]], "metric_key": "m"})
    pair.get(bulk, {"run_id": ["nobody", numbers[2]], "metric_key": "m"})
    pair.get(bulk, {"run_id": ["x"] * 100, "metric_key": "m"})
    pair.get(bulk, {"run_id": ["x"] * 101, "metric_key": "m"})
    pair.get(bulk, {"run_id": numbers[0]})
    pair.get(bulk, {"run_id": numbers[0], "metric_key": ""})
    pair.get(bulk, {"metric_key": "m"})
    pair.get(bulk, {"unknown": "m"})


def test_thinned_histories(pair, home):
    path = "metrics/get-history-bulk-interval"
    first, second = run(pair, home), run(pair, home)
    for number, count in ((first, 60), (second, 3)):
        metrics = [{"key": "m", "value": i, "timestamp": i, "step": i * 2} for i in range(count)]
        pair.post("runs/log-batch", {"run_id": number, "metrics": metrics}, status=200)
    pair.post("runs/log-batch", {"run_id": first, "metrics": [{"key": "ties", "value": i, "timestamp": 1,
        "step": i // 4} for i in range(12)]})
    for size in (1, 2, 3, 7, 10, 59, 60, 61, 2_500, 2_501, 0, -1, "x", ""):
        pair.get(path, {"run_ids": first, "metric_key": "m", "max_results": size})
    for size in (2, 5, 12, 20):
        pair.get(path, {"run_ids": first, "metric_key": "ties", "max_results": size})
    for start, end in ((0, 10), (10, 10), (11, 11), (0, 1_000), (10, 0), (-5, 5), (5, None), (None, 5), ("x", 5), (0, "x"), (100, 118)):
        query = {"run_ids": first, "metric_key": "m", "max_results": 5}
        query.update({name: step for name, step in (("start_step", start), ("end_step", end)) if step is not None})
        pair.get(path, query)
    pair.get(path, {"run_ids": [first, second], "metric_key": "m", "max_results": 4})
    pair.get(path, {"run_ids": [second, first], "metric_key": "m", "max_results": 4})
    pair.get(path, {"run_ids": [first, first], "metric_key": "m", "max_results": 4})
    pair.get(path, {"run_ids": first, "metric_key": "never"})
    pair.get(path, {"run_ids": "nobody", "metric_key": "m"})
    pair.get(path, {"run_ids": ["x"] * 101, "metric_key": "m"})
    pair.get(path, {"metric_key": "m"})
    pair.get(path, {"run_ids": first})
    pair.get(path, {"run_ids": first, "metric_key": ""})


def test_metrics_of_models_and_datasets(pair, home):
    number = run(pair, home)
    model = logged_model(pair, home)
    log(pair, number, 0.9, 1, key="acc", model_id=model)
    log(pair, number, 0.8, 2, key="acc", model_id=model, dataset_name="train", dataset_digest="d1")
    log(pair, number, 0.7, 3, key="acc", dataset_name="test", dataset_digest="d2")
    log(pair, number, 0.6, 4, key="acc", model_id="m-nobody", kept="no-sql-in-messages")
    log(pair, number, 0.5, 5, key="acc", model_id="", dataset_name="", dataset_digest="")
    for fields in ({"dataset_name": "x"}, {"dataset_digest": "x"}, {"dataset_name": "", "dataset_digest": "x"}):
        log(pair, number, 0.4, 6, key="acc", **fields)
        pair.post("runs/log-batch", {"run_id": number, "metrics": [{"key": "acc", "value": 0.4, "timestamp": 6, **fields}]})
    pair.post("runs/log-batch", {"run_id": number, "metrics": [
        {"key": "f1", "value": 1, "timestamp": 1, "model_id": model, "dataset_name": "train", "dataset_digest": "d1"},
        {"key": "f1", "value": 2, "timestamp": 2, "step": 1, "model_id": model, "dataset_name": "train", "dataset_digest": "d1"},
        {"key": "f1", "value": "NaN", "timestamp": 2, "step": 2, "model_id": model}]})
    read_run(pair, number)
    history(pair, number, "acc")
    history(pair, number, "f1")
    pair.get(f"logged-models/{model}", kept="nan-of-models")


def test_points_of_models(pair, home):
    number = run(pair, home)
    model = logged_model(pair, home)
    log(pair, number, 1, 5, key="a", model_id=model)
    log(pair, number, 2, 5, key="a", model_id=model, kept="points-of-models")
    log(pair, number, 1, 5, key="a", model_id=model, dataset_name="d", dataset_digest="g", kept="points-of-models")
    log(pair, number, 2, 6, key="a", model_id=model)
    pair.delete(f"logged-models/{model}", status=200)
    log(pair, number, 3, 7, key="a", model_id=model, kept="deleted-models")
    pair.post("runs/log-batch", {"run_id": number, "metrics": [{"key": "b", "value": 1, "timestamp": 1, "model_id": model}]},
              kept="deleted-models")


def test_large_histories_keep_repeats_once(pair, home):
    number = run(pair, home)
    metrics = [{"key": "m", "value": 1, "timestamp": 1, "step": i % 10} for i in range(1_000)]
    pair.post("runs/log-batch", {"run_id": number, "metrics": metrics}, status=200)
    history(pair, number)
    log(pair, number, 1, 1, step=3, status=200)
    history(pair, number)
