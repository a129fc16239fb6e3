"""PMML documents: scikit-learn's models written as PMML beside its predictions, and the specification's rules by hand.

Sums are added in 64 bits in the document's order; beside scikit-learn, whose order is another, k of them differ by at most 2 k 2^-53 sum |w x|.
"""

import itertools
import json
import math
import resource

import numpy as np
import pandas as pd
import pytest
from pmml_documents import compact_nodes, document, element, fields, float_field, number, refusal, run, score, tree_model, words
from serving import Assay
from sklearn.ensemble import GradientBoostingRegressor, RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

NAMES = list("abcd")


def data(seed, count=200):
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame(draw.normal(size=(count, 4)), columns=NAMES)
    frame["b"] = frame["b"].round(1)
    frame["d"] = draw.integers(0, 4, count).astype(float)
    return frame, (frame.a * frame.b + frame.d + draw.normal(size=count) / 4).to_numpy()


def segments(models, method, weights=None, kind="regression", target="y"):
    return element("MiningModel", fields(*NAMES, target=target), element(
        "Segmentation", *[element("Segment", "<True/>", model, id=place, **({"weight": weights[place]} if weights else {})) for place, model in enumerate(models)],
        multipleModelMethod=method), functionName=kind)


FLOATS = [float_field(name) for name in NAMES]


@pytest.mark.parametrize("kind", ["tree", "forest", "boosting", "classes", "votes"])
def test_trees(kind, tmp_path):
    frame, target = data(1)
    fresh, _ = data(2)
    classes = np.digitize(target, [0, 2])
    labels = words("y", "0", "1", "2")
    if kind == "tree":
        model = DecisionTreeRegressor(random_state=0).fit(frame, target)
        ours = score(document(tree_model(model, NAMES), *FLOATS, number("y")), fresh, tmp_path)
    elif kind == "forest":
        model = RandomForestRegressor(12, random_state=0).fit(frame, target)
        ours = score(document(segments([tree_model(tree, NAMES) for tree in model.estimators_], "average"), *FLOATS, number("y")), fresh, tmp_path)
    elif kind == "boosting":
        model = GradientBoostingRegressor(n_estimators=15, random_state=0).fit(frame, target)
        trees = [tree_model(tree, NAMES, scale=model.learning_rate) for tree in model.estimators_.ravel()]
        first = float(model.init_.constant_[0, 0])
        whole = segments(trees, "sum").replace("</MiningModel>", element("Targets", element("Target", field="y", rescaleConstant=first)) + "</MiningModel>")
        ours = score(document(whole, *FLOATS, number("y")), fresh, tmp_path)
    elif kind == "classes":
        model = DecisionTreeClassifier(max_depth=5, random_state=0).fit(frame, classes)
        ours = score(document(tree_model(model, NAMES, [0, 1, 2]), *FLOATS, labels), fresh, tmp_path)
    else:
        model = RandomForestClassifier(9, max_depth=4, random_state=0).fit(frame, classes)
        trees = [tree_model(tree, NAMES, [0, 1, 2]) for tree in model.estimators_]
        ours = score(document(segments(trees, "average", kind="classification"), *FLOATS, labels), fresh, tmp_path)
        # By votes each tree has one.
        votes = score(document(segments(trees, "majorityVote", kind="classification"), *FLOATS, labels), fresh, tmp_path)
        each = np.array([tree.predict(fresh.to_numpy()) for tree in model.estimators_])
        for c in range(3):
            np.testing.assert_allclose(votes[f"probability_{c}"].astype(float), (each == c).mean(axis=0), atol=1e-12)
    if kind in ("classes", "votes"):
        assert (ours["prediction"].astype(int) == model.predict(fresh)).all()
        np.testing.assert_allclose(ours[[f"probability_{c}" for c in range(3)]].astype(float), model.predict_proba(fresh), atol=1e-12)
    else:
        np.testing.assert_allclose(ours["prediction"].astype(float), model.predict(fresh), rtol=1e-12, atol=1e-12)


def table(intercept, coefficients, **more):
    return element("RegressionTable", *[element("NumericPredictor", name=name, coefficient=repr(float(value))) for name, value in zip(NAMES, coefficients)],
                   intercept=repr(float(intercept)), **more)


@pytest.mark.parametrize("kind", ["number", "two", "three"])
def test_regressions(kind, tmp_path):
    frame, target = data(3)
    fresh, _ = data(4)
    plain = [number(name) for name in NAMES]
    if kind == "number":
        model = LinearRegression().fit(frame, target)
        ours = score(document(element("RegressionModel", fields(*NAMES, target="y"), table(model.intercept_, model.coef_), functionName="regression"), *plain, number("y")),
                     fresh, tmp_path)
        np.testing.assert_allclose(ours["prediction"].astype(float), model.predict(fresh), rtol=1e-12, atol=1e-12)
        return
    names = ["no", "yes"] if kind == "two" else ["low", "middle", "high"]
    model = LogisticRegression(max_iter=500).fit(frame, np.array(names)[np.digitize(target, [0.5] if kind == "two" else [0, 2])])
    if kind == "two":
        tables = [table(-model.intercept_[0], -model.coef_[0], targetCategory="no"), table(0, [], targetCategory="yes")]
    else:
        tables = [table(i, c, targetCategory=name) for i, c, name in zip(model.intercept_, model.coef_, model.classes_)]
    ours = score(document(element("RegressionModel", fields(*NAMES, target="y"), *tables, functionName="classification",
                                  normalizationMethod="logit" if kind == "two" else "softmax"), *plain, words("y", *names)), fresh, tmp_path)
    assert (ours["prediction"] == model.predict(fresh)).all()
    for place, name in enumerate(model.classes_):
        np.testing.assert_allclose(ours[f"probability_{name}"].astype(float), model.predict_proba(fresh)[:, place], rtol=1e-11, atol=1e-13)


def scipy_share(method, x):
    from scipy import stats

    return {"probit": stats.norm.cdf(x), "cloglog": 1 - np.exp(-np.exp(x)), "loglog": np.exp(-np.exp(-x)), "cauchit": 0.5 + np.arctan(x) / np.pi,
            "logit": 1 / (1 + np.exp(-x)), "exp": np.exp(x)}[method]


@pytest.mark.parametrize("method", ["probit", "cloglog", "loglog", "cauchit", "logit", "exp"])
def test_links(method, tmp_path):
    fresh, _ = data(5, 50)
    ours = score(document(element("RegressionModel", fields("a", target="y"), element(
        "RegressionTable", element("NumericPredictor", name="a", coefficient="1.5", exponent="3"), intercept="0.25"),
        functionName="regression", normalizationMethod=method), number("a"), number("y")), fresh[["a"]], tmp_path)
    np.testing.assert_allclose(ours["prediction"].astype(float), scipy_share(method, 1.5 * fresh.a**3 + 0.25), rtol=1e-12)


def test_categories_products_and_derived_fields(tmp_path):
    draw = np.random.default_rng(6)
    frame = pd.DataFrame({"age": draw.uniform(15, 95, 80).round(1), "home": draw.choice(["own", "rent", "größe & more", "x"], 80)})
    frame.loc[::9, "age"] = np.nan
    derived = "".join([
        element("DerivedField", element("NormContinuous", element("LinearNorm", orig="20", norm="0"), element("LinearNorm", orig="60", norm="1"),
                                        element("LinearNorm", orig="80", norm="1.25"), field="age", mapMissingTo="0.5"), name="scaled", optype="continuous", dataType="double"),
        element("DerivedField", element("Discretize", element("DiscretizeBin", element("Interval", closure="openOpen", rightMargin="30"), binValue="young"),
                                        element("DiscretizeBin", element("Interval", closure="closedOpen", leftMargin="30", rightMargin="60"), binValue="middle"),
                                        field="age", defaultValue="old", mapMissingTo="unknown"), name="band", optype="categorical", dataType="string"),
        element("DerivedField", element("MapValues", element("FieldColumnPair", field="home", column="h"), element("FieldColumnPair", field="band", column="b"),
                                        element("InlineTable", *[f"<row><h>own</h><b>{b}</b><v>{v}</v></row>" for b, v in [("young", 3), ("middle", 4)]]),
                                        outputColumn="v", defaultValue="-1", dataType="double"), name="mapped", optype="continuous", dataType="double"),
        element("DerivedField", element("NormDiscrete", field="home", value="größe & more"), name="is", optype="continuous", dataType="double"),
        element("DerivedField", element("Apply", element("Apply", element("FieldRef", field="age"), function="isMissing"), element("Constant", "7", dataType="double"),
                                        element("Apply", element("Apply", element("FieldRef", field="age"), element("Constant", "10", dataType="double"), function="/"), function="ln"),
                                        function="if"), name="logs", optype="continuous", dataType="double")])
    model = element("RegressionModel", fields("age", "home", target="y"), element(
        "RegressionTable", *[element("NumericPredictor", name=name, coefficient=c) for name, c in [("scaled", 2), ("mapped", 3), ("is", 5), ("logs", 7)]],
        element("CategoricalPredictor", name="band", value="old", coefficient="11"), element("PredictorTerm", element("FieldRef", field="scaled"), element("FieldRef", field="logs"), coefficient="13"),
        intercept="1"), functionName="regression")
    text = document(model, number("age"), words("home"), number("y"), transformations=derived)
    ours = score(text, frame, tmp_path)
    for (age, home), told in zip(frame.itertuples(index=False), ours["prediction"].astype(float)):
        # The lines at the ends go on where nothing else is said.
        scaled = 0.5 if math.isnan(age) else (age - 20) / 40 if age <= 60 else 1 + (age - 60) / 80
        band = "unknown" if math.isnan(age) else "young" if age < 30 else "middle" if age < 60 else "old"
        mapped = {("own", "young"): 3, ("own", "middle"): 4}.get((home, band), -1)
        logs = 7 if math.isnan(age) else math.log(age / 10)
        want = 1 + 2 * scaled + 3 * mapped + 5 * (home == "größe & more") + 7 * logs + 11 * (band == "old") + 13 * scaled * logs
        assert abs(told - want) < 1e-12 * (1 + abs(want)) * 10, (age, home, told, want)


@pytest.mark.parametrize("treatments, value, want", [
    ({}, 150, None), ({"invalidValueTreatment": "asIs"}, 150, 150), ({"invalidValueTreatment": "asMissing", "missingValueReplacement": "9"}, 150, 9),
    ({"invalidValueTreatment": "asValue", "invalidValueReplacement": "33"}, 150, 33), ({"missingValueReplacement": "42"}, "", 42), ({}, "", None),
    ({"missingValueTreatment": "returnInvalid", "outliers": "asIs"}, "", None),
    ({"outliers": "asExtremeValues", "lowValue": "10", "highValue": "50"}, 60, 50), ({"outliers": "asExtremeValues", "lowValue": "10", "highValue": "50"}, 2, 10),
    ({"outliers": "asMissingValues", "lowValue": "10", "highValue": "50", "missingValueReplacement": "1"}, 60, 1), ({}, -999, 5)])
def test_what_a_schema_does_with_values(treatments, value, want, tmp_path):
    field = element("DataField", element("Interval", closure="closedClosed", leftMargin="0", rightMargin="100"), element("Value", value="-999", property="missing"),
                    name="x", optype="continuous", dataType="double")
    more = {**treatments, **({"missingValueReplacement": "5"} if value == -999 else {})}
    text = document(element("RegressionModel", element("MiningSchema", element("MiningField", name="x", **more), element("MiningField", name="y", usageType="target")),
                            element("RegressionTable", element("NumericPredictor", name="x", coefficient="1"), intercept="0"), functionName="regression"), field, number("y"))
    frame = pd.DataFrame({"x": [value]})
    if want is None:
        assert "model.pmml" in refusal(text, frame, tmp_path)
    else:
        assert float(score(text, frame, tmp_path)["prediction"][0]) == want


def simple(field, operator, value=None):
    return element("SimplePredicate", field=field, operator=operator, **({} if value is None else {"value": value}))


@pytest.mark.parametrize("strategy, default, want", [("none", None, None), ("none-last", None, "1"), ("lastPrediction", None, "1"), ("nullPrediction", None, None),
                                                     ("defaultChild", "r", "3"), ("defaultChild", "l", "2")])
def test_trees_with_missing_values(strategy, default, want, tmp_path):
    root = element("Node", "<True/>", element("Node", simple("a", "lessThan", "0"), score="2", id="l"), element("Node", simple("a", "greaterOrEqual", "0"), score="3", id="r"),
                   score="1", id="0", **({"defaultChild": default} if default else {}))
    text = document(element("TreeModel", fields("a", target="y"), root, functionName="regression", missingValueStrategy=strategy.removesuffix("-last"),
                            noTrueChildStrategy="returnLastPrediction" if strategy.endswith("last") else "returnNullPrediction"), number("a"), number("y"))
    assert list(score(text, pd.DataFrame({"a": [-1.0, 0.0]}), tmp_path)["prediction"].astype(float)) == [2, 3]
    frame = pd.DataFrame({"a": [""]})
    if want is None:
        assert "no answer" in refusal(text, frame, tmp_path)
    else:
        assert float(score(text, frame, tmp_path)["prediction"][0]) == float(want)


def test_compound_predicates(tmp_path):
    either = element("CompoundPredicate", simple("a", "lessThan", "0"), element("SimpleSetPredicate", '<Array n="2" type="string">"b c" d</Array>', field="w", booleanOperator="isIn"),
                     booleanOperator="xor")
    surrogate = element("CompoundPredicate", simple("a", "greaterThan", "1"), simple("w", "equal", "d"), "<False/>", booleanOperator="surrogate")
    root = element("Node", "<True/>", element("Node", surrogate, score="9"), element("Node", either, score="2"), element("Node", simple("w", "isMissing"), score="4"), element("Node", "<True/>", score="3"), score="0")
    text = document(element("TreeModel", fields("a", "w", target="y"), root, functionName="regression", splitCharacteristic="multiSplit"), number("a"), words("w"), number("y"))
    frame = pd.DataFrame({"a": [-1, -1, 0.5, 0.5, 2, np.nan, np.nan, 0.5], "w": ["x", "d", "b c", "x", "x", "d", "x", None]})
    assert list(score(text, frame, tmp_path)["prediction"].astype(float)) == [2, 3, 2, 3, 9, 9, 3, 4]


def test_chains_and_first_matches(tmp_path):
    inner = element("RegressionModel", fields("a", "b"), element("Output", element("OutputField", name="margin", feature="predictedValue", optype="continuous", dataType="double"),
                                                                element("OutputField", element("Apply", element("FieldRef", field="margin"), element("Constant", "2", dataType="double"), function="*"),
                                                                        name="twice", feature="transformedValue", optype="continuous", dataType="double")),
                    element("RegressionTable", element("NumericPredictor", name="a", coefficient="2"), element("NumericPredictor", name="b", coefficient="-1"), intercept="0.5"), functionName="regression")
    outer = element("RegressionModel", fields("twice", target="y"), element("RegressionTable", element("NumericPredictor", name="twice", coefficient="1"), intercept="0", targetCategory="yes"),
                    element("RegressionTable", intercept="0", targetCategory="no"), functionName="classification", normalizationMethod="logit")
    chain = element("MiningModel", fields("a", "b", target="y"), element("Segmentation", element("Segment", "<True/>", inner), element("Segment", "<True/>", outer), multipleModelMethod="modelChain"),
                    functionName="classification")
    fresh, _ = data(7, 60)
    ours = score(document(chain, number("a"), number("b"), words("y", "yes", "no")), fresh[["a", "b"]], tmp_path)
    share = 1 / (1 + np.exp(-2 * (2 * fresh.a - fresh.b + 0.5)))
    np.testing.assert_allclose(ours["probability_yes"].astype(float), share, rtol=1e-12)
    assert (ours["prediction"] == np.where(share >= 0.5, "yes", "no")).all()
    parts = [element("Segment", simple("a", "lessThan", bound), element("RegressionModel", fields("a", target="y"), element("RegressionTable", intercept=value), functionName="regression"))
             for bound, value in [("-0.5", "1"), ("0.5", "2")]]
    first = element("MiningModel", fields("a", target="y"), element("Segmentation", *parts, multipleModelMethod="selectFirst"), functionName="regression")
    text = document(first, number("a"), number("y"))
    below = fresh[fresh.a < 0.5]
    assert list(score(text, below[["a"]], tmp_path)["prediction"].astype(float)) == list(np.where(below.a < -0.5, 1, 2))
    assert "no answer for 1 of 1" in refusal(text, pd.DataFrame({"a": [0.75]}), tmp_path)


@pytest.mark.parametrize("method", ["sum", "weightedSum", "average", "weightedAverage", "median", "max"])
def test_joining_numbers(method, tmp_path):
    weights = [0.5, 2, 1]
    models = [element("RegressionModel", fields("a", target="y"), element("RegressionTable", element("NumericPredictor", name="a", coefficient=c), intercept=i), functionName="regression")
              for c, i in [(1, 0), (-2, 1), (3, -1)]]
    fresh, _ = data(8, 40)
    whole = segments(models, method, weights).replace(fields(*NAMES, target="y"), fields("a", target="y"))
    ours = score(document(whole, number("a"), number("y")), fresh[["a"]], tmp_path)["prediction"].astype(float)
    each = np.array([fresh.a, -2 * fresh.a + 1, 3 * fresh.a - 1])
    want = {"sum": each.sum(axis=0), "weightedSum": weights @ each, "average": each.mean(axis=0), "weightedAverage": weights @ each / sum(weights),
            "median": np.median(each, axis=0), "max": each.max(axis=0)}[method]
    np.testing.assert_allclose(ours, want, rtol=1e-12, atol=1e-12)


def scorecard(**more):
    def part(name, *attributes, **about):
        return element("Characteristic", *attributes, name=name, **about)
    return element(
        "Scorecard", fields("age", "home", target="y"), element("Characteristics", part(
            "ages", element("Attribute", simple("age", "isMissing"), partialScore="-9"), element("Attribute", simple("age", "lessThan", "30"), partialScore="12", reasonCode="YOUNG"),
            element("Attribute", simple("age", "greaterOrEqual", "30"), element("ComplexPartialScore", element("Apply", element("FieldRef", field="age"), element("Constant", "0.5", dataType="double"), function="*")), reasonCode="OLD"),
            baselineScore="18", reasonCode="AGE"), part(
            "homes", element("Attribute", simple("home", "equal", "own"), partialScore="30"), element("Attribute", "<True/>", partialScore="5"), baselineScore="19", reasonCode="HOME")),
        functionName="regression", initialScore="100", useReasonCodes="true", **more)


def test_scorecards(tmp_path):
    frame = pd.DataFrame({"age": [20, 40, np.nan, 80, 40], "home": ["own", "rent", "own", "rent", "x"]})
    text = document(scorecard(), number("age"), words("home"), number("y"))
    ours = score(text, frame, tmp_path)
    assert list(ours["prediction"].astype(float)) == [142, 125, 121, 145, 125]
    # Points below the baseline, the largest loss first.
    assert list(zip(ours["reason_code_1"], ours["reason_code_2"])) == [("YOUNG", "HOME"), ("HOME", "OLD"), ("AGE", "HOME"), ("HOME", "OLD"), ("HOME", "OLD")]
    above = score(document(scorecard(reasonCodeAlgorithm="pointsAbove"), number("age"), words("home"), number("y")), frame, tmp_path)
    assert list(above["reason_code_1"]) == ["HOME", "OLD", "HOME", "OLD", "OLD"]
    # Each characteristic looks at one column, so its points less their mean are the column's own.
    (tmp_path / "b.csv").write_text("age,home\n20,own\n60,rent\n")
    answer = json.loads(run("explain", tmp_path / "model.pmml", tmp_path / "rows.csv", "--background", tmp_path / "b.csv", "--format", "json"))
    base = 100 + (12 + 30) / 2 + (30 + 5) / 2
    for row, (age, home) in zip(answer["rows"], [(12, 30), (20, 5), (-9, 30), (40, 5), (20, 5)]):
        assert row["base_value"] == base and row["shap_values"] == [age - 21, home - 17.5]


def test_a_scorecard_is_served_with_its_reasons(tmp_path):
    (tmp_path / "card.pmml").write_text(document(scorecard(), number("age"), words("home"), number("y")))
    with Assay(tmp_path / "card.pmml") as ours:
        for age, home, score, codes in [(20, "own", 142, ["YOUNG", "HOME"]), (None, "own", 121, ["AGE", "HOME"]), (40, "x", 125, ["HOME", "OLD"])]:
            answer = ours.post("/predict", {"features": {"age": age, "home": home}})
            assert (answer.json()["prediction"], answer.json()["reason_codes"]) == (score, codes), answer.text
        answer = ours.post("/invocations", {"dataframe_split": {"columns": ["age", "home"], "data": []}})
        assert answer.json()["reason_codes"] == [], answer.text
    # Who asks for none is given none.
    silent = scorecard().replace('useReasonCodes="true"', 'useReasonCodes="false"')
    (tmp_path / "card.pmml").write_text(document(silent, number("age"), words("home"), number("y")))
    with Assay(tmp_path / "card.pmml") as ours:
        assert "reason_codes" not in ours.post("/predict", {"features": {"age": 20, "home": "own"}}).json()


def test_trees_are_explained_by_the_definition(tmp_path):
    frame, target = data(9)
    model = RandomForestRegressor(5, max_depth=4, random_state=0).fit(frame, target)
    text = document(segments([tree_model(tree, NAMES) for tree in model.estimators_], "average"), *FLOATS, number("y"))
    asked, background = data(10, 5)[0], data(11, 9)[0]
    score(text, asked, tmp_path)
    background.to_csv(tmp_path / "b.csv", index=False, float_format="%.17g")
    answer = json.loads(run("explain", tmp_path / "model.pmml", tmp_path / "rows.csv", "--background", tmp_path / "b.csv", "--format", "json"))
    subsets = [s for size in range(5) for s in itertools.combinations(range(4), size)]
    for row, told in zip(asked.to_numpy(), answer["rows"]):
        game = {}
        for subset in subsets:
            mixed = background.to_numpy().copy()
            mixed[:, list(subset)] = row[list(subset)]
            game[frozenset(subset)] = model.predict(pd.DataFrame(mixed, columns=NAMES)).mean()
        for column in range(4):
            phi = sum(math.factorial(len(s)) * math.factorial(3 - len(s)) / 24 * (game[s | {column}] - game[s]) for s in game if column not in s)
            assert abs(phi - told["shap_values"][column]) < 1e-10
        assert abs(told["base_value"] - game[frozenset()]) < 1e-10


def test_boosting_in_a_chain_is_explained_by_its_sum(tmp_path):
    """As sklearn2pmml writes a boosted classifier: compact trees added up with a constant, and a logistic over their output."""
    frame, target = data(12)
    model = GradientBoostingRegressor(n_estimators=6, random_state=0).fit(frame, target)
    trees = [element("TreeModel", fields(*NAMES), compact_nodes(tree.tree_, NAMES, scale=model.learning_rate), functionName="regression",
                     missingValueStrategy="nullPrediction", noTrueChildStrategy="returnLastPrediction") for tree in model.estimators_.ravel()]
    first = float(model.init_.constant_[0, 0])
    summed = element(
        "MiningModel", fields(*NAMES), element("Output", element("OutputField", name="sum", optype="continuous", dataType="double", isFinalResult="false")),
        element("Targets", element("Target", rescaleConstant=first)),
        element("Segmentation", *[element("Segment", "<True/>", tree) for tree in trees], multipleModelMethod="sum", missingPredictionTreatment="returnMissing"),
        functionName="regression")
    logistic = element("RegressionModel", fields("sum", target="y"), element("RegressionTable", element("NumericPredictor", name="sum", coefficient="1"), intercept="0", targetCategory="yes"),
                       element("RegressionTable", intercept="0", targetCategory="no"), functionName="classification", normalizationMethod="logit")
    chain = element("MiningModel", fields(*NAMES, target="y"), element(
        "Segmentation", element("Segment", "<True/>", summed), element("Segment", "<True/>", logistic), multipleModelMethod="modelChain", missingPredictionTreatment="returnMissing"),
        functionName="classification")
    text = document(chain, *FLOATS, words("y", "yes", "no"))
    asked, background = data(13, 5)[0], data(14, 9)[0]
    ours = score(text, asked, tmp_path)
    np.testing.assert_allclose(ours["probability_yes"].astype(float), 1 / (1 + np.exp(-model.predict(asked))), rtol=1e-12)
    background.to_csv(tmp_path / "b.csv", index=False, float_format="%.17g")
    answer = json.loads(run("explain", tmp_path / "model.pmml", tmp_path / "rows.csv", "--background", tmp_path / "b.csv", "--format", "json"))
    for told, total in zip(answer["rows"], model.predict(asked)):
        assert abs(told["base_value"] - model.predict(background).mean()) < 1e-10
        assert abs(told["base_value"] + sum(told["shap_values"]) - total) < 1e-10
    blank = asked.copy()
    blank.loc[0, "a"] = np.nan
    assert "no answer for 1 of 5" in refusal(text, blank, tmp_path)


def test_what_is_refused_is_named(tmp_path):
    frame = pd.DataFrame({"a": [1.0]})
    plain = element("RegressionModel", fields("a", target="y"), element("RegressionTable", element("NumericPredictor", name="a", coefficient="1"), intercept="0"), functionName="regression")
    data_fields = (number("a"), number("y"))

    def said(text):
        return refusal(text, frame, tmp_path)
    assert "NeuralNetwork in line" in said(document(element("NeuralNetwork", fields("a", target="y"), functionName="regression"), *data_fields))
    assert "'strange'" in said(document(plain.replace('functionName="regression"', 'functionName="strange"'), *data_fields))
    assert "DOCTYPE" in said('<!DOCTYPE PMML [<!ENTITY a "b">]>' + document(plain, *data_fields).split("?>", 1)[1])
    assert "entity" in said(document(plain.replace('name="a"', 'name="&a;"'), *data_fields))
    assert "version '3.2'" in said(document(plain, *data_fields, version="3.2"))
    assert "weightedConfidence" in said(document(element("TreeModel", fields("a", target="y"), element("Node", "<True/>", score="1"), functionName="regression",
                                                         missingValueStrategy="weightedConfidence"), *data_fields))
    assert "truncated" in said(document(plain, *data_fields)[:400])
    assert "'b'" in said(document(plain.replace('<NumericPredictor name="a"', '<NumericPredictor name="b"'), *data_fields))
    assert "2 models" in said(document(plain + plain, *data_fields))
    assert "'a'" in refusal(document(plain, *data_fields), pd.DataFrame({"b": [1.0]}), tmp_path)
    assert "'a'" in refusal(document(plain, *data_fields), pd.DataFrame({"a": ["word"]}), tmp_path)
    tree = element("TreeModel", fields("a", target="y"), element("Node", "<True/>", score="1"), functionName="regression")
    for text, words in [
            (tree.replace("</TreeModel>", element("Node", "<True/>", score="2") + "</TreeModel>"), "second 'Node' of one TreeModel"),
            (tree.replace("<True/>", "<True/><False/>"), "second predicate of one Node"),
            (plain.replace("<RegressionTable", fields("a") + "<RegressionTable"), "second 'MiningSchema'"),
            (plain.replace("</MiningSchema>", element("MiningField", name="a") + "</MiningSchema>"), "names a field twice"),
            (plain.replace("</RegressionModel>", element("Targets", element("Target", field="zzz", rescaleFactor=2)) + "</RegressionModel>"), "'zzz', which is not the target"),
            (plain.replace("</RegressionModel>", element("Targets", element("Target", element("TargetValue", defaultValue=7))) + "</RegressionModel>"), "TargetValue in line"),
            (plain.replace("</RegressionModel>", element("Targets", element("Target"), element("Target")) + "</RegressionModel>"), "second 'Target'"),
            (plain.replace('intercept="0"', 'intercept="0x10"'), "'intercept' that is no number"),
            (plain.replace('intercept="0"', 'intercept="1 2"'), "'intercept' that is no number")]:
        assert words in said(document(text, *data_fields)), words
    deep = "<Node><True/>" * 3000 + "</Node>" * 3000
    assert "deeper" in said(document(element("TreeModel", fields("a", target="y"), deep, functionName="regression"), *data_fields))


def test_many_classes_cost_what_their_document_does(tmp_path):
    def classes(count):
        leaves = "".join(element("Node", simple("a", "equal", place), score=f"c{place}") for place in range(count))
        return document(element("TreeModel", fields("a", target="y"), element("Node", "<True/>", leaves), functionName="classification"), number("a"), words("y"))
    frame = pd.DataFrame({"a": [0.0, 9999.0]})
    assert score(classes(10_000), frame, tmp_path)["prediction"].tolist() == ["c0", "c9999"]
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 2 << 20
    assert "of more than 10000 classes" in refusal(classes(10_001), frame, tmp_path)
