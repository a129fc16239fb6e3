"""MLflow's own client against the tracking API: what it sends comes back as it would from MLflow's server."""

import http.client
import json
import math
import uuid
from urllib.parse import urlsplit

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag, ViewType
from mlflow.exceptions import MlflowException


@pytest.fixture(autouse=True)
def tracking(url, monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    mlflow.set_tracking_uri(url)
    while mlflow.active_run():
        mlflow.end_run()


@pytest.fixture
def client(url):
    return MlflowClient(url)


@pytest.fixture
def experiment(client):
    return client.create_experiment(f"tracking-{uuid.uuid4().hex}", tags={"team": "credit"})


def call(url, method, path, body=None, headers=None):
    """Status, headers and bytes of a request made by hand."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
    if isinstance(body, (dict, list)):
        body = json.dumps(body)
        headers = {"Content-Type": "application/json", **(headers or {})}
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()


# Experiments


def test_default_experiment_is_there(client):
    default = client.get_experiment("0")
    assert default.name == "Default" and default.artifact_location == "mlflow-artifacts:/0"


def test_experiment_life(client, experiment):
    got = client.get_experiment(experiment)
    assert got.tags == {"team": "credit"} and got.lifecycle_stage == "active" and got.workspace == "default"
    assert client.get_experiment_by_name(got.name).experiment_id == experiment
    client.rename_experiment(experiment, got.name + "-new")
    client.set_experiment_tag(experiment, "team", "fraud")
    client.set_experiment_tag(experiment, "empty", "")
    assert client.get_experiment(experiment).tags == {"team": "fraud", "empty": ""}
    client.delete_experiment_tag(experiment, "empty")
    run = client.create_run(experiment).info.run_id
    client.delete_experiment(experiment)
    assert client.get_experiment(experiment).lifecycle_stage == "deleted"
    assert client.get_run(run).info.lifecycle_stage == "deleted"
    with pytest.raises(MlflowException, match="must be in the 'active' state"):
        client.create_run(experiment)
    with pytest.raises(MlflowException, match="non-active experiment"):
        client.rename_experiment(experiment, "again")
    client.restore_experiment(experiment)
    assert client.get_run(run).info.lifecycle_stage == "active"


def test_experiment_refusals(client, experiment):
    name = client.get_experiment(experiment).name
    with pytest.raises(MlflowException, match="already exists") as error:
        client.create_experiment(name)
    assert error.value.error_code == "RESOURCE_ALREADY_EXISTS"
    with pytest.raises(MlflowException, match="No Experiment with id=987654321 exists") as error:
        client.get_experiment("987654321")
    assert error.value.error_code == "RESOURCE_DOES_NOT_EXIST"
    assert client.get_experiment_by_name("no such experiment") is None
    with pytest.raises(MlflowException, match="exceeds the maximum length of 500"):
        client.create_experiment("x" * 501)


def test_search_experiments_pages(client):
    mark = uuid.uuid4().hex
    ids = [client.create_experiment(f"{mark}-{i}", tags={"mark": mark, "odd": str(i % 2)}) for i in range(5)]
    seen, token = [], None
    while True:
        page = client.search_experiments(filter_string=f"tags.mark = '{mark}'", max_results=2, page_token=token)
        assert len(page) <= 2
        seen += [e.experiment_id for e in page]
        token = page.token
        if not token:
            break
    assert seen == ids[::-1] or sorted(seen) == sorted(ids)
    odd = client.search_experiments(filter_string=f"tags.mark = '{mark}' AND tags.odd = '1'", order_by=["name DESC"])
    assert [e.experiment_id for e in odd] == [ids[3], ids[1]]
    like = client.search_experiments(filter_string=f"name LIKE '{mark}-%'", order_by=["experiment_id ASC"])
    assert [e.experiment_id for e in like] == ids
    assert not client.search_experiments(filter_string=f"name LIKE '{mark.upper()}-%'")
    assert len(client.search_experiments(filter_string=f"name ILIKE '{mark.upper()}-%'")) == 5
    client.delete_experiment(ids[0])
    gone = client.search_experiments(ViewType.DELETED_ONLY, filter_string=f"tags.mark = '{mark}'")
    assert [e.experiment_id for e in gone] == [ids[0]]


# Runs


def test_fluent_run(client):
    name = f"fluent-{uuid.uuid4().hex}"
    mlflow.set_experiment(name)
    with mlflow.start_run(run_name="first", tags={"compliance": "GDPR"}, description="a note") as run:
        mlflow.log_params({"lr": 0.1, "depth": 3})
        mlflow.log_metrics({"auc": 0.5, "loss": 2.0}, step=1)
        mlflow.log_metric("auc", 0.75, step=2)
        mlflow.set_tags({"a b/c:d.e-f": "spaced", "é": "letter"})
    got = client.get_run(run.info.run_id)
    assert got.info.status == "FINISHED" and got.info.end_time >= got.info.start_time
    assert got.data.params == {"lr": "0.1", "depth": "3"}
    assert got.data.metrics == {"auc": 0.75, "loss": 2.0}
    assert got.data.tags["compliance"] == "GDPR" and got.data.tags["é"] == "letter"
    assert got.data.tags["mlflow.runName"] == got.info.run_name == "first"
    assert got.data.tags["mlflow.note.content"] == "a note"
    assert got.info.artifact_uri == f"mlflow-artifacts:/{got.info.experiment_id}/{run.info.run_id}/artifacts"
    found = mlflow.search_runs(experiment_names=[name], filter_string="tags.compliance = 'GDPR'")
    assert list(found.run_id) == [run.info.run_id] and found["params.lr"][0] == "0.1"


def test_failed_and_nested_runs(client):
    with pytest.raises(RuntimeError):
        with mlflow.start_run() as parent:
            with mlflow.start_run(nested=True) as child:
                pass
            raise RuntimeError
    assert client.get_run(parent.info.run_id).info.status == "FAILED"
    assert client.get_run(child.info.run_id).data.tags["mlflow.parentRunId"] == parent.info.run_id


def test_run_name_stands_in_two_places(client, experiment):
    run = client.create_run(experiment).info
    assert run.run_name and client.get_run(run.run_id).data.tags["mlflow.runName"] == run.run_name
    client.update_run(run.run_id, name="renamed")
    assert client.get_run(run.run_id).data.tags["mlflow.runName"] == "renamed"
    client.set_tag(run.run_id, "mlflow.runName", "tagged")
    assert client.get_run(run.run_id).info.run_name == "tagged"
    client.log_batch(run.run_id, tags=[RunTag("mlflow.runName", "batched")])
    assert client.get_run(run.run_id).info.run_name == "batched"
    with pytest.raises(MlflowException, match="different values"):
        client.create_run(experiment, run_name="a", tags={"mlflow.runName": "b"})


def test_client_names_are_labels(client, experiment, url):
    body = {"experiment_id": experiment, "user_id": "somebody else", "start_time": 1}
    run = json.loads(call(url, "POST", "/api/2.0/mlflow/runs/create", body)[2])["run"]["info"]
    assert run["user_id"] == "somebody else" and "created_by" not in run


def test_models_of_old_clients_are_a_tag(client, experiment, url):
    run = client.create_run(experiment).info.run_id
    for name in ["first", "second"]:
        model = {
            "artifact_path": name, "flavors": {"sklearn": {"code": None, "config": {"x": 1}}}, "run_id": run,
            "utc_time_created": "2026-01-01", "signature": {"inputs": "[]"}}
        body = {"run_id": run, "model_json": json.dumps(model)}
        assert call(url, "POST", "/api/2.0/mlflow/runs/log-model", body)[0] == 200
    history = json.loads(client.get_run(run).data.tags["mlflow.log-model.history"])
    assert [line["artifact_path"] for line in history] == ["first", "second"]
    assert history[0]["flavors"] == {"sklearn": {"code": None}} and "signature" not in history[0]
    for bad in ["{", "[]", json.dumps({"artifact_path": "x"})]:
        body = {"run_id": run, "model_json": bad}
        assert call(url, "POST", "/api/2.0/mlflow/runs/log-model", body)[0] == 400


def test_params_are_written_once(client, experiment):
    run = client.create_run(experiment).info.run_id
    client.log_param(run, "p", "1")
    client.log_param(run, "p", "1")
    with pytest.raises(MlflowException, match="Changing param values is not allowed") as error:
        client.log_param(run, "p", "2")
    assert error.value.error_code == "INVALID_PARAMETER_VALUE"
    client.log_param(run, "long", "é" * 6001)
    assert client.get_run(run).data.params["long"] == "é" * 6000
    client.log_param(run, "empty", "")
    assert client.get_run(run).data.params["empty"] == ""


def test_a_batch_is_kept_whole_or_not_at_all(client, experiment):
    run = client.create_run(experiment).info.run_id
    client.log_batch(run, params=[Param("p", "1")])
    with pytest.raises(MlflowException, match="Params were already"):
        client.log_batch(
            run, metrics=[Metric("m", 1.0, 1, 0)], params=[Param("q", "1"), Param("p", "2")], tags=[RunTag("t", "1")])
    data = client.get_run(run).data
    assert data.metrics == {} and data.params == {"p": "1"} and "t" not in data.tags


def test_deleted_runs_take_nothing(client, experiment):
    run = client.create_run(experiment).info.run_id
    client.delete_run(run)
    for attempt in [
        lambda: client.log_metric(run, "m", 1), lambda: client.log_param(run, "p", 1), lambda: client.set_tag(run, "t", 1),
        lambda: client.update_run(run, status="FINISHED"),
    ]:
        with pytest.raises(MlflowException, match="must be in the 'active' state. Current state is deleted"):
            attempt()
    assert [r.info.run_id for r in client.search_runs([experiment])] == []
    assert [r.info.run_id for r in client.search_runs([experiment], run_view_type=ViewType.DELETED_ONLY)] == [run]
    client.restore_run(run)
    client.log_metric(run, "m", 1)


def test_unknown_runs_and_tags(client, experiment):
    with pytest.raises(MlflowException, match="Run with id=0123 not found") as error:
        client.get_run("0123")
    assert error.value.error_code == "RESOURCE_DOES_NOT_EXIST"
    run = client.create_run(experiment).info.run_id
    with pytest.raises(MlflowException, match="No tag with name: nothing"):
        client.delete_tag(run, "nothing")
    client.set_tag(run, "t", "1")
    client.delete_tag(run, "t")
    assert "t" not in client.get_run(run).data.tags


# Metrics


def test_latest_metric_is_by_step_then_time_then_value(client, experiment):
    run = client.create_run(experiment).info.run_id
    for value, timestamp, step in [(1, 50, 5), (9, 99, 4), (2, 40, 5), (3, 50, 5), (2, 50, 5)]:
        client.log_metric(run, "m", value, timestamp, step)
    assert client.get_run(run).data.metrics == {"m": 3.0}
    history = [(m.timestamp, m.step, m.value) for m in client.get_metric_history(run, "m")]
    assert history == [(40, 5, 2), (50, 5, 1), (50, 5, 2), (50, 5, 3), (99, 4, 9)]
    client.log_metric(run, "m", 3, 50, 5)
    assert len(client.get_metric_history(run, "m")) == 5


def test_numbers_at_the_edges(client, experiment):
    run = client.create_run(experiment).info.run_id
    values = {
        "nan": math.nan, "up": math.inf, "down": -math.inf, "tiny": 5e-324, "third": 1 / 3, "huge": 1.7976931348623157e308,
        "big": float(2**53 + 2), "minus": -0.0,
    }
    for key, value in values.items():
        client.log_metric(run, key, value, timestamp=2**62, step=-(2**62))
    got = client.get_run(run).data.metrics
    assert math.isnan(got.pop("nan"))
    assert got.pop("up") == 1.7976931348623157e308 and got.pop("down") == -1.7976931348623157e308
    assert got == {key: value for key, value in values.items() if key in got} and len(got) == 5
    point = client.get_metric_history(run, "third")[0]
    assert (point.timestamp, point.step) == (2**62, -(2**62))


def test_a_batch_of_a_thousand(client, experiment):
    run = client.create_run(experiment).info.run_id
    client.log_batch(run, metrics=[Metric("m", step / 7, 1, step) for step in range(1000)])
    history = client.get_metric_history(run, "m")
    assert [m.value for m in history] == [step / 7 for step in range(1000)]
    pages, token = [], None
    while True:
        page = client._tracking_client.store.get_metric_history(run, "m", max_results=300, page_token=token)
        pages.append(len(page))
        token = page.token
        if not token:
            break
    assert pages == [300, 300, 300, 100]


def test_sampled_histories(client, experiment, url):
    runs = [client.create_run(experiment).info.run_id for _ in range(2)]
    for run in runs:
        client.log_batch(run, metrics=[Metric("m", float(step), 1, step) for step in range(500)])
    path = f"/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval?metric_key=m&max_results=10&run_ids={runs[0]}&run_ids={runs[1]}"
    points = json.loads(call(url, "GET", path)[2])["metrics"]
    for run in runs:
        steps = [point["step"] for point in points if point["run_id"] == run]
        assert len(steps) == 10 and steps[0] == 0 and steps[-1] == 499 and steps == sorted(steps)
    client.log_metric(runs[0], "n", math.nan)
    bulk = call(url, "GET", f"/ajax-api/2.0/mlflow/metrics/get-history-bulk?metric_key=n&run_id={runs[0]}")[2]
    assert b'"value":NaN' in bulk


def test_whole_numbers_in_every_form(client, experiment, url):
    run = client.create_run(experiment).info.run_id
    for index, (timestamp, step) in enumerate([(5, "6"), ("5", 6.0), (5.0, 6), (1e3, "0")]):
        body = {"run_id": run, "key": f"m{index}", "value": "1.5", "timestamp": timestamp, "step": step}
        assert call(url, "POST", "/api/2.0/mlflow/runs/log-metric", body)[0] == 200
    answer = json.loads(call(url, "GET", f"/api/2.0/mlflow/runs/get?run_id={run}")[2])
    assert {(m["timestamp"], m["step"]) for m in answer["run"]["data"]["metrics"]} == {(5, 6), (1000, 0)}


# Search


@pytest.fixture(scope="module")
def population(url):
    client = MlflowClient(url)
    experiment = client.create_experiment(f"population-{uuid.uuid4().hex}")
    runs = []
    for number in range(12):
        run = client.create_run(experiment, start_time=1000 + number // 2, run_name=f"run-{number:02}").info.run_id
        params = [Param("depth", str(number)), Param("a b", "x%y_z" if number == 3 else "plain")]
        metrics = [Metric("auc", math.nan if number == 4 else number / 10, 1, 0)] if number % 5 else []
        tags = [RunTag("parity", "odd" if number % 2 else "even"), RunTag("Case", "Äbc" if number == 1 else "abc")]
        client.log_batch(run, metrics=metrics, params=params, tags=tags)
        if number == 7:
            client.set_terminated(run, "FAILED", end_time=5000)
        runs.append(run)
    return client, experiment, runs


@pytest.mark.parametrize(
    "filter, expected",
    [
        ("tags.parity = 'odd'", {1, 3, 5, 7, 9, 11}),
        ("tags.parity != 'odd'", {0, 2, 4, 6, 8, 10}),
        ("tags.parity = 'odd' AND metrics.auc > 0.3", {7, 9, 11}),
        ("metrics.auc >= 0.3 and metric.auc <= 0.7", {3, 6, 7}),
        ("metrics.auc != 0.3", {1, 2, 4, 6, 7, 8, 9, 11}),
        ("metrics.auc = 0", set()),
        ("params.depth = '3'", {3}),
        ('params."a b" = "x%y_z"', {3}),
        ("params.`a b` LIKE 'x%'", {3}),
        ("params.`a b` LIKE 'X%'", set()),
        ("params.`a b` ILIKE 'X%'", {3}),
        ("tags.Case ILIKE 'ABC'", {0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}),
        ("params.depth LIKE '_'", set(range(10))),
        ("params.depth LIKE '[0-9]'", set()),
        ("tags.nothing IS NULL AND params.depth = '5'", {5}),
        ("params.depth IS NOT NULL AND tags.parity IS NOT NULL", set(range(12))),
        ("attributes.status = 'FAILED'", {7}),
        ("status != 'FAILED'", set(range(12)) - {7}),
        ("attributes.start_time > 1003", {8, 9, 10, 11}),
        ("end_time = 5000", {7}),
        ("run_name = 'run-05'", {5}),
        ("attributes.`Run name` LIKE 'run-1%'", {10, 11}),
        ("tags.parity = 'x' ", set()),
        ("", set(range(12))),
    ],
)
def test_filters(population, filter, expected):
    client, experiment, runs = population
    found = client.search_runs([experiment], filter)
    assert {runs.index(run.info.run_id) for run in found} == expected


def test_run_id_lists(population):
    client, experiment, runs = population
    some = [runs[2], runs[9]]
    found = client.search_runs([experiment], f"run_id IN ('{some[0]}', '{some[1]}')")
    assert {run.info.run_id for run in found} == set(some)
    others = client.search_runs([experiment], f"attribute.run_id NOT IN ('{some[0]}')")
    assert len(others) == 11


@pytest.mark.parametrize(
    "order",
    [
        ["metrics.auc DESC"], ["metrics.auc ASC"], ["params.depth"], ["tags.parity DESC", "metrics.auc"],
        ["attributes.start_time ASC"], ["end_time DESC"], ["status", "run_name DESC"], [],
    ],
)
def test_pages_neither_repeat_nor_skip(population, order):
    client, experiment, runs = population
    whole = [run.info.run_id for run in client.search_runs([experiment], order_by=order)]
    assert sorted(whole) == sorted(runs)
    paged, token = [], None
    while True:
        page = client.search_runs([experiment], order_by=order, max_results=5, page_token=token)
        paged += [run.info.run_id for run in page]
        token = page.token
        if not token:
            break
    assert paged == whole


def test_orders(population):
    client, experiment, runs = population

    def numbers(*order):
        return [runs.index(run.info.run_id) for run in client.search_runs([experiment], order_by=list(order))]

    # Values, then NaN, then runs without the metric, whichever way the values go.
    assert numbers("metrics.auc DESC")[:8] == [11, 9, 8, 7, 6, 3, 2, 1] and numbers("metrics.auc DESC")[8] == 4
    assert numbers("metrics.auc ASC")[:9] == [1, 2, 3, 6, 7, 8, 9, 11, 4]
    assert numbers("params.depth ASC")[:4] == [0, 1, 10, 11]
    starts = [number // 2 for number in numbers()]
    assert starts == sorted(starts, reverse=True)


def test_search_refusals(population, url):
    client, experiment, _ = population
    with pytest.raises(MlflowException, match="Invalid clause"):
        client.search_runs([experiment], "tags.a = 'x' OR tags.b = 'y'")
    with pytest.raises(MlflowException, match="duplicate fields"):
        client.search_runs([experiment], order_by=["metrics.a", "metrics.a DESC"])
    with pytest.raises(MlflowException, match="at most 50000"):
        client.search_runs([experiment], max_results=50001)
    token = client.search_runs([experiment], max_results=5).token
    with pytest.raises(MlflowException, match="another search"):
        client.search_runs([experiment], "tags.parity = 'odd'", page_token=token)


def test_curl_search_reads_any_content_type(client, experiment, url):
    mark = uuid.uuid4().hex
    run = client.create_run(experiment, tags={"compliance": mark}).info.run_id
    status, _, body = call(
        url, "GET", "/api/2.0/mlflow/runs/search", json.dumps({"filter": f'tags.compliance = "{mark}"'}),
        {"Content-Type": "application/x-www-form-urlencoded"})
    answer = json.loads(body)
    assert status == 200 and [r["run_id"] for r in answer["runs"]] == [run]
    assert answer["runs"][0]["tags"]["compliance"] == mark and answer["runs"][0]["info"]["run_id"] == run
    status, _, body = call(url, "POST", "/api/2.0/mlflow/runs/search", {"filter": f"tags.compliance = '{mark}'"})
    assert (status, json.loads(body)) == (200, {})


# Inputs and outputs


def test_log_input(client, url):
    mlflow.set_experiment(f"inputs-{uuid.uuid4().hex}")
    frame = pd.DataFrame({"a": [1, 2, 3], "b": ["x", "y", None]})
    dataset = mlflow.data.from_pandas(frame, source="https://example.org/loans.csv", name="loans", targets="b")
    with mlflow.start_run() as run:
        mlflow.log_input(dataset, context="training", tags={"k": "v"})
        mlflow.log_input(dataset, context="ignored: the run has it already")
    inputs = client.get_run(run.info.run_id).inputs.dataset_inputs
    assert len(inputs) == 1 and inputs[0].dataset.name == "loans" and inputs[0].dataset.digest == dataset.digest
    assert json.loads(inputs[0].dataset.schema) and json.loads(inputs[0].dataset.profile)["num_rows"] == 3
    assert {tag.key: tag.value for tag in inputs[0].tags} == {"mlflow.data.context": "training", "k": "v"}
    experiment = run.info.experiment_id
    for filter, count in [
        ("dataset.name = 'loans'", 1), ("datasets.context = 'training'", 1), ("dataset.context = 'eval'", 0),
        (f"dataset.digest IN ('{dataset.digest}', 'x')", 1), ("dataset.name LIKE 'lo%' AND dataset.context != 'eval'", 1),
    ]:
        assert len(client.search_runs([experiment], filter)) == count, filter
    answer = json.loads(call(url, "POST", "/api/2.0/mlflow/experiments/search-datasets", {"experiment_ids": [experiment]})[2])
    assert answer["dataset_summaries"] == [
        {"experiment_id": experiment, "name": "loans", "digest": dataset.digest, "context": "training"}]


# Artifacts


def test_artifacts_up_and_down(client, experiment, tmp_path):
    run = client.create_run(experiment).info.run_id
    (tmp_path / "tree" / "deep" / "er").mkdir(parents=True)
    contents = {
        "a.txt": b"hello", "empty": b"", "deep/b c.bin": bytes(range(256)) * 1000, "deep/er/\u00e9\u4e00.txt": b"x",
    }
    for path, content in contents.items():
        (tmp_path / "tree" / path).write_bytes(content)
    client.log_artifacts(run, str(tmp_path / "tree"), "kept")
    client.log_text(run, "note", "kept/deep/note.txt")
    assert [(f.path, f.is_dir) for f in client.list_artifacts(run)] == [("kept", True)]
    listed = {(f.path, f.is_dir, f.file_size) for f in client.list_artifacts(run, "kept")}
    assert listed == {("kept/a.txt", False, 5), ("kept/empty", False, 0), ("kept/deep", True, None)}
    down = client.download_artifacts(run, "kept", str(tmp_path))
    for path, content in contents.items():
        assert (tmp_path / "kept" / path).read_bytes() == content, path
    assert down
    client.log_text(run, "second", "kept/deep/note.txt")
    assert mlflow.artifacts.load_text(f"runs:/{run}/kept/deep/note.txt") == "second"


def test_large_artifacts_stream(client, experiment, tmp_path):
    run = client.create_run(experiment).info.run_id
    content = np.random.default_rng(7).bytes(20_000_001)
    (tmp_path / "large.bin").write_bytes(content)
    client.log_artifact(run, str(tmp_path / "large.bin"))
    (tmp_path / "down").mkdir()
    client.download_artifacts(run, "large.bin", str(tmp_path / "down"))
    assert (tmp_path / "down" / "large.bin").read_bytes() == content


def test_log_table_and_dict(client):
    mlflow.set_experiment(f"tables-{uuid.uuid4().hex}")
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})
    with mlflow.start_run() as run:
        mlflow.log_table(frame, "eval/table.json")
        mlflow.log_table(frame, "eval/table.parquet")
        mlflow.log_dict({"k": [1]}, "d.json")
    pd.testing.assert_frame_equal(mlflow.load_table("eval/table.json", [run.info.run_id]), frame)
    assert json.loads(client.get_run(run.info.run_id).data.tags["mlflow.loggedArtifacts"])
    assert mlflow.artifacts.load_dict(f"runs:/{run.info.run_id}/d.json") == {"k": [1]}


def artifact_path(experiment, run, path):
    return f"/api/2.0/mlflow-artifacts/artifacts/{experiment}/{run}/artifacts/{path}"


def test_artifact_answers_are_harmless(client, experiment, url):
    run = client.create_run(experiment).info.run_id
    for name, type in [
        ("page.html", "application/octet-stream"), ("x.svg", "application/octet-stream"), ("a.png", "image/png"),
        ("noending", "application/octet-stream"), ("t.csv", "text/plain; charset=utf-8"),
    ]:
        assert call(url, "PUT", artifact_path(experiment, run, name), b"<script>")[0] == 200
        for path in [artifact_path(experiment, run, name), f"/get-artifact?run_id={run}&path={name}"]:
            status, headers, body = call(url, "GET", path)
            assert (status, body) == (200, b"<script>")
            assert headers["Content-Type"] == type and headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Content-Security-Policy"].startswith("sandbox") and headers["Content-Length"] == "8"
            assert headers["Content-Disposition"].startswith("attachment") == (type == "application/octet-stream")


@pytest.mark.parametrize(
    "path", ["../x", "a/../../x", "%2e%2e/x", "a/%2e%2e/x", "..%2fx", "%252e%252e/x", "a%5cb", "a%00b", "a%0ab", "C:%5cx", "a%23b", ""])
def test_paths_that_lead_elsewhere_are_refused(client, experiment, url, path):
    run = client.create_run(experiment).info.run_id
    for method, body in [("PUT", b"x"), ("GET", None), ("DELETE", None)]:
        status, _, answer = call(url, method, artifact_path(experiment, run, path), body)
        assert status in (400, 404) and json.loads(answer)["error_code"], (method, status, answer)
    assert client.list_artifacts(run) == []
    assert call(url, "GET", f"/api/2.0/mlflow/artifacts/list?run_id={run}&path=../a")[0] == 400


def test_artifacts_need_an_owner(client, experiment, url):
    run = client.create_run(experiment).info.run_id
    for path in [
        "x.txt", "0/x.txt", f"0/{run}/artifacts/x.txt", f"{experiment}/{run}/x.txt", f"{experiment}/{'0' * 32}/artifacts/x.txt",
        f"{experiment}/models/m-{'0' * 32}/artifacts/x.txt", f"{experiment}/models/{run}/artifacts/x",
    ]:
        status, _, answer = call(url, "PUT", f"/api/2.0/mlflow-artifacts/artifacts/{path}", b"x")
        assert status == 404 and json.loads(answer)["error_code"] == "RESOURCE_DOES_NOT_EXIST", path
    for method in ["PUT", "DELETE"]:
        status, _, answer = call(url, method, "/api/2.0/mlflow-artifacts/artifacts/versions/abc/model.skops", b"x")
        assert status == 403 and "frozen" in json.loads(answer)["message"]


def test_artifacts_are_deleted_file_by_file_and_folder_by_folder(client, experiment, url):
    run = client.create_run(experiment).info.run_id
    for path in ["a/1", "a/2", "ab", "b"]:
        client.log_text(run, path, path)
    assert call(url, "DELETE", artifact_path(experiment, run, "a"))[0] == 200
    assert [f.path for f in client.list_artifacts(run)] == ["ab", "b"]
    assert call(url, "DELETE", artifact_path(experiment, run, "a"))[0] == 404
    assert call(url, "PUT", artifact_path(experiment, run, "b/c"), b"x")[0] == 409
    assert call(url, "GET", artifact_path(experiment, run, "b"))[2] == b"b"


# Logged models


@pytest.fixture(scope="module")
def model():
    from sklearn.linear_model import LogisticRegression

    frame = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0], "b": [1.0, 0.0, 1.0, 0.0]})
    return LogisticRegression().fit(frame, [0, 0, 1, 1]), frame


def test_sklearn_model_and_back(client, model):
    fitted, frame = model
    mlflow.set_experiment(f"models-{uuid.uuid4().hex}")
    with mlflow.start_run() as run:
        mlflow.log_metric("auc", 0.9)
        info = mlflow.sklearn.log_model(fitted, name="model", params={"C": 1.0}, input_example=frame)
        mlflow.log_metric("after", 0.8, model_id=info.model_id)
    logged = mlflow.get_logged_model(info.model_id)
    assert logged.status == "READY" and logged.source_run_id == run.info.run_id and logged.params["C"] == "1.0"
    assert {m.key for m in logged.metrics} == {"auc", "after"}
    assert [o.model_id for o in client.get_run(run.info.run_id).outputs.model_outputs] == [info.model_id]
    for uri in [info.model_uri, f"runs:/{run.info.run_id}/model"]:
        np.testing.assert_array_equal(mlflow.sklearn.load_model(uri).predict(frame), fitted.predict(frame))
    experiment = run.info.experiment_id
    for filter, count in [
        ("name = 'model'", 1), ("metrics.auc > 0.5", 1), ("metrics.auc > 0.95", 0), ("params.C = '1.0'", 1),
        ("name IN ('model', 'x') AND source_run_id = '" + run.info.run_id + "'", 1), ("name LIKE 'mo%'", 1),
    ]:
        found = mlflow.search_logged_models([experiment], filter_string=filter, output_format="list")
        assert len(found) == count, filter
    mlflow.set_logged_model_tags(info.model_id, {"t": "1"})
    assert mlflow.get_logged_model(info.model_id).tags["t"] == "1"
    mlflow.delete_logged_model_tag(info.model_id, "t")
    assert "t" not in mlflow.get_logged_model(info.model_id).tags
    client.delete_logged_model(info.model_id)
    with pytest.raises(MlflowException, match="not found"):
        mlflow.get_logged_model(info.model_id)


def test_logged_models_are_sorted_and_paged(client, experiment):
    models = []
    for number in range(5):
        made = client.create_logged_model(experiment, name=f"n{number % 2}", source_run_id=None)
        run = client.create_run(experiment).info.run_id
        if number != 2:
            client.log_metric(run, "auc", number / 10, model_id=made.model_id)
        models.append(made.model_id)
    order = [{"field_name": "metrics.auc", "ascending": False}]
    seen, token = [], None
    while True:
        page = client.search_logged_models([experiment], order_by=order, max_results=2, page_token=token)
        seen += [models.index(m.model_id) for m in page]
        token = page.token
        if not token:
            break
    assert seen == [4, 3, 1, 0, 2]


# Refusals by hand


@pytest.mark.parametrize(
    "body, words",
    [
        ('{"run_id": "%s", "key": "m", "value": NaN, "timestamp": 1}', "'value'"),
        ('{"run_id": "%s", "key": "m", "value": 1, "timestamp": "x"}', "'timestamp'"),
        ('{"run_id": "%s", "key": "m", "value": 1, "timestamp": 1.5}', "'timestamp'"),
        ('{"run_id": "%s", "key": "m", "value": 1, "timestamp": 1', "'timestamp'"),
        ('[]', "must be a JSON object"),
        ('{"run_id": "%s", "key": "m\\u0000", "value": 1, "timestamp": 1}', "'key'"),
        ('{"run_id": "%s", "key": "m", "value": 1e999, "timestamp": 1}', "'value'"),
    ],
)
def test_half_valid_bodies_store_nothing(client, experiment, url, body, words):
    run = client.create_run(experiment).info.run_id
    body = body.replace("%s", run)
    status, _, answer = call(url, "POST", "/api/2.0/mlflow/runs/log-metric", body, {"Content-Type": "application/json"})
    answer = json.loads(answer)
    assert status == 400 and words in answer["message"], answer
    assert set(answer) == {"error_code", "message", "sqlstate", "error_class"}
    assert client.get_run(run).data.metrics == {}


def test_content_type_and_unknown_routes(url):
    assert call(url, "POST", "/api/2.0/mlflow/runs/create", "{}", {"Content-Type": "text/plain"})[0] == 400
    for method, path, status in [
        ("GET", "/api/2.0/mlflow/nothing", 404), ("DELETE", "/api/2.0/mlflow/runs/create", 405), ("POST", "/api/9.0/mlflow/runs/create", 404),
    ]:
        got, headers, body = call(url, method, path)
        assert got == status and headers["Content-Type"] == "application/json" and json.loads(body)["error_code"]
