"""What runs use and make: datasets, models."""

import pytest

from .helpers import experiment, logged_model, read_run, run


@pytest.fixture
def home(pair, fresh):
    return experiment(pair, fresh("inputs"))


def dataset(name="data", digest="abc", **fields):
    return {"name": name, "digest": digest, "source_type": "local", "source": "{}", **fields}


def log(pair, number, *datasets, kept=None, **fields):
    return pair.post("runs/log-inputs", {"run_id": number, "datasets": list(datasets), **fields}, kept=kept)


def context(value):
    return [{"key": "mlflow.data.context", "value": value}]


def test_datasets(pair, home):
    first, second = run(pair, home), run(pair, home)
    log(pair, first, {"dataset": dataset(schema="s", profile="p"), "tags": context("train")})
    log(pair, first, {"dataset": dataset("other", "d2"), "tags": [{"key": "b", "value": "1"}, {"key": "a", "value": "2"}]})
    read_run(pair, first)
    log(pair, first, {"dataset": dataset(source="changed"), "tags": context("test")})
    read_run(pair, first)
    log(pair, first, {"dataset": dataset("third", "d3")}, {"dataset": dataset("fourth", "d4"), "tags": []})
    log(pair, first, {"dataset": dataset("same", "d5"), "tags": context("a")}, {"dataset": dataset("same", "d5"), "tags": context("b")})
    read_run(pair, first)
    log(pair, second, {"dataset": dataset(source="of the second"), "tags": context("eval")})
    read_run(pair, second)
    pair.post("/ajax-api/2.0/mlflow/experiments/search-datasets", {"experiment_ids": [home]}, status=200)


def test_datasets_with_missing_parts(pair, home):
    number = run(pair, home)
    log(pair, number)
    for field in ("source_type", "source"):
        log(pair, number, {"dataset": {key: value for key, value in dataset(f"without {field}").items() if key != field}})
        log(pair, number, {"dataset": dataset(**{field: ""})})
        log(pair, number, {"dataset": dataset(**{field: None})})
    log(pair, number, {"dataset": dataset("empty schema"), "tags": [{"key": "k"}]})
    pair.post("runs/log-inputs", {"run_id": number})
    pair.post("runs/log-inputs", {"datasets": []})
    pair.post("runs/log-inputs", {"run_id": "nobody", "datasets": [{"dataset": dataset()}]})
    read_run(pair, number)


def test_datasets_without_names(pair, home):
    number = run(pair, home)
    for input in ({}, {"tags": context("x")}, {"dataset": None}, {"dataset": dataset("tag"), "tags": [{"value": "v"}]}):
        log(pair, number, input, kept="names-are-not-empty")
    for field in ("name", "digest"):
        for value in ("", None):
            log(pair, number, {"dataset": dataset(**{field: value})}, kept="names-are-not-empty")


@pytest.mark.parametrize("field,limit", [("name", 500), ("digest", 36), ("source", 65_535), ("schema", 1_048_575), ("source_type", 36)])
def test_lengths(pair, home, field, limit):
    number = run(pair, home)
    for length in (limit, limit + 1):
        log(pair, number, {"dataset": dataset(**{field: "x" * length})})
    read_run(pair, number)


@pytest.mark.parametrize("length", [255, 256, 500, 501])
def test_lengths_of_tags(pair, home, length):
    number = run(pair, home)
    log(pair, number, {"dataset": dataset("key"), "tags": [{"key": "k" * length, "value": "v"}]})
    log(pair, number, {"dataset": dataset("value"), "tags": [{"key": "k", "value": "v" * length}]})
    read_run(pair, number)


def test_searching_datasets(pair, home, fresh):
    path = "/ajax-api/2.0/mlflow/experiments/search-datasets"
    other = experiment(pair, fresh())
    for index in range(4):
        log(pair, run(pair, home), {"dataset": dataset(f"d{index % 2}", f"g{index}"), "tags": context("train" if index else "test")})
        log(pair, run(pair, other), {"dataset": dataset(f"d{index % 2}", "same")})
    log(pair, run(pair, home), {"dataset": dataset("d0", "g0"), "tags": context("eval")})
    for ids in ([home], [other], [home, other], [other, home, home], ["987654"], ["x"], [""], ["1"] * 20, ["1"] * 21, None):
        pair.post(path, {"experiment_ids": ids})
    for ids in ("x", [1]):
        pair.post(path, {"experiment_ids": ids}, kept="half-parsed-words", here="'experiment_ids")
    pair.post("/api/2.0/mlflow/experiments/search-datasets", {"experiment_ids": [home]}, kept="both-prefixes")


def test_models_of_runs(pair, home):
    number = run(pair, home)
    first, second = logged_model(pair, home), logged_model(pair, home)
    log(pair, number, models=[{"model_id": first}])
    log(pair, number, models=[{"model_id": first}, {"model_id": second}])
    pair.post("runs/log-inputs", {"run_id": number, "models": [{"model_id": "m-nobody"}]})
    read_run(pair, number)

    def output(*models, kept=None):
        return pair.post("runs/outputs", {"run_id": number, "models": list(models)}, kept=kept)

    output({"model_id": first, "step": 1})
    output({"model_id": second})
    output({"model_id": "m-nobody", "step": -1})
    output()
    read_run(pair, number)
    for models in (None, "x"):
        pair.post("runs/outputs", {"run_id": number, "models": models})
    pair.post("runs/outputs", {"run_id": number})
    pair.post("runs/outputs", {"models": [{"model_id": first, "step": 1}]})
    pair.post("runs/outputs", {"run_id": "nobody", "models": [{"model_id": first, "step": 1}]})
    read_run(pair, number)
    pair.post("runs/search", {"experiment_ids": [home]})
    output({"model_id": first, "step": 1}, kept="repeated-requests")
    output({"model_id": first, "step": 2}, kept="repeated-requests")


@pytest.mark.parametrize("model,kept", [
    ({}, "names-are-not-empty"), ({"step": 1}, "names-are-not-empty"), ({"model_id": ""}, "names-are-not-empty"),
    ("x", "half-parsed-bodies"), ({"model_id": 5}, "half-parsed-bodies"),
    ({"model_id": "m", "step": "3"}, None),
])
def test_models_without_names(pair, home, model, kept):
    pair.post("runs/outputs", {"run_id": run(pair, home), "models": [model]}, kept=kept)
    pair.post("runs/log-inputs", {"run_id": run(pair, home), "models": [model]}, kept=kept)


def test_steps_of_outputs(pair, home):
    for step, kept in (("x", "half-parsed-bodies"), (1.5, "half-parsed-bodies"), (None, None), ("7", None), (2**63 - 1, None)):
        number = run(pair, home)
        pair.post("runs/outputs", {"run_id": number, "models": [{"model_id": "m", "step": step}]}, kept=kept)
        if kept is None:
            read_run(pair, number)
    # Inputs have no steps.
    pair.post("runs/log-inputs", {"run_id": run(pair, home), "models": [{"model_id": "m", "step": "x"}]})
