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
