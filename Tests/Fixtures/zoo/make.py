"""Small models of scikit-learn 1.9.1, one of each kind of reader, for tests that change their files: python Tests/Fixtures/zoo/make.py

Predictions are compared in Tests/Reference, with models fitted anew; here only the files' shapes count.
"""

import pathlib

import numpy as np
import pandas as pd
import skops.io
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.decomposition import PCA
from sklearn.ensemble import (AdaBoostClassifier, AdaBoostRegressor, BaggingClassifier, BaggingRegressor, HistGradientBoostingClassifier,
                              IsolationForest, RandomForestClassifier, StackingClassifier, VotingClassifier, VotingRegressor)
from sklearn.feature_selection import SelectFromModel, SelectKBest, SelectPercentile, f_classif
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Lasso, LogisticRegression, PoissonRegressor, Ridge, SGDClassifier
from sklearn.model_selection import FixedThresholdClassifier, GridSearchCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import BernoulliNB, CategoricalNB, GaussianNB
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import (KBinsDiscretizer, MinMaxScaler, Normalizer, OrdinalEncoder, PolynomialFeatures, PowerTransformer, QuantileTransformer,
                                   RobustScaler, StandardScaler, TargetEncoder)
from sklearn.svm import SVC, SVR, LinearSVC

draw = np.random.default_rng(0)
X = pd.DataFrame(draw.normal(size=(40, 3)), columns=list("abc"))
two, three, number = (X.a > 0).astype(int), np.digitize(X.a, [-0.5, 0.5]), X.a * 2 + 3
words = pd.DataFrame({"a": draw.choice(["x", "y", None], 40), "b": draw.choice(["u", "v"], 40), "c": X.c})
tree = lambda: RandomForestClassifier(2, max_depth=2, random_state=0)
models = {
    "sgd": (SGDClassifier(loss="modified_huber", random_state=0), X, three), "poisson": (PoissonRegressor(), X, number.abs()),
    "scalers": (make_pipeline(MinMaxScaler(clip=True), RobustScaler(), PowerTransformer(), QuantileTransformer(n_quantiles=5, output_distribution="normal"), Ridge()), X, number),
    "mixtures": (make_pipeline(PolynomialFeatures(2), PCA(4, whiten=True), Normalizer(), LogisticRegression()), X, two),
    "bins": (make_pipeline(KBinsDiscretizer(3), LogisticRegression()), X, two),
    "selections": (make_pipeline(SelectKBest(f_classif, k=2), SelectPercentile(f_classif, percentile=60), SelectFromModel(Lasso(0.01)), LogisticRegression()), X, two),
    "codes": (make_pipeline(ColumnTransformer([("o", OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1), ["a"]), ("t", TargetEncoder(cv=2), ["b"])], remainder="passthrough"), SimpleImputer(), Ridge()), words, number),
    "union": (make_pipeline(make_union(StandardScaler(), "passthrough"), LinearSVC()), X, two),
    "voting": (VotingClassifier([("a", LogisticRegression()), ("b", tree())], voting="soft", weights=[1, 2]), X, three),
    "votes": (VotingClassifier([("a", LogisticRegression()), ("b", tree())]), X, three), "mean": (VotingRegressor([("a", Ridge()), ("b", Lasso())]), X, number),
    "stacking": (StackingClassifier([("a", LogisticRegression()), ("b", LinearSVC())], cv=2, passthrough=True), X, three),
    "calibrated": (CalibratedClassifierCV(GaussianNB(), method="isotonic", cv=2), X, three), "sigmoid": (CalibratedClassifierCV(LinearSVC(), cv=2), X, two),
    "rest": (OneVsRestClassifier(LogisticRegression()), X, three), "threshold": (FixedThresholdClassifier(LogisticRegression(), threshold=0.3), X, two),
    "target": (TransformedTargetRegressor(Ridge(), func=np.log, inverse_func=np.exp), X, number.abs() + 1), "search": (GridSearchCV(Ridge(), {"alpha": [1, 2]}, cv=2), X, number),
    "network": (MLPClassifier((4,), max_iter=5, random_state=0), X, three), "near": (KNeighborsClassifier(3, leaf_size=4), X, three),
    "near-balls": (KNeighborsRegressor(3, algorithm="ball_tree", weights="distance", leaf_size=4), X, number), "near-all": (KNeighborsClassifier(3, algorithm="brute"), X, two),
    "normal": (GaussianNB(), X, three), "flags": (BernoulliNB(), X, two), "categories": (CategoricalNB(), (X.abs()).astype(int), two),
    "vectors": (SVC(), X, three), "vectors-number": (SVR(kernel="poly"), X, number), "isolation": (IsolationForest(n_estimators=3, random_state=0), X, None),
    "adaboost": (AdaBoostClassifier(n_estimators=3, random_state=0), X, three), "median": (AdaBoostRegressor(Ridge(), n_estimators=3, random_state=0), X, number),
    "bagging": (BaggingClassifier(n_estimators=3, max_features=2, max_samples=0.2, random_state=0), X, three), "bagging-sums": (BaggingRegressor(Ridge(), n_estimators=3, max_features=2, random_state=0), X, number),
    "histograms": (HistGradientBoostingClassifier(max_iter=3, min_samples_leaf=5, categorical_features="from_dtype"), words.astype({"a": "category", "b": "category"}), two),
}
for name, (model, rows, answer) in models.items():
    skops.io.dump(model.fit(rows, answer), pathlib.Path(__file__).parent / f"{name}.skops", compression=8)
