"""`assay serve` with models that only their own library reads: MLflow's scoring protocol beside MLflow's own server, explanations, and
what is refused. The helpers here serve test_foreign_scoring.py and test_foreign_service.py too.
"""

import csv
import json
import os
import pathlib
import pickle
import subprocess
import sys
import textwrap
import time

import cloudpickle
import numpy as np
import pandas as pd
import pytest
import requests
from serving import BINARY, Assay, Peer
from test_foreign_models import ATTACKER, fitted, flavours, table

mlflow = pytest.importorskip("mlflow")
COLUMNS = ["x", "z", "region"]


@pytest.fixture(autouse=True)
def interpreter(monkeypatch):
    monkeypatch.setenv("ASSAY_MODEL_PYTHON", sys.executable)


def score(model, data, *more, status=0):
    done = subprocess.run([BINARY, "score", str(model), str(data), *map(str, more)], capture_output=True, text=True, timeout=120)
    assert done.returncode == status, (done.stdout, done.stderr)
    return list(csv.DictReader(done.stdout.splitlines())) if status == 0 else done.stderr


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    table().to_csv(folder / "rows.csv", index=False)
    (folder / "forest.pkl").write_bytes(pickle.dumps(fitted()))
    return folder


@pytest.fixture
def evil(tmp_path):
    """A pickle that runs `code` with a row's first value as `value` whenever it scores."""
    space = {"__name__": "__main__"}
    exec(ATTACKER.replace('"self": self,', '"self": self, "value": self.value,').replace(
        "self.rows = len(frame)", "self.rows = len(frame); self.value = float(frame['x'].iloc[0])"), space)

    def make(code, when="score"):
        thing = space["Evil"]()
        thing.value = 0.0
        thing.code, thing.when = textwrap.dedent(code), when
        path = tmp_path / "evil.pkl"
        path.write_bytes(cloudpickle.dumps(thing))
        return path

    return make


def rows(value=0.0, count=1):
    return {"dataframe_split": {"columns": ["x", "z"], "data": [[value, 1.0]] * count}}


def children(process):
    """The processes below one, eldest first."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                parent = int(pathlib.Path(f"/proc/{name}/stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError):
                continue
            if parent == process:
                found.append(int(name))
    return found + [below for child in found for below in children(child)]


def state(process):
    return pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]


def lives(process):
    """Whether it is there and not only not yet taken note of by whoever inherited it."""
    try:
        return state(process) != "Z"
    except OSError:
        return False


def eventually(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


# serve, beside MLflow's server


@pytest.fixture(scope="module", params=["sklearn-cloudpickle", "xgboost", "booster", "pyfunc", "array", "numbers", "params"])
def pair(request, tmp_path_factory):
    os.environ["ASSAY_MODEL_PYTHON"] = sys.executable
    os.environ["MLFLOW_ALLOW_PICKLE_DESERIALIZATION"] = "true"
    folder = tmp_path_factory.mktemp("pair") / "model"
    frame = table(1)
    if request.param == "array":
        from sklearn.tree import DecisionTreeClassifier
        values = frame[["x", "z"]].to_numpy()
        model = DecisionTreeClassifier(max_depth=3).fit(values, frame.y)
        mlflow.sklearn.save_model(
            model, folder, serialization_format="cloudpickle", signature=mlflow.models.infer_signature(values, frame.y.to_numpy()))
    elif request.param == "numbers":
        from sklearn.ensemble import RandomForestRegressor
        model = RandomForestRegressor(4, random_state=0).fit(frame[["x", "z"]], frame.x * frame.z)
        mlflow.sklearn.save_model(model, folder, serialization_format="cloudpickle")
    elif request.param == "params":
        class Scaled(mlflow.pyfunc.PythonModel):
            def predict(self, context, model_input, params=None):
                return (model_input["x"] * (params or {}).get("factor", 1.0)).to_numpy()

        mlflow.pyfunc.save_model(
            folder, python_model=Scaled(),
            signature=mlflow.models.infer_signature(frame[["x", "z"]], frame.x, params={"factor": 2.0}))
    else:
        flavours()[request.param](str(folder))
    # These are read by the program itself, and answers of such models are explained unless somebody says otherwise.
    more = ["--no-explanations"] if request.param in ("xgboost", "booster") else []
    with Assay(folder, *more) as ours:
        yield request.param, ours, Peer(folder)


BODIES = [
    {"dataframe_split": {"columns": ["x", "z"], "data": [[0.5, 1.5], [-2.25, 0.125], [3, -1]]}},
    {"dataframe_split": {"columns": ["z", "x"], "data": [[0.5, 1.5]]}},
    {"dataframe_records": [{"x": 0.5, "z": 1.5}, {"x": -1.0, "z": 0.0}]},
    {"inputs": {"x": [0.5, 1.0], "z": [1.5, 2.0]}},
    {"dataframe_split": {"columns": ["x"], "data": [[0.5]]}},
    {"dataframe_records": [{"x": "word", "z": 1.0}]},
    {"dataframe_records": [{"x": 0.5, "z": 1.5}], "params": {"factor": 3.0}},
    {"dataframe_records": [{"x": 0.5, "z": 1.5}], "params": {"factor": "three"}},
    {"dataframe_records": {"a": 1}},
    {},
    "{",
    "",
]
ARRAY_BODIES = [
    {"inputs": [[0.5, 1.5], [-2.25, 0.125]]}, {"instances": [[0.5, 1.5]]}, {"inputs": [[0.5]]}, {"inputs": [["a", 1]]},
    {"dataframe_split": {"data": [[0.5, 1.5]]}}, {},
]


def test_answers_as_mlflows_server(pair):
    name, ours, peer = pair
    for body in ARRAY_BODIES if name == "array" else BODIES:
        mine, theirs = ours.post("/invocations", body), peer.post(body)
        if name == "numbers" and mine.status_code == 200 != theirs.status_code:
            # Without a signature MLflow hands over what came, a dictionary of columns or columns in another order; here the model's
            # own names are bound.
            names, values = (["x", "z"], [[1.5, 0.5]]) if body == BODIES[1] else (["x", "z"], [[0.5, 1.5], [1.0, 2.0]])
            assert body in (BODIES[1], BODIES[3])
            theirs = peer.post({"dataframe_split": {"columns": names, "data": values}})
        assert mine.status_code == theirs.status_code, (body, mine.text, theirs.text)
        if theirs.status_code == 200:
            assert mine.json() == theirs.json(), body
        elif name != "numbers":
            # Without a signature it is the model that fails there, and the binding of columns here.
            assert mine.json()["error_code"] == theirs.json()["error_code"], (body, mine.text, theirs.text)
    kind = "text/csv"
    if name != "array":
        body = "x,z\n0.5,1.5\n-2.25,0.125\n"
        mine = requests.post(ours.url + "/invocations", data=body, headers={"Content-Type": kind}, timeout=30)
        assert mine.json() == peer.post(body, kind).json()
    assert ours.post("/invocations", {"inputs": []}).json() == {"predictions": []}
    for path in ("/ping", "/health"):
        assert (requests.get(ours.url + path, timeout=10).status_code, requests.get(ours.url + path, timeout=10).text) == (200, "\n")
    assert requests.get(ours.url + "/version", timeout=10).text
    assert ours.post("/invocations", BODIES[0]).headers["Assay-Governance"] == "ungoverned"


def test_predict_answers_one_row(place):
    with Assay(place / "forest.pkl") as ours:
        answer = ours.post("/predict", {"features": {"x": 0.5, "z": 1.0, "region": "north"}})
        frame = pd.DataFrame([[0.5, 1.0, "north"]], columns=COLUMNS)
        assert answer.json() == {"prediction": int(fitted().predict(frame)[0])}
        assert ours.post("/predict", {"features": [0.5, 1.0, "north"]}).json() == answer.json()
        many = ours.post("/invocations", {"dataframe_split": json.loads(table()[COLUMNS].to_json(orient="split"))})
        assert many.json()["predictions"] == fitted().predict(table()[COLUMNS]).tolist()
    assert "by its own library" not in ours.errors and "confined by" in ours.errors and "UNGOVERNED" in ours.errors


def test_thresholds_decide_from_a_foreign_models_probabilities(place, tmp_path):
    frame = table(3, size=400)
    frame["p"] = fitted().predict_proba(frame[COLUMNS])[:, 1]
    frame.to_csv(tmp_path / "scored.csv", index=False)
    thresholds = tmp_path / "thresholds.json"
    done = subprocess.run(
        [BINARY, "mitigate", "threshold", tmp_path / "scored.csv", "--label", "y", "--score", "p", "--sensitive", "g", "--deterministic",
         "--out", thresholds], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    with Assay(place / "forest.pkl", "--thresholds", thresholds) as ours:
        answer = ours.post("/invocations", {"dataframe_records": [{"x": 0.5, "z": 1.0, "region": "north", "g": "f"}]}).json()
        chance = fitted().predict_proba(pd.DataFrame([[0.5, 1.0, "north"]], columns=COLUMNS))[0, 1]
        assert answer["decisions"]["rows"][0]["score"] == pytest.approx(chance, abs=1e-15)


def test_answers_are_explained_on_demand(tmp_path):
    import shap
    from sklearn.ensemble import RandomForestClassifier

    draw = np.random.default_rng(4)
    frame = pd.DataFrame(draw.normal(size=(200, 5)), columns=list("abcde"))
    model = RandomForestClassifier(6, max_depth=4, random_state=0).fit(frame, pd.cut(frame.a * frame.b + frame.c, 3, labels=False))
    mlflow.sklearn.save_model(model, tmp_path / "model", serialization_format="cloudpickle", input_example=frame[:15])
    body = {"dataframe_split": json.loads(frame[20:23].to_json(orient="split", double_precision=15))}
    with Assay(tmp_path / "model", "--explanations") as ours:
        answer = ours.post("/invocations", body).json()
        single = ours.post("/predict", {"features": frame.loc[20].tolist()}).json()
        empty = ours.post("/invocations", {"inputs": []}).json()
    rows = np.array(body["dataframe_split"]["data"])

    def chances(values):
        return model.predict_proba(pd.DataFrame(values, columns=list("abcde")))

    explanations = answer["explanations"]
    assert answer["predictions"] == model.predict(frame[20:23]).tolist()
    assert (explanations["background"], explanations["space"]) == ("input_example.json", "probability")
    peer = shap.KernelExplainer(chances, frame[:15].to_numpy())
    theirs = peer.shap_values(rows, silent=True, l1_reg=False)
    np.testing.assert_allclose(np.array(explanations["shap_values"]).transpose(0, 2, 1), theirs, atol=2e-10)
    np.testing.assert_allclose(explanations["base_value"], peer.expected_value, atol=1e-12)
    assert explanations["evaluations"] == 15 + 3 + 3 * 30 * 15
    share = np.abs(theirs[range(3), :, answer["predictions"]]).sum(axis=0)
    np.testing.assert_allclose(explanations["feature_importance"], share / share.sum(), atol=1e-9)
    assert single["prediction"] == answer["predictions"][0]
    np.testing.assert_allclose(single["shap_values"], explanations["shap_values"][0], atol=1e-12)
    assert empty["predictions"] == [] and empty["explanations"]["shap_values"] == []
    with Assay(tmp_path / "model") as ours:
        assert ours.post("/invocations", body).json() == {"predictions": answer["predictions"]}


def test_explaining_has_an_end_in_time_too(place, evil):
    table()[["x", "z"]].head(50).to_csv(place / "background.csv", index=False)
    with Assay(evil("time.sleep(1)"), "--explanations", "--background", place / "background.csv", "--foreign-seconds", "4") as ours:
        assert ours.post("/invocations", rows()).json()["explanations"]["space"] == "raw"
        begun = time.monotonic()
        # Half a million rows put together are eight exchanges, a second each.
        late = ours.post("/invocations", {"dataframe_split": {"columns": ["x", "z"], "data": [[i, -i] for i in range(5000)]}})
        assert (late.status_code, late.json()["error_code"]) == (504, "DEADLINE_EXCEEDED"), late.text[:300]
        assert time.monotonic() - begun < 15
        # It was not the process that was late.
        assert requests.get(ours.url + "/ping", timeout=5).status_code == 200


def refused(*arguments):
    done = subprocess.run([BINARY, "serve", *map(str, arguments), "-p", "1"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2, (done.stdout, done.stderr)
    return done.stderr


def test_serve_refuses_before_it_listens(place, tmp_path, evil):
    assert "--no-foreign" in refused(place / "forest.pkl", "--no-foreign")
    assert "--background FILE" in refused(place / "forest.pkl", "--explanations")
    assert "--explanations" in refused(place / "forest.pkl", "--background", place / "rows.csv")
    assert "--explanations" in refused(place / "forest.pkl", "--samples", "100")
    assert "gives none" in refused(evil("pass"), "--explanations", "--background", place / "rows.csv", "--link", "logit")
    assert "--python" in refused(place / "forest.pkl", "--python", tmp_path / "none")
    assert "leave --features out" in refused(place / "forest.pkl", "--features", "a,b")
    (tmp_path / "broken.pkl").write_bytes(b"\x80\x04nonsense")
    assert "cannot load" in refused(tmp_path / "broken.pkl")
    assert "ended" in refused(evil("os._exit(1)", "load"))
    assert "too long" in refused(evil("time.sleep(3600)", "load"), "--foreign-seconds", "3")
