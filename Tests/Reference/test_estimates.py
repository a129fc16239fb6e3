"""`assay drift --estimate cbpe` against NannyML 0.13.1, and its intervals against labels drawn from the scores.

NannyML's environment takes two gigabytes, so its answers are recorded, with the digests of the tables they are of.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
from sklearn.metrics import f1_score, recall_score, roc_auc_score

from tables import BLOCK, run

RECORDED = Path(__file__).parents[1] / "Fixtures" / "estimates" / "nannyml.json"
MEASURES = ["roc_auc", "f1", "precision", "recall", "specificity", "accuracy"]


def table(rows, seed, power=1.0, levels=None, shift=0.0, predictions=False, flat=False):
    """Scores, and labels that come with probability score ** power."""
    draw = np.random.default_rng(seed)
    score = np.full(rows, 0.37) if flat else np.clip(draw.beta(1.5, 2, rows) + shift, 0, 1)
    if levels:
        score = np.round(score * levels) / levels
    columns = {"score": score, "label": (draw.random(rows) < score ** power).astype(int)}
    if predictions:
        columns["prediction"] = (score + draw.normal(0, 0.2, rows) > 0.4).astype(int)
    return columns


# name: (reference, current); rows of equal score everywhere leave NannyML's decision to an unstable sort, so tables of few
# levels are far from calibrated.
TABLES = {
    "calibrated already": (dict(rows=6000, seed=1), dict(rows=5000, seed=2, shift=0.1)),
    "overconfident": (dict(rows=3000, seed=3, power=2.5), dict(rows=2500, seed=4, power=2.5, shift=-0.1)),
    "underconfident": (dict(rows=4000, seed=5, power=0.3), dict(rows=100, seed=6)),
    "predictions of their own": (dict(rows=2000, seed=7, power=2, predictions=True), dict(rows=2000, seed=8, predictions=True)),
    "few levels": (dict(rows=5000, seed=9, power=3, levels=10), dict(rows=3000, seed=10, levels=10)),
    "small": (dict(rows=60, seed=11, power=3), dict(rows=1, seed=12)),
    "one block": (dict(rows=BLOCK + 1, seed=13, power=1.6), dict(rows=BLOCK - 1, seed=14, power=1.6, shift=0.05)),
    "one score": (dict(rows=400, seed=15, flat=True), dict(rows=300, seed=16)),
}


def job(name):
    return {"kind": "binary", "prediction": "prediction" in name}


def write(path, columns):
    pa.parquet.write_table(pa.table(columns), path)
    return str(path)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("estimates")
    return {name: tuple(write(folder / f"{index}-{side}.parquet", table(**arguments))
                        for side, arguments in enumerate(pair)) for index, (name, pair) in enumerate(TABLES.items())}


def digest(columns):
    """Of the values of a table, whatever file they stand in."""
    hasher = hashlib.sha256()
    for name, values in columns.items():
        hasher.update(f"{name} {values.dtype} {len(values)}\n".encode())
        hasher.update(values.tobytes())
    return hasher.hexdigest()


@pytest.fixture(scope="module")
def nannyml():
    """What NannyML said of these very tables; scripts/fixtures/nannyml_estimates.py asks it anew."""
    recorded = json.loads(RECORDED.read_text())
    for name, pair in TABLES.items():
        assert recorded[name]["tables"] == [digest(table(**arguments)) for arguments in pair], f"{name} is another table now"
    return {name: one["answer"] for name, one in recorded.items()}


def estimates(reference, current, *arguments):
    answer = run("drift", reference, current, "--estimate", "cbpe", "--label", "label", "--score", "score", "--format", "json",
                 *arguments)
    assert answer.returncode in (0, 1), answer.stderr
    return {result["id"].removeprefix("estimated."): result for result in json.loads(answer.stdout)["results"]
            if result["id"].startswith("estimated.")}


@pytest.mark.parametrize("name", TABLES)
def test_estimates_are_nannymls(name, files, nannyml):
    want = nannyml[name]
    arguments = ["--prediction", "prediction"] if "prediction" in name else []
    found = estimates(*files[name], *arguments)
    assert list(found) == MEASURES
    rows = pa.parquet.read_metadata(files[name][1]).num_rows
    for measure in MEASURES:
        result = found[measure]
        assert result["details"]["calibrated"] == want["calibrated"], measure
        assert result["rows"] == rows
        if result["value"] is None:
            # A share of no rows; NannyML says 0, or NaN for the area.
            assert result["undefined"] and (np.isnan(want[measure]) or want[measure] == 0), measure
            continue
        # NannyML rounds each running sum behind the area to five decimals.
        positives = rows * min(want["accuracy"], 0.05)
        tolerance = 1e-5 / max(positives, 0.05) if measure == "roc_auc" else 1e-9
        assert result["value"] == pytest.approx(want[measure], abs=tolerance), measure


def test_both_decisions_are_covered(nannyml):
    assert {answer["calibrated"] for answer in nannyml.values()} == {True, False}


@pytest.mark.parametrize("name", ["overconfident", "few levels"])
def test_the_reference_is_measured(name, files):
    """Beside each estimate stands scikit-learn's number for the reference."""
    reference = pa.parquet.read_table(files[name][0])
    label, score = reference["label"].to_numpy(), reference["score"].to_numpy()
    found = estimates(*files[name])
    measured = {measure: result["groups"][0]["value"] for measure, result in found.items()}
    assert measured["roc_auc"] == pytest.approx(roc_auc_score(label, score), abs=1e-12)
    assert measured["f1"] == pytest.approx(f1_score(label, score >= 0.5), abs=1e-12)
    assert measured["recall"] == pytest.approx(recall_score(label, score >= 0.5), abs=1e-12)


def test_intervals_hold_the_measured_value(tmp_path):
    """Labels drawn from the scores themselves: of 120 drawings the interval should miss 6; 15 would be one in 2,000."""
    reference = write(tmp_path / "reference.parquet", table(500, 1))
    score = table(400, 2)["score"]
    current = write(tmp_path / "current.parquet", {"score": score})
    found = estimates(reference, current, "--calibration", "never")
    draw = np.random.default_rng(3)
    misses = dict.fromkeys(("roc_auc", "f1", "recall", "accuracy"), 0)
    for _ in range(120):
        label = draw.random(score.size) < score
        measured = {"roc_auc": roc_auc_score(label, score), "f1": f1_score(label, score >= 0.5),
                    "recall": recall_score(label, score >= 0.5), "accuracy": np.mean(label == (score >= 0.5))}
        for measure, value in measured.items():
            interval = found[measure]["interval"]
            misses[measure] += not interval["low"] <= value <= interval["high"]
    assert all(count <= 15 for count in misses.values()), misses
    assert any(count > 0 for count in misses.values()), "intervals that never miss are too wide"


def test_csv_missing_rows_and_words(tmp_path):
    rows = "score,label,prediction\n0.9,yes,yes\n0.2,no,no\n,yes,yes\n0.4,,no\n0.8,yes,\n0.6,no,yes\n"
    reference, current = tmp_path / "r.csv", tmp_path / "c.csv"
    reference.write_text(rows)
    current.write_text("score,prediction\n0.7,yes\n,no\n0.1,no\n")
    found = estimates(reference, current, "--prediction", "prediction", "--positive", "yes")
    accuracy = found["accuracy"]
    assert accuracy["value"] == pytest.approx((0.7 + 0.9) / 2) and accuracy["rows"] == 2
    assert accuracy["groups"][0] == {"group": "reference", "count": 3, "value": pytest.approx(2 / 3)}
    assert accuracy["excluded"]["missing_label"] == 1 and accuracy["excluded"]["missing_prediction"] == 3


@pytest.mark.parametrize("arguments, message", [
    (["--estimate", "cbpe", "--label", "label"], "--score"),
    (["--score", "score"], "--estimate cbpe"),
    (["--estimate", "cbpe", "--label", "label", "--score", "label"], "named twice"),
    (["--estimate", "cbpe", "--label", "nolabel", "--score", "score"], "nolabel"),
])
def test_what_is_missing_is_said(files, arguments, message):
    answer = run("drift", *files["small"], *arguments)
    assert answer.returncode == 2 and message in answer.stderr


def test_a_score_is_a_probability(tmp_path):
    good = write(tmp_path / "good.parquet", table(50, 1))
    bad = write(tmp_path / "bad.parquet", {"score": [0.5, 1.5], "label": [0, 1]})
    answer = run("drift", good, bad, "--estimate", "cbpe", "--label", "label", "--score", "score")
    assert answer.returncode == 2 and "row 2" in answer.stderr and "from 0 to 1" in answer.stderr


POLICY = """assay: policy/v1
name: unlabelled
version: "1"
accept: [supplied]
data: {{predictions: dataset, score: score{more}, reference: past@sha256:{digest}}}
checks:
{checks}
"""


@pytest.mark.parametrize("name", TABLES)
def test_checks_against_a_profile_are_nannymls_too(name, files, nannyml, tmp_path):
    """`estimated.*` needs the reference's profile alone, not its rows."""
    profile = tmp_path / "past.json"
    made = run("profile", files[name][0], "--write-profile", profile, "--label", "label", "--score", "score")
    assert made.returncode == 0, made.stderr
    own = "prediction" in name
    policy = tmp_path / "policy.yaml"
    policy.write_text(POLICY.format(
        more=", prediction: prediction" if own else "", digest=hashlib.sha256(profile.read_bytes()).hexdigest(),
        checks="\n".join(f"  - {{id: estimated.{measure}, min: 0}}" for measure in MEASURES)))
    answer = run("check", policy, "--data", files[name][1], "--reference", profile, "--format", "json")
    assert answer.returncode in (0, 1), answer.stderr
    found = {result["id"].removeprefix("estimated."): result for result in json.loads(answer.stdout)["predicate"]["results"]}
    rows = pa.parquet.read_metadata(files[name][1]).num_rows
    for measure in MEASURES:
        want, result = nannyml[name][measure], found[measure]
        assert result["details"]["calibrated"] == nannyml[name]["calibrated"], measure
        if result["value"] is None:
            assert result["undefined"] and (np.isnan(want) or want == 0), measure
            continue
        tolerance = 1e-5 / max(rows * min(nannyml[name]["accuracy"], 0.05), 0.05) if measure == "roc_auc" else 1e-9
        assert result["value"] == pytest.approx(want, abs=tolerance), measure


@pytest.mark.parametrize("arguments, words", [
    (["--label", "label"], "go together"), (["--score", "score"], "go together"), (["--label", "label", "--score", "label"], "named twice"),
    (["--label", "label", "--score", "scoer"], "scoer"), (["--positive", "1"], "go together"),
])
def test_a_profile_that_cannot_be_calibrated_is_refused(arguments, words, files, tmp_path):
    answer = run("profile", files["small"][0], "--write-profile", tmp_path / "p.json", *arguments)
    assert answer.returncode == 2 and words in answer.stderr, answer.stderr
