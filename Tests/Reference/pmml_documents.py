"""PMML documents of scikit-learn's models and of the specification's rules, written here: nothing on PyPI writes them without Java."""

import os
import subprocess
import sys
from xml.sax.saxutils import quoteattr

import numpy as np
import pandas as pd

BINARY = os.environ["ASSAY_BINARY"]


def run(*arguments, status=0):
    done = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=300,
                          env={**os.environ, "ASSAY_MODEL_PYTHON": sys.executable})
    assert done.returncode == status, (arguments, done.stdout[-2000:], done.stderr[-2000:])
    return done.stdout if status == 0 else done.stderr


def element(tag, *children, **attributes):
    words = "".join(f" {key}={quoteattr(str(value))}" for key, value in attributes.items())
    inner = "".join(children)
    return f"<{tag}{words}>{inner}</{tag}>" if inner else f"<{tag}{words}/>"


def number(name, **more):
    return element("DataField", name=name, optype="continuous", dataType="double", **more)


def words(name, *values):
    return element("DataField", *[element("Value", value=value) for value in values], name=name, optype="categorical", dataType="string")


def fields(*names, target=None, **treatments):
    return element("MiningSchema", *[element("MiningField", name=name, **treatments.get(name, {})) for name in names],
                   *([element("MiningField", name=target, usageType="target")] if target else []))


def document(model, *data, transformations="", version="4.4"):
    return (f'<?xml version="1.0" encoding="UTF-8"?>\n<PMML xmlns="http://www.dmg.org/PMML-4_4" version="{version}"><Header/>'
            + element("DataDictionary", *data) + (element("TransformationDictionary", transformations) if transformations else "") + model + "</PMML>")


def score(text, frame, folder, *more):
    (folder / "model.pmml").write_text(text)
    frame.to_csv(folder / "rows.csv", index=False, float_format="%.17g")
    import csv

    return pd.DataFrame(csv.DictReader(run("score", folder / "model.pmml", folder / "rows.csv", *more).splitlines()))


def refusal(text, frame, folder):
    (folder / "model.pmml").write_text(text)
    frame.to_csv(folder / "rows.csv", index=False, float_format="%.17g")
    return run("score", folder / "model.pmml", folder / "rows.csv", status=2)


def cut(threshold):
    """The greatest 32-bit number up to it, as converters write it: a field of type float is compared with 32-bit numbers."""
    near = np.float32(threshold)
    return repr(float(near if near <= threshold else np.nextafter(near, np.float32(-np.inf))))


def tree_nodes(tree, names, classes=None, node=0, predicate="<True/>", scale=1.0):
    """scikit-learn's tree as nodes, in `float` fields."""
    value = tree.value[node][0]
    if tree.children_left[node] < 0:
        if classes is None:
            return element("Node", predicate, score=repr(float(value[0]) * scale))
        return element("Node", predicate, *[element("ScoreDistribution", value=str(c), recordCount=repr(float(v))) for c, v in zip(classes, value)])
    name, threshold = names[tree.feature[node]], cut(tree.threshold[node])
    left, right = int(tree.children_left[node]), int(tree.children_right[node])
    return element(
        "Node", predicate,
        tree_nodes(tree, names, classes, left, element("SimplePredicate", field=name, operator="lessOrEqual", value=threshold), scale),
        tree_nodes(tree, names, classes, right, element("SimplePredicate", field=name, operator="greaterThan", value=threshold), scale))


def compact_nodes(tree, names, node=0, predicate="<True/>", scale=1.0):
    """As the JPMML converters write trees: a leaf on the right is its parent's own score, anything else there holds without a question."""
    right = int(tree.children_right[node])
    if right < 0:
        return element("Node", predicate, score=repr(float(tree.value[node][0][0]) * scale))
    asked = element("SimplePredicate", field=names[tree.feature[node]], operator="lessOrEqual", value=cut(tree.threshold[node]))
    parts = [compact_nodes(tree, names, int(tree.children_left[node]), asked, scale)]
    own = {}
    if tree.children_right[right] < 0:
        own = {"score": repr(float(tree.value[right][0][0]) * scale)}
    else:
        parts.append(compact_nodes(tree, names, right, "<True/>", scale))
    return element("Node", predicate, *parts, **own)


def tree_model(estimator, names, classes=None, scale=1.0, target="y"):
    kind = "classification" if classes is not None else "regression"
    return element("TreeModel", fields(*names, target=target), tree_nodes(estimator.tree_, names, classes, scale=scale), functionName=kind,
                   splitCharacteristic="binarySplit")


def float_field(name):
    return element("DataField", name=name, optype="continuous", dataType="float")
