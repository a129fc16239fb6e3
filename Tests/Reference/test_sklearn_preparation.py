"""What prepares and selects columns in pipelines of scikit-learn read from skops, beside the library.

The number that a ridge regression after it predicts is held to 1e-12 of the answers' size, with rows that were not fitted on, missing values where the
transformer takes them, categories that were not seen and a column that is constant.
"""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_selection import (RFE, RFECV, SelectFdr, SelectFpr, SelectFromModel, SelectFwe, SelectKBest, SelectPercentile,
                                       SequentialFeatureSelector, VarianceThreshold, f_classif, f_regression, mutual_info_regression)
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.linear_model import Lasso, LinearRegression, LogisticRegression, Ridge
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline, make_union
from sklearn.preprocessing import (Binarizer, FunctionTransformer, KBinsDiscretizer, MaxAbsScaler, MinMaxScaler, Normalizer, OneHotEncoder,
                                   OrdinalEncoder, PolynomialFeatures, PowerTransformer, QuantileTransformer, RobustScaler, StandardScaler,
                                   TargetEncoder)
from sklearn.tree import DecisionTreeClassifier

from sklearn_zoo import Fitted, holes, numbers, refused, run, targets, words

warnings.filterwarnings("ignore")

# Each takes numbers without holes.
WHOLE = {
    "range": MinMaxScaler(), "range-clip": MinMaxScaler((-1, 2), clip=True), "largest": MaxAbsScaler(), "robust": RobustScaler(),
    "robust-unit": RobustScaler(unit_variance=True, quantile_range=(10, 90)), "robust-centre": RobustScaler(with_scaling=False),
    "bins": KBinsDiscretizer(4), "bins-width": KBinsDiscretizer(5, encode="ordinal", strategy="uniform"),
    "bins-means": KBinsDiscretizer(3, encode="onehot-dense", strategy="kmeans"), "identity": FunctionTransformer(),
    "function": make_pipeline(FunctionTransformer(np.abs), FunctionTransformer(np.log1p), FunctionTransformer(np.sqrt), FunctionTransformer(np.cbrt)),
    "products": PolynomialFeatures(2), "products-3": make_pipeline(StandardScaler(), PolynomialFeatures(3, include_bias=False)),
    "interactions": PolynomialFeatures((2, 3), interaction_only=True), "degrees": make_pipeline(StandardScaler(), PolynomialFeatures((3, 4))),
    "components": PCA(3), "components-white": PCA(0.99, whiten=True), "power": PowerTransformer(), "power-plain": PowerTransformer(standardize=False),
    "quantiles": QuantileTransformer(n_quantiles=30), "quantiles-normal": QuantileTransformer(n_quantiles=50, output_distribution="normal"),
    "length": Normalizer(), "length-1": Normalizer("l1"), "length-max": Normalizer("max"), "above": Binarizer(threshold=0.2),
    "varying": VarianceThreshold(0.5), "best": SelectKBest(f_regression, k=3), "best-all": SelectKBest(f_regression, k="all"),
    "percent": SelectPercentile(f_regression, percentile=40), "rate": SelectFpr(f_regression, alpha=0.01), "discovery": SelectFdr(f_regression),
    "error": SelectFwe(f_regression), "weights": SelectFromModel(Ridge()), "weights-l1": SelectFromModel(Lasso(0.3)),
    "weights-most": SelectFromModel(Ridge(), max_features=2, threshold="0.5*median"), "eliminated": RFE(Ridge(), n_features_to_select=3),
    "eliminated-cv": RFECV(Ridge(), cv=3), "forward": SequentialFeatureSelector(Ridge(), n_features_to_select=2, cv=2),
    "information": SelectKBest(mutual_info_regression, k=2),
    "union": make_union(StandardScaler(), make_pipeline(MinMaxScaler(), PCA(2)), "passthrough"),
    "union-weights": FeatureUnion([("a", StandardScaler()), ("b", "drop"), ("c", RobustScaler())], transformer_weights={"a": 2.5, "c": 0.1}),
    "frames": Pipeline([("a", StandardScaler()), ("b", ColumnTransformer([("x", MinMaxScaler(), ["n1", "n0"])], remainder="passthrough"))]).set_output(transform="pandas"),
    "nested": Pipeline([("a", Pipeline([("b", StandardScaler()), ("c", Pipeline([("d", MinMaxScaler())]))])), ("e", None)]),
}
# These take holes, filled afterwards.
HOLES = {
    "range": MinMaxScaler(), "robust": RobustScaler(), "power": PowerTransformer(), "quantiles": QuantileTransformer(n_quantiles=30), "largest": MaxAbsScaler(),
    "filled": SimpleImputer(add_indicator=True), "median": SimpleImputer(strategy="median"), "frequent": SimpleImputer(strategy="most_frequent"),
    "constant": SimpleImputer(strategy="constant", fill_value=-3.0, add_indicator=True), "function": FunctionTransformer(np.square),
    "flags": make_union(SimpleImputer(), MissingIndicator(error_on_new=False)), "flags-all": make_union(SimpleImputer(), MissingIndicator(features="all")),
    "varying": VarianceThreshold(),
}


@pytest.mark.parametrize("name", WHOLE)
def test_numbers(name, tmp_path):
    frame, rows = numbers(), numbers(seed=1)
    rows.loc[3, "n0"], rows.loc[4, "n0"], rows.loc[5, "n1"] = 1e5, -1e5, frame.n1[0]
    rows.loc[6:9] = frame.loc[6:9]
    # The discretizer's columns are sparse, which cannot be centred.
    model = make_pipeline(WHOLE[name], StandardScaler(with_mean=name != "bins"), Ridge()).fit(frame, targets(frame)["number"])
    Fitted(model, rows, tmp_path).check(tolerance=1e-11 if "products" in name or name == "degrees" else 1e-12)


@pytest.mark.parametrize("name", HOLES)
def test_numbers_with_holes(name, tmp_path):
    frame = holes(numbers())
    model = make_pipeline(HOLES[name], SimpleImputer(strategy="median"), StandardScaler(), Ridge()).fit(frame, targets(frame)["number"])
    Fitted(model, holes(numbers(seed=1), seed=1), tmp_path).check()


def test_powers_of_numbers_above_zero(tmp_path):
    frame, rows = (np.exp(numbers(seed=seed).drop(columns="same") / 4e4) for seed in (0, 1))
    fitted = Fitted(make_pipeline(PowerTransformer("box-cox"), Ridge()).fit(frame, targets(frame)["number"]), rows, tmp_path)
    fitted.check(tolerance=1e-10)
    rows.assign(n0=np.where(np.arange(len(rows)) == 5, 0, rows.n0)).to_parquet(tmp_path / "zero.parquet")
    assert "column 'n0' has 1 row with a number that is not above 0" in run("score", "--no-foreign", fitted.file, tmp_path / "zero.parquet", status=2)


UNKNOWN = dict(handle_unknown="use_encoded_value", unknown_value=-1)
CODES = {
    "ordinal": OrdinalEncoder(**UNKNOWN), "ordinal-missing": OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-2, encoded_missing_value=-5),
    "ordinal-nan": OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan),
    "ordinal-given": OrdinalEncoder(categories=[["Bonn", "Ulm", "Köln"], ["y", "x"]], **UNKNOWN), "means": TargetEncoder(random_state=0),
    "means-smooth": TargetEncoder(smooth=3.0, random_state=0),
}


@pytest.mark.parametrize("hasHoles", [False, True])
@pytest.mark.parametrize("name", CODES)
@pytest.mark.parametrize("target", ["words", "three"])
def test_categories(name, target, hasHoles, tmp_path):
    frame, rows = words()[["city", "kind"]], words(seed=1)[["city", "kind"]]
    if hasHoles and name != "ordinal-given":
        frame, rows = holes(frame), holes(rows, seed=1)
    rows.loc[:20, "city"] = "Wien"
    encoder = CODES[name]
    model = make_pipeline(encoder, SimpleImputer(), StandardScaler(), LogisticRegression()).fit(frame, targets(numbers())[target])
    fitted = Fitted(model, rows, tmp_path)
    fitted.check()
    # Trees split on the codes as they are, missing ones too.
    trees = make_pipeline(encoder, DecisionTreeClassifier(max_depth=5, random_state=0)).fit(frame, targets(numbers())[target])
    Fitted(trees, rows, tmp_path).check(isBitEqual=True)


def test_groups_of_rare_categories(tmp_path):
    frame, rows = words(), words(seed=1)
    rows.loc[:9, "city"] = "Wien"
    model = make_pipeline(OrdinalEncoder(min_frequency=40, **UNKNOWN), DecisionTreeClassifier(random_state=0))
    Fitted(model.fit(frame, targets(numbers())["two"]), rows, tmp_path).check(isBitEqual=True)
    holed = frame.assign(city=holes(frame[["city"]]).city)
    message = refused(model.fit(holed, targets(numbers())["two"]), holed, tmp_path)
    assert "groups the categories of a column with missing values" in message


def test_unknown_categories_are_refused_where_the_encoder_does(tmp_path):
    frame, rows = words(), words(seed=1)
    rows.loc[:2, "city"] = "Wien"
    message = refused(make_pipeline(OrdinalEncoder(), Ridge()).fit(frame, targets(numbers())["number"]), rows, tmp_path)
    assert "column 'city' holds a category the model was not fitted on, in 3 of" in message


def test_missing_values_are_refused_where_the_transformer_does(tmp_path):
    frame = numbers()
    rows = frame.assign(n2=np.where(np.arange(len(frame)) < 2, np.nan, frame.n2))
    for transformer in (KBinsDiscretizer(3, encode="ordinal"), PCA(2), Normalizer(), PolynomialFeatures(), Binarizer()):
        message = refused(make_pipeline(transformer, StandardScaler(), Ridge()).fit(frame, targets(frame)["number"]), rows, tmp_path)
        assert "column 'n2' has 2 rows without a value" in message


def test_a_column_transformer_of_all_kinds(tmp_path):
    frame, rows = pd.concat([holes(numbers()), holes(words())], axis=1), pd.concat([holes(numbers(seed=1), seed=1), holes(words(seed=1), seed=1)], axis=1)
    prepare = ColumnTransformer([
        ("codes", OrdinalEncoder(**UNKNOWN, encoded_missing_value=-9), ["kind"]), ("means", TargetEncoder(random_state=0), ["city"]),
        ("bins", make_pipeline(SimpleImputer(), KBinsDiscretizer(3)), ["n0", "n1"]), ("flags", MissingIndicator(features="all"), ["n2", "city"]),
        ("one", OneHotEncoder(handle_unknown="ignore"), ["code"]),
    ], remainder=make_pipeline(SimpleImputer(), PCA(2)))
    model = make_pipeline(prepare, LogisticRegression()).fit(frame, targets(numbers())["words"])
    Fitted(model, rows, tmp_path).check()
    trees = make_pipeline(prepare, HistGradientBoostingClassifier(max_iter=20, random_state=0)).fit(frame, targets(numbers())["words"])
    fitted = Fitted(trees, rows, tmp_path)
    fitted.check(tolerance=1e-15)
    # Components mix columns, so that trees over them are explained by asking.
    answer = fitted.explained(2, rows.tail(8))
    assert answer["kernel"]["evaluations"] > 8
    message = run("explain", "--no-foreign", fitted.file, fitted.data, "--method", "tree", status=2)
    assert "made from several columns" in message and "--method kernel" in message


def test_what_is_not_run_is_named(tmp_path):
    frame = numbers()
    answer = targets(frame)["two"]
    for transformer, text in [(FunctionTransformer(np.sin), "function that is not run"), (FunctionTransformer(np.log1p, kw_args={"where": True}), "with arguments"),
                              (SelectFromModel(DecisionTreeClassifier()), "DecisionTreeClassifier's importances"), (KBinsDiscretizer(3, dtype=np.float32), "float32")]:
        message = refused(make_pipeline(transformer, LogisticRegression()).fit(frame.abs(), answer), frame.abs(), tmp_path)
        assert text in message, message
