#!/usr/bin/env python3
"""Small model files that reach every part of the readers of XGBoost, LightGBM and PMML, to begin fuzzing with: KIND/NAME beside this file.

    . scripts/lib/environment.sh && "$ASSAY_PYTHON" Tests/Fixtures/seeds/make.py

Those of XGBoost (3.2.0) and LightGBM (4.7.0) are trained and saved by the libraries; PMML is written here, as no library on PyPI writes it without Java.
Each scores the rows of `ModelParsers.verdict`: numbers 0.25 and -3, words 'a' and 'zz'.
"""

import pathlib
import re

import lightgbm as lgb
import numpy as np
import pandas as pd
import xgboost as xgb

HERE = pathlib.Path(__file__).parent


def rows(count=80):
    draw = np.random.default_rng(0)
    frame = pd.DataFrame({"a": draw.normal(size=count).round(2), "b": draw.integers(0, 4, count).astype(float)})
    target = frame.a + (frame.b == 2) + draw.normal(size=count).round(2) / 4
    frame.loc[draw.random(count) < 0.1, "a"] = np.nan
    return frame, target.to_numpy()


def words(frame):
    return frame.assign(k=pd.Categorical(np.array(["a", "b", "c", "d"])[frame.b.astype(int)]))


def labels(target, count):
    return pd.qcut(target, count, labels=False).astype(int)


def write_xgboost():
    frame, target = rows()
    cases = {
        "classes": ({"objective": "multi:softprob", "num_class": 3}, frame, labels(target, 3)),
        "dart": ({"booster": "dart", "rate_drop": 0.5, "one_drop": 1}, frame, target),
        "words": ({"objective": "binary:logistic", "max_cat_to_onehot": 1}, words(frame), labels(target, 2)),
        "forest": ({"objective": "binary:hinge", "num_parallel_tree": 2, "subsample": 0.5}, frame, labels(target, 2)),
        "guess": ({"objective": "count:poisson", "base_score": 0.25}, frame, np.abs(target)),
        "pruned": ({"tree_method": "exact", "gamma": 0.5}, frame, target),
        "nameless": ({"objective": "rank:pairwise"}, frame.to_numpy(), labels(target, 2)),
    }
    for name, (parameters, table, label) in cases.items():
        data = xgb.DMatrix(table, label, enable_categorical=True)
        if name == "nameless":
            data.set_group([len(frame)])
        model = xgb.train({"max_depth": 3 if name == "pruned" else 2, "seed": 1, "nthread": 1, **parameters}, data, 2)
        if name == "guess":
            model.set_attr(best_iteration="0")
        for form in ("json", "ubj"):
            model.save_model(HERE / f"xgboost-{form}" / f"{name}.{form}")


def write_lightgbm():
    frame, target = rows()
    cases = {
        "classes": ({"objective": "multiclass", "num_class": 3}, frame, labels(target, 3)),
        "each-class": ({"objective": "multiclassova", "num_class": 3}, frame, labels(target, 3)),
        "sigmoid": ({"objective": "binary", "sigmoid": 0.7}, frame, labels(target, 2)),
        "words": ({"objective": "regression", "min_data_per_group": 1, "max_cat_to_onehot": 1, "cat_smooth": 1}, words(frame), target),
        "linear": ({"objective": "regression", "linear_tree": True}, frame, target),
        "forest": ({"objective": "regression", "boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.5}, frame, target),
        "dart": ({"objective": "poisson", "boosting": "dart"}, frame, np.abs(target)),
        "zero": ({"objective": "regression", "reg_sqrt": True, "zero_as_missing": True}, frame.fillna(0), np.abs(target)),
        "softplus": ({"objective": "cross_entropy_lambda", "use_missing": False}, frame, 1 / (1 + np.exp(-target))),
    }
    for name, (parameters, table, label) in cases.items():
        parameters = {"num_leaves": 4, "min_data_in_leaf": 5, "verbose": -1, "seed": 1, "num_threads": 1, **parameters}
        model = lgb.train(parameters, lgb.Dataset(table, label, params=parameters), 2)
        text = re.sub(r"\nparameters:.*end of parameters\n", "\n", model.model_to_string(), flags=re.S)
        lgb.Booster(model_str=text)
        (HERE / "lightgbm" / f"{name}.txt").write_text(text)


# MARK: PMML

NUMBERS = "".join(f'<DataField name="{name}" optype="continuous" dataType="{kind}"/>' for name, kind in [("x", "double"), ("z", "float")])
WORDS = '<DataField name="w" optype="categorical" dataType="string"/><DataField name="y" optype="categorical" dataType="string"/>'
SCHEMA = '<MiningSchema><MiningField name="x"/><MiningField name="z"/><MiningField name="w"/></MiningSchema>'
TRUE = "<True/>"


def pmml(name, model, data=NUMBERS + WORDS, common=""):
    common = f"<TransformationDictionary>{common}</TransformationDictionary>" if common else ""
    (HERE / "pmml" / f"{name}.pmml").write_text(
        f'<PMML version="4.4"><Header><Application name="seeds"/></Header><DataDictionary>{data}</DataDictionary>{common}{model}</PMML>\n')


def model(tag, kind, inner, more="", schema=SCHEMA):
    return f'<{tag} functionName="{kind}"{more}>{schema}{inner}</{tag}>'


def simple(field, operator, value=None):
    return f'<SimplePredicate field="{field}" operator="{operator}"' + (f' value="{value}"/>' if value is not None else "/>")


def compound(operator, *parts):
    return f'<CompoundPredicate booleanOperator="{operator}">{"".join(parts)}</CompoundPredicate>'


def node(predicate, *children, **more):
    return "<Node" + "".join(f' {key}="{value}"' for key, value in more.items()) + f'>{predicate}{"".join(children)}</Node>'


def shares(**counts):
    return "".join(f'<ScoreDistribution value="{value}" recordCount="{count}"/>' for value, count in counts.items())


def table(intercept, coefficient, more=""):
    return f'<RegressionTable intercept="{intercept}"{more}><NumericPredictor name="x" coefficient="{coefficient}"/></RegressionTable>'


def stump(cut, low, high, kind="regression"):
    return model("TreeModel", kind, node(TRUE, node(simple("x", "lessOrEqual", cut), score=low), node(simple("x", "greaterThan", cut), score=high)),
                 ' splitCharacteristic="binarySplit"')


def joined(method, kind, *segments, more=""):
    inner = "".join(f'<Segment id="{place}" weight="{place + 1}">{predicate}{part}</Segment>' for place, (predicate, part) in enumerate(segments))
    return model("MiningModel", kind, f'<Segmentation multipleModelMethod="{method}"{more}>{inner}</Segmentation>')


def write_regressions():
    terms = ('<RegressionTable intercept="0.5"><NumericPredictor name="x" exponent="2" coefficient="0.25"/><CategoricalPredictor name="w" value="a" '
             'coefficient="-1"/><PredictorTerm coefficient="0.5"><FieldRef field="x"/><FieldRef field="z"/></PredictorTerm></RegressionTable>')
    targets = '<Targets><Target rescaleConstant="1" rescaleFactor="2" min="-5" max="5" castInteger="floor"/></Targets>'
    pmml("regression-exp", model("RegressionModel", "regression", terms + targets, ' normalizationMethod="exp"'))
    three = "".join(table(i, i - 1, f' targetCategory="{name}"') for i, name in enumerate("abc"))
    for method in ("softmax", "cauchit"):
        pmml(f"regression-{method}", model("RegressionModel", "classification", three.replace('intercept="0"', 'intercept="9"'),
                                           f' normalizationMethod="{method}"'))
    two = table(0.5, 2, ' targetCategory="no"') + table(0, 0, ' targetCategory="yes"')
    treated = ('<MiningSchema><MiningField name="y" usageType="target"/><MiningField name="x" missingValueReplacement="2" missingValueTreatment="asMean" '
               'outliers="asExtremeValues" lowValue="-1" highValue="1"/><MiningField name="w" invalidValueTreatment="asValue" invalidValueReplacement="b"/>'
               '</MiningSchema>')
    data = ('<DataField name="x" optype="continuous" dataType="double"><Interval closure="closedOpen" leftMargin="-5" rightMargin="9"/>'
            '<Value value="-9" property="missing"/></DataField><DataField name="w" optype="categorical" dataType="string"><Value value="a"/><Value value="b"/>'
            '<Value value="c" property="invalid"/></DataField><DataField name="y" optype="categorical" dataType="string"/>')
    pmml("regression-logit", model("RegressionModel", "classification", two, ' normalizationMethod="logit"', treated), data)


def write_trees():
    either = compound("or", simple("x", "greaterThan", 9), compound("xor", simple("z", "lessThan", 0), simple("w", "equal", "a")))
    stand_in = compound("surrogate", simple("z", "greaterOrEqual", 2), simple("w", "isMissing"), simple("w", "notEqual", "zz"))
    sets = '<SimpleSetPredicate field="w" booleanOperator="isNotIn"><Array n="2" type="string">b "c d"</Array></SimpleSetPredicate>'
    asked = node(TRUE, node(compound("and", either, sets), node(stand_in, shares(a=3, b=1)), node(TRUE, shares(b=2, c=2)), id="1"),
                 node("<False/>", score="c", id="2"), node(simple("x", "isNotMissing"), shares(a=1, c=4), score="c", id="3"), id="0", defaultChild="1", score="b")
    for strategy in ("none", "lastPrediction", "nullPrediction", "defaultChild"):
        pmml(f"tree-{strategy}", model("TreeModel", "classification", asked, f' missingValueStrategy="{strategy}" noTrueChildStrategy="returnLastPrediction"'))
    split = node(TRUE, node(simple("w", "equal", "a"), score="1", id="l"), node(simple("w", "notEqual", "a"), score="2.5", id="r"), defaultChild="r", id="0")
    pmml("tree-words", model("TreeModel", "regression", split, ' missingValueStrategy="defaultChild"'))


def write_mining():
    numbers = [(TRUE, stump(0, 1, 2)), (simple("x", "lessThan", 9), stump(0.5, -1, 4)), (TRUE, stump(-4, 0, 1))]
    for method in ("sum", "weightedSum", "average", "weightedAverage", "median", "max", "selectFirst"):
        pmml(f"mining-{method}", joined(method, "regression", *numbers, more=' missingPredictionTreatment="skipSegment"' if method == "median" else ""))
    classes = [(TRUE, stump(0, "a", "b", "classification")), (TRUE, stump(0.5, "c", "a", "classification"))]
    for method in ("majorityVote", "weightedMajorityVote", "average", "weightedAverage", "selectFirst"):
        pmml(f"mining-{method}-classes", joined(method, "classification", *classes))
    output = ('<Output><OutputField name="p" feature="probability" value="a"/><OutputField name="v" feature="predictedValue"/><OutputField name="t" '
              'feature="transformedValue"><Apply function="*"><FieldRef field="p"/><Constant>2</Constant></Apply></OutputField></Output>')
    first = classes[0][1].replace("</MiningSchema>", "</MiningSchema>" + output)
    last = model("RegressionModel", "regression", table(1, 1).replace('name="x"', 'name="t"'), schema="<MiningSchema/>")
    pmml("mining-modelChain", joined("modelChain", "regression", (TRUE, first), (TRUE, last)))


def write_transformations():
    def derived(name, inner, kind="double", optype="continuous"):
        return f'<DerivedField name="{name}" optype="{optype}" dataType="{kind}">{inner}</DerivedField>'

    def apply(function, *parts, more=""):
        return f'<Apply function="{function}"{more}>{"".join(parts)}</Apply>'

    x, z, w, half = '<FieldRef field="x"/>', '<FieldRef field="z" mapMissingTo="1"/>', '<FieldRef field="w"/>', '<Constant dataType="double">0.5</Constant>'
    points = '<LinearNorm orig="-1" norm="0"/><LinearNorm orig="1" norm="1"/>'
    bins = ('<DiscretizeBin binValue="1"><Interval closure="openClosed" rightMargin="0"/></DiscretizeBin>'
            '<DiscretizeBin binValue="2"><Interval closure="openOpen" leftMargin="0" rightMargin="3"/></DiscretizeBin>')
    mapped = "".join(f"<row><from>{key}</from><to>{value}</to></row>" for key, value in [("a", 1), ("b", 2)])
    arithmetic = apply("+", apply("-", x, half), apply("/", apply("*", x, z), apply("max", half, apply("abs", x))))
    functions = apply("sum", *[apply(name, apply("abs", x)) for name in ("exp", "sqrt", "ln", "log10", "floor", "ceil", "round")],
                      apply("pow", x, "<Constant>2</Constant>"), apply("threshold", x, half), apply("modulo", x, half), apply("avg", x, z),
                      apply("median", x, z, half), apply("product", x, half), apply("min", x, z))
    logic = apply("if", apply("or", apply("and", apply("lessThan", x, half), apply("greaterOrEqual", z, half)), apply("not", apply("isMissing", w)),
                              apply("isIn", w, "<Constant>a</Constant>", "<Constant>b</Constant>"), apply("notEqual", w, "<Constant>q</Constant>")),
                  "<Constant>1</Constant>", "<Constant>2</Constant>")
    common = [
        derived("line", f'<NormContinuous field="x" outliers="asExtremeValues" mapMissingTo="0">{points}</NormContinuous>', "float"),
        derived("on", f'<NormContinuous field="x">{points}</NormContinuous>'),
        derived("flag", '<NormDiscrete field="w" value="a" mapMissingTo="0"/>'),
        derived("bin", f'<Discretize field="x" dataType="integer" defaultValue="9" mapMissingTo="0">{bins}</Discretize>', "integer", "categorical"),
        derived("map", '<MapValues outputColumn="to" dataType="double" defaultValue="3" mapMissingTo="4"><FieldColumnPair field="w" column="from"/>'
                f"<InlineTable>{mapped}</InlineTable></MapValues>"),
        derived("sum", arithmetic), derived("all", functions, "double"), derived("if", logic)]
    local = "<LocalTransformations>" + derived("more", apply("+", '<FieldRef field="line"/>', '<FieldRef field="bin"/>', more=' mapMissingTo="0" defaultValue="1"')) + "</LocalTransformations>"
    terms = "".join(f'<NumericPredictor name="{name}" coefficient="{place + 1}"/>' for place, name in enumerate(["line", "on", "flag", "map", "sum", "all", "if", "more"]))
    terms += '<CategoricalPredictor name="bin" value="1" coefficient="3"/>'
    pmml("transformations", model("RegressionModel", "regression", local + f'<RegressionTable intercept="0">{terms}</RegressionTable>'), common="".join(common))


def write_scorecards():
    complex_score = '<ComplexPartialScore><Apply function="+"><FieldRef field="x"/><Constant>1</Constant></Apply></ComplexPartialScore>'
    inner = ('<Characteristics><Characteristic name="c" reasonCode="R1" baselineScore="2"><Attribute partialScore="1">' + simple("x", "lessThan", 0)
             + "</Attribute><Attribute>" + TRUE + complex_score + '</Attribute></Characteristic><Characteristic name="d"><Attribute partialScore="4" '
             'reasonCode="R2">' + simple("w", "equal", "a") + '</Attribute><Attribute partialScore="-1" reasonCode="R3">' + TRUE
             + "</Attribute></Characteristic></Characteristics>")
    for algorithm in ("pointsAbove", "pointsBelow"):
        pmml(f"scorecard-{algorithm}", model("Scorecard", "regression", inner, f' initialScore="10" baselineScore="1" reasonCodeAlgorithm="{algorithm}"'))


if __name__ == "__main__":
    for kind in ("xgboost-json", "xgboost-ubj", "lightgbm", "pmml"):
        (HERE / kind).mkdir(exist_ok=True)
    write_xgboost()
    write_lightgbm()
    write_regressions()
    write_trees()
    write_mining()
    write_transformations()
    write_scorecards()
