"""Models of scikit-learn in service: labels without probabilities, explanations by their own numbers, and by asking where these tell nothing."""

import numpy as np
import pytest
from sklearn.ensemble import StackingClassifier
from sklearn.linear_model import LogisticRegression, PoissonRegressor
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from serving import Assay
from sklearn_zoo import Fitted, numbers, run, targets


def body(rows):
    return {"dataframe_split": {"columns": list(rows.columns), "data": rows.to_numpy().tolist()}}


def test_labels_alone_and_logarithms(tmp_path):
    frame, rows = numbers(width=3), numbers(seed=1, width=3).head(4)
    for model, target in ((LinearSVC(), "words"), (PoissonRegressor(), "positive")):
        model = make_pipeline(StandardScaler(), model).fit(frame, targets(frame)[target])
        fitted = Fitted(model, rows, tmp_path)
        with Assay(fitted.file) as ours:
            answer = ours.post("/invocations", body(rows)).json()
        theirs = model.predict(rows)
        if target == "words":
            assert answer["predictions"] == list(theirs)
            sums = model.decision_function(rows)
        else:
            np.testing.assert_allclose(answer["predictions"], theirs, rtol=1e-12)
            sums = np.log(theirs)
        explained = answer["explanations"]
        found = np.array(explained["shap_values"]).reshape(len(rows), -1).sum(axis=1) + explained["base_value"]
        np.testing.assert_allclose(found, sums, rtol=1e-9, atol=1e-9)


def test_joined_models_are_explained_on_demand(tmp_path):
    frame, rows = numbers(width=3), numbers(seed=1, width=3).head(3)
    model = StackingClassifier([("a", make_pipeline(StandardScaler(), LogisticRegression())), ("b", GaussianNB())], cv=3).fit(frame, targets(frame)["words"])
    fitted = Fitted(model, rows, tmp_path)
    frame.tail(10).to_parquet(tmp_path / "background.parquet")
    with Assay(fitted.file) as ours:
        answer = ours.post("/invocations", body(rows)).json()
    assert answer == {"predictions": list(model.predict(rows))} and "not explained" in ours.errors and "no rows to compare with" in ours.errors
    with Assay(fitted.file, "--explanations", "--background", tmp_path / "background.parquet") as ours:
        answer = ours.post("/invocations", body(rows)).json()
    explained = answer["explanations"]
    found = np.array(explained["shap_values"]).reshape(len(rows), -1).sum(axis=1) + explained["base_value"]
    np.testing.assert_allclose(found, model.predict_proba(rows)[:, 1], atol=1e-12)
    np.testing.assert_allclose(explained["base_value"], model.predict_proba(frame.tail(10))[:, 1].mean(), atol=1e-12)
    assert "by asking" in ours.errors
    assert "no rows to compare with" in run("serve", fitted.file, "--explanations", "-p", "1", status=2)
