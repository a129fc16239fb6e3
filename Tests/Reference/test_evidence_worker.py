"""The confined child: a job on standard input, its files as descriptors, one statement on standard output.

What the child may not do is seen from outside: it is given a job that would make it open a path, and a data file that would
need more memory than it may have; /proc shows the filter and the limits of a child at work.
"""

import json
import os
import subprocess
import time

import pyarrow as pa
import pytest

from tables import ask, make

LIMITS = {"memory": 16 << 30, "processor-seconds": 60, "descriptors": 128}


def start(limits=None, descriptors=()):
    options = [word for name, value in {**LIMITS, **(limits or {})}.items() for word in (f"--{name}", str(value))]
    return subprocess.Popen([os.environ["ASSAY_BINARY"], "evidence-worker", *options], stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, pass_fds=descriptors)


def work(job, limits=None, descriptors=()):
    child = start(limits, descriptors)
    output, log = child.communicate(json.dumps(job).encode(), timeout=120)
    return child.returncode, output, log


def job(**members):
    return {"job": "assay/evidence/v1", "computed_at": "2026-01-01T00:00:00Z", "outcome": "prediction", "cutoff": 0.5,
            "seed": "0", "subjects": [], "inputs": [], "schema": [], "label": "label", "prediction": "prediction",
            "checks": [{"id": "fairness.demographic_parity_difference", "column": "group"}], **members}


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_answers_as_the_command_line_does(kind, tmp_path):
    path = make(rows=70_000, seed=1, missing=0.05).write(tmp_path, kind)
    descriptor = os.open(path, os.O_RDONLY)
    status, output, log = work(job(data={"name": f"table.{kind}", "descriptor": descriptor}), descriptors=[descriptor])
    assert status == 0, log
    statement = json.loads(output)
    direct = ask("fairness", path, "--label", "label", "--prediction", "prediction", "--sensitive", "group")
    want = next(result for result in direct["results"] if result["id"] == "fairness.demographic_parity_difference")
    assert statement["predicate"]["results"] == [want]
    assert statement["predicate"]["inputs"] == direct["predicate"]["inputs"]


def test_opens_no_path(tmp_path):
    path = make(rows=10, seed=2).write(tmp_path, "csv")
    status, output, _ = work(job(data={"name": "table.csv", "path": path}))
    assert status == 0
    error = json.loads(output)["error"]
    assert "denied" in error["message"].lower()


def test_refuses_what_is_no_job():
    for text in ["", "{}", "[]", '{"job": "other"}', "x" * 10_000]:
        child = start()
        output, _ = child.communicate(text.encode(), timeout=60)
        assert child.returncode == 0
        assert json.loads(output)["error"]["code"] == "unreadable"


def test_memory_is_limited(tmp_path):
    table = make(rows=200_000, seed=3)
    table.columns["group"] = [f"{row:0400d}" for row in range(200_000)]
    path = table.write(tmp_path, "parquet")
    descriptor = os.open(path, os.O_RDONLY)
    status, output, _ = work(job(data={"name": "t", "descriptor": descriptor}), {"memory": 1 << 28}, [descriptor])
    # Refused in words, or ended by its own allocator: never an answer.
    assert status != 0 or "error" in json.loads(output)


def test_a_working_child_is_confined(tmp_path):
    reading, writing = os.pipe()
    child = start(descriptors=[reading])
    try:
        # It waits for its job on standard input, confined already.
        deadline = time.time() + 60
        while time.time() < deadline:
            with open(f"/proc/{child.pid}/status") as file:
                status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
            if status.get("Seccomp", "0").strip() == "2":
                break
            time.sleep(0.05)
        assert status["Seccomp"].strip() == "2"
        assert status["NoNewPrivs"].strip() == "1"
        with open(f"/proc/{child.pid}/limits") as file:
            limits = {line[:26].strip(): line[26:].split() for line in file}
        assert limits["Max address space"][0] == str(LIMITS["memory"])
        assert limits["Max cpu time"][0] == str(LIMITS["processor-seconds"])
        assert limits["Max open files"][0] == str(LIMITS["descriptors"])
        assert limits["Max file size"][0] == "0"
        assert limits["Max core file size"][0] == "0"
    finally:
        child.kill()
        child.communicate()
        os.close(reading)
        os.close(writing)


def test_scores_the_model_itself(tmp_path):
    """What the frozen model predicts, not what a column says: equal to scikit-learn's own predictions."""
    import mlflow
    import numpy
    import pandas
    import sklearn.metrics as skm
    from fairlearn import metrics as fm
    from sklearn.compose import ColumnTransformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    draw = numpy.random.default_rng(5)
    frame = pandas.DataFrame({"income": draw.normal(50, 15, 900), "region": draw.choice(["n", "s", "w"], 900),
                              "race": draw.choice(["a", "b"], 900)})
    frame["approve"] = numpy.where(frame["income"] + 8 * (frame["race"] == "a") + draw.normal(0, 10, 900) > 52, "yes", "no")
    features = frame[["income", "region"]]
    model = make_pipeline(
        ColumnTransformer([("number", StandardScaler(), ["income"]), ("word", OneHotEncoder(), ["region"])]),
        LogisticRegression()).fit(features, frame["approve"])
    folder = tmp_path / "model"
    mlflow.sklearn.save_model(model, folder, serialization_format="skops", skops_trusted_types=["numpy.dtype"],
                              signature=mlflow.models.infer_signature(features, model.predict(features)))
    path = tmp_path / "holdout.parquet"
    frame.to_parquet(path)
    names = sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())
    descriptors = [os.open(path, os.O_RDONLY)] + [os.open(folder / name, os.O_RDONLY) for name in names]
    members = job(
        data={"name": "eval/holdout.parquet", "descriptor": descriptors[0]}, label="approve", positive="yes",
        model=[{"name": name, "descriptor": number} for name, number in zip(names, descriptors[1:])],
        checks=[{"id": "performance.accuracy"}, {"id": "performance.roc_auc"}, {"id": "performance.log_loss"},
                {"id": "fairness.demographic_parity_difference", "column": "race"},
                {"id": "quality.column_absent", "column": "race", "where": "features"},
                {"id": "quality.column_absent", "column": "region", "where": "features"}])
    del members["prediction"]
    status, output, log = work(members, descriptors=descriptors)
    assert status == 0, log
    statement = json.loads(output)
    predicate = statement["predicate"]
    assert predicate["provenance"] == "recomputed"
    values = [result["value"] for result in predicate["results"]]
    predicted = model.predict(features)
    probability = model.predict_proba(features)[:, 1]
    truth = frame["approve"] == "yes"
    assert values == pytest.approx(
        [skm.accuracy_score(frame["approve"], predicted), skm.roc_auc_score(truth, probability),
         skm.log_loss(truth, probability),
         fm.demographic_parity_difference(truth, predicted == "yes", sensitive_features=frame["race"]), 1, 0], abs=1e-9)

    # A column of perfect predictions beside the model is refused, not read.
    members["prediction"] = "approve"
    _, output, _ = work(members, descriptors=descriptors)
    assert "no column of predictions" in json.loads(output)["error"]["message"]
