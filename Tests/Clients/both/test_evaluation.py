"""`mlflow.evaluate`: the metrics, pictures and tables that evaluating a model leaves."""

import json

import mlflow
import numpy as np
import pandas as pd
from generation import GENERATION, log_model
from mlflow.models import make_metric
from sklearn.linear_model import LinearRegression, LogisticRegression

RANDOM = np.random.default_rng(5)
FRAME = pd.DataFrame(RANDOM.normal(size=(60, 2)), columns=["income", "debt"])
LABELS = (FRAME["income"] > 0.5 * FRAME["debt"]).astype(int)
AMOUNTS = 2 * FRAME["income"] - FRAME["debt"] + 1
QUIETLY = {"log_model_explainability": False, "log_explainer": False}


def greatest_error(predictions, targets):
    return float(np.abs(predictions - targets).max())


def test_a_classifier_by_name(here, client, mark):
    model = LogisticRegression().fit(FRAME, LABELS)
    with mlflow.start_run():
        log_model(model, registered_model_name=mark)
    data = FRAME.assign(label=LABELS)
    with mlflow.start_run() as run:
        result = mlflow.evaluate(
            f"models:/{mark}/1", data, targets="label", model_type="classifier", evaluators="default", evaluator_config=QUIETLY)
    stored = client.get_run(run.info.run_id)
    assert stored.data.metrics["accuracy_score"] == model.score(FRAME, LABELS) == result.metrics["accuracy_score"]
    assert stored.data.metrics.keys() >= {"f1_score", "roc_auc", "log_loss", "true_positives", "false_negatives"}
    assert set(result.metrics) == set(stored.data.metrics)
    kept = {item.path for item in client.list_artifacts(run.info.run_id)}
    assert kept >= {"confusion_matrix.png", "roc_curve_plot.png", "precision_recall_curve_plot.png"}
    for name, artifact in result.artifacts.items():
        assert mlflow.artifacts.download_artifacts(artifact.uri), name
    (data_set,) = [item.dataset for item in stored.inputs.dataset_inputs]
    assert json.loads(data_set.profile)["num_rows"] == 60


def test_a_regressor_with_a_metric_of_ones_own(here, client):
    with mlflow.start_run() as trained:
        info = log_model(LinearRegression().fit(FRAME, AMOUNTS))
    worst = make_metric(eval_fn=greatest_error, greater_is_better=False, name="worst")
    with mlflow.start_run() as run:
        mlflow.models.evaluate(
            info.model_uri, FRAME.assign(amount=AMOUNTS), targets="amount", model_type="regressor", evaluators="default",
            evaluator_config=QUIETLY, extra_metrics=[worst])
    metrics = client.get_run(run.info.run_id).data.metrics
    assert metrics["r2_score"] > 0.999 and metrics["example_count"] == 60 and metrics["worst"] < 1e-6
    assert run.info.run_id != trained.info.run_id
    if GENERATION >= 3:
        # What a model scores is noted at the model.
        scores = {metric.key: metric.run_id for metric in client.get_logged_model(info.model_id).metrics}
        assert scores["r2_score"] == run.info.run_id


def test_predictions_that_are_there_already(here, client):
    data = pd.DataFrame({"truth": AMOUNTS, "guess": AMOUNTS + 0.5})
    with mlflow.start_run() as run:
        mlflow.evaluate(data=data, targets="truth", predictions="guess", model_type="regressor", evaluator_config=QUIETLY)
    assert abs(client.get_run(run.info.run_id).data.metrics["mean_absolute_error"] - 0.5) < 1e-9
