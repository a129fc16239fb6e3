"""Logged models of the present client: scored, found, paged, deleted."""

import mlflow
import numpy as np
import pandas as pd
import pytest
from generation import log_model
from mlflow.exceptions import MlflowException


@pytest.fixture(scope="module")
def model():
    from sklearn.linear_model import LogisticRegression

    frame = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0], "b": [1.0, 0.0, 1.0, 0.0]})
    return LogisticRegression().fit(frame, [0, 0, 1, 1]), frame


def test_sklearn_model_and_back(client, here, model):
    fitted, frame = model
    with mlflow.start_run() as run:
        mlflow.log_metric("auc", 0.9)
        info = log_model(fitted, params={"C": 1.0}, input_example=frame)
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


def test_the_fluent_life_of_a_logged_model(client, here):
    outside = mlflow.create_external_model(name="agent", params={"k": "v"}, tags={"t": "1"}, model_type="agent")
    assert str(outside.status) == "READY" and client.get_logged_model(outside.model_id).params == {"k": "v"}
    started = mlflow.initialize_logged_model(name="net", params={"lr": "0.1"})
    assert str(started.status) == "PENDING"
    mlflow.log_model_params({"depth": "3"}, model_id=started.model_id)
    mlflow.set_logged_model_tags(started.model_id, {"stage": "trial"})
    with mlflow.start_run() as run:
        mlflow.log_metric("auc", 0.9, step=1, model_id=started.model_id)
        mlflow.log_outputs(models=[mlflow.entities.LoggedModelOutput(started.model_id, step=1)])
        mlflow.log_input(model=mlflow.entities.LoggedModelInput(outside.model_id))
    assert str(mlflow.finalize_logged_model(started.model_id, "READY").status) == "READY"
    got = mlflow.get_logged_model(started.model_id)
    assert got.params == {"lr": "0.1", "depth": "3"} and got.tags["stage"] == "trial"
    assert [(metric.key, metric.value, metric.step) for metric in got.metrics] == [("auc", 0.9, 1)]
    stored = client.get_run(run.info.run_id)
    # A model whose metric the run logs is one of its inputs too.
    assert {used.model_id for used in stored.inputs.model_inputs} == {outside.model_id, started.model_id}
    assert [(made.model_id, made.step) for made in stored.outputs.model_outputs] == [(started.model_id, 1)]
    assert mlflow.last_logged_model().model_id == started.model_id


def test_a_model_that_is_active_gets_the_metrics(client, here):
    active = mlflow.set_active_model(name="active")
    try:
        with mlflow.start_run():
            mlflow.log_metric("auc", 0.5)
            mlflow.log_metrics({"f1": 0.25}, step=2)
        assert {metric.key: metric.value for metric in client.get_logged_model(active.model_id).metrics} == {"auc": 0.5, "f1": 0.25}
    finally:
        mlflow.clear_active_model()
