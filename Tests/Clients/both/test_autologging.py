"""What scikit-learn, XGBoost and LightGBM write by themselves while they train."""

import json

import mlflow
import numpy as np
import pandas as pd
import pytest
from generation import GENERATION

RANDOM = np.random.default_rng(3)
FRAME = pd.DataFrame(RANDOM.normal(size=(80, 3)), columns=["income", "age", "debt"])
LABELS = (FRAME["income"] > FRAME["debt"]).astype(int)


@pytest.fixture(autouse=True)
def no_guessing(monkeypatch):
    """What a model needs is found by loading it in a process of its own, for seconds; the server sees a file either way."""
    monkeypatch.setattr("mlflow.models.infer_pip_requirements", lambda *_, fallback=None, **__: fallback or ["scikit-learn"])
    yield
    for flavor in (mlflow.sklearn, mlflow.xgboost, mlflow.lightgbm):
        flavor.autolog(disable=True)


def the_run(client, experiment):
    (run,) = client.search_runs([experiment.experiment_id])
    return run


def loaded(client, run):
    """The one model that the run logged, loaded as users do."""
    if GENERATION >= 3:
        assert len(run.outputs.model_outputs) == 1
        assert str(client.get_logged_model(run.outputs.model_outputs[0].model_id).status) == "READY"
    else:
        (noted,) = json.loads(run.data.tags["mlflow.log-model.history"])
        assert noted["artifact_path"] == "model"
    return mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model")


def files(client, run):
    return {item.path for item in client.list_artifacts(run.info.run_id)}


def test_scikit_learn(here, client):
    from sklearn.linear_model import LogisticRegression

    mlflow.sklearn.autolog(silent=True)
    model = LogisticRegression(C=0.5).fit(FRAME, LABELS)
    model.score(FRAME[:40], LABELS[:40])
    run = the_run(client, here)
    assert run.info.status == "FINISHED" and run.data.params["C"] == "0.5" and len(run.data.params) > 10
    assert run.data.metrics["training_score"] == model.score(FRAME, LABELS)
    assert run.data.tags["estimator_name"] == "LogisticRegression"
    # A metric of a call after the training, under the variable's name or the caller's.
    assert sum(key.startswith("LogisticRegression_score") for key in run.data.metrics) == 1
    assert files(client, run) >= {"estimator.html", "training_confusion_matrix.png", "training_roc_curve.png"}
    np.testing.assert_array_equal(loaded(client, run).predict(FRAME), model.predict(FRAME))
    (data,) = [item for item in run.inputs.dataset_inputs if item.tags[0].value == "train"]
    assert (data.tags[0].key, json.loads(data.dataset.profile)["num_rows"]) == ("mlflow.data.context", 80)


def test_scikit_learns_searches(here, client):
    from sklearn.linear_model import Ridge
    from sklearn.model_selection import GridSearchCV

    mlflow.sklearn.autolog(silent=True, max_tuning_runs=2, log_models=False)
    with mlflow.start_run() as parent:
        search = GridSearchCV(Ridge(), {"alpha": [0.1, 1.0, 10.0]}, cv=3).fit(FRAME, LABELS)
    run = client.get_run(parent.info.run_id)
    assert run.data.params["best_alpha"] == str(search.best_params_["alpha"])
    assert run.data.metrics["best_cv_score"] == search.best_score_
    children = client.search_runs([here.experiment_id], f"tags.mlflow.parentRunId = '{parent.info.run_id}'")
    # The best two of the three candidates.
    assert len(children) == 2 and all("mean_test_score" in child.data.metrics for child in children)
    assert "cv_results.csv" in files(client, run)


def test_xgboost(here, client):
    import xgboost

    mlflow.xgboost.autolog(silent=True)
    data = xgboost.DMatrix(FRAME, label=LABELS)
    model = xgboost.train({"objective": "binary:logistic", "max_depth": 2}, data, 8, evals=[(data, "seen")], verbose_eval=False)
    run = the_run(client, here)
    assert run.info.status == "FINISHED" and run.data.params["max_depth"] == "2" and run.data.params["num_boost_round"] == "8"
    history = client.get_metric_history(run.info.run_id, "seen-logloss")
    assert [point.step for point in history] == list(range(8)) and history[-1].value < history[0].value
    assert files(client, run) >= {"feature_importance_weight.json", "feature_importance_weight.png"}
    np.testing.assert_allclose(loaded(client, run).predict(FRAME), model.predict(data), rtol=1e-6)


def test_lightgbm(here, client, mark):
    import lightgbm

    mlflow.lightgbm.autolog(silent=True, registered_model_name=mark)
    data = lightgbm.Dataset(FRAME, label=LABELS)
    with mlflow.start_run():
        model = lightgbm.train(
            {"objective": "binary", "num_leaves": 4, "verbose": -1, "metric": ["auc"]}, data, 6, valid_sets=[data], valid_names=["seen"])
    run = the_run(client, here)
    assert run.data.params["num_leaves"] == "4" and run.data.params["num_boost_round"] == "6"
    assert [point.step for point in client.get_metric_history(run.info.run_id, "seen-auc")] == list(range(6))
    assert files(client, run) >= {"feature_importance_gain.json", "feature_importance_split.png"}
    np.testing.assert_allclose(loaded(client, run).predict(FRAME), model.predict(FRAME), rtol=1e-6)
    assert client.get_model_version(mark, "1").run_id == run.info.run_id
    np.testing.assert_allclose(mlflow.pyfunc.load_model(f"models:/{mark}/1").predict(FRAME), model.predict(FRAME), rtol=1e-6)


@pytest.mark.parametrize("flavor", ["xgboost", "lightgbm"])
def test_their_estimators_in_scikit_learns_form(here, client, flavor):
    """Both libraries have classifiers like scikit-learn's, which log by another road."""
    import lightgbm
    import xgboost

    if flavor == "xgboost":
        mlflow.xgboost.autolog(silent=True, log_models=False)
        model = xgboost.XGBClassifier(n_estimators=4, max_depth=2)
        model.fit(FRAME, LABELS, eval_set=[(FRAME, LABELS)], verbose=False)
        metric, steps = "validation_0-logloss", 4
    else:
        mlflow.lightgbm.autolog(silent=True, log_models=False)
        model = lightgbm.LGBMClassifier(n_estimators=5, num_leaves=4, verbose=-1)
        model.fit(FRAME, LABELS, eval_set=[(FRAME, LABELS)], eval_names=["seen"], callbacks=[lightgbm.log_evaluation(0)])
        metric, steps = "seen-binary_logloss", 5
    run = the_run(client, here)
    assert run.info.status == "FINISHED" and len(client.get_metric_history(run.info.run_id, metric)) == steps
    assert run.data.params["max_depth" if flavor == "xgboost" else "num_leaves"] == ("2" if flavor == "xgboost" else "4")
