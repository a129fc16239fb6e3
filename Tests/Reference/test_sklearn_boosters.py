"""LightGBM's estimators in scikit-learn's manner, read from skops: sums to the bit, what an exponential makes of them to its last place."""

import warnings

import numpy as np
import pytest
from sklearn.impute import SimpleImputer
from sklearn.ensemble import VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_zoo import Fitted, holes, numbers, refused, run, targets, words

lightgbm = pytest.importorskip("lightgbm")
mlflow = pytest.importorskip("mlflow")
warnings.filterwarnings("ignore")
QUIET = dict(n_estimators=15, verbose=-1, min_child_samples=5)


@pytest.mark.parametrize("target", ["words", "three", "text3", "flags"])
@pytest.mark.parametrize("settings", [{}, {"boosting_type": "dart"}, {"boosting_type": "rf", "subsample": 0.7, "subsample_freq": 1}, {"objective": "multiclassova"}])
def test_classifiers(target, settings, tmp_path):
    frame, rows = holes(numbers()), holes(numbers(seed=1))
    if "objective" in settings and target in ("words", "flags"):
        pytest.skip("two classes have one sum")
    rows.loc[3, "n0"] = np.inf
    fitted = Fitted(lightgbm.LGBMClassifier(**QUIET, **settings).fit(frame, targets(frame)[target]), rows, tmp_path)
    fitted.check(tolerance=4.5e-16)
    if settings.get("boosting_type") == "rf":
        # Its raw scores are not yet divided by the trees.
        return
    answer = fitted.explained(3, holes(numbers(seed=2)).head(20))
    sums = fitted.model.predict(rows.head(3), raw_score=True).reshape(3, -1)
    for place, row in enumerate(answer["rows"]):
        assert np.abs(np.atleast_1d(row["base_value"]) + np.atleast_2d(row["shap_values"]).sum(axis=1) - sums[place]).max() <= 1e-12 * (1 + np.abs(sums).max())


@pytest.mark.parametrize("settings", [{}, {"objective": "poisson"}, {"objective": "tweedie"}, {"objective": "huber"}, {"linear_tree": True}])
def test_regressors(settings, tmp_path):
    frame, rows = numbers(), numbers(seed=1)
    Fitted(lightgbm.LGBMRegressor(**QUIET, **settings).fit(frame, targets(frame)["positive"]), rows, tmp_path).check(tolerance=1e-15)


def test_the_best_round_is_the_last(tmp_path):
    frame, rows = numbers(), numbers(seed=1)
    model = lightgbm.LGBMClassifier(**QUIET).fit(frame, targets(frame)["three"])
    whole = model.predict_proba(rows)
    # As training that keeps its booster leaves it.
    model.booster_.best_iteration = 4
    assert np.abs(model.predict_proba(rows) - whole).max() > 0.01
    Fitted(model, rows, tmp_path).check(tolerance=4.5e-16)


def test_ranks(tmp_path):
    frame, rows = numbers(), numbers(seed=1)
    model = lightgbm.LGBMRanker(**QUIET).fit(frame, targets(frame)["two"], group=[100, 140])
    Fitted(model, rows, tmp_path).check(tolerance=0)


def test_in_pipelines_and_votes(tmp_path):
    frame, rows = holes(numbers()), holes(numbers(seed=1))
    trees = lightgbm.LGBMClassifier(**QUIET)
    model = make_pipeline(SimpleImputer(), StandardScaler(), VotingClassifier([("a", trees), ("b", LogisticRegression())], voting="soft"))
    Fitted(model.fit(frame, targets(frame)["words"]), rows, tmp_path).check()


def test_a_folder_of_mlflows(tmp_path):
    frame, rows = numbers(), numbers(seed=1)
    model = lightgbm.LGBMClassifier(**QUIET).fit(frame, targets(frame)["words"])
    mlflow.lightgbm.save_model(model, tmp_path / "model", signature=mlflow.models.infer_signature(frame, model.predict(frame)), pip_requirements=[],
                               serialization_format="skops")
    fitted = Fitted(model, rows, tmp_path)
    fitted.file = tmp_path / "model"
    fitted.check(tolerance=4.5e-16)
    mlflow.lightgbm.save_model(model, tmp_path / "pickle", pip_requirements=[], serialization_format="cloudpickle")
    assert "saved as cloudpickle" in run("score", "--no-foreign", tmp_path / "pickle", fitted.data, status=2)


def test_what_is_not_read_is_named(tmp_path):
    frame = numbers()
    coded = frame.assign(city=words().city.astype("category"))
    message = refused(lightgbm.LGBMClassifier(**QUIET).fit(coded, targets(frame)["two"]), coded, tmp_path)
    assert "data frame's categories" in message
    message = refused(lightgbm.LGBMClassifier(**QUIET, pred_early_stop=True).fit(frame, targets(frame)["two"]), frame, tmp_path)
    assert "'pred_early_stop'" in message
