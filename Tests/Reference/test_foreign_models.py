"""Models that only their own library reads: scored in a confined child, with that library's own numbers, and whatever such a
model does, `assay check` ends with a status of 2 and words, or with its numbers; nothing of the caller's leaks or changes."""

import json
import os
import pathlib
import pickle
import socket
import subprocess
import sys
import textwrap
import time

import numpy as np
import pandas as pd
import pytest

BINARY = os.environ["ASSAY_BINARY"]
POLICY = """assay: policy/v1
name: foreign
version: "1"
data: {{dataset: data, predictions: from-model, label: y}}
checks:
  - {{id: performance.accuracy, min: {accuracy}}}
  - {{id: fairness.demographic_parity_difference, column: g, max: {gap}}}
"""


def assay(*arguments, timeout=120, **environment):
    variables = {**os.environ, "ASSAY_MODEL_PYTHON": sys.executable, **environment}
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=timeout, env=variables)


def table(seed=5, size=900, words=False):
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame({"x": draw.normal(size=size), "z": draw.normal(size=size), "g": draw.choice(["f", "m"], size),
                          "region": draw.choice(["north", "south"], size)})
    frame["y"] = (frame.x + 0.5 * (frame.region == "north") + draw.normal(size=size) > 0).astype(int)
    if words:
        frame["y"] = np.where(frame.y == 1, "yes", "no")
    return frame


def fitted(words=False):
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder

    frame = table(1, words=words)
    model = make_pipeline(
        ColumnTransformer([("words", OneHotEncoder(), ["region"])], remainder="passthrough"),
        RandomForestClassifier(20, max_depth=4, random_state=0))
    return model.fit(frame[["x", "z", "region"]], frame.y)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """The rows, a policy that any model meets, and a forest that knows its columns."""
    folder = tmp_path_factory.mktemp("foreign")
    table().to_csv(folder / "rows.csv", index=False)
    (folder / "policy.yaml").write_text(POLICY.format(accuracy=0, gap=1))
    with open(folder / "forest.pkl", "wb") as file:
        pickle.dump(fitted(), file)
    return folder


def check(place, model, *more, policy=None, **environment):
    return assay("check", policy or place / "policy.yaml", "--data", place / "rows.csv", "--model", model, *more, **environment)


def numbers(done):
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return {result["id"]: result["value"] for result in json.loads(done.stdout)["results"]}


def expected(model, frame, columns=("x", "z", "region")):
    from fairlearn.metrics import demographic_parity_difference

    predicted = model.predict(frame[list(columns)])
    return {"performance.accuracy": (predicted == frame.y).mean(),
            "fairness.demographic_parity_difference": demographic_parity_difference(
                frame.y == frame.y.max(), predicted == frame.y.max(), sensitive_features=frame.g)}


def test_a_pickle_is_scored_by_scikit_learn(place):
    done = check(place, place / "forest.pkl", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert numbers(done) == pytest.approx(expected(fitted(), table()), abs=1e-12)
    statement = json.loads(done.stdout)["predicate"]
    import sklearn
    scorer = statement["scorer"]
    assert statement["provenance"] == "recomputed"
    assert (scorer["kind"], scorer["loader"]) == ("foreign", "joblib")
    assert scorer["libraries"]["scikit-learn"] == sklearn.__version__
    assert scorer["python"] == ".".join(map(str, sys.version_info[:3]))
    assert {"landlock", "seccomp", "limits", "no-new-privileges"} <= set(scorer["confinement"])


@pytest.mark.parametrize("margin, code", [(-1e-9, 0), (1e-9, 1)])
def test_exit_status_follows_the_limits(place, tmp_path, margin, code):
    want = expected(fitted(), table())
    policy = tmp_path / "p.yaml"
    policy.write_text(POLICY.format(accuracy=float(want["performance.accuracy"]) + margin, gap=1))
    assert check(place, place / "forest.pkl", policy=policy).returncode == code
    policy.write_text(POLICY.format(accuracy=0, gap=float(want["fairness.demographic_parity_difference"]) - margin))
    assert check(place, place / "forest.pkl", policy=policy).returncode == code


def test_joblib_words_and_compression(place, tmp_path):
    import joblib

    model = fitted(words=True)
    joblib.dump(model, tmp_path / "m.joblib", compress=3)
    frame = table(words=True)
    frame.to_csv(tmp_path / "rows.csv", index=False)
    policy = tmp_path / "p.yaml"
    policy.write_text(POLICY.format(accuracy=0, gap=1).replace("label: y", "label: y, positive: 'yes'"))
    done = assay("check", policy, "--data", tmp_path / "rows.csv", "--model", tmp_path / "m.joblib", "--format", "json")
    assert numbers(done) == pytest.approx(expected(model, frame), abs=1e-12)


def flavours():
    """Folders of MLflow's beside those of scikit-learn in skops, with what predicts the same rows here."""
    import lightgbm
    import mlflow
    import xgboost
    from mlflow.models import infer_signature

    frame = table(1)
    features = frame[["x", "z"]]

    class Threshold(mlflow.pyfunc.PythonModel):
        def predict(self, context, model_input, params=None):
            return (model_input["x"] > 0).astype(int)

    def threshold(path):
        mlflow.pyfunc.save_model(path, python_model=Threshold(), signature=infer_signature(features, frame.y))
        return lambda rows: (rows.x > 0).astype(int)

    def xgb(path):
        model = xgboost.XGBClassifier(n_estimators=10, max_depth=2).fit(features, frame.y)
        mlflow.xgboost.save_model(model, path, signature=infer_signature(features, frame.y))
        return model.predict

    def booster(path):
        model = xgboost.train({"objective": "binary:logistic", "max_depth": 2}, xgboost.DMatrix(features, frame.y), 10)
        mlflow.xgboost.save_model(model, path, signature=infer_signature(features, frame.y))
        return lambda rows: (model.predict(xgboost.DMatrix(rows)) > 0.5).astype(int)

    def lgb(path):
        model = lightgbm.LGBMClassifier(n_estimators=10, verbose=-1).fit(features, frame.y)
        mlflow.lightgbm.save_model(model, path, signature=infer_signature(features, frame.y))
        return model.predict

    def pickled(path):
        from sklearn.tree import DecisionTreeClassifier
        model = DecisionTreeClassifier(max_depth=3).fit(features, frame.y)
        mlflow.sklearn.save_model(model, path, serialization_format="cloudpickle", signature=infer_signature(features, frame.y))
        return model.predict

    return {"pyfunc": threshold, "xgboost": xgb, "booster": booster, "lightgbm": lgb, "sklearn-cloudpickle": pickled}


@pytest.mark.parametrize("name", ["pyfunc", "xgboost", "booster", "lightgbm", "sklearn-cloudpickle"])
def test_flavours_of_mlflow(place, tmp_path, name):
    predict = flavours()[name](str(tmp_path / "model"))
    frame = table()
    done = check(place, tmp_path / "model", "--format", "json")
    predicted = np.asarray(predict(frame[["x", "z"]]))
    assert numbers(done)["performance.accuracy"] == pytest.approx((predicted == frame.y).mean(), abs=1e-12)
    scorer = json.loads(done.stdout)["predicate"].get("scorer")
    if name in ("xgboost", "booster", "lightgbm"):
        # Read by the program itself.
        assert scorer is None or scorer["kind"] != "foreign"
    else:
        assert scorer["loader"] == "mlflow.pyfunc"


def test_a_model_without_names_is_told_them(place, tmp_path):
    from sklearn.tree import DecisionTreeClassifier

    frame = table(1)
    model = DecisionTreeClassifier(max_depth=3).fit(frame[["z", "x"]].to_numpy(), frame.y)
    pickle.dump(model, open(tmp_path / "m.pkl", "wb"))
    refused = check(place, tmp_path / "m.pkl")
    assert refused.returncode == 2 and "--features" in refused.stderr
    done = check(place, tmp_path / "m.pkl", "--features", "z,x", "--format", "json")
    assert numbers(done)["performance.accuracy"] == pytest.approx((model.predict(table()[["z", "x"]].to_numpy()) == table().y).mean())
    assert check(place, tmp_path / "m.pkl", "--features", "z").returncode == 2
    wrong = check(place, place / "forest.pkl", "--features", "z,x")
    assert wrong.returncode == 2 and "leave --features out" in wrong.stderr


def test_refusals_name_the_way_out(place, tmp_path):
    refused = check(place, place / "forest.pkl", "--no-foreign")
    assert refused.returncode == 2 and "--no-foreign" in refused.stderr and "skops" in refused.stderr
    refused = check(place, place / "forest.pkl", "--python", tmp_path / "none")
    assert refused.returncode == 2 and "--python" in refused.stderr
    refused = check(place, place / "forest.pkl", ASSAY_MODEL_PYTHON="", PATH="/nowhere")
    assert refused.returncode == 2 and "--python" in refused.stderr
    liar = tmp_path / "python"
    liar.write_text("#!/bin/sh\necho hello\n")
    liar.chmod(0o755)
    refused = check(place, place / "forest.pkl", "--python", liar)
    assert refused.returncode == 2 and "Python 3" in refused.stderr


# Attacks. A pickle runs what it likes when it is loaded, and again when rows are scored.

ATTACKER = """
import os, socket, sys, time
class Evil:
    feature_names_in_ = ["x", "z"]
    n_features_in_ = 2
    def __setstate__(self, state):
        self.__dict__.update(state)
        if self.when == "load": self.act()
    def act(self):
        exec(self.code, {"self": self, "os": os, "socket": socket, "sys": sys, "time": time})
    def predict(self, frame):
        import numpy
        self.answer = numpy.zeros(len(frame), dtype=int)
        self.rows = len(frame)
        if self.when == "score": self.act()
        return self.answer
"""


@pytest.fixture
def evil(tmp_path):
    """A pickle that runs `code` when it is loaded or when it scores, and needs no module beside it."""
    import cloudpickle

    space = {"__name__": "__main__"}
    exec(ATTACKER, space)

    def make(code, when):
        thing = space["Evil"]()
        thing.code, thing.when = textwrap.dedent(code), when
        path = tmp_path / "evil.pkl"
        path.write_bytes(cloudpickle.dumps(thing))
        return path

    return make


@pytest.mark.parametrize("when", ["load", "score"])
def test_a_harmless_one_is_scored(place, evil, when):
    """What the attacks are held against: the same pickle that does nothing answers."""
    assert check(place, evil("pass", when)).returncode == 0


ATTEMPTS = {
    "socket": "socket.create_connection(('127.0.0.1', {port}), 2)",
    "datagram": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', {port}))",
    "unix": "socket.socket(socket.AF_UNIX).connect('/run/x')",
    "secret": "open('{secret}').read()",
    "listing": "os.listdir('{folder}')",
    "rows": "open('{folder}/rows.csv').read()",
    "parent": "open('/proc/%d/environ' % os.getppid(), 'rb').read()",
    "write": "open('{folder}/written', 'w').write('x')",
    "temporary": "open('/tmp/assay-attack', 'w').write('x')",
    "shared": "open('/dev/shm/assay-attack', 'w').write('x')",
    "overwrite": "open(os.path.join(os.environ['HOME'], '..', 'model', 'evil.pkl'), 'r+b').write(b'x')",
    "fork": "os.fork()",
    "program": "os.execv('/bin/sh', ['sh', '-c', 'true'])",
    "spawn": "__import__('subprocess').run(['/bin/true'])",
    "kill": "os.kill(os.getppid(), 9)",
    "mode": "os.chmod('{secret}', 0o666)",
    "remove": "os.unlink('{secret}')",
    "trace": "__import__('ctypes').CDLL(None, use_errno=True).ptrace(16, os.getppid(), 0, 0) == 0 or 1/0",
    "memory": "os.memfd_create('x')",
    "mount": "__import__('ctypes').CDLL(None).mount(b'none', b'/', None, 1 << 14, None) == 0 or 1/0",
}


@pytest.mark.parametrize("when", ["load", "score"])
@pytest.mark.parametrize("name", sorted(ATTEMPTS))
def test_attempts_fail(place, evil, tmp_path, name, when):
    """Each attempt raises inside the child; the caller gets an error and a status of 2, and the world is as it was."""
    secret = pathlib.Path.home() / f".assay-attack-{os.getpid()}"
    secret.write_text("hunter2 secret")
    secret.chmod(0o600)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    listener.settimeout(0.2)
    watched = tmp_path / "watched"
    watched.mkdir()
    (watched / "rows.csv").write_text("a\n1\n")
    try:
        code = ATTEMPTS[name].format(port=listener.getsockname()[1], secret=secret, folder=watched)
        done = check(place, evil(code, when), ASSAY_TOKEN="assay_user_canary")
        assert done.returncode == 2, (done.stdout, done.stderr)
        assert done.stdout == ""
        assert "hunter2" not in done.stderr and "canary" not in done.stderr
        assert secret.read_text() == "hunter2 secret" and secret.stat().st_mode & 0o777 == 0o600
        assert os.listdir(watched) == ["rows.csv"]
        assert not os.path.exists("/tmp/assay-attack") and not os.path.exists("/dev/shm/assay-attack")
        with pytest.raises(TimeoutError):
            listener.accept()
    finally:
        listener.close()
        secret.unlink()


def test_no_environment_and_no_descriptors(place, evil):
    """Nothing of the caller's is there to be found: the model counts what it can see, and may not see more."""
    code = """
        names = sorted(os.environ)
        assert not any('TOKEN' in name or 'ASSAY' in name for name in names), names
        kinds = [os.readlink('/proc/self/fd/%d' % number) for number in range(3, 512) if os.path.exists('/proc/self/fd/%d' % number)]
        assert all(kind.startswith(('pipe:', '/proc/')) or kind.endswith('/model/evil.pkl') for kind in kinds), kinds
    """
    assert check(place, evil(code, "load"), ASSAY_TOKEN="assay_user_canary", SOME_KEY="x").returncode == 0


def test_the_scratch_may_be_written_and_is_gone(place, evil):
    def staged():
        return [name for folder in ("/dev/shm", "/tmp") for name in os.listdir(folder) if name.startswith("assay-model-")]

    before = set(staged())
    code = "open(os.path.join(os.environ['HOME'], 'notes'), 'w').write('x' * 1000)"
    assert check(place, evil(code, "load")).returncode == 0
    # And not without end.
    full = "file = open(os.path.join(os.environ['HOME'], 'notes'), 'wb')\nwhile True: file.write(b'x' * (1 << 20))"
    assert check(place, evil(full, "load")).returncode == 2
    # Tests that run beside this one have folders of their own, which go when they end.
    left = set(staged()) - before
    for _ in range(600):
        if not left & set(staged()):
            return
        time.sleep(0.1)
    assert not left & set(staged())


@pytest.mark.parametrize("code, words", [
    ("blocks = []\nwhile True: blocks.append(bytearray(1 << 26))", "memory"),
    ("while True: os.write(2, b'x' * (1 << 20))", ""),
    ("os.write(3, b'x' * 100)", "cannot be used"),
    ("os.close(3)", "ended"),
    ("os._exit(0)", "ended"),
    ("os.abort()", "ended"),
    ("import ctypes; ctypes.string_at(0)", "ended"),
    ("raise SystemExit(0)", ""),
    ("while True: pass", "too long"),
])
@pytest.mark.parametrize("when", ["load", "score"])
def test_misbehaviour_ends_in_words(place, evil, code, words, when):
    # A machine that is busy loads slowly; what never ends is cut off soon either way.
    done = check(place, evil(code, when), "--foreign-seconds", "10" if words == "too long" else "60")
    assert (done.returncode, done.stdout) == (2, ""), done
    assert words in done.stderr and len(done.stderr) < 1000, done.stderr


@pytest.mark.parametrize("code, words", [
    ("self.answer = numpy.full(self.rows, numpy.nan)", "NaN"),
    ("self.answer = numpy.full(self.rows, numpy.inf)", "NaN or an infinity"),
    ("self.answer = numpy.zeros(self.rows + 1)", "one a row"),
    ("self.answer = numpy.zeros(0)", "one a row"),
    ("self.answer = numpy.zeros((self.rows, 2), dtype=numpy.int8)", "one a row"),
    ("self.answer = numpy.array([object()] * self.rows)", "TypeError"),
    ("self.answer = numpy.zeros(self.rows, dtype=complex)", "TypeError"),
    ("self.answer = numpy.zeros(50_000_000)", "longer"),
    ("self.answer = None", ""),
])
def test_answers_that_are_none(place, evil, code, words):
    done = check(place, evil("import numpy\n" + code, "score"))
    assert (done.returncode, done.stdout) == (2, ""), done
    assert words in done.stderr


def test_it_does_not_wait_for_ever(place, evil):
    begun = time.monotonic()
    done = check(place, evil("time.sleep(3600)", "score"), "--foreign-seconds", "3")
    assert done.returncode == 2 and "too long" in done.stderr
    assert time.monotonic() - begun < 30


def test_a_row_never_stands_in_an_error(place, evil):
    done = check(place, evil("raise ValueError('the row of Mrs Canary')", "score"))
    assert done.returncode == 2 and "ValueError" in done.stderr and "Canary" not in done.stderr
