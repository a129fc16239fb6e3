"""The fluent API: experiments, runs in runs, what they log, what finds them, what deletes them."""

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow.entities import ViewType
from mlflow.exceptions import MlflowException


def test_experiments(client, mark):
    made = mlflow.set_experiment(f"fluent-{mark}")
    assert mlflow.set_experiment(experiment_id=made.experiment_id).name == made.name
    assert mlflow.set_experiment(made.name).experiment_id == made.experiment_id
    mlflow.set_experiment_tags({"team": "credit", "mark": mark})
    mlflow.set_experiment_tag("team", "fraud")
    assert mlflow.get_experiment(made.experiment_id).tags == {"team": "fraud", "mark": mark}
    other = mlflow.create_experiment(f"other-{mark}", tags={"mark": mark})
    found = mlflow.search_experiments(filter_string=f"tags.mark = '{mark}'", order_by=["name DESC"])
    assert [e.experiment_id for e in found] == [other, made.experiment_id]
    mlflow.delete_experiment(other)
    assert mlflow.get_experiment_by_name(f"other-{mark}").lifecycle_stage == "deleted"
    with pytest.raises(MlflowException, match="Cannot set a deleted experiment"):
        mlflow.set_experiment(f"other-{mark}")
    client.restore_experiment(other)
    assert mlflow.set_experiment(f"other-{mark}").lifecycle_stage == "active"


def test_a_search_of_parameters(here, client, mark):
    """A parent with children, as sweeps write them, and the table that comes out of it."""
    with mlflow.start_run(run_name="sweep", tags={"kind": "parent"}, description="depths") as parent:
        mlflow.set_tags({"a b/c:d.e-f": "spaced", "é": "letter"})
        for depth in (2, 3, 4):
            with mlflow.start_run(run_name=f"depth-{depth}", nested=True) as child:
                mlflow.log_param("depth", depth)
                mlflow.log_params({"rate": 0.1, "loss": "log"})
                for step in range(3):
                    mlflow.log_metric("auc", depth / 10 + step / 100, step=step)
                mlflow.log_metrics({"f1": 0.5, "recall": 1}, step=7)
                mlflow.set_tag("kind", "child")
                mlflow.set_tags({"mark": mark, "number": depth})
            assert mlflow.get_parent_run(child.info.run_id).info.run_id == parent.info.run_id
        assert mlflow.active_run().info.run_id == parent.info.run_id
    assert mlflow.last_active_run().info.run_id == parent.info.run_id
    above = client.get_run(parent.info.run_id)
    assert above.data.tags["mlflow.note.content"] == "depths" and above.data.tags["mlflow.runName"] == above.info.run_name == "sweep"
    assert above.data.tags["a b/c:d.e-f"] == "spaced" and above.data.tags["é"] == "letter"
    assert above.info.artifact_uri == f"mlflow-artifacts:/{here.experiment_id}/{parent.info.run_id}/artifacts"

    table = mlflow.search_runs(filter_string="tags.kind = 'child' and metrics.auc > 0.25", order_by=["metrics.auc DESC"])
    assert isinstance(table, pd.DataFrame) and list(table["params.depth"]) == ["4", "3"]
    assert list(table["metrics.auc"].round(9)) == [0.42, 0.32] and list(table["metrics.recall"]) == [1.0, 1.0]
    assert list(table["tags.mlflow.parentRunId"]) == [parent.info.run_id] * 2 and list(table["tags.number"]) == ["4", "3"]
    assert (table["status"] == "FINISHED").all() and (table["end_time"] >= table["start_time"]).all()
    assert str(table["start_time"].dt.tz) == "UTC" and (table["experiment_id"] == here.experiment_id).all()

    everywhere = mlflow.search_runs(search_all_experiments=True, filter_string=f"tags.mark = '{mark}'", output_format="list")
    assert {run.info.run_name for run in everywhere} == {"depth-2", "depth-3", "depth-4"}
    whole = mlflow.search_runs(experiment_names=[here.name])
    # A column that some runs lack is there, empty for them.
    assert len(whole) == 4 and whole["params.depth"].isna().sum() == 1 and whole["metrics.auc"].isna().sum() == 1
    assert mlflow.search_runs(experiment_ids=[here.experiment_id], filter_string="params.depth = '9'").empty
    history = client.get_metric_history(child.info.run_id, "auc")
    assert [(m.step, round(m.value, 2)) for m in history] == [(0, 0.4), (1, 0.41), (2, 0.42)]


def test_a_run_is_taken_up_again(here, client):
    with mlflow.start_run(run_name="first") as run:
        mlflow.log_param("p", 1)
    with mlflow.start_run(run_id=run.info.run_id) as again:
        assert client.get_run(run.info.run_id).info.status == "RUNNING"
        mlflow.log_param("p", 1)
        mlflow.log_param("q", 2)
        with pytest.raises(MlflowException, match="Changing param values is not allowed"):
            mlflow.log_param("p", 2)
        with pytest.raises(MlflowException, match="Changing param values is not allowed"):
            mlflow.log_params({"p": 3})
    assert again.info.run_id == run.info.run_id
    ended = mlflow.get_run(run.info.run_id)
    assert ended.info.status == "FINISHED" and ended.data.params == {"p": "1", "q": "2"} and ended.info.run_name == "first"


def test_how_runs_end(here, client):
    with pytest.raises(RuntimeError), mlflow.start_run() as parent:
        with mlflow.start_run(nested=True) as child:
            pass
        raise RuntimeError
    assert client.get_run(parent.info.run_id).info.status == "FAILED"
    assert client.get_run(child.info.run_id).info.status == "FINISHED"
    mlflow.start_run()
    killed = mlflow.active_run().info.run_id
    mlflow.end_run("KILLED")
    assert client.get_run(killed).info.status == "KILLED" and client.get_run(killed).info.end_time
    with mlflow.start_run(parent_run_id=killed) as later:
        pass
    assert mlflow.get_parent_run(later.info.run_id).info.run_id == killed


def test_runs_are_deleted_and_restored(here, client):
    with mlflow.start_run() as run:
        mlflow.set_tags({"keep": "1", "lose": "1"})
        mlflow.delete_tag("lose")
    assert "lose" not in client.get_run(run.info.run_id).data.tags
    mlflow.delete_run(run.info.run_id)
    assert mlflow.search_runs().empty
    assert list(mlflow.search_runs(run_view_type=ViewType.DELETED_ONLY).run_id) == [run.info.run_id]
    with pytest.raises(MlflowException, match="is in the deleted state|Cannot start run with ID"):
        mlflow.start_run(run_id=run.info.run_id)
    client.restore_run(run.info.run_id)
    assert list(mlflow.search_runs().run_id) == [run.info.run_id]


def test_metrics_that_are_no_plain_numbers(here, client):
    with mlflow.start_run() as run:
        mlflow.log_metric("numpy", np.float32(0.5))
        mlflow.log_metric("whole", np.int64(3))
        mlflow.log_metrics({"nan": float("nan"), "up": float("inf")})
        mlflow.log_metric("then", 1.0, timestamp=1_234_567, step=-2)
    data = client.get_run(run.info.run_id).data
    assert data.metrics["numpy"] == 0.5 and data.metrics["whole"] == 3 and data.metrics["nan"] != data.metrics["nan"]
    (point,) = client.get_metric_history(run.info.run_id, "then")
    assert (point.timestamp, point.step) == (1_234_567, -2)


@pytest.mark.parametrize("buffering, points", [("0", 120), ("1", 1500)])
def test_logging_without_waiting(here, client, monkeypatch, buffering, points):
    """One request for each call, or many calls gathered into batches of up to a thousand."""
    monkeypatch.setenv("MLFLOW_ASYNC_LOGGING_BUFFERING_SECONDS", buffering)
    with mlflow.start_run() as run:
        operations = [mlflow.log_metric("m", step / 8, step=step, synchronous=False) for step in range(points)]
        operations.append(mlflow.log_params({f"p{number}": number for number in range(250)}, synchronous=False))
        operations.append(mlflow.set_tag("t", "1", synchronous=False))
        for operation in operations:
            operation.wait()
        mlflow.config.enable_async_logging(True)
        try:
            mlflow.log_metric("late", 2.0)
            mlflow.log_param("late", "x")
        finally:
            mlflow.config.enable_async_logging(False)
        mlflow.flush_async_logging()
    history = client.get_metric_history(run.info.run_id, "m")
    assert [(point.step, point.value) for point in history] == [(step, step / 8) for step in range(points)]
    data = client.get_run(run.info.run_id).data
    assert data.tags["t"] == "1" and data.metrics["late"] == 2.0 and data.params["late"] == "x" and len(data.params) == 251
