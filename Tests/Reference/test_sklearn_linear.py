"""Linear models of scikit-learn read from skops: predictions beside the library's, attributions beside the definition.

A score is a sum of at most 12 products in another order than BLAS's: 2 n u Σ|w z|, held here to 1e-12 of the answers' size, as columns are
standardised or small but one, whose weights are small. Attributions are checked against the definition for sums: weight times distance from
the background's mean, through the library's own transformers.
"""

import itertools
import math
import warnings

import numpy as np
import pytest
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import (ARDRegression, BayesianRidge, ElasticNet, ElasticNetCV, GammaRegressor, HuberRegressor, Lars, Lasso, LassoCV,
                                  LassoLars, LinearRegression, LogisticRegression, LogisticRegressionCV, OrthogonalMatchingPursuit,
                                  PassiveAggressiveClassifier, PassiveAggressiveRegressor, Perceptron, PoissonRegressor, QuantileRegressor,
                                  RANSACRegressor, Ridge, RidgeClassifier, RidgeClassifierCV, RidgeCV, SGDClassifier, SGDRegressor,
                                  TheilSenRegressor, TweedieRegressor)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer, PolynomialFeatures, StandardScaler
from sklearn.svm import LinearSVC, LinearSVR

from sklearn_zoo import Fitted, numbers, refused, run, targets

warnings.filterwarnings("ignore")

NUMBERS = [LinearRegression(), LinearRegression(fit_intercept=False), Ridge(), RidgeCV(), RidgeCV(cv=3), Lasso(0.1), LassoCV(cv=3), ElasticNet(0.1),
           ElasticNetCV(cv=3), HuberRegressor(), SGDRegressor(random_state=0), SGDRegressor(loss="huber", average=True, random_state=0), BayesianRidge(),
           ARDRegression(), Lars(), LassoLars(0.01), OrthogonalMatchingPursuit(n_nonzero_coefs=3), TheilSenRegressor(random_state=0), QuantileRegressor(solver="highs"), LinearSVR(random_state=0),
           PassiveAggressiveRegressor(random_state=0), RANSACRegressor(random_state=0), TweedieRegressor(power=0)]
POSITIVE = [PoissonRegressor(), GammaRegressor(), TweedieRegressor(power=1.5), TweedieRegressor(power=0, link="log"), TweedieRegressor(power=1.2, link="auto")]
CLASSES = [LogisticRegressionCV(cv=3), RidgeClassifier(), RidgeClassifierCV(), SGDClassifier(random_state=0), SGDClassifier(loss="log_loss", random_state=0),
           SGDClassifier(loss="modified_huber", random_state=0), SGDClassifier(loss="squared_hinge", random_state=0), SGDClassifier(loss="perceptron", average=True, random_state=0), LinearSVC(),
           Perceptron(), PassiveAggressiveClassifier(), LinearDiscriminantAnalysis(), LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto"),
           LinearDiscriminantAnalysis(solver="eigen", shrinkage=0.1)]
CASES = [(model, "number") for model in NUMBERS] + [(model, "positive") for model in POSITIVE] + [
    (model, target) for model in CLASSES for target in ("two", "words", "three")]


def title(case):
    return f"{case[0]!r}"[:60].replace("\n", "") + "-" + case[1]


@pytest.fixture(scope="module", params=CASES, ids=title)
def case(request, tmp_path_factory):
    model, target = request.param
    frame = numbers()
    model = make_pipeline(StandardScaler(), model).fit(frame, targets(frame)[target])
    return Fitted(model, numbers(seed=1), tmp_path_factory.mktemp("linear"))


def test_predictions_are_the_librarys(case):
    case.check()


def raw(model, prepared):
    """What attributions add up to: rows × scores."""
    if hasattr(model, "decision_function"):
        return model.decision_function(prepared).reshape(len(prepared), -1)
    if hasattr(model, "_linear_predictor"):
        log = not (isinstance(model, TweedieRegressor) and model.power == 0 and model.link != "log")
        return (model._linear_predictor(prepared) if log else model.predict(prepared)).reshape(len(prepared), -1)
    return model.predict(prepared).reshape(len(prepared), -1)


def test_attributions_are_the_definitions(case):
    scaler, model = case.model[0], case.model[-1]
    count, background = 6, case.rows.tail(40)
    answer = case.explained(count, background)
    space = answer["space"] if "space" in answer else None
    assert space in (None, "log-odds", "log", "raw")
    prepared, far = scaler.transform(case.rows.head(count)), scaler.transform(background)
    base = raw(model, far).mean(axis=0)
    for place, row in enumerate(answer["rows"]):
        phi, ours = np.atleast_2d(row["shap_values"]), np.atleast_1d(row["base_value"])
        score = raw(model, prepared[place:place + 1])[0]
        size = 1e-11 * (1 + np.abs(score).max() + np.abs(base).max())
        assert np.abs(ours - base).max() <= size
        assert np.abs(phi.sum(axis=1) + ours - score).max() <= size
        for column in range(prepared.shape[1]):
            # A sum's attribution is what changing the one column changes, on average.
            mixed = np.repeat(prepared[place:place + 1], len(far), axis=0)
            mixed[:, column] = far[:, column]
            assert np.abs(phi[:, column] - (score - raw(model, mixed).mean(axis=0))).max() <= size


MIXED = {
    "components": lambda: make_pipeline(StandardScaler(), PCA(3), LinearRegression()),
    "whitened": lambda: make_pipeline(StandardScaler(), PCA(0.9, whiten=True), StandardScaler(), LogisticRegression()),
    "singular": lambda: make_pipeline(StandardScaler(), TruncatedSVD(3, random_state=0), Ridge()),
    "squares": lambda: make_pipeline(StandardScaler(), PolynomialFeatures(2), Ridge()),
    "lengths": lambda: make_pipeline(StandardScaler(), Normalizer(), LogisticRegression()),
}


@pytest.mark.parametrize("name", MIXED)
def test_features_of_several_columns(name, tmp_path):
    """Components are multiplied out, products asked; both are the game's values, computed here over all subsets."""
    frame = numbers(width=4)
    model = MIXED[name]()
    fitted = Fitted(model.fit(frame, targets(frame)["two" if hasattr(model[-1], "classes_") or isinstance(model[-1], LogisticRegression) else "number"]), numbers(seed=1, width=4), tmp_path)
    fitted.check()
    background = fitted.rows.tail(15)
    answer = fitted.explained(3, background)
    assert ("kernel" in answer) == (name in ("squares", "lengths"))
    ask = lambda values: fitted.model.decision_function(values) if hasattr(fitted.model, "decision_function") else fitted.model.predict(values)
    width = frame.shape[1]
    for place, row in enumerate(answer["rows"]):
        game = []
        for mask in range(1 << width):
            part = background.copy()
            for column in range(width):
                if mask >> column & 1:
                    part.iloc[:, column] = fitted.rows.iloc[place, column]
            game.append(ask(part).mean())
        for player in range(width):
            value = sum(
                math.factorial(size) * math.factorial(width - size - 1) / math.factorial(width)
                * (game[sum(1 << one for one in others) | 1 << player] - game[sum(1 << one for one in others)])
                for size in range(width) for others in itertools.combinations([one for one in range(width) if one != player], size))
            assert abs(row["shap_values"][player] - value) <= 1e-9 * (1 + max(map(abs, game)))


def test_several_outputs_are_refused_by_name(tmp_path):
    frame = numbers()
    for model in (LinearRegression(), Ridge()):
        message = refused(model.fit(frame, np.column_stack([targets(frame)["number"]] * 2)), frame, tmp_path)
        assert "coef_" in message and "several outputs" in message
    several = np.column_stack([targets(frame)["two"], 1 - targets(frame)["two"]])
    assert "several labels" in refused(RidgeClassifier().fit(frame, several), frame, tmp_path)


def test_wrong_columns_are_named(tmp_path):
    frame = numbers()
    fitted = Fitted(Ridge().fit(frame, targets(frame)["number"]), frame, tmp_path)
    frame.drop(columns="n3").to_parquet(tmp_path / "less.parquet")
    assert "'n3'" in run("score", "--no-foreign", fitted.file, tmp_path / "less.parquet", status=2)
    frame.assign(n3="a").to_parquet(tmp_path / "text.parquet")
    assert "column 'n3' holds text" in run("score", "--no-foreign", fitted.file, tmp_path / "text.parquet", status=2)
    frame.assign(n3=np.where(np.arange(len(frame)) == 3, np.nan, frame.n3)).to_parquet(tmp_path / "hole.parquet")
    assert "column 'n3' has 1 row" in run("score", "--no-foreign", fitted.file, tmp_path / "hole.parquet", status=2)
    # Another order binds by name.
    frame[frame.columns[::-1]].to_parquet(tmp_path / "turned.parquet")
    assert run("score", "--no-foreign", fitted.file, tmp_path / "turned.parquet") == run("score", "--no-foreign", fitted.file, fitted.data)
