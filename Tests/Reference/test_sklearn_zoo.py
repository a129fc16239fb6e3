"""Models of scikit-learn that are neither plain sums nor plain trees, read from skops: predictions beside the library's.

Trees and what is by their votes are equal to the bit; what passes through exponentials and sums in another order is held to 1e-12. Rows were not fitted on.
Explanations of models that join others are by kernel SHAP over the model's own answers: held to the definition over all subsets.
"""

import itertools
import json
import math
import warnings

import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import (AdaBoostClassifier, AdaBoostRegressor, BaggingClassifier, BaggingRegressor, GradientBoostingClassifier,
                              HistGradientBoostingClassifier, HistGradientBoostingRegressor, IsolationForest, RandomForestClassifier,
                              RandomForestRegressor, StackingClassifier, StackingRegressor, VotingClassifier, VotingRegressor)
from sklearn.frozen import FrozenEstimator
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge, RidgeClassifier, SGDClassifier
from sklearn.metrics import f1_score, make_scorer
from sklearn.model_selection import FixedThresholdClassifier, GridSearchCV, RandomizedSearchCV, StratifiedKFold, TunedThresholdClassifierCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import BernoulliNB, CategoricalNB, ComplementNB, GaussianNB, MultinomialNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, OneHotEncoder, OrdinalEncoder, StandardScaler
from sklearn.svm import SVC, SVR, LinearSVC, NuSVC, NuSVR
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from sklearn_zoo import Fitted, holes, numbers, refused, run, targets, words

warnings.filterwarnings("ignore")

scaled = lambda model: make_pipeline(StandardScaler(), model)
logistic, bayes = lambda: scaled(LogisticRegression()), GaussianNB
forest = lambda: RandomForestClassifier(5, max_depth=4, random_state=0)

CLASSES = {
    "voting": lambda: VotingClassifier([("a", logistic()), ("b", bayes()), ("c", forest())]),
    "voting-weights": lambda: VotingClassifier([("a", logistic()), ("b", "drop"), ("c", forest()), ("d", scaled(LinearSVC()))], weights=[2, 5, 1, 1.5]),
    "voting-soft": lambda: VotingClassifier([("a", logistic()), ("b", bayes()), ("c", forest())], voting="soft", weights=[1, 2.5, 1]),
    "voting-plain": lambda: VotingClassifier([("a", logistic()), ("b", forest())], voting="soft"),
    "stacking": lambda: StackingClassifier([("a", logistic()), ("b", scaled(LinearSVC())), ("c", forest())], cv=3),
    "stacking-through": lambda: StackingClassifier([("a", logistic()), ("b", bayes())], final_estimator=forest(), passthrough=True, cv=3),
    "stacking-labels": lambda: StackingClassifier([("a", logistic()), ("b", forest())], stack_method="predict", cv=3),
    "calibrated": lambda: CalibratedClassifierCV(scaled(LinearSVC()), cv=3),
    "calibrated-isotonic": lambda: CalibratedClassifierCV(bayes(), method="isotonic", cv=3),
    "calibrated-forest": lambda: CalibratedClassifierCV(forest(), method="isotonic", cv=StratifiedKFold(3)),
    "calibrated-once": lambda: CalibratedClassifierCV(scaled(RidgeClassifier()), ensemble=False, cv=3),
    "calibrated-boosting": lambda: CalibratedClassifierCV(GradientBoostingClassifier(n_estimators=5), cv=3),
    "rest": lambda: scaled(OneVsRestClassifier(LogisticRegression())), "rest-decisions": lambda: scaled(OneVsRestClassifier(LinearSVC())),
    "rest-shares": lambda: OneVsRestClassifier(forest()), "search": lambda: GridSearchCV(logistic(), {"logisticregression__C": [0.1, 1.0]}, cv=3),
    "search-trees": lambda: RandomizedSearchCV(forest(), {"max_depth": [2, 3]}, n_iter=2, cv=3, scoring="balanced_accuracy", random_state=0),
    "network": lambda: scaled(MLPClassifier((7, 4), max_iter=60, random_state=0)),
    "network-tanh": lambda: scaled(MLPClassifier((5,), activation="tanh", solver="lbfgs", max_iter=60, random_state=0)),
    "network-logistic": lambda: scaled(MLPClassifier((5,), activation="logistic", solver="sgd", max_iter=30, random_state=0)),
    "network-none": lambda: scaled(MLPClassifier((), max_iter=30, random_state=0)),
    "normal": bayes, "normal-priors": lambda: scaled(GaussianNB(var_smoothing=1e-3)), "flags": lambda: scaled(BernoulliNB(binarize=0.3)),
    "counts": lambda: make_pipeline(MinMaxScaler(clip=True), MultinomialNB()), "counts-rest": lambda: make_pipeline(MinMaxScaler(clip=True), ComplementNB(norm=True)),
    "near": lambda: scaled(KNeighborsClassifier()), "near-weighted": lambda: scaled(KNeighborsClassifier(7, weights="distance")),
    "near-balls": lambda: scaled(KNeighborsClassifier(4, algorithm="ball_tree", leaf_size=5)), "near-all": lambda: scaled(KNeighborsClassifier(4, algorithm="brute", metric="manhattan")),
    "near-blocks": lambda: scaled(KNeighborsClassifier(6, metric="manhattan", leaf_size=3)), "near-largest": lambda: scaled(KNeighborsClassifier(6, metric="chebyshev", weights="distance")),
    "vectors": lambda: scaled(SVC()), "vectors-linear": lambda: scaled(SVC(kernel="linear")), "vectors-poly": lambda: scaled(SVC(kernel="poly", coef0=0.5)),
    "vectors-sigmoid": lambda: scaled(SVC(kernel="sigmoid", gamma=0.1)), "vectors-ties": lambda: scaled(SVC(break_ties=True)), "vectors-nu": lambda: scaled(NuSVC(nu=0.2)),
    "bagging": lambda: BaggingClassifier(n_estimators=5, random_state=0), "bagging-few": lambda: BaggingClassifier(n_estimators=6, max_features=0.5, max_samples=0.2, random_state=0),
    "bagging-sums": lambda: scaled(BaggingClassifier(LogisticRegression(), n_estimators=4, max_features=3, random_state=0)),
    "bagging-votes": lambda: scaled(BaggingClassifier(LinearSVC(), n_estimators=5, random_state=0)), "adaboost": lambda: AdaBoostClassifier(n_estimators=15, random_state=0),
    "adaboost-deep": lambda: AdaBoostClassifier(DecisionTreeClassifier(max_depth=3), n_estimators=8, random_state=0),
}
NUMBERS = {
    "voting": lambda: VotingRegressor([("a", LinearRegression()), ("b", DecisionTreeRegressor(max_depth=4))], weights=[2, 1]),
    "voting-plain": lambda: VotingRegressor([("a", scaled(Ridge())), ("b", RandomForestRegressor(4, random_state=0)), ("c", "drop")]),
    "stacking": lambda: StackingRegressor([("a", scaled(Ridge())), ("b", RandomForestRegressor(4, random_state=0))], cv=3),
    "stacking-through": lambda: StackingRegressor([("a", scaled(Ridge()))], final_estimator=DecisionTreeRegressor(max_depth=5), passthrough=True, cv=3),
    "target": lambda: TransformedTargetRegressor(scaled(Ridge())), "target-log": lambda: TransformedTargetRegressor(scaled(Ridge()), func=np.log, inverse_func=np.exp),
    "target-log1p": lambda: TransformedTargetRegressor(RandomForestRegressor(4, random_state=0), func=np.log1p, inverse_func=np.expm1),
    "target-scaled": lambda: TransformedTargetRegressor(scaled(Ridge()), transformer=StandardScaler()), "search": lambda: GridSearchCV(scaled(Ridge()), {"ridge__alpha": [1, 2]}, cv=3),
    "network": lambda: scaled(MLPRegressor(hidden_layer_sizes=(7, 4), max_iter=200, random_state=0)), "network-poisson": lambda: scaled(MLPRegressor(hidden_layer_sizes=(4,), loss="poisson", max_iter=50, random_state=0)),
    "near": lambda: scaled(KNeighborsRegressor()), "near-weighted": lambda: scaled(KNeighborsRegressor(3, weights="distance", algorithm="ball_tree")),
    "vectors": lambda: scaled(SVR()), "vectors-linear": lambda: scaled(SVR(kernel="linear")), "vectors-nu": lambda: scaled(NuSVR(kernel="poly")),
    "bagging": lambda: BaggingRegressor(n_estimators=5, random_state=0), "bagging-few": lambda: BaggingRegressor(n_estimators=6, max_features=2, random_state=0),
    "bagging-sums": lambda: scaled(BaggingRegressor(Ridge(), n_estimators=4, random_state=0)), "adaboost": lambda: AdaBoostRegressor(n_estimators=8, random_state=0),
    "adaboost-sums": lambda: scaled(AdaBoostRegressor(LinearRegression(), n_estimators=5, random_state=0)),
}
EXACT = {"bagging", "bagging-few", "adaboost"}


@pytest.mark.parametrize("target", ["words", "three"])
@pytest.mark.parametrize("name", CLASSES)
def test_classes(name, target, tmp_path):
    frame, rows = numbers(), numbers(seed=1)
    model = CLASSES[name]().fit(frame, targets(frame)[target])
    # Rows it was fitted on, which have no distance to themselves.
    rows.iloc[:10] = frame.iloc[:10]
    Fitted(model, rows, tmp_path).check(isBitEqual=name in EXACT - {"adaboost"})


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers(name, tmp_path):
    frame, rows = numbers(), numbers(seed=1)
    rows.iloc[:10] = frame.iloc[:10]
    Fitted(NUMBERS[name]().fit(frame, targets(frame)["positive"]), rows, tmp_path).check(isBitEqual=name in EXACT)


THRESHOLDS = {
    "fixed": (lambda: FixedThresholdClassifier(logistic(), threshold=0.3), "two"),
    "fixed-word": (lambda: FixedThresholdClassifier(logistic(), threshold=0.7, pos_label="no"), "words"),
    "fixed-decision": (lambda: FixedThresholdClassifier(logistic(), threshold=-0.4, response_method="decision_function", pos_label=0), "two"),
    "fixed-auto": (lambda: FixedThresholdClassifier(scaled(LinearSVC())), "flags"),
    "frozen": (lambda: FixedThresholdClassifier(FrozenEstimator(logistic().fit(numbers(), targets(numbers())["two"])), threshold=0.2), "two"),
    "tuned": (lambda: TunedThresholdClassifierCV(forest(), cv=3), "words"), "tuned-f1": (lambda: TunedThresholdClassifierCV(logistic(), scoring="f1", cv=3), "two"),
    "tuned-no": (lambda: TunedThresholdClassifierCV(logistic(), scoring=make_scorer(f1_score, pos_label="no"), cv=3), "words"),
}


@pytest.mark.parametrize("name", THRESHOLDS)
def test_thresholds(name, tmp_path):
    model, target = THRESHOLDS[name]
    frame = numbers()
    Fitted(model().fit(frame, targets(frame)[target]), numbers(seed=1), tmp_path).check()


def test_counts_of_categories(tmp_path):
    draw = np.random.default_rng(5)
    frame, rows = (pd.DataFrame(draw.integers(0, 5, (200, 3)), columns=list("abc")) for _ in range(2))
    for target in (np.where(frame.a + draw.normal(size=200) > 2, "yes", "no"), draw.integers(0, 3, 200)):
        fitted = Fitted(CategoricalNB(min_categories=6).fit(frame, target), rows, tmp_path)
        fitted.check()
    rows.assign(b=9).to_parquet(tmp_path / "more.parquet")
    assert "column 'b' holds a category the model was not fitted on" in run("score", "--no-foreign", fitted.file, tmp_path / "more.parquet", status=2)


@pytest.mark.parametrize("algorithm", ["kd_tree", "ball_tree"])
def test_neighbours_that_are_as_far_as_each_other(algorithm, tmp_path):
    """Whole numbers, so that most distances stand several times; who is among the nearest is decided as the library's walk decides it."""
    draw = np.random.default_rng(7)
    frame, rows = (pd.DataFrame(draw.integers(0, 6, (300, 3)).astype(float), columns=list("abc")) for _ in range(2))
    for metric in ("euclidean", "manhattan", "chebyshev"):
        model = KNeighborsClassifier(5, algorithm=algorithm, leaf_size=7, metric=metric).fit(frame, draw.integers(0, 3, 300))
        Fitted(model, rows, tmp_path).check()


@pytest.mark.parametrize("settings", [{}, {"max_features": 2, "contamination": 0.1}, {"max_samples": 1}, {"max_samples": 50, "bootstrap": True}])
def test_isolation(settings, tmp_path):
    frame, rows = numbers(), numbers(seed=1)
    rows.iloc[:20] *= 3
    model = IsolationForest(n_estimators=20, random_state=0, **settings).fit(frame)
    fitted = Fitted(model, rows, tmp_path)
    ours = fitted.scored()
    assert (ours.prediction.to_numpy() == model.predict(rows)).all() and list(ours.columns) == ["prediction"]
    # What attributions add up to is the score that scikit-learn makes its own of.
    answer = fitted.explained(12, frame.head(30))
    total = np.array([row["base_value"] + sum(row["shap_values"]) for row in answer["rows"]])
    theirs = model.score_samples(rows.head(12))
    sample = model._max_samples
    expected = 0 if sample <= 1 else 1 if sample == 2 else 2 * (np.log(sample - 1) + np.euler_gamma) - 2 * (sample - 1) / sample
    assert np.abs(-2.0 ** -(total / (20 * expected) if expected else 1) - theirs).max() <= 1e-12
    assert answer["space"] == "path-length" if "space" in answer else True


def test_boosting_by_histograms_with_categories_of_a_frame(tmp_path):
    frame, rows = (pd.concat([holes(numbers(seed=seed), seed=seed), holes(words(seed=seed), seed=seed)], axis=1) for seed in (0, 1))
    rows.loc[:30, "city"] = "Wien"
    kinds = {"city": "category", "kind": "category"}
    frame = frame.astype(kinds)
    for target, model in (("words", HistGradientBoostingClassifier(max_iter=30, categorical_features="from_dtype", random_state=0)),
                          ("number", HistGradientBoostingRegressor(max_iter=30, categorical_features=["kind", "city"], random_state=0))):
        model.fit(frame, targets(numbers())[target])
        fitted = Fitted(model, rows.astype(kinds), tmp_path)
        rows.to_parquet(fitted.data)
        fitted.check(isBitEqual=True)
        answer = fitted.explained(5, rows.tail(10))
        for place, row in enumerate(answer["rows"]):
            score = (model.decision_function if target == "words" else model.predict)(rows.astype(kinds).iloc[[place]])[0]
            assert abs(row["base_value"] + sum(row["shap_values"]) - score) <= 1e-11 * (1 + abs(score))


def shapley(game, width):
    return [sum(math.factorial(size) * math.factorial(width - size - 1) / math.factorial(width)
                * (game[sum(1 << one for one in others) | 1 << player] - game[sum(1 << one for one in others)])
                for size in range(width) for others in itertools.combinations([one for one in range(width) if one != player], size))
            for player in range(width)]


@pytest.mark.parametrize("name", ["voting-soft", "stacking-through", "calibrated", "near", "network", "vectors", "rest", "bagging-sums"])
def test_joined_models_are_explained_by_asking(name, tmp_path):
    frame, rows = numbers(width=3), numbers(seed=1, width=3)
    fitted = Fitted(CLASSES[name]().fit(frame, targets(frame)["words"]), rows, tmp_path)
    background = rows.tail(12)
    answer = fitted.explained(2, background)
    assert "kernel" in answer
    if name in ("vectors", "rest"):
        ask = fitted.model.decision_function
    else:
        ask = lambda part: fitted.model.predict_proba(part)[:, 1]
    for place, row in enumerate(answer["rows"]):
        game = []
        for mask in range(1 << frame.shape[1]):
            part = background.copy()
            for column in range(frame.shape[1]):
                if mask >> column & 1:
                    part.iloc[:, column] = rows.iloc[place, column]
            game.append(ask(part).mean())
        assert np.abs(np.array(row["shap_values"]) - shapley(game, frame.shape[1])).max() <= 1e-10
        assert abs(row["base_value"] - game[0]) <= 1e-10


@pytest.mark.parametrize("name", ["bagging", "bagging-few", "adaboost", "counts", "flags", "vectors-linear", "search"])
def test_these_are_explained_by_their_own_numbers(name, tmp_path):
    frame, rows = numbers(width=3), numbers(seed=1, width=3)
    fitted = Fitted(CLASSES[name]().fit(frame, targets(frame)["words"]), rows, tmp_path)
    background = rows.tail(12)
    answer = fitted.explained(2, background)
    assert "kernel" not in answer
    def ask(part):
        if hasattr(fitted.model, "decision_function") and name not in ("bagging", "bagging-few"):
            return fitted.model.decision_function(part)
        chances = fitted.model.predict_proba(part)[:, 1]
        return chances if name.startswith("bagging") else np.diff(fitted.model.predict_log_proba(part), axis=1)[:, 0]
    for place, row in enumerate(answer["rows"]):
        game = []
        for mask in range(1 << frame.shape[1]):
            part = background.copy()
            for column in range(frame.shape[1]):
                if mask >> column & 1:
                    part.iloc[:, column] = rows.iloc[place, column]
            game.append(ask(part).mean())
        assert np.abs(np.array(row["shap_values"]) - shapley(game, frame.shape[1])).max() <= 1e-10 * (1 + np.abs(game).max())


def test_a_model_in_a_model_in_a_model(tmp_path):
    frame, rows = (pd.concat([holes(numbers(seed=seed), seed=seed), words(seed=seed)], axis=1) for seed in (0, 1))
    prepare = ColumnTransformer([("n", make_pipeline(SimpleImputer(), StandardScaler()), [f"n{place}" for place in range(5)]),
                                 ("w", OneHotEncoder(handle_unknown="ignore"), ["city", "kind"])])
    inner = VotingClassifier([("a", make_pipeline(prepare, LogisticRegression())), ("b", make_pipeline(prepare, GradientBoostingClassifier(n_estimators=5)))], voting="soft")
    model = GridSearchCV(StackingClassifier([("c", CalibratedClassifierCV(inner, cv=2)), ("d", make_pipeline(prepare, SGDClassifier(loss="modified_huber", random_state=0)))], cv=2), {"passthrough": [False]}, cv=2)
    Fitted(model.fit(frame, targets(numbers())["text3"]), rows, tmp_path).check()


def test_what_is_not_read_is_named(tmp_path):
    frame = numbers()
    answers = targets(frame)
    several = np.column_stack([answers["two"], 1 - answers["two"]])
    for model, target, text in [
        (RandomForestClassifier(3), several, "several outputs"), (RandomForestRegressor(3), np.column_stack([answers["number"]] * 2), "outputs at once"),
        (MLPClassifier(max_iter=5), several, "several labels"), (KNeighborsRegressor(), np.column_stack([answers["number"]] * 2), "several outputs"),
        (KNeighborsClassifier(metric="cosine", algorithm="brute"), answers["two"], "'cosine'"), (AdaBoostClassifier(LogisticRegression(), n_estimators=2), answers["two"], "LogisticRegression"),
        (CalibratedClassifierCV(GaussianNB(), method="temperature", cv=3), answers["two"], "'temperature'"), (OneVsRestClassifier(LogisticRegression()), several, "several labels"),
        (TransformedTargetRegressor(Ridge(), func=np.sin, inverse_func=np.arcsin, check_inverse=False), np.tanh(answers["number"]), "not run"),
        (VotingClassifier([("a", SVC(probability=True))], voting="soft"), answers["two"], "gives no probabilities here"),
    ]:
        message = refused(model.fit(frame, target), frame, tmp_path)
        assert text in message, message


def test_predict_proba_of_a_model_without_probabilities_is_refused(tmp_path):
    mlflow = pytest.importorskip("mlflow")
    frame = numbers()
    model = scaled(LinearSVC()).fit(frame, targets(frame)["two"])
    mlflow.sklearn.save_model(model, tmp_path / "model", skops_trusted_types=["numpy.dtype"], pip_requirements=["scikit-learn"])
    frame.to_parquet(tmp_path / "rows.parquet")
    text = (tmp_path / "model" / "MLmodel").read_text()
    assert "predict_fn: predict\n" in text
    (tmp_path / "model" / "MLmodel").write_text(text.replace("predict_fn: predict\n", "predict_fn: predict_proba\n"))
    assert "gives no probabilities" in run("score", "--no-foreign", tmp_path / "model", tmp_path / "rows.parquet", status=2)
