"""Runs: names in two places, params written once, batches whole or not at all, deleted runs."""

import json

import pytest
from mlflow.entities import Metric, Param, RunTag, ViewType
from mlflow.exceptions import MlflowException
from wire import call


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
