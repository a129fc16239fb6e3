"""`assay mitigate reduce` against Fairlearn's ExponentiatedGradient and GridSearch around scikit-learn's LogisticRegression.

Coefficients. Newton's last step leaves an error below the rounding of gradients summed over n rows. L-BFGS stops where the mean
loss falls by less than 64 ulp of 1 in a step; where it has then about as far to go, (w - w*)' H (w - w*) / 2 is 64 ulp and
|w - w*| is sqrt(128 ulp / m), m the least curvature. `peer_error` computes m at the answer and allows four times that. Tables of
reductions have curvatures above 0.03, which makes it 1e-6.

Decisions: multipliers of the game depend on coefficients through decisions alone, and none of these seeds puts a row within 1e-6
of a boundary; so rounds, gaps and mixtures are the same up to rounding wherever the linear programme has one answer, as it has on
these seeds. Where it has several, MixtureProgramTests shows by duality that ours is one of them.
"""

import json
import os
import subprocess
import warnings

import numpy as np
import pandas as pd
import pytest
from fairlearn.reductions import (
    DemographicParity, EqualizedOdds, ErrorRateParity, ExponentiatedGradient, FalsePositiveRateParity, GridSearch, TruePositiveRateParity)
from sklearn.linear_model import LogisticRegression

BINARY = os.environ["ASSAY_BINARY"]
MOMENTS = {
    "demographic-parity": DemographicParity, "equalized-odds": EqualizedOdds, "true-positive-rate-parity": TruePositiveRateParity,
    "false-positive-rate-parity": FalsePositiveRateParity, "error-rate-parity": ErrorRateParity,
}
COEFFICIENT = 1e-6


def regression(C=1.0):
    return LogisticRegression(C=C, tol=1e-10, max_iter=10_000)


def run(*arguments, check=0):
    done = subprocess.run([BINARY, "mitigate", "reduce", *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == check, done.stderr
    return done


def table(rows, seed, groups=("a", "b"), width=3, gap=0.8):
    random = np.random.default_rng(seed)
    places = random.integers(0, len(groups), rows)
    places[: 2 * len(groups)] = np.arange(2 * len(groups)) % len(groups)
    features = random.normal(size=(rows, width)) + gap * places[:, None] / width
    score = features @ np.linspace(1, 0.2, width) - gap * places.mean() / 2
    labels = (random.random(rows) < 1 / (1 + np.exp(-1.5 * score))).astype(int)
    labels[: 2 * len(groups)] = np.arange(2 * len(groups)) // len(groups)
    frame = pd.DataFrame(features, columns=[f"x{i}" for i in range(width)])
    frame["g"] = np.array(groups, dtype=object)[places]
    frame["y"] = labels
    return frame


def ask(path, frame, *options):
    names = [name for name in frame if name.startswith("x")]
    return json.loads(run(
        path, "--label", "y", "--features", ",".join(names), "--sensitive", "g", *options, "--format", "json").stdout)


def features(frame):
    return frame[[name for name in frame if name.startswith("x")]]


def fit(peer, frame):
    with warnings.catch_warnings():
        # pandas 4 will do differently what the peer does.
        warnings.simplefilter("ignore")
        peer.fit(features(frame), frame["y"], sensitive_features=frame["g"])


def peer_error(frame, peer, C):
    design = np.column_stack([features(frame), np.ones(len(frame))])
    probability = peer.predict_proba(features(frame))[:, 1]
    hessian = design.T @ (design * (probability * (1 - probability))[:, None]) / len(frame)
    hessian[range(len(hessian) - 1), range(len(hessian) - 1)] += 1 / (C * len(frame))
    return 4 * np.sqrt(128 * np.finfo(float).eps / np.linalg.eigvalsh(hessian)[0])


def assert_same_classifier(found, peer, tolerance=COEFFICIENT):
    """A peer that is a DummyClassifier has no coefficients."""
    if not hasattr(peer, "coef_"):
        assert found["constant"] == peer.constant
        return
    np.testing.assert_allclose(found["coefficients"], peer.coef_[0], rtol=0, atol=tolerance)
    np.testing.assert_allclose(found["intercept"], peer.intercept_[0], rtol=0, atol=tolerance)


@pytest.mark.parametrize("rows", [8, 60, 1_500])
@pytest.mark.parametrize("C", [0.01, 1.0, 100.0])
def test_regression_is_scikit_learns(tmp_path, rows, C):
    frame = table(rows, rows, width=5 if rows > 8 else 2)
    frame.to_csv(tmp_path / "t.csv", index=False)
    answer = ask(tmp_path / "t.csv", frame, "--inverse-regularisation", C, "--method", "grid-search", "--grid-size", 1)
    peer = regression(C).fit(features(frame), frame["y"])
    assert_same_classifier(answer["unconstrained"], peer, peer_error(frame, peer, C))


@pytest.mark.parametrize("constraint", list(MOMENTS))
@pytest.mark.parametrize(("groups", "size", "limit"), [(("a", "b"), 11, 2.0), (("u", "v", "w"), 25, 1.5), (("a", "b"), 1, 2.0)])
def test_grid_search_is_fairlearns(tmp_path, constraint, groups, size, limit):
    frame = table(500, len(groups) * 7 + size, groups=groups)
    frame.to_csv(tmp_path / "t.csv", index=False)
    answer = ask(
        tmp_path / "t.csv", frame, "--constraint", constraint, "--method", "grid-search", "--grid-size", size, "--grid-limit", limit,
        "--probabilities", tmp_path / "p.csv")
    points = answer["search"]["points"]
    assert len(points) == size
    if size == 1:
        # Fairlearn divides by 0 here; one point is the one without multipliers.
        assert set(points[0]["multipliers"]) == {0} and points[0]["coefficients"] == answer["unconstrained"]["coefficients"]
        return
    peer = GridSearch(regression(), MOMENTS[constraint](), grid_size=size, grid_limit=limit)
    fit(peer, frame)
    # The peer's rows of multipliers and violations are sorted by their index as ours: sign, event, group.
    np.testing.assert_allclose(
        np.array([point["multipliers"] for point in points]).T, peer.lambda_vecs_.sort_index(kind="stable"), rtol=1e-12)
    for point, estimator, error in zip(points, peer.predictors_, peer.objectives_):
        assert_same_classifier(point, estimator)
        assert point["error"] == pytest.approx(error, rel=1e-12)
    np.testing.assert_allclose(
        np.array([point["violations"] for point in points]).T, peer.gammas_.sort_index(kind="stable"), atol=1e-12)
    assert answer["search"]["best"] == peer.best_idx_
    assert (pd.read_csv(tmp_path / "p.csv")["probability"] == peer.predict(features(frame))).all()


@pytest.mark.parametrize("constraint", list(MOMENTS))
@pytest.mark.parametrize(("rows", "seed", "groups"), [(200, 1, ("a", "b")), (400, 2, ("a", "b", "c"))])
def test_exponentiated_gradient_is_fairlearns(tmp_path, constraint, rows, seed, groups):
    frame = table(rows, seed, groups=groups)
    frame.to_csv(tmp_path / "t.csv", index=False)
    answer = ask(
        tmp_path / "t.csv", frame, "--constraint", constraint, "--max-iterations", 12, "--difference-bound", 0.02,
        "--probabilities", tmp_path / "p.csv")
    peer = ExponentiatedGradient(regression(), MOMENTS[constraint](difference_bound=0.02), max_iter=12)
    fit(peer, frame)
    search = answer["search"]
    assert search["nu"] == pytest.approx(peer.nu, rel=1e-12)
    assert search["best_gap"] == pytest.approx(peer.best_gap_, abs=1e-9)
    assert search["best_iteration"] == peer.best_iter_ and search["classifiers"] == len(peer.predictors_)
    expected = [(weight, peer.predictors_[index]) for index, weight in peer.weights_.sort_index().items() if weight > 1e-12]
    found = answer["reduction"]["classifiers"]
    assert [part["weight"] for part in found] == pytest.approx([weight for weight, _ in expected], abs=1e-9)
    for part, (_, estimator) in zip(found, expected):
        assert_same_classifier(part, estimator)
    probabilities = peer._pmf_predict(features(frame))[:, 1]
    np.testing.assert_allclose(pd.read_csv(tmp_path / "p.csv")["probability"], probabilities, atol=1e-9)
    for group in answer["groups"]:
        mask = (frame["g"] == group["group"]).to_numpy()
        assert group["selection_rate"]["after"] == pytest.approx(probabilities[mask].mean(), abs=1e-9)
        before = regression().fit(features(frame), frame["y"]).predict(features(frame))
        assert group["selection_rate"]["before"] == pytest.approx(before[mask].mean(), abs=1e-12)


def test_options_of_the_search(tmp_path):
    frame = table(300, 5)
    frame.to_csv(tmp_path / "t.csv", index=False)
    answer = ask(tmp_path / "t.csv", frame, "--eps", 0.05, "--eta0", 0.7, "--nu", 0.01, "--max-iterations", 9)
    peer = ExponentiatedGradient(regression(), DemographicParity(), eps=0.05, eta0=0.7, nu=0.01, max_iter=9)
    fit(peer, frame)
    assert answer["search"]["nu"] == 0.01 and answer["search"]["best_gap"] == pytest.approx(peer.best_gap_, abs=1e-9)


def test_the_constraint_is_kept(tmp_path):
    frame = table(2_000, 9, groups=("a", "b", "c"), gap=1.5)
    frame.to_csv(tmp_path / "t.csv", index=False)
    answer = ask(tmp_path / "t.csv", frame, "--difference-bound", 0.02, "--out", tmp_path / "c.json")
    gap = next(r for r in answer["results"] if r["id"] == "fairness.demographic_parity_difference")
    # Each group lies within the bound and the gap's share of the multipliers from all rows, so two within twice that.
    assert gap["details"]["before"] > 0.1 and gap["value"] <= 2 * (0.02 + answer["search"]["best_gap"])
    assert json.loads((tmp_path / "c.json").read_text()) == answer["reduction"]
    weights = [part["weight"] for part in answer["reduction"]["classifiers"]]
    assert sum(weights) == pytest.approx(1, abs=1e-12) and min(weights) > 0


def test_rows_left_out_and_forms(tmp_path):
    frame = table(120, 3, groups=("caf\u00e9", "cafe\u0301"))
    rows = frame.to_csv(index=False) + "1,,0,caf\u00e9,1\n1,1,1,,1\n1,1,1,caf\u00e9,\n"
    (tmp_path / "t.csv").write_text(rows)
    arguments = [tmp_path / "t.csv", "--label", "y", "--features", "x0,x1", "--features", "x2", "--sensitive", "g", "--max-iterations", 6]
    run(*arguments, "--probabilities", tmp_path / "p.csv", "--format", "json")
    found = pd.read_csv(tmp_path / "p.csv")["probability"]
    assert len(found) == 123 and list(found.isna().tail(4)) == [False, True, True, True]
    text = run(*arguments).stdout
    assert "1 rows miss a feature" in text and max(map(len, text.splitlines())) <= 80
    for form in ("html", "markdown", "junit", "sarif"):
        assert run(*arguments, "--format", form).stdout


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        ("x,g,y\n1,a,1\n2,a,0\n", [], "fewer than two groups"),
        ("x,g,y\n1,a,1\n2,b,1\n", [], "all rows have the same label"),
        ("x,g,y\ninf,a,1\n2,b,0\n", [], "is infinite in row 0"),
        ("x,g,y\nred,a,1\n2,b,0\n", [], "numbers are wanted"),
        ("z,g,y\n1,a,1\n2,b,0\n", [], "no column 'x'"),
        ("x,g,y\n1,a,1\n2,b,0\n", ["--features", "x"], "named twice"),
        ("x,g,y\n1,a,1\n2,b,0\n", ["--features", "y"], "is the label"),
        ("x,g,y\n1,a,1\n2,b,0\n", ["--eps", "0"], "above 0"),
        ("x,g,y\n1,a,1\n2,b,0\n", ["--grid-size", "5"], "belong to --method grid-search"),
        ("x,g,y\n1,a,1\n2,b,0\n", ["--method", "grid-search", "--nu", "1"], "belong to --method exponentiated-gradient"),
    ],
)
def test_what_cannot_be_done_is_said(tmp_path, content, options, words):
    (tmp_path / "t.csv").write_text(content)
    done = run(
        tmp_path / "t.csv", "--label", "y", "--features", "x", "--sensitive", "g", *options, "--out", tmp_path / "o.json", check=2)
    assert words in done.stderr and done.stdout == "" and not (tmp_path / "o.json").exists()
