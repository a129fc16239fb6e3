"""Runs: making, updating, deleting, restoring, params, tags, nesting."""

import pytest

from .helpers import BAD_KEYS, GOOD_KEYS, HOSTILE, experiment, read_run, run


@pytest.fixture
def home(pair, fresh):
    return experiment(pair, fresh("home"))


def create(pair, fields, **options):
    return pair.post("runs/create", fields, new={"run.info.run_id": "run", **options.pop("new", {})}, **options)


def test_runs_with_and_without_names(pair, home):
    named = {"run.info.run_name": "name"}
    for fields in (
        {"run_name": "mine"}, {"run_name": "mine", "tags": [{"key": "mlflow.runName", "value": "mine"}]},
        {"tags": [{"key": "mlflow.runName", "value": "from the tag"}]},
        {"run_name": "mine", "tags": [{"key": "mlflow.runName", "value": "other"}]},
        {"run_name": "x", "user_id": "ana"},
        {"run_name": "x", "tags": [{"key": "mlflow.user", "value": "ana"}]}, {"run_name": "x", "start_time": 5},
        {"run_name": "x", "start_time": "5"},
        {"run_name": "x", "start_time": 5.0}, {"run_name": "x", "start_time": -5}, {"run_name": "x", "start_time": 0},
        {"run_name": "x", "start_time": 9223372036854775807}, {"run_name": "x", "user_id": ""}, {"run_name": "x", "tags": []},
    ):
        answer = create(pair, {"experiment_id": home, **fields})
        if answer.status == 200:
            read_run(pair, answer.body["run"]["info"]["run_id"])
    for fields in ({}, {"run_name": ""}, {"run_name": None}):
        answer = create(pair, {"experiment_id": home, **fields}, new=named)
        if answer.status == 200:
            read_run(pair, answer.body["run"]["info"]["run_id"])


def test_experiments_of_runs(pair):
    for number in ("abc", "-1", "987654", "0x1", "1.5"):
        create(pair, {"experiment_id": number, "run_name": "x"})
    create(pair, {"experiment_id": "99999999999999999999", "run_name": "x"}, kept="no-5xx")
    for fields in ({}, {"experiment_id": None}, {"experiment_id": ""}):
        made = create(pair, {"run_name": "x", **fields}, kept="default-experiment")
        assert made.body["run"]["info"]["experiment_id"] == "0"


def test_tags_at_creation(pair, home):
    for tags in (
        [{"key": "a"}], [{"key": "a", "value": None}], [{"key": "x" * 251, "value": "1"}], [{"key": "bad'key", "value": "1"}],
        [{"key": "a", "value": "x" * 8_000}], [{"key": "a", "value": "x" * 8_001}], [{"key": "mlflow.parentRunId", "value": "nobody"}],
    ):
        answer = create(pair, {"experiment_id": home, "run_name": "x", "tags": tags})
        if answer.status == 200:
            read_run(pair, answer.body["run"]["info"]["run_id"])
    for tags in ([{"value": "x"}], [{"key": "", "value": "x"}], [{}]):
        create(pair, {"experiment_id": home, "run_name": "x", "tags": tags}, kept="names-are-not-empty", here=r"tags\[0\]\.key")
    for name, tags in (("x", [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]), ("x", [{"key": "mlflow.runName", "value": ""}]),
                       ("", [{"key": "mlflow.runName", "value": ""}])):
        create(pair, {"experiment_id": home, "run_name": name, "tags": tags}, kept="repeated-tags")


def test_an_empty_name_is_none(pair, home):
    number = run(pair, home)
    for path, fields in (("set-tag", {"key": "mlflow.runName", "value": ""}), ("update", {"run_name": ""}),
                         ("log-batch", {"tags": [{"key": "mlflow.runName", "value": ""}]}),
                         ("log-batch", {"tags": [{"key": "mlflow.runName", "value": ""}, {"key": "a", "value": "b"}]})):
        pair.post(f"runs/{path}", {"run_id": number, **fields}, status=200)
        read_run(pair, number)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_users_and_values(pair, home, text):
    made = create(pair, {
        "experiment_id": home, "run_name": f"n{text}", "user_id": text, "tags": [{"key": "t", "value": text}]})
    number = made.body["run"]["info"]["run_id"]
    pair.post("runs/log-parameter", {"run_id": number, "key": "p", "value": text})
    pair.post("runs/set-tag", {"run_id": number, "key": "u", "value": text})
    pair.post("runs/update", {"run_id": number, "run_name": text})
    read_run(pair, number, status=200)


def test_updating(pair, home):
    number = run(pair, home)

    def update(**fields):
        return pair.post("runs/update", {"run_id": number, **fields})

    update()
    update(status="RUNNING")
    update(status="FINISHED", end_time=2_000)
    update(status="FAILED")
    update(status="KILLED", end_time=1)
    update(status="SCHEDULED")
    update(status=3)
    update(end_time="3000")
    update(end_time=3000.0)
    update(end_time=-1)
    update(end_time=0)
    update(end_time=None)
    update(run_name="renamed")
    update(run_name="")
    update(run_name=None)
    update(status="RUNNING", run_name="again")
    read_run(pair, number, status=200)
    update(status=None)
    pair.post("runs/update", {"run_uuid": number, "status": "FINISHED"})
    pair.post("runs/update", {"run_id": number, "run_uuid": "other", "status": "FINISHED"})
    pair.post("runs/update", {"status": "FINISHED"})
    pair.post("runs/update", {"run_id": "nobody", "status": "FINISHED"})
    pair.post("runs/update", {"run_id": "", "status": "FINISHED"})
    pair.post("runs/set-tag", {"run_id": number, "key": "mlflow.runName", "value": "by tag"})
    read_run(pair, number, status=200)
    pair.post("runs/delete-tag", {"run_id": number, "key": "mlflow.runName"})
    read_run(pair, number, status=200)
    update(run_name="third")
    read_run(pair, number, status=200)


def test_states_mlflow_does_not_know(pair, home):
    number = run(pair, home)
    for state in (0, 6, -1):
        pair.post("runs/update", {"run_id": number, "status": state}, status=400)
    read_run(pair, number)
    for state in ("finished", "DONE", ""):
        pair.post("runs/update", {"run_id": number, "status": state}, kept="unknown-enums",
            here="RUNNING, SCHEDULED, FINISHED, FAILED, KILLED")
    for state in (2.5, True):
        pair.post("runs/update", {"run_id": number, "status": state}, kept="half-parsed-bodies", here="'status'")


def test_finished_runs_go_on(pair, home):
    number = run(pair, home)
    pair.post("runs/update", {"run_id": number, "status": "FINISHED", "end_time": 2_000}, status=200)
    pair.post("runs/log-metric", {"run_id": number, "key": "m", "value": 1, "timestamp": 1}, status=200)
    pair.post("runs/log-parameter", {"run_id": number, "key": "p", "value": "1"}, status=200)
    pair.post("runs/set-tag", {"run_id": number, "key": "t", "value": "1"}, status=200)
    pair.post("runs/update", {"run_id": number, "status": "RUNNING"}, status=200)
    read_run(pair, number, status=200)


def test_deleting_and_restoring(pair, home):
    number = run(pair, home)
    pair.post("runs/restore", {"run_id": number})
    pair.post("runs/delete", {"run_id": number}, status=200)
    pair.post("runs/delete", {"run_id": number})
    read_run(pair, number, status=200)
    for path, fields in (
        ("update", {"status": "FINISHED"}), ("set-tag", {"key": "a", "value": "b"}), ("delete-tag", {"key": "a"}),
        ("log-metric", {"key": "a", "value": 1, "timestamp": 1}), ("log-parameter", {"key": "a", "value": "b"}), ("log-batch", {}),
        ("log-batch", {"params": [{"key": "a", "value": "b"}]}), ("log-inputs", {"datasets": []}),
        ("outputs", {"models": [{"model_id": "m-1", "step": 0}]}),
        ("log-model", {"model_json": '{"artifact_path":"a","flavors":{},"utc_time_created":"x","run_id":"r"}'}),
    ):
        pair.post(f"runs/{path}", {"run_id": number, **fields})
    pair.get("artifacts/list", {"run_id": number})
    pair.get("metrics/get-history", {"run_id": number, "metric_key": "a"})
    pair.post("runs/restore", {"run_id": number}, status=200)
    read_run(pair, number, status=200)
    for path in ("delete", "restore"):
        for body in ({"run_id": "nobody"}, {"run_id": ""}, {}, {"run_uuid": number}):
            pair.post(f"runs/{path}", body)
    read_run(pair, number, status=200)


def test_runs_that_are_not_there(pair):
    for number in ("nobody", "0" * 32, "", " ", "'", "x" * 256, "a/b", "%00", "-a", "_a"):
        pair.get("runs/get", {"run_id": number})
        pair.post("runs/set-tag", {"run_id": number, "key": "a", "value": "b"})
        pair.post("runs/log-batch", {"run_id": number, "params": [{"key": "a", "value": "b"}]})
        pair.post("runs/log-metric", {"run_id": number, "key": "a", "value": 1, "timestamp": 1})
        pair.post("runs/log-parameter", {"run_id": number, "key": "a", "value": "b"})
    for length in (257, 100_000):
        pair.post("runs/log-batch", {"run_id": "x" * length}, kept="short-messages")
    pair.get("runs/get", {"run_uuid": "nobody"})
    pair.get("runs/get", {"unknown": "x"})


def test_ids_in_either_field(pair, home):
    number = run(pair, home)
    pair.get("runs/get", {"run_uuid": number}, status=200)
    pair.get("runs/get", {"run_uuid": number, "run_id": "nobody"})
    pair.get("runs/get", {"run_uuid": "nobody", "run_id": number})
    for path, fields in (
        ("set-tag", {"key": "a", "value": "b"}), ("log-metric", {"key": "a", "value": 1, "timestamp": 1}), ("delete-tag", {"key": "a"}),
        ("log-parameter", {"key": "a", "value": "b"}), ("log-batch", {"tags": [{"key": "c", "value": "d"}]}),
        ("log-inputs", {"datasets": []}), ("outputs", {"models": [{"model_id": "m", "step": 0}]}),
        ("log-model", {"model_json": '{"artifact_path":"a","flavors":{},"utc_time_created":"x","run_id":"r"}'}),
    ):
        pair.post(f"runs/{path}", {"run_uuid": number, **fields})
        pair.post(f"runs/{path}", {"run_uuid": number, "run_id": "", **fields})
    read_run(pair, number, status=200)


def test_params_are_written_once(pair, home):
    number = run(pair, home)

    def put(key, value, **options):
        return pair.post("runs/log-parameter", {"run_id": number, "key": key, "value": value}, **options)

    put("lr", "0.1", status=200)
    put("lr", "0.1", status=200)
    put("lr", "0.2", status=400)
    put("lr", "0.10", status=400)
    put("empty", "", status=200)
    put("empty", "", status=200)
    put("empty", "x", status=400)
    put("none", None)
    pair.post("runs/log-parameter", {"run_id": number, "key": "left-out"})
    pair.post("runs/log-parameter", {"run_id": number, "value": "x"})
    put("", "x")
    for length in (500, 5_999, 6_000, 6_001, 10_000):
        put(f"length-{length}", "x" * length)
    put("wide", "é" * 6_001)
    put("wide", "é" * 6_000)
    put("length-10000", "x" * 6_000)
    put("length-10000", "x" * 6_001)
    put("LR", "0.3")
    read_run(pair, number, status=200)


def test_tags_are_overwritten(pair, home):
    number = run(pair, home)

    def put(key, value, **options):
        return pair.post("runs/set-tag", {"run_id": number, "key": key, "value": value}, **options)

    put("a", "1", status=200)
    put("a", "2", status=200)
    put("a", "", status=200)
    put("none", None)
    pair.post("runs/set-tag", {"run_id": number, "key": "left-out"})
    pair.post("runs/set-tag", {"run_id": number, "value": "x"})
    put("", "x")
    for length in (7_999, 8_000, 8_001):
        put(f"length-{length}", "x" * length)
    put("mlflow.user", "someone")
    put("mlflow.source.name", "train.py")
    put("mlflow.note.content", "note")
    put("mlflow.parentRunId", number)
    read_run(pair, number, status=200)
    for key in ("a", "a", "never", "", "mlflow.user"):
        pair.post("runs/delete-tag", {"run_id": number, "key": key})
    pair.post("runs/delete-tag", {"run_id": "nobody", "key": "a"})
    pair.post("runs/delete-tag", {"run_id": number})
    pair.post("runs/delete-tag", {"key": "a"})
    read_run(pair, number, status=200)


@pytest.mark.parametrize("key", GOOD_KEYS + BAD_KEYS)
def test_keys(pair, home, key):
    number = run(pair, home)
    pair.post("runs/log-parameter", {"run_id": number, "key": key, "value": "v"})
    pair.post("runs/set-tag", {"run_id": number, "key": key, "value": "v"})
    pair.post("runs/log-metric", {"run_id": number, "key": key, "value": 1, "timestamp": 1})
    pair.post("runs/log-batch", {"run_id": number, "params": [{"key": key, "value": "v"}]})
    pair.post("runs/log-batch", {"run_id": number, "tags": [{"key": key, "value": "v"}]})
    pair.post("runs/log-batch", {"run_id": number, "metrics": [{"key": key, "value": 1, "timestamp": 1}]})
    pair.get("metrics/get-history", {"run_id": number, "metric_key": key})
    read_run(pair, number, status=200)


def test_nested_runs(pair, home):
    parent = run(pair, home, run_name="parent", start_time=1)
    child = run(pair, home, run_name="child", start_time=2, tags=[{"key": "mlflow.parentRunId", "value": parent}])
    grandchild = run(pair, home, run_name="grandchild", start_time=3, tags=[{"key": "mlflow.parentRunId", "value": child}])
    for each in (parent, child, grandchild):
        read_run(pair, each, status=200)
        pair.post("runs/search", {"experiment_ids": [home], "filter": f"tags.mlflow.parentRunId = '{each}'"}, status=200)
    pair.post("runs/delete", {"run_id": parent}, status=200)
    pair.post("runs/search", {"experiment_ids": [home]}, status=200)
    pair.post("runs/search", {"experiment_ids": [home], "run_view_type": "DELETED_ONLY"}, status=200)


def test_models_of_old_clients(pair, home):
    number = run(pair, home)

    def log(text, **options):
        return pair.post("runs/log-model", {"run_id": number, "model_json": text}, **options)

    whole = ('{"artifact_path": "model", "flavors": {"python_function": {"loader_module": "x", "config": {"a": 1}}}, '
             '"utc_time_created": "2026-01-01 00:00:00", "run_id": "%s"}')
    log(whole % number, status=200)
    log(whole % number, status=200)
    read_run(pair, number, kept="compact-json")
    log(whole.replace('"artifact_path"',
        '"model_uuid": "u", "signature": {"inputs": "[{\\"type\\": \\"double\\", \\"name\\": \\"a\\"}]"}, "artifact_path"') % number)
    read_run(pair, number, kept="compact-json")
    for text in ("{", "", "{}", '{"flavors": {}}', '{"artifact_path": "a", "flavors": {}, "run_id": "x"}'):
        log(text)
    for text in ("[]", "1", "null", '"x"'):
        log(text, kept="no-5xx")
    pair.post("runs/log-model", {"run_id": number})
    pair.post("runs/log-model", {"model_json": "{}"})
    pair.post("runs/log-model", {"run_id": "nobody", "model_json": whole % number})
