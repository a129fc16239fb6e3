"""`MlflowClient` on experiments, runs, metrics and the files of runs: each method that speaks to a server, once at least."""

import time

import mlflow
import pytest
from generation import since_3
from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param, RunTag, ViewType
from mlflow.exceptions import MlflowException


def test_experiments(client, mark, experiment):
    got = client.get_experiment(experiment)
    assert (got.name, got.lifecycle_stage, got.tags) == (f"experiment-{mark}", "active", {"team": "credit"})
    assert got.artifact_location == f"mlflow-artifacts:/{experiment}" and got.creation_time <= got.last_update_time
    client.set_experiment_tag(experiment, "mark", mark)
    client.rename_experiment(experiment, f"renamed-{mark}")
    assert client.get_experiment_by_name(f"renamed-{mark}").tags == {"team": "credit", "mark": mark}
    assert client.get_experiment_by_name(f"experiment-{mark}") is None
    others = [client.create_experiment(f"other-{number}-{mark}", tags={"mark": mark}) for number in range(3)]
    client.delete_experiment(others[0])
    of_mark = {"filter_string": f"tags.mark = '{mark}'"}
    found = client.search_experiments(**of_mark, order_by=["name ASC"])
    assert [e.experiment_id for e in found] == [others[1], others[2], experiment]
    assert [e.experiment_id for e in client.search_experiments(ViewType.DELETED_ONLY, **of_mark)] == [others[0]]
    page = client.search_experiments(ViewType.ALL, max_results=3, **of_mark)
    rest = client.search_experiments(ViewType.ALL, max_results=3, page_token=page.token, **of_mark)
    assert len(page) == 3 and len(rest) == 1 and not rest.token
    client.restore_experiment(others[0])
    assert client.get_experiment(others[0]).lifecycle_stage == "active"
    with pytest.raises(MlflowException) as refusal:
        client.create_experiment(f"renamed-{mark}")
    assert refusal.value.error_code == "RESOURCE_ALREADY_EXISTS"


def test_a_run(client, experiment, mark):
    run = client.create_run(experiment, start_time=1_000, tags={"k": "v", "mlflow.user": "ana"}, run_name="first").info
    assert (run.status, run.start_time, run.run_name, run.lifecycle_stage) == ("RUNNING", 1_000, "first", "active")
    client.log_param(run.run_id, "p", 3)
    client.log_metric(run.run_id, "m", 0.25, timestamp=5, step=1)
    client.log_metric(run.run_id, "m", 0.5, timestamp=6, step=2)
    client.log_batch(
        run.run_id, metrics=[Metric("n", 1.0, 7, 0), Metric("n", 2.0, 8, 1)], params=[Param("q", "x")], tags=[RunTag("b", "1")])
    client.set_tag(run.run_id, "t", True)
    client.delete_tag(run.run_id, "k")
    data = client.get_run(run.run_id).data
    assert data.params == {"p": "3", "q": "x"} and data.metrics == {"m": 0.5, "n": 2.0}
    assert data.tags == {"b": "1", "t": "True", "mlflow.user": "ana", "mlflow.runName": "first"}
    assert [(m.value, m.timestamp, m.step) for m in client.get_metric_history(run.run_id, "m")] == [(0.25, 5, 1), (0.5, 6, 2)]
    assert client.get_metric_history(run.run_id, "nothing") == []
    client.update_run(run.run_id, status="SCHEDULED", name="second")
    changed = client.get_run(run.run_id)
    assert (changed.info.status, changed.info.run_name, changed.data.tags["mlflow.runName"]) == ("SCHEDULED", "second", "second")
    client.set_terminated(run.run_id, "FAILED", end_time=2_000)
    ended = client.get_run(run.run_id).info
    assert (ended.status, ended.end_time) == ("FAILED", 2_000)
    client.delete_run(run.run_id)
    assert client.get_run(run.run_id).info.lifecycle_stage == "deleted"
    with pytest.raises(MlflowException, match="must be in the 'active' state"):
        client.set_tag(run.run_id, "t", "2")
    client.restore_run(run.run_id)
    before = int(time.time() * 1000) - 1000
    client.set_terminated(run.run_id)
    assert client.get_run(run.run_id).info.end_time >= before and client.get_run(run.run_id).info.status == "FINISHED"


def test_parents(client, experiment):
    parent = client.create_run(experiment).info.run_id
    child = client.create_run(experiment, tags={"mlflow.parentRunId": parent}).info.run_id
    assert client.get_parent_run(child).info.run_id == parent and client.get_parent_run(parent) is None
    found = client.search_runs([experiment], f"tags.mlflow.parentRunId = '{parent}'")
    assert [run.info.run_id for run in found] == [child]


def test_runs_are_found(client, experiment, mark):
    other = client.create_experiment(f"second-{mark}")
    runs = [client.create_run(home, start_time=1000 + number).info.run_id for number, home in enumerate([experiment, other] * 3)]
    for number, run in enumerate(runs):
        client.log_batch(run, metrics=[Metric("auc", number / 10, 1, 0)], params=[Param("depth", str(number % 2))])
    found = client.search_runs([experiment, other], "params.depth = '1' and metrics.auc >= 0.3", order_by=["metrics.auc DESC"])
    assert [run.info.run_id for run in found] == [runs[5], runs[3]]
    seen, token = [], None
    while True:
        page = client.search_runs([experiment, other], max_results=4, order_by=["attributes.start_time ASC"], page_token=token)
        seen += [run.info.run_id for run in page]
        token = page.token
        if not token:
            break
    assert seen == runs
    client.delete_run(runs[0])
    assert runs[0] not in [run.info.run_id for run in client.search_runs([experiment])]
    assert [run.info.run_id for run in client.search_runs([experiment], run_view_type=ViewType.DELETED_ONLY)] == [runs[0]]
    assert len(client.search_runs([experiment], run_view_type=ViewType.ALL)) == 3
    with pytest.raises(MlflowException) as refusal:
        client.search_runs([experiment], "params.depth > '1'")
    assert refusal.value.error_code == "INVALID_PARAMETER_VALUE"


def test_inputs(client, experiment):
    run = client.create_run(experiment).info.run_id
    data = Dataset(name="loans", digest="d1", source_type="local", source='{"uri": "/loans.csv"}', schema="{}", profile=None)
    client.log_inputs(run, [DatasetInput(data, [InputTag("mlflow.data.context", "training")])])
    (item,) = client.get_run(run).inputs.dataset_inputs
    assert (item.dataset.name, item.dataset.digest, item.dataset.source) == ("loans", "d1", '{"uri": "/loans.csv"}')
    assert [(tag.key, tag.value) for tag in item.tags] == [("mlflow.data.context", "training")]


def test_logging_without_waiting(client, experiment):
    run = client.create_run(experiment).info.run_id
    waiting = [
        client.log_metric(run, "m", 0.5, synchronous=False), client.log_param(run, "p", 1, synchronous=False),
        client.set_tag(run, "t", "x", synchronous=False),
        client.log_batch(run, metrics=[Metric("b", float(step), 1, step) for step in range(1000)], synchronous=False)]
    for operation in waiting:
        operation.wait()
    data = client.get_run(run).data
    assert data.metrics == {"m": 0.5, "b": 999.0} and data.params == {"p": "1"} and data.tags["t"] == "x"
    refused = client.log_param(run, "p", 2, synchronous=False)
    with pytest.raises(MlflowException, match="Changing param values is not allowed|Params were already"):
        refused.wait()
    assert client.get_run(run).data.params == {"p": "1"}


def test_files(client, experiment, tmp_path):
    run = client.create_run(experiment).info.run_id
    (tmp_path / "up").mkdir()
    (tmp_path / "up" / "a.txt").write_text("a")
    client.log_artifact(run, str(tmp_path / "up" / "a.txt"), "one")
    client.log_artifacts(run, str(tmp_path / "up"), "all")
    client.log_text(run, "text", "t.txt")
    client.log_dict(run, {"k": 1}, "d.json")
    client.log_table(run, {"k": [1, 2]}, "table.json")
    assert [(item.path, item.is_dir) for item in client.list_artifacts(run)] == [
        ("all", True), ("d.json", False), ("one", True), ("t.txt", False), ("table.json", False)]
    assert [item.path for item in client.list_artifacts(run, "all")] == ["all/a.txt"]
    assert open(client.download_artifacts(run, "one/a.txt", str(tmp_path))).read() == "a"
    assert client.load_table(experiment, "table.json", [run]).to_dict("list") == {"k": [1, 2]}


@since_3
def test_a_logged_model_from_start_to_end(client, experiment, tmp_path):
    run = client.create_run(experiment).info.run_id
    made = client.create_logged_model(experiment, name="net", source_run_id=run, tags={"k": "v"}, params={"lr": "0.1"}, model_type="net")
    assert str(made.status) == "PENDING" and made.artifact_location.endswith(f"/models/{made.model_id}/artifacts")
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "w.bin").write_bytes(b"w" * 9)
    client.log_model_artifact(made.model_id, str(tmp_path / "weights" / "w.bin"))
    client.log_model_artifacts(made.model_id, str(tmp_path / "weights"), "folder")
    client.log_model_params(made.model_id, {"depth": "3"})
    client.set_logged_model_tags(made.model_id, {"stage": "trial"})
    client.delete_logged_model_tag(made.model_id, "k")
    client.log_metric(run, "auc", 0.9, model_id=made.model_id)
    client.log_outputs(run, [mlflow.entities.LoggedModelOutput(made.model_id, step=3)])
    assert str(client.finalize_logged_model(made.model_id, "READY").status) == "READY"
    got = client.get_logged_model(made.model_id)
    assert (got.name, got.params, got.tags, got.model_type) == ("net", {"lr": "0.1", "depth": "3"}, {"stage": "trial"}, "net")
    assert [(m.key, m.value, m.run_id) for m in got.metrics] == [("auc", 0.9, run)]
    assert [(item.path, item.file_size) for item in client.list_logged_model_artifacts(made.model_id)] == [("folder", None), ("w.bin", 9)]
    assert [(out.model_id, out.step) for out in client.get_run(run).outputs.model_outputs] == [(made.model_id, 3)]
    found = client.search_logged_models([experiment], "params.lr = '0.1' AND metrics.auc > 0.5", order_by=[{"field_name": "metrics.auc"}])
    assert [model.model_id for model in found] == [made.model_id]
    failed = client.create_logged_model(experiment, name="net2")
    assert str(client.finalize_logged_model(failed.model_id, "FAILED").status) == "FAILED"
    client.delete_logged_model(failed.model_id)
    with pytest.raises(MlflowException, match="not found"):
        client.get_logged_model(failed.model_id)
