"""`assay mitigate reduce` with bounded ratios, control columns and bounded group losses against Fairlearn's, and `apply`.

Least squares. Ridge's normal equations, solved by Cholesky here and there from features less their means, lose as many digits as
the squared condition number has: below 100 on these tables, so 1e-11 is generous; losses are means of squares of such numbers.

The peer's moments of true and of false positive rates with control columns also constrain rows of the other label, as an event
"control=...,nan": its answer is that of equalized odds. Ours constrains the rows it says; the peer is asked for with that event
left out.
"""

import hashlib
import json
import subprocess
import warnings

import numpy as np
import pandas as pd
import pytest
from fairlearn.reductions import (
    AbsoluteLoss, BoundedGroupLoss, DemographicParity, EqualizedOdds, ErrorRate, ErrorRateParity, ExponentiatedGradient, GridSearch,
    SquareLoss, TruePositiveRateParity, ZeroOneLoss)
from sklearn.linear_model import Ridge

from test_reductions import BINARY, MOMENTS, assert_same_classifier, features, fit, regression, run, table


def apply(*arguments, check=0):
    done = subprocess.run([BINARY, "mitigate", "apply", *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == check, done.stderr
    return done


def ask(path, frame, *options):
    names = [name for name in frame if name.startswith("x")]
    return json.loads(run(
        path, "--label", "y", "--features", ",".join(names), "--sensitive", "g", *options, "--format", "json").stdout)


def quietly(peer, frame, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return peer.fit(features(frame), frame["y"], sensitive_features=frame["g"], **options)


def assert_same_mixture(answer, peer, frame):
    search = answer["search"]
    assert search["nu"] == pytest.approx(peer.nu, rel=1e-9)
    assert search["best_gap"] == pytest.approx(peer.best_gap_, abs=1e-9)
    assert search["best_iteration"] == peer.best_iter_ and search["classifiers"] == len(peer.predictors_)
    expected = [(weight, peer.predictors_[index]) for index, weight in peer.weights_.sort_index().items() if weight > 1e-12]
    found = answer["reduction"]["classifiers"]
    assert [part["weight"] for part in found] == pytest.approx([weight for weight, _ in expected], abs=1e-8)
    return zip(found, (estimator for _, estimator in expected))


@pytest.mark.parametrize("constraint", list(MOMENTS))
@pytest.mark.parametrize(("ratio", "slack"), [(0.9, None), (0.8, 0.02), (1.0, 0.03)])
def test_bounded_ratios_are_fairlearns(tmp_path, constraint, ratio, slack):
    frame = table(400, 11, groups=("a", "b", "c"))
    frame.to_csv(tmp_path / "t.csv", index=False)
    options = ["--constraint", constraint, "--max-iterations", 8, "--ratio-bound", ratio]
    answer = ask(tmp_path / "t.csv", frame, *options, *([] if slack is None else ["--ratio-bound-slack", slack]))
    peer = ExponentiatedGradient(
        regression(), MOMENTS[constraint](ratio_bound=ratio, ratio_bound_slack=slack or 0.0), max_iter=8)
    fit(peer, frame)
    for part, estimator in assert_same_mixture(answer, peer, frame):
        assert_same_classifier(part, estimator)
    assert (answer["reduction"]["ratio_bound"], answer["reduction"]["ratio_bound_slack"]) == (ratio, slack or 0)


def with_control(rows, seed, groups=("a", "b")):
    frame = table(rows, seed, groups=groups)
    random = np.random.default_rng(seed + 100)
    places = random.integers(0, 2, rows)
    places[: 4 * len(groups)] = np.arange(4 * len(groups)) // (2 * len(groups))
    labels = np.arange(4 * len(groups)) // len(groups) % 2
    frame.loc[: len(labels) - 1, "y"] = labels
    frame.loc[: len(labels) - 1, "g"] = np.array(groups, dtype=object)[np.arange(len(labels)) % len(groups)]
    frame["c"] = np.array(["north", "south"], dtype=object)[places]
    return frame


class OfOneLabel(TruePositiveRateParity):
    """The moment as its documentation says: rows of the other label have no event."""

    def load_data(self, X, y, *, sensitive_features, control_features=None):
        event = ("control=" + control_features.astype(str) + ",label=1").where(y == 1)
        super(TruePositiveRateParity, self).load_data(X, y, sensitive_features=sensitive_features, event=event)


@pytest.mark.parametrize("constraint", ["demographic-parity", "equalized-odds", "true-positive-rate-parity", "error-rate-parity"])
@pytest.mark.parametrize(("rows", "seed", "groups"), [(300, 21, ("a", "b")), (500, 22, ("a", "b", "c"))])
def test_controls_are_fairlearns(tmp_path, constraint, rows, seed, groups):
    frame = with_control(rows, seed, groups)
    frame.to_csv(tmp_path / "t.csv", index=False)
    answer = ask(
        tmp_path / "t.csv", frame, "--constraint", constraint, "--control", "c", "--max-iterations", 8, "--difference-bound", 0.03)
    moment = OfOneLabel if constraint == "true-positive-rate-parity" else MOMENTS[constraint]
    peer = ExponentiatedGradient(regression(), moment(difference_bound=0.03), max_iter=8)
    quietly(peer, frame, control_features=frame["c"])
    for part, estimator in assert_same_mixture(answer, peer, frame):
        assert_same_classifier(part, estimator)
    assert answer["reduction"]["control"] == ["c"]


def test_the_peer_constrains_both_labels_under_control():
    """The difference that is kept; once the peer mends it, this says so."""
    frame = with_control(60, 5)
    moment = TruePositiveRateParity()
    moment.load_data(features(frame), frame["y"], sensitive_features=frame["g"], control_features=frame["c"])
    assert "control=north,nan" in set(moment.index.get_level_values("event"))


@pytest.mark.parametrize("constraint", [DemographicParity, EqualizedOdds, ErrorRateParity])
def test_grids_with_controls(tmp_path, constraint):
    """The peer hands control columns to an objective that takes none, so its grid search stops; here the objective takes them."""

    class Error(ErrorRate):
        def load_data(self, X, y, *, sensitive_features, control_features=None):
            super().load_data(X, y, sensitive_features=sensitive_features)

    class Moment(constraint):
        def default_objective(self):
            return Error()

    frame = with_control(300, 31)
    frame.to_csv(tmp_path / "t.csv", index=False)
    name = {DemographicParity: "demographic-parity", EqualizedOdds: "equalized-odds", ErrorRateParity: "error-rate-parity"}[constraint]
    answer = ask(
        tmp_path / "t.csv", frame, "--constraint", name, "--control", "c", "--method", "grid-search", "--grid-size", 15)
    peer = quietly(GridSearch(regression(), Moment(), grid_size=15), frame, control_features=frame["c"])
    np.testing.assert_allclose(
        np.array([point["multipliers"] for point in answer["search"]["points"]]).T,
        peer.lambda_vecs_.sort_index(kind="stable"), rtol=1e-12)
    np.testing.assert_allclose(
        np.array([point["violations"] for point in answer["search"]["points"]]).T, peer.gammas_.sort_index(kind="stable"), atol=1e-12)
    for point, estimator in zip(answer["search"]["points"], peer.predictors_):
        assert_same_classifier(point, estimator)
    assert answer["search"]["best"] == peer.best_idx_


def test_two_controls_are_their_combinations(tmp_path):
    frame = with_control(400, 41)
    frame["d"] = np.where(np.arange(400) % 3 == 0, 1, 2)
    frame["cd"] = frame["c"] + frame["d"].astype(str)
    frame.to_csv(tmp_path / "t.csv", index=False)
    options = ["--max-iterations", 5, "--control"]
    one, two = (ask(tmp_path / "t.csv", frame, *options, names) for names in ("cd", "c,d"))
    assert one["search"] == two["search"]


def numbers(rows, seed, groups=("a", "b")):
    frame = table(rows, seed, groups=groups)
    random = np.random.default_rng(seed + 7)
    group = frame["g"].map({name: place for place, name in enumerate(groups)})
    frame["y"] = 0.5 + 0.1 * frame["x0"] + (0.15 * group - 0.1) * frame["x1"] + random.normal(scale=0.05 + 0.1 * group, size=rows)
    return frame


LOSSES = {"square": SquareLoss, "absolute": AbsoluteLoss}


@pytest.mark.parametrize("loss", list(LOSSES))
@pytest.mark.parametrize(("rows", "seed", "groups", "C", "bound"), [
    (60, 1, ("a", "b"), 1.0, 0.02), (500, 2, ("a", "b", "c"), 100.0, 0.05), (300, 3, ("a", "b"), 1e6, 0.001)])
def test_bounded_losses_of_numbers_are_fairlearns(tmp_path, loss, rows, seed, groups, C, bound):
    frame = numbers(rows, seed, groups)
    frame.to_csv(tmp_path / "t.csv", index=False)
    answer = ask(
        tmp_path / "t.csv", frame, "--constraint", "bounded-group-loss", "--loss", loss, "--loss-range", "0,1", "--upper-bound", bound,
        "--inverse-regularisation", C, "--max-iterations", 10, "--probabilities", tmp_path / "p.csv")
    peer = quietly(ExponentiatedGradient(
        Ridge(alpha=1 / C, solver="cholesky"), BoundedGroupLoss(LOSSES[loss](0, 1), upper_bound=bound), max_iter=10), frame)
    for part, estimator in assert_same_mixture(answer, peer, frame):
        np.testing.assert_allclose(part["coefficients"], estimator.coef_, rtol=0, atol=1e-11)
        assert part["intercept"] == pytest.approx(estimator.intercept_, abs=1e-11)
    weights = peer.weights_.sort_index()
    expected = sum(weight * peer.predictors_[index].predict(features(frame)) for index, weight in weights.items())
    np.testing.assert_allclose(pd.read_csv(tmp_path / "p.csv")["expected"], expected, atol=1e-8)
    for group in answer["losses"]:
        mask = frame["g"] == group["group"]
        own = sum(
            weight * LOSSES[loss](0, 1).eval(frame["y"][mask], peer.predictors_[index].predict(features(frame)[mask])).mean()
            for index, weight in weights.items())
        assert group["loss"]["after"] == pytest.approx(own, abs=1e-8) and group["count"] == mask.sum()
    worst = next(r for r in answer["results"] if r["id"].endswith("_group_max"))
    assert worst["value"] == max(group["loss"]["after"] for group in answer["losses"])


@pytest.mark.parametrize("loss", list(LOSSES))
@pytest.mark.parametrize("groups", [("a", "b"), ("u", "v", "w")])
def test_grids_of_bounded_losses_are_fairlearns(tmp_path, loss, groups):
    frame = numbers(200, 9, groups)
    frame.to_csv(tmp_path / "t.csv", index=False)
    answer = ask(
        tmp_path / "t.csv", frame, "--constraint", "bounded-group-loss", "--loss", loss, "--loss-range", "0,1", "--upper-bound", 0.1,
        "--method", "grid-search", "--grid-size", 12)
    peer = quietly(GridSearch(Ridge(alpha=1.0, solver="cholesky"), BoundedGroupLoss(LOSSES[loss](0, 1)), grid_size=12), frame)
    points = answer["search"]["points"]
    np.testing.assert_allclose(
        np.array([point["multipliers"] for point in points]).T, peer.lambda_vecs_.sort_index(kind="stable"), rtol=1e-12)
    np.testing.assert_allclose(
        np.array([point["violations"] for point in points]).T, peer.gammas_.sort_index(kind="stable"), rtol=1e-10)
    assert answer["search"]["best"] == peer.best_idx_


@pytest.mark.parametrize(("rows", "seed", "bound"), [(200, 5, 0.2), (600, 6, 0.3)])
def test_bounded_errors_of_decisions_are_fairlearns(tmp_path, rows, seed, bound):
    frame = table(rows, seed)
    frame.to_csv(tmp_path / "t.csv", index=False)
    answer = ask(
        tmp_path / "t.csv", frame, "--constraint", "bounded-group-loss", "--loss", "zero-one", "--upper-bound", bound,
        "--max-iterations", 8)
    peer = quietly(ExponentiatedGradient(regression(), BoundedGroupLoss(ZeroOneLoss(), upper_bound=bound), max_iter=8), frame)
    for part, estimator in assert_same_mixture(answer, peer, frame):
        assert_same_classifier(part, estimator)
    assert {group["group"] for group in answer["losses"]} == {group["group"] for group in answer["groups"]} == {"a", "b"}


def unit(seed, key):
    digest = hashlib.sha256(b"reduction/v1\0" + str(seed).encode() + b"\0" + key.encode()).digest()
    return (int.from_bytes(digest[:8], "big") >> 11) * 2.0**-53


def values(document, frame):
    columns = frame[document["features"]].to_numpy()
    return [
        np.full(len(frame), float(part["constant"])) if "constant" in part
        else part["intercept"] + columns @ np.array(part["coefficients"]) for part in document["classifiers"]]


def test_decisions_are_drawn_from_key_and_seed(tmp_path):
    frame = table(1_000, 9, groups=("a", "b", "c"), gap=1.5)
    frame["id"] = [f"r{index}\u00e9" for index in range(len(frame))]
    frame.to_csv(tmp_path / "t.csv", index=False)
    ask(tmp_path / "t.csv", frame, "--difference-bound", 0.02, "--out", tmp_path / "c.json")
    document = json.loads((tmp_path / "c.json").read_text())
    assert len(document["classifiers"]) > 1
    arguments = [tmp_path / "c.json", tmp_path / "t.csv", "--key", "id", "--seed", 7, "--decisions", tmp_path / "d.csv"]
    answer = json.loads(apply(*arguments, "--label", "y", "--format", "json").stdout)
    found = pd.read_csv(tmp_path / "d.csv")
    decisions = np.array([value > 0 for value in values(document, frame)])
    weights = np.array([part["weight"] for part in document["classifiers"]])
    np.testing.assert_allclose(found["probability"], np.minimum(1, weights @ decisions), atol=1e-15)
    sums = np.cumsum(weights)
    drawn = [min(np.searchsorted(sums, unit(7, key), side="right"), len(weights) - 1) for key in frame["id"]]
    assert (found["prediction"] == decisions[drawn, np.arange(len(frame))]).all()
    assert 0 < (found["prediction"] != (found["probability"] > 0.5)).sum() and answer["positive"] == found["prediction"].sum()
    for group in answer["groups"]:
        mask = frame["g"] == group["group"]
        assert group["selection_rate"] == {"before": None, "after": pytest.approx(found["prediction"][mask].mean(), abs=1e-15)}
        positives = mask & (frame["y"] == 1)
        assert group["true_positive_rate"]["after"] == pytest.approx(found["prediction"][positives].mean(), abs=1e-15)
    # Rows in another order, in another file, are decided the same way.
    shuffled = frame.sample(frac=1, random_state=3)
    shuffled[[*document["features"], "id"]].to_csv(tmp_path / "s.csv", index=False)
    apply(tmp_path / "c.json", tmp_path / "s.csv", "--key", "id", "--seed", 7, "--decisions", tmp_path / "e.csv")
    assert (pd.read_csv(tmp_path / "e.csv")["prediction"].to_numpy() == found["prediction"][shuffled.index].to_numpy()).all()
    apply(*arguments, "--expected")
    found = pd.read_csv(tmp_path / "d.csv")
    assert (found["prediction"] == (found["probability"] > 0.5)).all()


def test_numbers_are_applied(tmp_path):
    frame = numbers(400, 4)
    frame.to_csv(tmp_path / "t.csv", index=False)
    ask(
        tmp_path / "t.csv", frame, "--constraint", "bounded-group-loss", "--loss", "square", "--loss-range", "0,1",
        "--upper-bound", 0.015, "--max-iterations", 20, "--out", tmp_path / "m.json")
    document = json.loads((tmp_path / "m.json").read_text())
    answers = values(document, frame)
    weights = [part["weight"] for part in document["classifiers"]]
    rows = frame.to_csv(index=False) + ",1,1,a,0.5\n"
    (tmp_path / "t.csv").write_text(rows)
    for options, column in (["--expected"], "expected"), ([], "drawn"):
        answer = json.loads(apply(
            tmp_path / "m.json", tmp_path / "t.csv", "--label", "y", "--decisions", tmp_path / "d.csv", *options, "--format",
            "json").stdout)
        found = pd.read_csv(tmp_path / "d.csv")
        assert answer["missing_feature"] == 1 and found.iloc[-1].isna().all()
        found = found.iloc[:-1]
        expected = sum(weight * own for weight, own in zip(weights, answers))
        np.testing.assert_allclose(found["expected"], expected, atol=1e-14)
        if column == "expected":
            np.testing.assert_allclose(found["prediction"], expected, atol=1e-14)
        else:
            sums = np.cumsum(weights)
            drawn = [min(np.searchsorted(sums, unit(0, str(row)), side="right"), len(weights) - 1) for row in range(len(frame))]
            np.testing.assert_allclose(found["prediction"], np.array(answers)[drawn, np.arange(len(frame))], atol=1e-14)
        for group in answer["losses"]:
            mask = (frame["g"] == group["group"]).to_numpy()
            own = SquareLoss(0, 1).eval(frame["y"].to_numpy()[mask], found["prediction"].to_numpy()[mask]).mean()
            assert group["loss"]["after"] == pytest.approx(own, rel=1e-12)


@pytest.mark.parametrize(("change", "words"), [
    (lambda d: d.update(assay="reduction/v2"), "reduction/v2"),
    (lambda d: d.update(classifiers=[]), "lists no model"),
    (lambda d: d["classifiers"][0].update(weight=0.5), "add up to"),
    (lambda d: d["classifiers"][0].update(coefficients=[1]), "not one coefficient for each"),
    (lambda d: d.pop("positive"), "positive"),
    (lambda d: d.update(constraint="kindness"), "none we know"),
    (lambda d: d.update(ratio_bound=0.8), "how far groups may lie apart"),
    (lambda d: d.update(features=["x0", "x0", "x1"]), "each once"),
])
def test_documents_are_checked(tmp_path, change, words):
    frame = table(60, 2)
    frame.to_csv(tmp_path / "t.csv", index=False)
    document = ask(tmp_path / "t.csv", frame, "--method", "grid-search", "--grid-size", 3)["reduction"]
    change(document)
    (tmp_path / "c.json").write_text(json.dumps(document))
    done = apply(tmp_path / "c.json", tmp_path / "t.csv", "--decisions", tmp_path / "d.csv", check=2)
    assert words in done.stderr and not (tmp_path / "d.csv").exists()


@pytest.mark.parametrize(("options", "words"), [
    (["--ratio-bound", "1.5"], "above 0 up to 1"),
    (["--ratio-bound", "0.8", "--difference-bound", "0.1"], "either differences or ratios"),
    (["--ratio-bound-slack", "0.1"], "belongs to --ratio-bound"),
    (["--control", "g"], "no other column"),
    (["--control", "nobody"], "no column 'nobody'"),
    (["--loss", "square"], "belong to --constraint bounded-group-loss"),
    (["--constraint", "bounded-group-loss", "--loss", "square", "--upper-bound", "1"], "need --loss-range"),
    (["--constraint", "bounded-group-loss", "--loss", "square", "--upper-bound", "1", "--loss-range", "1,0"], "lower and a greater"),
    (["--constraint", "bounded-group-loss", "--loss", "zero-one", "--upper-bound=-1"], "number from 0"),
    (["--constraint", "bounded-group-loss", "--loss", "zero-one", "--upper-bound", "1", "--control", "x0"], "parity"),
    (["--constraint", "bounded-group-loss", "--upper-bound", "1"], "needs --loss"),
])
def test_options_that_do_not_go_together(tmp_path, options, words):
    frame = table(60, 2)
    frame.to_csv(tmp_path / "t.csv", index=False)
    done = run(tmp_path / "t.csv", "--label", "y", "--features", "x0,x1,x2", "--sensitive", "g", *options, check=2)
    assert words in done.stderr and done.stdout == ""


def test_a_bound_that_cannot_be_kept_is_said_by_group(tmp_path):
    frame = numbers(200, 9, ("a", "b"))
    frame.to_csv(tmp_path / "t.csv", index=False)
    options = ["--constraint", "bounded-group-loss", "--loss", "square", "--loss-range", "0,1", "--out", tmp_path / "r.json"]
    unmet = ask(tmp_path / "t.csv", frame, *options, "--upper-bound", 1e-4)
    groups = [group["group"] for group in unmet["losses"] if group["loss"]["after"] > 1e-4]
    text = run(tmp_path / "t.csv", "--label", "y", "--features", ",".join(features(frame)), "--sensitive", "g", *options,
               "--upper-bound", 1e-4).stdout
    assert groups and "NOT MET" in text and all(f"'{group}'" in text for group in groups)
    text = run(tmp_path / "t.csv", "--label", "y", "--features", ",".join(features(frame)), "--sensitive", "g", *options,
               "--upper-bound", 1).stdout
    assert "NOT MET" not in text
