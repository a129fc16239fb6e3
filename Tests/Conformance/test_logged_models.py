"""Logged models: making, finalizing, params, tags, deletion."""

import pytest

from .helpers import BAD_KEYS, GOOD_KEYS, HOSTILE, experiment, logged_model, run

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def home(pair, fresh):
    return experiment(pair, fresh("models"))


def get(pair, model, **options):
    return pair.get(f"logged-models/{model}", **options)


def create(pair, fields, **new):
    return pair.post("logged-models", fields, new={"model.info.model_id": "model", **new})


def test_a_model_is_made(pair, home):
    source = run(pair, home)
    for fields in (
        {"name": "m"}, {"name": "m", "model_type": "t"}, {"name": "m", "source_run_id": source}, {"name": "m", "source_run_id": "nobody"},
        {"name": "m", "source_run_id": ""}, {"name": "m", "model_type": ""},
        {"name": "m", "params": [{"key": "b", "value": "1"}, {"key": "a", "value": "2"}]},
        {"name": "m", "tags": [{"key": "b", "value": "1"}, {"key": "a", "value": "2"}]}, {"name": "m", "params": []},
        {"name": "m", "tags": None},
        {"name": "m", "params": [{"key": "a"}]}, {"name": "m", "tags": [{"key": "a"}]},
    ):
        answer = create(pair, {"experiment_id": home, **fields})
        if answer.status == 200:
            get(pair, answer.body["model"]["info"]["model_id"])
    for fields in ({}, {"name": ""}, {"name": None}):
        create(pair, {"experiment_id": home, **fields}, **{"model.info.name": "name"})
    for fields in ({"name": "m"}, {"name": "m", "experiment_id": ""}, {"name": "m", "experiment_id": "x"},
            {"name": "m", "experiment_id": "987654"}, {}):
        create(pair, fields)


@pytest.mark.parametrize("name", HOSTILE + ["a/b", "a:b", "a.b", "a%b", "x" * 500, "x" * 501, "x" * 256, "x" * 250])
def test_names(pair, home, name):
    answer = create(pair, {"experiment_id": home, "name": name, "model_type": name, "tags": [{"key": "k", "value": name}],
        "params": [{"key": "p", "value": name}]})
    if answer.status == 200:
        get(pair, answer.body["model"]["info"]["model_id"])


def test_finalizing(pair, home):
    model = logged_model(pair, home)
    for state in ("LOGGED_MODEL_READY", "LOGGED_MODEL_UPLOAD_FAILED", "LOGGED_MODEL_PENDING", 2, 1, 3, None):
        pair.patch(f"logged-models/{model}", {"model_id": model, "status": state})
        get(pair, model)
    pair.patch(f"logged-models/{model}", {"model_id": model})
    pair.patch(f"logged-models/{model}", {"status": 2})
    pair.patch(f"logged-models/{model}", {})
    pair.patch(f"logged-models/{model}", {"model_id": "", "status": 2})
    pair.patch("logged-models/m-nobody", {"model_id": "m-nobody", "status": 2})
    get(pair, model)
    pair.patch(f"logged-models/{model}", {"model_id": "m-nobody", "status": 2}, kept="address-names-the-model")
    pair.patch("logged-models/m-nobody", {"model_id": model, "status": 2}, kept="address-names-the-model")


@pytest.mark.parametrize("state,kept", [
    ("READY", "unknown-enums"), (0, "unknown-enums"), (4, "unknown-enums"), (-1, "unknown-enums"),
    ("LOGGED_MODEL_STATUS_UNSPECIFIED", "unknown-enums"), (2.5, "half-parsed-bodies"),
    (True, "half-parsed-bodies"), ("2", None), ("", None),
])
def test_states_mlflow_does_not_know(pair, home, state, kept):
    model = logged_model(pair, home)
    pair.patch(f"logged-models/{model}", {"model_id": model, "status": state}, kept=kept)


def test_tags(pair, home):
    model = logged_model(pair, home, tags=[{"key": "a", "value": "1"}])

    def put(*tags):
        return pair.patch(f"logged-models/{model}/tags", {"tags": list(tags)})

    put({"key": "b", "value": "1"}, {"key": "a", "value": "2"})
    put({"key": "a", "value": "2"})
    put({"key": "c"})
    put({"key": "d", "value": ""})
    put({"key": "e", "value": "1"}, {"key": "e", "value": "2"})
    put()
    get(pair, model)
    pair.patch(f"logged-models/{model}/tags", {})
    pair.patch(f"logged-models/{model}/tags", {"model_id": model, "tags": [{"key": "f", "value": "1"}]})
    for text in HOSTILE:
        put({"key": "hostile", "value": text})
    for length in (8_000, 8_001):
        put({"key": "long", "value": "x" * length})
    get(pair, model)
    for key in ("a", "a", "never"):
        pair.delete(f"logged-models/{model}/tags/{key}")
    get(pair, model)
    pair.patch("logged-models/m-nobody/tags", {"tags": [{"key": "a", "value": "b"}]})
    pair.delete("logged-models/m-nobody/tags/a")
    for tag in ({"value": "x"}, {"key": "", "value": "x"}):
        pair.patch(f"logged-models/{model}/tags", {"tags": [tag]}, kept="names-are-not-empty")


@pytest.mark.parametrize("key", GOOD_KEYS + BAD_KEYS)
def test_keys(pair, home, key):
    answer = create(pair, {"experiment_id": home, "name": "m", "tags": [{"key": key, "value": "v"}],
        "params": [{"key": key, "value": "v"}]})
    model = logged_model(pair, home)
    pair.patch(f"logged-models/{model}/tags", {"tags": [{"key": key, "value": "v"}]})
    pair.post(f"logged-models/{model}/params", {"model_id": model, "params": [{"key": key, "value": "v"}]})
    get(pair, model)
    if answer.status == 200:
        get(pair, answer.body["model"]["info"]["model_id"])


@pytest.mark.parametrize("key", ["a b", "a%20b", "é", "a.b", "a%00b", "a+b", "%25", "a;b", "a?b", "it's"])
def test_keys_in_addresses(pair, home, key):
    model = logged_model(pair, home, tags=[{"key": "a b", "value": "1"}, {"key": "é", "value": "3"}, {"key": "a.b", "value": "4"}])
    pair.delete(f"logged-models/{model}/tags/{key}")
    get(pair, model)


def test_slashes_in_addresses(pair, home):
    model = logged_model(pair, home, tags=[{"key": "a/b", "value": "2"}])
    pair.delete(f"logged-models/{model}/tags/a%2Fb", kept="encoded-slashes")
    pair.delete(f"logged-models/{model}/tags/never%2Fb", kept="json-errors")


def test_params(pair, home):
    model = logged_model(pair, home, params=[{"key": "a", "value": "1"}])

    def put(*params, **fields):
        return pair.post(f"logged-models/{model}/params", {"model_id": model, "params": list(params), **fields})

    put({"key": "b", "value": "2"})
    get(pair, model)
    put()
    put({"key": "c"})
    put({"key": "long", "value": "x" * 6_000})
    put({"key": "longer", "value": "x" * 6_001})
    get(pair, model)
    pair.post(f"logged-models/{model}/params", {})
    pair.post(f"logged-models/{model}/params", {"params": [{"key": "d", "value": "e"}]})
    pair.post(f"logged-models/{model}/params", {"model_id": model})
    pair.post("logged-models/m-nobody/params", {"model_id": "m-nobody", "params": [{"key": "a", "value": "b"}]})
    get(pair, model)


def test_params_are_written_once(pair, home):
    model = logged_model(pair, home, params=[{"key": "a", "value": "1"}])
    path, twice = f"logged-models/{model}/params", [{"key": "x", "value": "1"}, {"key": "x", "value": "2"}]
    pair.post(path, {"model_id": model, "params": [{"key": "a", "value": "1"}]}, kept="repeated-requests")
    pair.post(path, {"model_id": model, "params": [{"key": "a", "value": "2"}]}, kept="no-sql-in-messages", here="another value already")
    pair.post(path, {"model_id": model, "params": twice}, kept="no-sql-in-messages")
    pair.post("logged-models", {"experiment_id": home, "name": "m", "params": twice}, kept="no-sql-in-messages")
    pair.post("logged-models", {"experiment_id": home, "name": "m", "tags": twice}, kept="repeated-tags")
    pair.post(path, {"model_id": "m-nobody", "params": []}, kept="address-names-the-model")
    get(pair, model)


def test_deleting(pair, home):
    model = logged_model(pair, home)
    pair.delete(f"logged-models/{model}", status=200)
    get(pair, model)
    pair.get(f"logged-models/{model}", {"allow_deleted": "true"})
    pair.get(f"logged-models/{model}", {"allow_deleted": "TRUE"})
    pair.get(f"logged-models/{model}", {"allow_deleted": "false"})
    pair.get(f"logged-models/{model}", {"allow_deleted": "x"})
    pair.delete(f"logged-models/{model}")
    pair.patch(f"logged-models/{model}", {"model_id": model, "status": 2})
    pair.patch(f"logged-models/{model}/tags", {"tags": [{"key": "a", "value": "b"}]})
    pair.post(f"logged-models/{model}/params", {"model_id": model, "params": [{"key": "a", "value": "b"}]})
    pair.get(f"logged-models/{model}/artifacts/directories")
    pair.post("logged-models/search", {"experiment_ids": [home]})
    pair.delete("logged-models/m-nobody")
    get(pair, "m-nobody")
    get(pair, "x" * 300)
    get(pair, "%27")


def test_versions_are_noted_on_the_model(pair, home, fresh):
    model = logged_model(pair, home)
    name = fresh("registered")
    pair.post("registered-models/create", {"name": name}, status=200)
    for _ in range(2):
        pair.post("model-versions/create", {"name": name, "source": f"models:/{model}", "model_id": model}, status=200)
    get(pair, model, kept="compact-json")
