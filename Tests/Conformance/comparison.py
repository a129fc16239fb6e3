"""Whether two normalised answers are the same, and where they are not."""

import json
import math
import re

# Lists of keys and values (params, tags, latest metrics, never a metric's history): MLflow answers them as its database
# happens to hold them.
PAIR_LISTS = {"params", "tags", "metrics"}
# Lists whose elements have no key, and no order either in MLflow: it sorts some of them by random ids.
LOOSE_LISTS = {"dataset_inputs", "model_inputs", "model_outputs", "dataset_summaries"}
# MLflow prints Python sets into messages, in an order that changes from process to process.
SET_IN_TEXT = re.compile(r"\{('[^']*'(?:, '[^']*')*)\}")


def same_number(left, right):
    # A double that is whole may be written without fraction; it is the same number then, not the same digits.
    if isinstance(left, float) or isinstance(right, float):
        left, right = float(left), float(right)
    if math.isnan(left) or math.isnan(right):
        return math.isnan(left) and math.isnan(right)
    return left == right and math.copysign(1, left) == math.copysign(1, right)


def ordered_sets(text):
    return SET_IN_TEXT.sub(lambda match: "{" + ", ".join(sorted(match.group(1).split(", "))) + "}", text)


def differences(mlflow, assay, path="", note=lambda name: None):
    """The places where two values differ, as lines; `note` is told of pairs that stand in another order."""
    numbers = (int, float)
    if isinstance(mlflow, bool) or isinstance(assay, bool):
        same = mlflow is assay
    elif isinstance(mlflow, numbers) and isinstance(assay, numbers):
        same = same_number(mlflow, assay)
        if same and isinstance(mlflow, float) and isinstance(assay, int):
            note("whole-doubles")
    elif isinstance(mlflow, dict) and isinstance(assay, dict):
        found = []
        for name in list(mlflow) + [name for name in assay if name not in mlflow]:
            place = f"{path}.{name}" if path else name
            if name not in assay:
                found.append(f"{place}: only MLflow: {mlflow[name]!r}")
            elif name not in mlflow:
                found.append(f"{place}: only Assay: {assay[name]!r}")
            else:
                found += differences(mlflow[name], assay[name], place, note)
        return found
    elif isinstance(mlflow, list) and isinstance(assay, list):
        name = path.rsplit(".", 1)[-1]
        if "." in path and name in PAIR_LISTS or name in LOOSE_LISTS:
            mlflow, assay = in_one_order(mlflow, assay, note)
        found = []
        for index, (left, right) in enumerate(zip(mlflow, assay)):
            found += differences(left, right, f"{path}[{index}]", note)
        if len(mlflow) != len(assay):
            found.append(f"{path}: {len(mlflow)} elements in MLflow, {len(assay)} in Assay: {mlflow!r} | {assay!r}")
        return found
    elif isinstance(mlflow, str) and isinstance(assay, str):
        same = mlflow == assay or path == "message" and ordered_sets(mlflow) == ordered_sets(assay)
    else:
        same = type(mlflow) is type(assay) and mlflow == assay
    return [] if same else [f"{path or 'the whole answer'}:\n      MLflow {mlflow!r}\n      Assay  {assay!r}"]


def in_one_order(mlflow, assay, note):
    """Both lists sorted, if they have the same elements in another order, or the same keys."""
    def sorted_by_key(elements):
        # The order of elements with the same key stays: Python's sort is stable.
        return sorted(elements, key=lambda element: element["key"].encode())

    def sorted_by_text(elements):
        return sorted(elements, key=lambda element: json.dumps(element, sort_keys=True))

    has_keys = all(isinstance(element, dict) and "key" in element for element in mlflow + assay)
    order = sorted_by_key if has_keys else sorted_by_text
    if mlflow != assay and (order(mlflow), order(assay)) != (mlflow, assay):
        note("stable-order")
        return order(mlflow), order(assay)
    return mlflow, assay
