"""Every kind of model that is read here behind `/invocations` and `/predict`: the library's predictions, explained, and not explained where a
request says so."""

import mlflow
import numpy as np
import pytest
import skops.io
from mlflow.models import infer_signature
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import (
    AdaBoostClassifier, BaggingClassifier, GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier,
    RandomForestRegressor, StackingClassifier, VotingClassifier,
)
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.svm import SVR
from sklearn.tree import DecisionTreeClassifier

from serving import Assay
from sklearn_zoo import numbers, targets

FRAME = numbers(width=4)
TARGETS = targets(FRAME)
ROWS = numbers(seed=1, width=4).head(3)


def sklearn(estimator, target):
    def save(folder):
        model = estimator.fit(FRAME, TARGETS[target])
        known = skops.io.get_untrusted_types(data=skops.io.dumps(model))
        mlflow.sklearn.save_model(
            model, folder, serialization_format="skops", skops_trusted_types=known, signature=infer_signature(FRAME, model.predict(FRAME)),
            input_example=FRAME.head(12))
        return model.predict(ROWS)

    return save


def boosted(make, library):
    def save(folder):
        model = make().fit(FRAME, TARGETS["two"])
        library().save_model(model, folder, signature=infer_signature(FRAME, model.predict(FRAME)), input_example=FRAME.head(12))
        return model.predict(ROWS)

    return save


def xgb():
    import xgboost

    return xgboost.XGBClassifier(n_estimators=10, max_depth=3)


def lgb():
    import lightgbm

    return lightgbm.LGBMClassifier(n_estimators=10, verbose=-1)


def onnx(estimator):
    def save(folder):
        from skl2onnx import to_onnx

        model = estimator.fit(FRAME.astype(np.float32), TARGETS["two"])
        graph = to_onnx(model, FRAME.head(1).to_numpy(np.float32), options={"zipmap": False})
        mlflow.onnx.save_model(
            graph, folder, signature=infer_signature(FRAME.astype(np.float32), model.predict(FRAME.astype(np.float32))),
            input_example=FRAME.head(12).astype(np.float32))
        return model.predict(ROWS.astype(np.float32))

    return save


# By asking: those whose own numbers do not add up by column.
OWN = {
    "logistic": sklearn(make_pipeline(StandardScaler(), LogisticRegression()), "two"),
    "multinomial": sklearn(make_pipeline(StandardScaler(), LogisticRegression()), "text3"),
    "linear": sklearn(LinearRegression(), "number"),
    "tree": sklearn(DecisionTreeClassifier(max_depth=5, random_state=0), "words"),
    "forest": sklearn(RandomForestClassifier(12, random_state=0), "three"),
    "forest of numbers": sklearn(RandomForestRegressor(12, random_state=0), "number"),
    "gradient boosting": sklearn(GradientBoostingClassifier(n_estimators=10, random_state=0), "flags"),
    "histogram boosting": sklearn(HistGradientBoostingClassifier(max_iter=10, random_state=0), "two"),
    "boosted stumps": sklearn(AdaBoostClassifier(DecisionTreeClassifier(max_depth=2), n_estimators=5, random_state=0), "two"),
    "xgboost": boosted(xgb, lambda: mlflow.xgboost),
    "lightgbm": boosted(lgb, lambda: mlflow.lightgbm),
    "onnx forest": onnx(RandomForestClassifier(8, max_depth=4, random_state=0)),
}
ASKED = {
    "neighbours": sklearn(make_pipeline(StandardScaler(), KNeighborsClassifier()), "words"),
    "bayes": sklearn(GaussianNB(), "two"),
    "network": sklearn(make_pipeline(StandardScaler(), MLPClassifier((6,), max_iter=60, random_state=0)), "two"),
    "support vectors": sklearn(make_pipeline(StandardScaler(), SVR()), "number"),
    "products": sklearn(make_pipeline(StandardScaler(), PolynomialFeatures(2), LogisticRegression(max_iter=500)), "two"),
    "bagging": sklearn(BaggingClassifier(GaussianNB(), 3, random_state=0), "two"),
    "calibrated": sklearn(CalibratedClassifierCV(RandomForestClassifier(5, random_state=0), cv=2), "two"),
    "stacking": sklearn(StackingClassifier([("a", GaussianNB()), ("b", DecisionTreeClassifier(max_depth=2))], cv=2), "two"),
    "voting": sklearn(VotingClassifier([("a", GaussianNB()), ("b", DecisionTreeClassifier(max_depth=2))], voting="soft"), "two"),
    "onnx network": onnx(make_pipeline(StandardScaler(), MLPClassifier((5,), max_iter=60, random_state=0))),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", [*OWN, *ASKED])
def test_answers_with_explanations(tmp_path, kind):
    theirs = {**OWN, **ASKED}[kind](str(tmp_path / "model"))
    data = ROWS.to_numpy().tolist()
    with Assay(tmp_path / "model") as ours:
        answer = ours.post("/invocations", {"data": data}).json()
        plain = ours.post("/invocations?explain=false", {"data": data}).json()
        asked = ours.post("/invocations?explain=true", {"data": data}).json()
        single = ours.post("/predict", {"features": data[0]}).json()
        unexplained = ours.post("/predict?explain=false", {"features": data[0]}).json()
        wrong = ours.post("/invocations?explain=perhaps", {"data": data})
    assert ("by asking" in ours.errors) == (kind in ASKED), ours.errors
    found = answer["predictions"]
    if isinstance(found[0], dict):
        # An ONNX graph answers by the names of its outputs.
        found = [list(row.values())[0] for row in found]
    if np.issubdtype(np.asarray(theirs).dtype, np.floating):
        np.testing.assert_allclose(found, theirs, rtol=1e-6 if "onnx" in kind else 1e-12)
    else:
        assert [str(value) for value in found] == [str(value) for value in theirs]
    explained = answer["explanations"]
    importance = explained["feature_importance"]
    assert len(importance) == FRAME.shape[1] and min(importance) >= 0 and abs(sum(importance) - 1) < 1e-9
    assert importance[list(FRAME).index("same")] == 0
    assert explained["background"] != "zeros" and np.isfinite(explained["shap_values"]).all()
    assert asked == answer and plain == {"predictions": answer["predictions"]}
    assert single == {"prediction": answer["predictions"][0], "shap_values": explained["shap_values"][0]}
    assert unexplained == {"prediction": answer["predictions"][0]}
    assert wrong.status_code == 400 and "true or false" in wrong.text


@pytest.mark.filterwarnings("ignore")
def test_large_requests_to_models_that_are_asked_are_explained_on_request(tmp_path):
    ASKED["bayes"](str(tmp_path / "model"))
    # 30 coalitions of five columns against twelve rows: 360 evaluations a row, and 2 ** 21 for one request.
    data = np.repeat(ROWS.to_numpy(), 2000, axis=0).tolist()
    with Assay(tmp_path / "model") as ours:
        answer = ours.post("/invocations", {"data": data}).json()
        fewer = ours.post("/invocations", {"data": data[:5000]}).json()
        asked = ours.post("/invocations?explain=true", {"data": data}).json()
    assert "?explain=true" in answer["explanations"]["omitted"] and list(answer["explanations"]) == ["omitted"]
    assert len(fewer["explanations"]["shap_values"]) == 5000 and len(asked["explanations"]["shap_values"]) == 6000
    assert answer["predictions"] == asked["predictions"]


@pytest.mark.filterwarnings("ignore")
def test_models_without_rows_to_compare_with_say_so(tmp_path):
    skops.io.dump(GaussianNB().fit(FRAME, TARGETS["two"]), tmp_path / "model.skops")
    with Assay(tmp_path / "model.skops") as ours:
        answer = ours.post("/invocations", {"data": ROWS.to_numpy().tolist()}).json()
        refused = ours.post("/invocations?explain=true", {"data": ROWS.to_numpy().tolist()})
    assert list(answer) == ["predictions"] and "not explained" in ours.errors and "no rows to compare with" in ours.errors
    assert refused.status_code == 400 and "--explanations" in refused.text
