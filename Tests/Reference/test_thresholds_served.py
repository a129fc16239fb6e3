"""Thresholds in serving, and a policy that judges the decisions they make: what is served is what was judged.

The decisions are computed here again from the document, the model's own probabilities and the draw as it is documented.
"""

import hashlib
import json
import subprocess
import warnings

import numpy as np
import pandas as pd
import pytest
import requests
from serving import BINARY, COLUMNS, FIXTURES, ROW, VALUES, Assay, changed
from tables import run

mlflow = pytest.importorskip("mlflow")


def operation(sign, threshold):
    return {"operator": sign, "threshold": threshold}


DOCUMENT = {
    "assay": "thresholds/v1", "method": "threshold-optimisation", "constraint": "equalized_odds", "objective": "accuracy_score",
    "grid_size": 1000, "flip": False, "tolerance": None, "form": "randomised", "label": "y", "positive": "1", "score": "p",
    "sensitive": "race", "data": {"name": "t.csv", "rows": 100, "digest": {"sha256": "0" * 64}},
    "groups": [
        {"group": "black", "p0": 0.25, "operation0": operation(">", 0.4), "p1": 0.75, "operation1": operation(">", 0.6),
         "p_ignore": 0.2, "prediction_constant": 0.5},
        {"group": "caf\u00e9", "p0": 0, "operation0": operation(">", "Infinity"), "p1": 1, "operation1": operation(">", 0.5)},
        {"group": "white", "p0": 0.5, "operation0": operation(">", 0.2), "p1": 0.5, "operation1": operation("<", 0.9)},
    ],
}


def probability(rule, score):
    def chosen(operation):
        threshold = float(str(operation["threshold"]).replace("Infinity", "inf"))
        return float(score > threshold if operation["operator"] == ">" else score < threshold)

    drawn = rule["p0"] * chosen(rule["operation0"]) + rule["p1"] * chosen(rule["operation1"])
    share = rule.get("p_ignore", 0)
    return share * rule.get("prediction_constant", 0) + (1 - share) * drawn


def unit(seed, key):
    digest = hashlib.sha256(b"thresholds/v1\0" + str(seed).encode() + b"\0" + key.encode()).digest()
    return (int.from_bytes(digest[:8], "big") >> 11) * 2.0**-53


def input_key(row):
    """`sha256:` and the digest of the canonical JSON of the inputs: numbers and booleans as numbers, keys in order."""
    plain = {}
    for name in COLUMNS:
        value = row[name]
        if isinstance(value, bool):
            value = int(value)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        plain[name] = value
    return "sha256:" + hashlib.sha256(
        json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


@pytest.fixture(scope="module")
def model():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return mlflow.sklearn.load_model(str(FIXTURES / "folder-loan"))


@pytest.fixture(scope="module")
def rows():
    random = np.random.default_rng(5)
    races = ["black", "white", "caf\u00e9"]
    return [
        {**changed(age=float(random.integers(18, 80)), income=float(random.normal(3000, 900)), dependents=int(random.integers(0, 5)),
                   owner=bool(random.integers(0, 2))), "race": races[index % 3], "id": f"r{index}"} for index in range(120)]


def scores(model, rows):
    positive = list(model.classes_).index(1)
    return model.predict_proba(pd.DataFrame(rows)[COLUMNS])[:, positive]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("thresholds")
    (folder / "thresholds.json").write_text(json.dumps(DOCUMENT))
    (folder / "seed").write_text("41\n")
    return folder


@pytest.fixture(scope="module", params=["inputs", "id"])
def served(request, folder):
    options = ["--thresholds", folder / "thresholds.json", "--thresholds-seed", folder / "seed"]
    with Assay(FIXTURES / "folder-loan", *options, *(["--thresholds-key", "id"] if request.param == "id" else [])) as server:
        yield server, request.param


def expected(model, rows, kind):
    rules = {group["group"]: group for group in DOCUMENT["groups"]}
    answers = []
    for row, score in zip(rows, scores(model, rows)):
        chance = probability(rules[row["race"]], score)
        drawn = unit(41, row["id"] if kind == "id" else input_key(row)) if 0 < chance < 1 else None
        answers.append((chance, drawn, int(chance == 1 if drawn is None else drawn < chance)))
    return answers


def test_decisions_are_those_of_the_document(model, rows, served, folder):
    server, kind = served
    answer = server.post("/invocations", {"dataframe_records": rows})
    assert answer.status_code == 200, answer.text
    digest = hashlib.sha256((folder / "thresholds.json").read_bytes()).hexdigest()
    assert answer.headers["Assay-Thresholds"] == "sha256:" + digest
    body = answer.json()
    assert body["decisions"]["rule"]["sha256"] == digest and body["decisions"]["rule"]["sensitive"] == "race"
    wanted = expected(model, rows, kind)
    assert body["predictions"] == [decision for _, _, decision in wanted] and len(set(body["predictions"])) == 2
    for found, row, (chance, drawn, _), score in zip(body["decisions"]["rows"], rows, wanted, scores(model, rows)):
        assert found["group"] == row["race"] and found["probability"] == pytest.approx(chance, abs=1e-15)
        assert found["drawn"] == drawn and found["score"] == pytest.approx(score, abs=1e-12)
    assert sum(drawn is not None for _, drawn, _ in wanted) > 20
    # The same rows in another order and another form get the same decisions.
    order = np.random.default_rng(1).permutation(len(rows))
    table = pd.DataFrame([rows[index] for index in order])
    for data, kind_ in ((table.to_csv(index=False).encode(), "text/csv"), (parquet(table), "application/vnd.apache.parquet")):
        again = requests.post(server.url + "/invocations", data=data, headers={"Content-Type": kind_}, timeout=30)
        assert again.status_code == 200, again.text
        assert again.json()["predictions"] == [body["predictions"][index] for index in order]


def parquet(table):
    import io

    buffer = io.BytesIO()
    table.to_parquet(buffer)
    return buffer.getvalue()


def test_one_row(model, rows, served):
    server, kind = served
    wanted = expected(model, rows, kind)
    for row, (chance, drawn, decision) in list(zip(rows, wanted))[:6]:
        answer = server.post("/predict", {"features": row})
        assert answer.status_code == 200, answer.text
        assert answer.json()["prediction"] == decision
        assert answer.json()["decision"]["group"] == row["race"] and answer.json()["decision"]["drawn"] == drawn
        assert len(answer.json()["shap_values"]) == len(COLUMNS)


@pytest.mark.parametrize(("body", "words"), [
    ({"dataframe_records": [ROW]}, "'race', which the input does not have"),
    ({"data": [VALUES]}, "'race', which the input does not have"),
    ({"dataframe_records": [{**ROW, "race": "white", "id": "a"}, {**ROW, "race": None, "id": "b"}]}, "row 1 (counted from 0) has no value"),
    ({"dataframe_records": [{**ROW, "race": "green", "id": "a"}]}, "has no thresholds"),
])
def test_what_cannot_be_decided_is_a_typed_error(served, body, words):
    server, _ = served
    answer = server.post("/invocations", body)
    assert answer.status_code == 400 and words in answer.json()["message"], answer.text
    assert answer.json()["error_code"] in ("BAD_REQUEST", "INVALID_PARAMETER_VALUE") and "green" not in answer.text
    assert server.post("/predict", {"features": VALUES}).status_code == 400
    csv = requests.post(
        server.url + "/invocations", data=pd.DataFrame([ROW]).to_csv(index=False), headers={"Content-Type": "text/csv"}, timeout=30)
    assert csv.status_code == 400 and "'race'" in csv.json()["message"]


@pytest.mark.parametrize(("change", "options", "words"), [
    ({"positive": "yes"}, [], "the model's classes are"),
    ({"assay": "thresholds/v9"}, [], "thresholds/v9"),
    ({}, ["--thresholds-seed", "seed.txt"], "whole number from 0"),
])
def test_thresholds_are_checked_before_serving(tmp_path, change, options, words):
    (tmp_path / "t.json").write_text(json.dumps({**DOCUMENT, **change}))
    (tmp_path / "seed.txt").write_text("many")
    options = [str(tmp_path / option) if option == "seed.txt" else option for option in options]
    done = subprocess.run(
        [BINARY, "serve", FIXTURES / "folder-loan", "--thresholds", tmp_path / "t.json", *options], capture_output=True, text=True)
    assert done.returncode == 2 and words in done.stderr
    done = subprocess.run([BINARY, "serve", FIXTURES / "folder-loan", "--thresholds-key", "id"], capture_output=True, text=True)
    assert done.returncode != 0 and "belong to --thresholds" in done.stderr


POLICY = """assay: policy/v1
name: decided
version: "1"
accept: [supplied, recomputed]
data:
  predictions: {predictions}
  label: y
{more}
checks:
  - {{id: fairness.demographic_parity_difference, column: race, max: 1}}
  - {{id: performance.accuracy, min: 0}}
  - {{id: performance.roc_auc, min: 0}}
"""


def judged(folder, predictions, more, *arguments, check=0):
    (folder / "policy.yaml").write_text(POLICY.format(predictions=predictions, more="\n".join("  " + line for line in more)))
    done = run("check", folder / "policy.yaml", *arguments, "--format", "json")
    assert done.returncode == check, done.stderr + done.stdout
    return json.loads(done.stdout) if check < 2 else done.stderr


@pytest.mark.parametrize("predictions", ["from-model", "dataset"])
@pytest.mark.parametrize("key", ["id", None])
def test_a_policy_judges_the_decisions(model, rows, folder, tmp_path, predictions, key):
    frame = pd.DataFrame(rows)
    frame["y"] = np.random.default_rng(3).integers(0, 2, len(rows))
    frame["p"] = scores(model, rows)
    frame.to_csv(tmp_path / "rows.csv", index=False)
    digest = hashlib.sha256((folder / "thresholds.json").read_bytes()).hexdigest()
    more = [f"thresholds: thresholds@sha256:{digest}"] + ([f"thresholds-key: {key}"] if key else [])
    more += ["score: p"] if predictions == "dataset" else []
    arguments = ["--data", tmp_path / "rows.csv", "--thresholds", folder / "thresholds.json"]
    arguments += ["--model", FIXTURES / "folder-loan"] if predictions == "from-model" else []
    answer = judged(tmp_path, predictions, more, *arguments)
    rules = {group["group"]: group for group in DOCUMENT["groups"]}
    decided = np.array([
        (lambda chance: chance == 1 or (0 < chance and unit(0, row["id"] if key else str(index)) < chance))(
            probability(rules[row["race"]], score))
        for index, (row, score) in enumerate(zip(rows, frame["p"]))])
    results = {result["id"]: result for result in answer["results"]}
    rates = decided[frame["race"] == "black"].mean(), decided[frame["race"] == "white"].mean(), decided[frame["race"] == "caf\u00e9"].mean()
    assert results["fairness.demographic_parity_difference"]["value"] == pytest.approx(max(rates) - min(rates), abs=1e-15)
    assert results["performance.accuracy"]["value"] == pytest.approx((decided == frame["y"]).mean(), abs=1e-15)
    # `mitigate apply` decides the same way.
    subprocess.run(
        [BINARY, "mitigate", "apply", folder / "thresholds.json", tmp_path / "rows.csv", "--decisions", tmp_path / "d.csv",
         *(["--key", key] if key else [])], check=True, capture_output=True)
    assert (pd.read_csv(tmp_path / "d.csv")["prediction"] == decided).all()


def test_thresholds_are_bound_by_digest(model, rows, folder, tmp_path):
    frame = pd.DataFrame(rows)
    frame["y"], frame["p"] = 1, scores(model, rows)
    frame.loc[0, "y"] = 0
    frame.to_csv(tmp_path / "rows.csv", index=False)
    data = ["--data", tmp_path / "rows.csv"]
    digest = hashlib.sha256((folder / "thresholds.json").read_bytes()).hexdigest()
    bound = [f"thresholds: t@sha256:{digest}", "score: p"]
    assert "name its file with --thresholds" in judged(tmp_path, "dataset", bound, *data, check=2)
    (tmp_path / "other.json").write_text(json.dumps({**DOCUMENT, "grid_size": 5}))
    assert "other thresholds than the policy" in judged(tmp_path, "dataset", bound, *data, "--thresholds", tmp_path / "other.json", check=2)
    given = ["--thresholds", folder / "thresholds.json"]
    assert "names no thresholds" in judged(tmp_path, "dataset", ["score: p", "prediction: y"], *data, *given, check=2)
    assert "the positive one" in judged(tmp_path, "dataset", [*bound, 'positive: "0"'], *data, *given, check=2)
    assert "leave one of the two out" in judged(tmp_path, "dataset", [*bound, "prediction: y"], *data, *given, check=2)
    assert "belongs to 'thresholds'" in judged(tmp_path, "dataset", ["score: p", "thresholds-key: id"], *data, check=2)


def test_chance_without_a_secret_is_told_at_the_start(folder):
    for options, is_told in (([], True), (["--thresholds-seed", folder / "seed"], False)):
        with Assay(FIXTURES / "folder-loan", "--thresholds", folder / "thresholds.json", *options) as server:
            pass
        assert ("no secret seed is given" in server.errors) == is_told, server.errors
