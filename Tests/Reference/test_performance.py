"""`assay performance` against scikit-learn, on seeded random tables.

Every number must be scikit-learn's on the rows that miss nothing; where scikit-learn warns and answers 0 or NaN, or raises,
the value must be null with a reason.
"""

import warnings

import pytest
import sklearn.metrics as skm

from tables import BLOCK, LABELS, ask, binary, by_id, counted_tolerance, make, run, summed_tolerance

CLASSES = {
    "performance.accuracy": lambda y, p, w: skm.accuracy_score(y, p, sample_weight=w),
    "performance.balanced_accuracy": lambda y, p, w: skm.balanced_accuracy_score(y, p, sample_weight=w),
    "performance.precision": lambda y, p, w: skm.precision_score(y, p, sample_weight=w, zero_division="warn"),
    "performance.recall": lambda y, p, w: skm.recall_score(y, p, sample_weight=w, zero_division="warn"),
    "performance.f1": lambda y, p, w: skm.f1_score(y, p, sample_weight=w, zero_division="warn"),
}
SCORES = {
    "performance.roc_auc": lambda y, s, w: skm.roc_auc_score(y, s, sample_weight=w),
    "performance.log_loss": lambda y, s, w: skm.log_loss(y, s, sample_weight=w, labels=[0, 1]),
    "performance.brier": lambda y, s, w: skm.brier_score_loss(y, s, sample_weight=w, pos_label=1),
}

TABLES = {
    "empty": dict(rows=0, seed=1),
    "one row": dict(rows=1, seed=2),
    "two rows": dict(rows=2, seed=3),
    "three rows": dict(rows=3, seed=4),
    "ten": dict(rows=10, seed=5),
    "missing": dict(rows=400, seed=6, missing=0.2),
    "all missing": dict(rows=20, seed=7, missing=1.0),
    "one class": dict(rows=50, seed=8, one_class=True),
    "rare": dict(rows=300, seed=9, positive_rate=0.01),
    "ties": dict(rows=500, seed=10, score_levels=5),
    "weights": dict(rows=500, seed=11, weights=True),
    "weights, missing": dict(rows=500, seed=12, weights=True, missing=0.1, score_levels=7),
    **{f"{label} labels": dict(rows=200, seed=20 + i, label=label, missing=0.05) for i, label in enumerate(LABELS)},
    "block - 1": dict(rows=BLOCK - 1, seed=30),
    "block": dict(rows=BLOCK, seed=31, missing=0.01),
    "block + 1": dict(rows=BLOCK + 1, seed=32, weights=True),
    "two blocks + 1": dict(rows=2 * BLOCK + 1, seed=33, label="string", missing=0.01),
}


def expected(function, truth, other, weights):
    """The peer's number, or None where it warns, raises, or has no rows."""
    if not truth or (weights is not None and sum(weights) == 0):
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return float(function(truth, other, weights))
        except (ValueError, UserWarning):
            return None


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("name", TABLES)
def test_equals_scikit_learn(name, kind, tmp_path):
    settings = TABLES[name]
    table = make(**settings)
    _, positive, _, needs_positive = LABELS[settings.get("label", "integer")]
    arguments = ["--label", "label", "--prediction", "prediction", "--score", "score"]
    if needs_positive:
        arguments += ["--positive", positive]
    weighted = settings.get("weights", False)
    if weighted:
        arguments += ["--weight", "weight"]
    results = by_id(ask("performance", table.write(tmp_path, kind), *arguments))
    assert set(results) >= set(CLASSES) | set(SCORES)

    for functions, column in [(CLASSES, "prediction"), (SCORES, "score")]:
        rows = table.complete("label", column)
        truth = binary(rows["label"], positive)
        other = rows[column] if column == "score" else binary(rows[column], positive)
        weights = rows["weight"] if weighted else None
        for identifier, function in functions.items():
            result = results[identifier]
            want = expected(function, truth, other, weights)
            if identifier == "performance.balanced_accuracy" and truth and want is None:
                # scikit-learn warns that predictions have a class without labels, and leaves it out, as we do.
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    want = function(truth, other, weights)
            assert result["rows"] == len(truth)
            missing = result["excluded"]
            assert len(truth) + missing["missing_label"] + missing["missing_prediction"] == table.rows
            if want is None:
                assert result["value"] is None and result["undefined"], identifier
                continue
            assert result["undefined"] is None, identifier
            summed = weighted or column == "score"
            tolerance = max(1.0, abs(want)) * (summed_tolerance(len(truth)) if summed else 0) + counted_tolerance()
            assert result["value"] == pytest.approx(want, rel=0, abs=tolerance), identifier
            if result["interval"]:
                assert result["interval"]["low"] <= result["value"] <= result["interval"]["high"]


@pytest.mark.parametrize("cutoff", [0.5, 0.3, 0.0, 1.0])
def test_scores_alone_make_predictions(cutoff, tmp_path):
    table = make(rows=300, seed=40, score_levels=10)
    results = by_id(ask("performance", table.write(tmp_path, "parquet"), "--label", "label", "--score", "score",
                        "--cutoff", cutoff))
    predicted = [int(score >= cutoff) for score in table.columns["score"]]
    assert results["performance.accuracy"]["value"] == pytest.approx(
        skm.accuracy_score(table.columns["label"], predicted), abs=counted_tolerance())


def test_both_formats_give_the_same_bits(tmp_path):
    table = make(rows=BLOCK + 100, seed=41, weights=True, missing=0.05, label="string")
    arguments = ["--label", "label", "--prediction", "prediction", "--score", "score", "--positive", "ja", "--weight",
                 "weight"]
    answers = [ask("performance", table.write(tmp_path, kind), *arguments) for kind in ["csv", "parquet"]]
    assert answers[0]["results"] == answers[1]["results"]


def test_integers_and_floats_are_one_domain(tmp_path):
    table = make(rows=100, seed=42)
    before = by_id(ask("performance", table.write(tmp_path, "parquet"), "--label", "label", "--prediction", "prediction"))
    import pyarrow as pa
    table.types["prediction"] = pa.float64()
    table.columns["prediction"] = [float(value) for value in table.columns["prediction"]]
    after = by_id(ask("performance", table.write(tmp_path, "parquet"), "--label", "label", "--prediction", "prediction"))
    assert before == after


def refuse(status, words, *arguments):
    answer = run(*arguments)
    assert answer.returncode == status, answer.stderr
    assert answer.stdout == ""
    for word in words:
        assert word in answer.stderr, answer.stderr


def test_bad_input_is_named(tmp_path):
    table = make(rows=20, seed=50, weights=True, label="string")
    path = table.write(tmp_path, "csv")
    label = ["--label", "label", "--prediction", "prediction", "--positive", "ja"]
    refuse(2, ["lable", "did you mean", "label"], "performance", path, "--label", "lable", "--prediction", "prediction")
    refuse(2, ["--positive"], "performance", path, "--label", "label", "--prediction", "prediction")
    refuse(2, ["'oui'", "'ja'", "'nein'"], "performance", path, *label[:-1], "oui")
    refuse(2, ["--prediction", "--score"], "performance", path, "--label", "label")
    refuse(2, ["does not exist"], "performance", tmp_path / "none.csv", *label)
    (tmp_path / "empty").mkdir()
    refuse(2, ["a folder without a data file"], "performance", tmp_path / "empty", *label)
    refuse(2, ["group", "numbers"], "performance", path, "--label", "label", "--score", "group", "--positive", "ja")
    refuse(2, ["--cutoff"], "performance", path, *label, "--cutoff", "0.4")
    refuse(2, ["cannot be written"], "performance", path, *label, "--output", tmp_path / "no" / "folder.txt")
    table.columns["weight"][7] = -1.0
    refuse(2, ["row 7", "negative"], "performance", table.write(tmp_path, "csv"), *label, "--weight", "weight")
    table.columns["weight"][7] = None
    refuse(2, ["row 7", "missing"], "performance", table.write(tmp_path, "csv"), *label, "--weight", "weight")
    (tmp_path / "cut.parquet").write_bytes(open(table.write(tmp_path, "parquet"), "rb").read()[:300])
    refuse(2, ["cut.parquet"], "performance", tmp_path / "cut.parquet", *label)


def test_scores_that_are_no_probabilities(tmp_path):
    table = make(rows=30, seed=51)
    table.columns["score"] = [4 * score - 2 for score in table.columns["score"]]
    results = by_id(ask("performance", table.write(tmp_path, "csv"), "--label", "label", "--score", "score"))
    assert results["performance.roc_auc"]["value"] == pytest.approx(
        skm.roc_auc_score(table.columns["label"], table.columns["score"]), abs=1e-12)
    assert results["performance.log_loss"]["value"] is None
    assert "outside 0 to 1" in results["performance.brier"]["undefined"]


def test_output_replaces_the_file_at_once(tmp_path):
    path = make(rows=20, seed=52).write(tmp_path, "csv")
    target = tmp_path / "answer.txt"
    target.write_text("before")
    answer = run("performance", path, "--label", "label", "--prediction", "prediction", "-o", target)
    assert answer.returncode == 0 and answer.stdout == ""
    text = target.read_text()
    assert "performance.accuracy" in text and "before" not in text
    assert all(len(line) <= 80 for line in text.splitlines())
    assert sorted(file.name for file in tmp_path.iterdir()) == ["answer.txt", "table.csv"]
