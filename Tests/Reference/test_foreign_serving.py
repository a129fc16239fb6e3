"""`assay score` and `assay serve` with models that only their own library reads: that library's own answers, MLflow's scoring
protocol beside MLflow's own server, and a service that says in words what becomes of the model's process: killed, hanging,
crashing again and again, or trying what it may not.
"""

import csv
import json
import os
import pathlib
import pickle
import signal
import subprocess
import sys
import textwrap
import threading
import time

import cloudpickle
import numpy as np
import pandas as pd
import pytest
import requests
from serving import BINARY, Assay, Peer
from test_foreign_models import ATTACKER, ATTEMPTS, fitted, flavours, table

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


# score


def test_score_is_the_librarys_own(place):
    answers, model, frame = score(place / "forest.pkl", place / "rows.csv"), fitted(), table()
    assert list(answers[0]) == ["prediction", "probability_0", "probability_1"]
    assert [int(row["prediction"]) for row in answers] == list(model.predict(frame[COLUMNS]))
    np.testing.assert_array_equal(
        [[float(row["probability_0"]), float(row["probability_1"])] for row in answers], model.predict_proba(frame[COLUMNS]))


def test_score_words_numbers_and_files(place, tmp_path):
    import joblib
    from sklearn.ensemble import RandomForestRegressor

    model = fitted(words=True)
    joblib.dump(model, tmp_path / "words.joblib")
    assert [row["prediction"] for row in score(tmp_path / "words.joblib", place / "rows.csv")] == list(model.predict(table()[COLUMNS]))
    frame = table(2)
    model = RandomForestRegressor(5, random_state=0).fit(frame[["z"]], frame.x)
    (tmp_path / "numbers.pkl").write_bytes(pickle.dumps(model))
    target = tmp_path / "out.jsonl"
    score(tmp_path / "numbers.pkl", place / "rows.csv", "-o", target)
    written = [json.loads(line) for line in target.read_text().splitlines()]
    assert [set(row) for row in written] == [{"prediction"}] * 900
    np.testing.assert_array_equal([row["prediction"] for row in written], model.predict(table()[["z"]]))


@pytest.mark.parametrize("name", ["pyfunc", "xgboost", "booster", "lightgbm", "sklearn-cloudpickle"])
def test_score_flavours_of_mlflow(place, tmp_path, name):
    predict = flavours()[name](str(tmp_path / "model"))
    answers = score(tmp_path / "model", place / "rows.csv")
    assert [int(row["prediction"]) for row in answers] == list(np.asarray(predict(table()[["x", "z"]])))


def test_score_models_without_names(place, tmp_path):
    from sklearn.tree import DecisionTreeClassifier

    frame = table(1)
    model = DecisionTreeClassifier(max_depth=3).fit(frame[["z", "x"]].to_numpy(), frame.y)
    (tmp_path / "m.pkl").write_bytes(pickle.dumps(model))
    assert "--features" in score(tmp_path / "m.pkl", place / "rows.csv", status=2)
    wanted = list(model.predict(table()[["z", "x"]].to_numpy()))
    assert [int(row["prediction"]) for row in score(tmp_path / "m.pkl", place / "rows.csv", "--features", "z,x")] == wanted
    # A file with exactly its columns binds by their order.
    table()[["z", "x"]].to_csv(tmp_path / "two.csv", index=False)
    assert [int(row["prediction"]) for row in score(tmp_path / "m.pkl", tmp_path / "two.csv")] == wanted
    assert "leave --features out" in score(place / "forest.pkl", place / "rows.csv", "--features", "z,x", status=2)


def test_an_interpreter_behind_a_script_and_one_without_libraries(place, tmp_path):
    shim = tmp_path / "python3"
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    shim.chmod(0o755)
    assert score(place / "forest.pkl", place / "rows.csv", "--python", shim) == score(place / "forest.pkl", place / "rows.csv")
    bare = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", bare], check=True)
    lacking = score(place / "forest.pkl", place / "rows.csv", "--python", bare / "bin" / "python", status=2)
    assert "numpy and pandas" in lacking and "--python" in lacking


def test_score_refusals(place, tmp_path, evil):
    refused = score(place / "forest.pkl", place / "rows.csv", "--no-foreign", status=2)
    assert "--no-foreign" in refused and "skops" in refused
    assert "--python" in score(place / "forest.pkl", place / "rows.csv", "--python", tmp_path / "none", status=2)
    (tmp_path / "short.csv").write_text("x,z\n1,2\n")
    assert "region" in score(place / "forest.pkl", tmp_path / "short.csv", status=2)
    (tmp_path / "words.csv").write_text("x,z,region\nword,2,north\n")
    assert "ValueError" in score(place / "forest.pkl", tmp_path / "words.csv", status=2)
    (tmp_path / "broken.pkl").write_bytes(b"\x80\x04nonsense")
    assert "cannot load" in score(tmp_path / "broken.pkl", place / "rows.csv", status=2)
    output = tmp_path / "out.csv"
    score(evil("raise ValueError('the row of Mrs Canary')"), place / "rows.csv", "-o", output, status=2)
    assert not output.exists()
    assert "too long" in score(evil("time.sleep(3600)"), place / "rows.csv", "--foreign-seconds", "3", status=2)


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
    with Assay(folder) as ours:
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


# What becomes of the process


def test_a_killed_process_is_started_again(evil):
    with Assay(evil("pass"), "--foreign-seconds", "20") as ours:
        assert ours.post("/invocations", rows()).json() == {"predictions": [0]}
        before = children(ours.process.pid)
        eventually(lambda: {state(child) for child in before} == {"T"})
        os.kill(before[-1], signal.SIGKILL)
        eventually(lambda: requests.get(ours.url + "/ping", timeout=5).status_code == 503)
        health = requests.get(ours.url + "/health", timeout=5)
        assert health.json()["error_code"] == "TEMPORARILY_UNAVAILABLE" and "ended" in health.json()["message"]
        answer = ours.post("/invocations", rows())
        assert (answer.status_code, answer.json()["error_code"]) == (503, "TEMPORARILY_UNAVAILABLE")
        assert int(answer.headers["Retry-After"]) >= 1
        eventually(lambda: requests.get(ours.url + "/ping", timeout=5).status_code == 200)
        assert ours.post("/invocations", rows()).json() == {"predictions": [0]}
        after = children(ours.process.pid)
        assert set(after).isdisjoint(before)
    eventually(lambda: not [child for child in after if lives(child)])
    assert "started again" in ours.errors


def test_a_process_killed_while_it_scores(evil):
    with Assay(evil("if value == 1: time.sleep(60)"), "--foreign-seconds", "30") as ours:
        answers = []
        asking = threading.Thread(target=lambda: answers.append(ours.post("/invocations", rows(1))))
        asking.start()
        time.sleep(1)
        os.kill(children(ours.process.pid)[-1], signal.SIGKILL)
        asking.join(10)
        assert (answers[0].status_code, answers[0].json()["error_code"]) == (503, "TEMPORARILY_UNAVAILABLE")
        eventually(lambda: ours.post("/invocations", rows(0)).status_code == 200)


def test_a_hanging_request_is_cut_off_and_others_go_on(evil):
    with Assay(evil("if value == 1: time.sleep(3600)"), "--foreign-seconds", "4") as ours:
        begun = time.monotonic()
        late = ours.post("/invocations", rows(1))
        assert (late.status_code, late.json()["error_code"]) == (504, "DEADLINE_EXCEEDED")
        assert 3 < time.monotonic() - begun < 15
        eventually(lambda: ours.post("/invocations", rows(0)).status_code == 200)


def test_a_model_that_keeps_dying_is_left_alone(evil):
    with Assay(evil("if value == 1: os._exit(3)"), "--foreign-restarts", "1") as ours:
        for _ in range(2):
            eventually(lambda: requests.get(ours.url + "/ping", timeout=5).status_code == 200)
            answer = ours.post("/invocations", rows(1))
            assert answer.status_code == 503 and "status 3" in answer.json()["message"]
        for ask in (lambda: requests.get(ours.url + "/ping", timeout=5), lambda: ours.post("/invocations", rows(0))):
            eventually(lambda: "not started again" in ask().json()["message"], 5)
            assert ask().status_code == 503 and "Retry-After" not in ask().headers
        time.sleep(3)
        assert children(ours.process.pid) == [] and requests.get(ours.url + "/health", timeout=5).status_code == 503
    assert "not started again" in ours.errors and ours.process.returncode == 0


@pytest.mark.parametrize("code, words", [
    ("os.write(3, b'x' * 100)", 503), ("os.close(3)", 503), ("os.abort()", 503), ("import ctypes; ctypes.string_at(0)", 503),
    ("import numpy; self.answer = numpy.full(self.rows, numpy.nan)", 500), ("import numpy; self.answer = numpy.zeros(self.rows + 1)", 500),
    ("raise ValueError('the row of Mrs Canary')", 400), ("raise SystemExit(0)", 400),
])
def test_misbehaviour_is_one_requests_trouble(evil, code, words):
    with Assay(evil(f"if value == 1:\n    {code}"), "--foreign-seconds", "20") as ours:
        answer = ours.post("/invocations", rows(1))
        assert answer.status_code == words, answer.text
        assert "Canary" not in answer.text
        before = children(ours.process.pid)
        eventually(lambda: ours.post("/invocations", rows(0)).status_code == 200)
        # What was an answer in words left the process where it was.
        assert words == 503 or children(ours.process.pid) == before
    assert "Canary" not in ours.errors


def test_an_answer_to_nobody_is_given_to_nobody(evil):
    """A second frame in the pipe would be the next request's answer, so the process is ended before it is read."""
    code = """
    import io, json, numpy, struct
    if value == 1:
        def frame(number):
            buffer = io.BytesIO()
            numpy.save(buffer, numpy.full(1, 77))
            text = json.dumps({"number": number, "form": "values", "predictions": {"size": len(buffer.getvalue()), "words": None}}).encode()
            return struct.pack("<IQ", len(text), len(buffer.getvalue())) + text + buffer.getvalue()
        os.write(3, frame(1) + frame(2))
    """
    with Assay(evil(code), "--foreign-seconds", "20") as ours:
        first = ours.post("/invocations", rows(1))
        assert first.json() == {"predictions": [77]}
        eventually(lambda: ours.post("/invocations", rows(0)).status_code == 200)
        assert ours.post("/invocations", rows(0)).json() == {"predictions": [0]}


def test_memory_has_an_end(evil):
    code = "if value == 1:\n    blocks = []\n    while True: blocks.append(bytearray(1 << 26))"
    with Assay(evil(code), "--foreign-memory", "2") as ours:
        answer = ours.post("/invocations", rows(1))
        assert answer.status_code == 503 and "memory" in answer.json()["message"]
        eventually(lambda: ours.post("/invocations", rows(0)).status_code == 200)


def test_processor_time_has_no_end_but_only_within_requests(evil):
    """Longer than any request may take in all, and nothing runs between requests: a thread of the model's stands still."""
    code = """
    import threading
    if value == 1:
        def burn():
            while True: pass
        threading.Thread(target=burn, daemon=True).start()
    """
    with Assay(evil(code), "--foreign-seconds", "20") as ours:
        assert ours.post("/invocations", rows(1)).status_code == 200
        child = children(ours.process.pid)[-1]
        limits = pathlib.Path(f"/proc/{child}/limits").read_text()
        assert "Max cpu time              unlimited" in limits

        def used():
            return sum(map(int, pathlib.Path(f"/proc/{child}/stat").read_text().rsplit(")", 1)[1].split()[11:13]))

        eventually(lambda: state(child) == "T")
        before = used()
        time.sleep(1)
        assert used() - before <= 1
        assert ours.post("/invocations", rows(0)).status_code == 200


def test_requests_are_answered_one_after_another_and_not_without_end(evil):
    with Assay(evil("time.sleep(0.1)"), "--foreign-seconds", "60") as ours:
        answers = []

        def ask():
            answers.append(ours.post("/invocations", rows(2, 3)))

        threads = [threading.Thread(target=ask) for _ in range(100)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        counts = {status: sum(answer.status_code == status for answer in answers) for status in (200, 503)}
        assert counts[200] + counts[503] == 100 and counts[200] >= 64, counts
        assert counts[503] == 0 or all(answer.headers["Retry-After"] for answer in answers if answer.status_code == 503)
        assert all(answer.json() == {"predictions": [0, 0, 0]} for answer in answers if answer.status_code == 200)


def test_a_full_queue_refuses_in_words(evil):
    with Assay(evil("time.sleep(5 if value == 1 else 0)"), "--foreign-seconds", "30") as ours:
        with_slow = [threading.Thread(target=lambda: ours.post("/invocations", rows(1))) for _ in range(1)]
        answers = []
        others = [threading.Thread(target=lambda: answers.append(ours.post("/invocations", rows(0)))) for _ in range(80)]
        for thread in with_slow:
            thread.start()
        time.sleep(1)
        for thread in others:
            thread.start()
        for thread in with_slow + others:
            thread.join(40)
        busy = [answer for answer in answers if answer.status_code == 503]
        assert len(busy) == 16 and all("64 requests" in answer.json()["message"] for answer in busy)


def staged(service):
    """The folder with the model's files that a service's process reads; other programs on the machine have some too."""
    words = pathlib.Path(f"/proc/{children(service.process.pid)[0]}/cmdline").read_bytes().split(b"\0")
    return pathlib.Path(words[words.index(b"--scratch") + 1].decode()).parent


def test_nothing_of_the_model_is_left(place, evil):
    with Assay(evil("pass")) as ours:
        folder = staged(ours)
        assert (folder / "model" / "evil.pkl").exists() and folder.stat().st_mode & 0o777 == 0o700
        assert len(children(ours.process.pid)) == 2
    assert not folder.exists() and ours.process.returncode == 0


def test_a_killed_service_takes_its_process_along_and_its_files_are_swept(place, evil):
    with Assay(evil("pass")) as ours:
        child, left = children(ours.process.pid), staged(ours)
        ours.process.kill()
        eventually(lambda: not [one for one in child if lives(one)])
    with Assay(evil("pass")) as ours:
        # By this one or by another program on the machine; a folder that somebody uses stays while others sweep.
        assert not left.exists()
        score(place / "forest.pkl", place / "rows.csv")
        folder = staged(ours)
        assert folder.exists()
        os.kill(children(ours.process.pid)[-1], signal.SIGKILL)
        eventually(lambda: requests.get(ours.url + "/ping", timeout=5).status_code == 503)
        eventually(lambda: ours.post("/invocations", rows()).status_code == 200)
        assert staged(ours) == folder
    assert not folder.exists()


def test_a_stop_waits_for_what_is_being_scored(evil):
    with Assay(evil("if value == 1: time.sleep(3)"), "--foreign-seconds", "20") as ours:
        answers = []
        asking = threading.Thread(target=lambda: answers.append(ours.post("/invocations", rows(1))))
        asking.start()
        time.sleep(1)
    asking.join(10)
    assert answers[0].json() == {"predictions": [0]} and ours.process.returncode == 0


def test_a_stop_does_not_wait_for_a_process_that_hangs_while_it_is_started_again(evil, tmp_path):
    """Loads at first, and hangs whenever it is loaded after that: the scratch is new each time, a clock is not."""
    begun = time.time()
    with Assay(evil(f"while time.time() > {begun} + 15: time.sleep(1)", "load")) as ours:
        time.sleep(max(0, begun + 16 - time.time()))
        os.kill(children(ours.process.pid)[-1], signal.SIGKILL)
        time.sleep(4)
        assert "being started" in requests.get(ours.url + "/ping", timeout=5).json()["message"]
        stopped = time.monotonic()
    assert time.monotonic() - stopped < 10 and ours.process.returncode == 0
    assert "Fault" not in ours.errors


@pytest.mark.parametrize("name", sorted(ATTEMPTS))
def test_attempts_fail_in_service_too(evil, tmp_path, name):
    secret = pathlib.Path.home() / f".assay-attack-{os.getpid()}"
    secret.write_text("hunter2 secret")
    watched = tmp_path / "watched"
    watched.mkdir()
    (watched / "rows.csv").write_text("a\n1\n")
    try:
        code = ATTEMPTS[name].format(port=1, secret=secret, folder=watched)
        with Assay(evil(code), "--foreign-seconds", "20") as ours:
            answer = ours.post("/invocations", rows())
            assert answer.status_code in (400, 503), answer.text
            assert "hunter2" not in answer.text
        assert "hunter2" not in ours.errors
        assert secret.read_text() == "hunter2 secret" and os.listdir(watched) == ["rows.csv"]
        assert not os.path.exists("/tmp/assay-attack") and not os.path.exists("/dev/shm/assay-attack")
    finally:
        secret.unlink()
