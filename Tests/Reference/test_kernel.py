"""`assay explain` by kernel SHAP beside shap's own explainers, on random models that only their own library scores, and on native
ones beside their exact linear attributions.

The model's answers are the same bits in both (one library, the same rows), so what differs is arithmetic. With B background rows
and answers of size A, a mean is off by at most B u A. Exact values are averages of differences of such means: 2 B u A, under
1e-13 here. shap sets attributions below 1e-10 to zero, so beside its kernel explainer the bound is 1e-10 plus the rounding of
its normal equations, whose condition number is a small multiple of the number of columns.
"""

import itertools
import json
import math
import os
import pathlib
import pickle
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
import shap
from sklearn.compose import make_column_transformer
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier, RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

BINARY = os.environ.get("ASSAY_BINARY", ".build/debug/assay")
FIXTURES = pathlib.Path(__file__).parent.parent / "Fixtures" / "models"
EXACT, KERNEL = 1e-12, 2e-10
warnings.filterwarnings("ignore")


def run(*arguments, status=0):
    environment = {**os.environ, "ASSAY_MODEL_PYTHON": sys.executable}
    done = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=300, env=environment)
    assert done.returncode == status, done.stderr or done.stdout
    return done.stdout if status == 0 else done.stderr


def explain(model, rows, background, *more):
    answer = json.loads(run("explain", model, rows, "--background", background, "--format", "json", *more))
    phi = np.array([row["shap_values"] for row in answer["rows"]])
    base = np.array([row["base_value"] for row in answer["rows"]])
    return answer, phi, base


class Case:
    """A model in a pickle, rows and a background as CSV whose numbers read back as the same bits."""

    def __init__(self, folder, model, columns, seed, rows=4, background=12, target="class"):
        draw = np.random.default_rng(seed)
        frame = pd.DataFrame(draw.normal(size=(300, columns)), columns=[f"c{place}" for place in range(columns)])
        total = frame.to_numpy() @ draw.normal(size=columns) + frame.c0 * frame[f"c{columns - 1}"]
        self.target = {"class": total > 0, "three": pd.cut(total, 3, labels=["a", "b", "c"]).astype(str), "number": total}[target]
        self.model = model.fit(frame, self.target)
        self.rows, self.background = frame[:rows], frame[rows:rows + background]
        self.path = folder / "model.pkl"
        self.path.write_bytes(pickle.dumps(self.model))
        self.rows.to_csv(folder / "rows.csv", index=False)
        self.background.to_csv(folder / "background.csv", index=False)
        self.folder = folder

    def explain(self, *more):
        return explain(self.path, self.folder / "rows.csv", self.folder / "background.csv", *more)

    def answers(self, values):
        frame = pd.DataFrame(values, columns=self.rows.columns)
        if not hasattr(self.model, "predict_proba"):
            return self.model.predict(frame)
        chances = self.model.predict_proba(frame)
        return chances[:, 1] if chances.shape[1] == 2 else chances

    def kernel(self, seed=0, **settings):
        """shap's kernel explainer, its draws begun anew for each row as ours are."""
        explainer = shap.KernelExplainer(self.answers, self.background.to_numpy(), **settings.pop("explainer", {}))
        phi = []
        for row in self.rows.to_numpy():
            np.random.seed(seed)
            phi.append(explainer.shap_values(row, silent=True, l1_reg=False, **settings))
            self.asked = explainer.nsamplesAdded if hasattr(explainer, "nsamplesAdded") else 0
        return np.array(phi), explainer.expected_value


@pytest.mark.parametrize("columns", [1, 2, 3, 4, 5, 6, 8, 11])
def test_all_coalitions_of_a_forest(tmp_path, columns):
    case = Case(tmp_path, RandomForestClassifier(12, max_depth=4, random_state=columns), columns, seed=columns)
    answer, phi, base = case.explain()
    theirs, expected = case.kernel()
    np.testing.assert_allclose(phi, theirs, atol=KERNEL)
    np.testing.assert_allclose(base, expected, atol=EXACT)
    if columns > 1:
        peer = shap.ExactExplainer(case.answers, shap.maskers.Independent(case.background.to_numpy(), max_samples=100))
        np.testing.assert_allclose(phi, peer(case.rows.to_numpy(), max_evals=10**6).values, atol=EXACT)
    counted = answer["kernel"]
    assert (counted["exact_rows"], counted["sampled_rows"], counted["background_rows"]) == (4, 0, 12)
    games = 0 if columns == 1 else 2**columns - 2
    assert counted["evaluations"] == 12 + 4 + 4 * games * 12
    reached = phi.sum(axis=1) + base - case.answers(case.rows)
    np.testing.assert_allclose(reached, [row["residual"] for row in answer["rows"]], atol=1e-15)
    assert np.abs(reached).max() == pytest.approx(counted["largest_residual"], abs=1e-15)
    assert counted["largest_residual"] < EXACT


@pytest.mark.parametrize("columns, samples, seed", [(12, None, 0), (13, None, 7), (16, None, 1), (14, 60, 3), (9, 100, 5), (8, 253, 2), (70, 700, 4)])
def test_sampled_coalitions_are_shaps(tmp_path, columns, samples, seed):
    case = Case(tmp_path, GradientBoostingClassifier(n_estimators=10, random_state=1), columns, seed=columns, rows=2, background=5)
    answer, phi, _ = case.explain("--seed", seed, *(["--samples", samples] if samples else []))
    theirs, _ = case.kernel(seed=seed, **({"nsamples": samples} if samples else {}))
    np.testing.assert_allclose(phi, theirs, atol=KERNEL)
    assert answer["kernel"]["sampled_rows"] == 2
    assert answer["kernel"]["evaluations"] == 5 + 2 + 2 * case.asked * 5
    assert answer["kernel"]["largest_residual"] < EXACT
    again = case.explain("--seed", seed, *(["--samples", samples] if samples else []))[0]
    assert again["rows"] == answer["rows"]
    other = case.explain("--seed", seed + 1, *(["--samples", samples] if samples else []))[1]
    assert np.abs(other - phi).max() > 1e-9


def test_a_row_alone_is_explained_as_in_a_table(tmp_path):
    case = Case(tmp_path, RandomForestClassifier(5, max_depth=4, random_state=0), 13, seed=2)
    phi = case.explain("--samples", 300)[1]
    case.rows[2:3].to_csv(tmp_path / "rows.csv", index=False)
    np.testing.assert_array_equal(case.explain("--samples", 300)[1][0], phi[2])


def test_three_classes(tmp_path):
    case = Case(tmp_path, RandomForestClassifier(8, max_depth=4, random_state=0), 5, seed=3, target="three")
    answer, phi, base = case.explain()
    theirs, expected = case.kernel()
    np.testing.assert_allclose(phi.transpose(0, 2, 1), theirs, atol=KERNEL)
    np.testing.assert_allclose(base[0], expected, atol=EXACT)
    np.testing.assert_allclose(phi.sum(axis=1), 0, atol=EXACT)
    assert [row["prediction"] for row in answer["rows"]] == list(case.model.predict(case.rows))
    assert answer["space"] == "probability"
    # Importance is of each row's predicted class.
    chosen = np.array([phi[row, list(case.model.classes_).index(label)] for row, label in enumerate(case.model.predict(case.rows))])
    share = np.abs(chosen).sum(axis=0)
    np.testing.assert_allclose([result["value"] for result in answer["results"]], share / share.sum(), atol=EXACT)


def test_numbers(tmp_path):
    case = Case(tmp_path, RandomForestRegressor(8, max_depth=5, random_state=0), 6, seed=4, target="number")
    answer, phi, base = case.explain()
    theirs, expected = case.kernel()
    np.testing.assert_allclose(phi, theirs, atol=KERNEL)
    np.testing.assert_allclose(base, expected, atol=1e-12)
    assert answer["space"] == "raw"
    assert "--link" in run("explain", case.path, tmp_path / "rows.csv", "--background", tmp_path / "background.csv", "--link", "logit", status=2)


def test_log_odds_of_probabilities(tmp_path):
    case = Case(tmp_path, LogisticRegression(), 6, seed=5)
    answer, phi, base = case.explain("--link", "logit")
    theirs, expected = case.kernel(explainer={"link": "logit"})
    np.testing.assert_allclose(phi, theirs, atol=1e-9)
    np.testing.assert_allclose(base, expected, atol=1e-12)
    assert answer["space"] == "log-odds"


def test_a_probability_of_one_has_no_log_odds(tmp_path):
    from sklearn.tree import DecisionTreeClassifier

    case = Case(tmp_path, DecisionTreeClassifier(random_state=0), 4, seed=6)
    refused = run("explain", case.path, tmp_path / "rows.csv", "--background", tmp_path / "background.csv", "--link", "logit", status=2)
    assert "--link identity" in refused


def test_a_linear_models_attributions_are_its_terms(tmp_path):
    """Of a linear function without interactions every coalition says the same, so sampled values are the exact ones too."""
    case = Case(tmp_path, LinearRegression(), 14, seed=7, target="number")
    _, phi, _ = case.explain("--samples", 200)
    terms = case.model.coef_ * (case.rows - case.background.mean())
    np.testing.assert_allclose(phi, terms, atol=1e-12)


def brute(answers, row, background):
    """Shapley values by the definition, over every order's predecessors."""
    columns = list(background.columns)

    def value(members):
        mixed = background.copy()
        for column in members:
            mixed[column] = [row[column]] * len(background)
        return answers(mixed.astype(background.dtypes.to_dict())).mean()

    values = {members: value(members) for size in range(len(columns) + 1) for members in itertools.combinations(columns, size)}
    phi = []
    for column in columns:
        others = [other for other in columns if other != column]
        total = 0
        for size in range(len(others) + 1):
            weight = math.factorial(size) * math.factorial(len(others) - size) / math.factorial(len(columns))
            for members in itertools.combinations(others, size):
                joined = tuple(name for name in columns if name == column or name in members)
                total += weight * (values[joined] - values[members])
        phi.append(total)
    return phi


def test_words_and_missing_values(tmp_path):
    draw = np.random.default_rng(8)
    frame = pd.DataFrame({
        "age": draw.normal(size=200), "word": draw.choice(["a", "b,c", "ü"], 200), "count": draw.integers(0, 5, 200),
        "kind": draw.choice(["x", "y"], 200)})
    frame.loc[draw.random(200) < 0.3, "age"] = np.nan
    target = (frame.age.fillna(0) + (frame.word == "ü") + 0.3 * frame["count"] > 0.6).astype(int)
    model = make_pipeline(
        make_column_transformer(
            (SimpleImputer(add_indicator=True), ["age", "count"]), (OneHotEncoder(handle_unknown="ignore"), ["word", "kind"])),
        RandomForestClassifier(10, max_depth=5, random_state=0)).fit(frame, target)
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(model))
    rows, background = frame[:6].copy(), frame[6:16]
    rows.loc[0, "age"] = np.nan
    rows.loc[1, "word"] = "never seen"
    rows.to_csv(tmp_path / "rows.csv", index=False)
    background.to_csv(tmp_path / "background.csv", index=False)
    _, phi, _ = explain(tmp_path / "model.pkl", tmp_path / "rows.csv", tmp_path / "background.csv")
    expected = [brute(lambda mixed: model.predict_proba(mixed)[:, 1], row, background) for _, row in rows.iterrows()]
    np.testing.assert_allclose(phi, expected, atol=EXACT)


@pytest.mark.parametrize("name", ["folder-loan", "folder-array"])
def test_native_models_by_kernel_and_by_weights(tmp_path, name):
    """The linear explanation's own numbers, from answers alone."""
    rows = {
        "folder-loan": pd.DataFrame({
            "age": [40.0, 25.5, 61.0, 33.0], "income": [3000.5, 1200.0, 4100.25, 2500.0], "dependents": [2, 0, 1, 3],
            "city": ["Ulm", "Bonn", "Ulm", "Åre"], "owner": [True, False, False, True], "term": [12.0, 24.0, 36.0, 12.0],
            "code": [3, 1, 2, 3]}),
        "folder-array": pd.DataFrame({"a": [41.6, 30, 22], "b": [1, 2, 0.5], "c": [24, 12, 36]}),
    }[name]
    rows.to_csv(tmp_path / "rows.csv", index=False)
    linear, phi, base = explain(FIXTURES / name, tmp_path / "rows.csv", tmp_path / "rows.csv")
    kernel, others, bases = explain(FIXTURES / name, tmp_path / "rows.csv", tmp_path / "rows.csv", "--method", "kernel")
    np.testing.assert_allclose(others, phi, atol=1e-9)
    np.testing.assert_allclose(bases, base, atol=1e-9)
    assert (linear["space"], kernel["space"]) == ("log-odds", "log-odds")
    assert kernel["predicate"]["parameters"]["method"] == "kernel"
    assert [row["prediction"] for row in kernel["rows"]] == [row["prediction"] for row in linear["rows"]]


def test_native_models_have_log_odds_already(tmp_path):
    pd.DataFrame({"a": [41.6, 30, 22], "b": [1, 2, 0.5], "c": [24, 12, 36]}).to_csv(tmp_path / "rows.csv", index=False)
    rows = tmp_path / "rows.csv"
    arguments = ("explain", FIXTURES / "folder-array", rows, "--background", rows, "--link", "logit")
    assert "are explained, in log-odds; leave --link out" in run(*arguments, "--method", "kernel", status=2)
    assert "--method kernel" in run(*arguments, status=2)


def test_the_background_is_bounded_and_chosen_by_the_seed(tmp_path):
    case = Case(tmp_path, RandomForestClassifier(5, max_depth=3, random_state=0), 4, seed=9, rows=2, background=250)
    first, phi, base = case.explain()
    assert (first["kernel"]["background_rows"], first["kernel"]["background_available"]) == (100, 250)
    assert first["kernel"]["evaluations"] == 100 + 2 + 2 * 14 * 100
    np.testing.assert_array_equal(case.explain()[1], phi)
    assert np.abs(case.explain("--seed", 1)[2] - base).max() > 0
    whole, phi, base = case.explain("--background-rows", 250)
    assert whole["kernel"]["background_rows"] == 250
    np.testing.assert_allclose(base, case.answers(case.background).mean(), atol=EXACT)
    theirs, _ = case.kernel()
    np.testing.assert_allclose(phi, theirs, atol=KERNEL)


def test_refusals(tmp_path):
    case = Case(tmp_path, RandomForestClassifier(3, max_depth=3, random_state=0), 4, seed=10)
    rows, background = tmp_path / "rows.csv", tmp_path / "background.csv"
    assert "--background" in run("explain", case.path, rows, status=2)
    assert "--method kernel" in run("explain", case.path, rows, "--background", background, "--method", "linear", status=2)
    assert "--no-foreign" in run("explain", case.path, rows, "--background", background, "--no-foreign", status=2)
    assert "--samples" in run("explain", case.path, rows, "--background", background, "--samples", "3", status=2)
    run("explain", case.path, rows, "--background", background, "--samples", "1", status=2)
    run("explain", case.path, rows, "--background", background, "--background-rows", "0", status=2)
    empty = tmp_path / "empty.csv"
    empty.write_text("c0,c1,c2,c3\n")
    assert "no rows" in run("explain", case.path, rows, "--background", empty, status=2)
    wrong = tmp_path / "wrong.csv"
    case.background.assign(c1="word").to_csv(wrong, index=False)
    assert "wrong.csv" in run("explain", case.path, rows, "--background", wrong, status=2)
    short = tmp_path / "short.csv"
    case.background.drop(columns="c2").to_csv(short, index=False)
    assert "c2" in run("explain", case.path, rows, "--background", short, status=2)
    assert "--method kernel" in run("explain", FIXTURES / "folder-array", rows, "--samples", "10", status=2)


def test_words_without_probabilities_cannot_be_explained(tmp_path):
    from sklearn.svm import LinearSVC

    case = Case(tmp_path, LinearSVC(), 4, seed=11, target="three")
    assert "probabilities" in run("explain", case.path, tmp_path / "rows.csv", "--background", tmp_path / "background.csv", status=2)


def test_people_read_what_it_cost(tmp_path):
    case = Case(tmp_path, RandomForestClassifier(3, max_depth=3, random_state=0), 4, seed=12)
    told = run("explain", case.path, tmp_path / "rows.csv", "--background", tmp_path / "background.csv")
    assert "kernel SHAP: 688 evaluations of the model in 3 requests; every coalition for 4 rows, 12 background rows" in told
    assert "joblib in a confined process" in told
    target = tmp_path / "rows.jsonl"
    run("explain", case.path, tmp_path / "rows.csv", "--background", tmp_path / "background.csv", "-o", target)
    assert [set(json.loads(line)) for line in target.read_text().splitlines()] == [{"prediction", "base_value", "shap_values", "residual"}] * 4
