"""POST /predict {"features": […]} answers the prediction and SHAP's TreeExplainer's values, for trees of three libraries."""

import json

from house import expect

SCRIPT = """
import json, pickle, warnings
warnings.filterwarnings("ignore")
import lightgbm, mlflow, xgboost
from mlflow.models import infer_signature
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.ensemble import ExtraTreesRegressor, GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.tree import DecisionTreeRegressor

TRUSTED = ["sklearn.tree._tree.Tree", "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"]
cancer, diabetes = load_breast_cancer(as_frame=True), load_diabetes(as_frame=True)

def sklearn(model, data):
    fitted = model.fit(data.data, data.target)
    return fitted, lambda: mlflow.sklearn.log_model(
        fitted, name="model", signature=infer_signature(data.data, fitted.predict(data.data)), serialization_format="skops", skops_trusted_types=TRUSTED)

def booster(model, data, library):
    fitted = model.fit(data.data, data.target)
    return fitted, lambda: library.log_model(fitted, name="model", signature=infer_signature(data.data, fitted.predict(data.data)))

models = {
    "decision tree": (diabetes, lambda: sklearn(DecisionTreeRegressor(max_depth=6, random_state=0), diabetes)),
    "extra trees": (diabetes, lambda: sklearn(ExtraTreesRegressor(20, max_depth=5, random_state=0), diabetes)),
    "forest": (cancer, lambda: sklearn(RandomForestClassifier(20, max_depth=5, random_state=0), cancer)),
    "gradient boosting": (cancer, lambda: sklearn(GradientBoostingClassifier(n_estimators=20, random_state=0), cancer)),
    "histogram boosting": (cancer, lambda: sklearn(HistGradientBoostingClassifier(max_iter=20, random_state=0), cancer)),
    "XGBoost": (cancer, lambda: booster(xgboost.XGBClassifier(n_estimators=20, max_depth=4), cancer, mlflow.xgboost)),
    "LightGBM": (diabetes, lambda: booster(lightgbm.LGBMRegressor(n_estimators=20, verbose=-1), diabetes, mlflow.lightgbm)),
}
for name, (data, make) in models.items():
    fitted, log = make()
    with mlflow.start_run() as run:
        log()
    rows = data.data.iloc[[3, 100]]
    with open(f"{name}.pkl", "wb") as file:
        pickle.dump(fitted, file)
    print("MODEL " + json.dumps(
        {"name": name, "run": run.info.run_id, "rows": rows.to_numpy().tolist(), "columns": list(rows), "file": f"{name}.pkl",
         "predictions": [float(value) for value in fitted.predict(rows)]}))
"""

EXPLAIN = """
import json, pickle, sys, warnings
warnings.filterwarnings("ignore")
import pandas as pd, shap
for line in open("models.json"):
    told = json.loads(line)
    model = pickle.load(open(told["folder"] + "/" + told["file"], "rb"))
    values = shap.TreeExplainer(model).shap_values(pd.DataFrame(told["rows"], columns=told["columns"]))
    print("VALUES " + json.dumps({"name": told["name"], "values": [value.tolist() for value in values]}))
"""


def run(house):
    import numpy as np

    folder, done = house.python_in_folder(SCRIPT)
    told = [json.loads(line[6:]) for line in done.stdout.splitlines() if line.startswith("MODEL ")]
    expect(len(told) == 7, done.stderr[-2000:])
    lines = "\n".join(json.dumps({**model, "folder": str(folder)}) for model in told)
    explained = house.python(EXPLAIN, models__json=lines).stdout
    values = {found["name"]: found["values"] for found in (json.loads(line[7:]) for line in explained.splitlines() if line.startswith("VALUES "))}
    for model in told:
        name = model["name"]
        with house.serve(f"runs:/{model['run']}/model") as serving:
            for place, row in enumerate(model["rows"]):
                status, answer = serving.post("/predict", json.dumps({"features": row}).encode())
                expect(status == 200, f"{name} answered {status}: {answer}")
                expect(set(answer) == {"prediction", "shap_values"}, f"{name} answers {sorted(answer)}")
                expect(np.isclose(answer["prediction"], model["predictions"][place], rtol=1e-12), f"{name}: {answer['prediction']}")
                wanted = np.asarray(values[name][place])
                # Of two classes SHAP gives a forest's attributions for both, each the other's negative.
                wanted = wanted[:, 1] if wanted.ndim == 2 else wanted
                # What LightGBM and XGBoost add in 32 bits is the tolerance's scale.
                expect(np.allclose(answer["shap_values"], wanted, rtol=1e-5, atol=1e-6 * max(1, np.abs(wanted).max())),
                    f"{name}, row {place}: {answer['shap_values']} are not SHAP's {wanted.tolist()}")
                named = dict(zip(model["columns"], model["rows"][0]))
                status, other = serving.post("/predict", json.dumps({"features": named}).encode())
                expect(status == 200 and np.isclose(other["prediction"], model["predictions"][0]), f"{name} by names answered {status}: {other}")
