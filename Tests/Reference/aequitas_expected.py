"""What Aequitas says of a Parquet file; run by the interpreter that ASSAY_AEQUITAS_PYTHON names.

    aequitas_expected.py FILE REFERENCE     the group of column `group` that is referred to, or '' for the largest; prints
                                            {name: {group: disparity or null}}
"""

import json
import math
import sys
import warnings

import pandas as pd

warnings.simplefilter("ignore")

from aequitas.bias import Bias  # noqa: E402
from aequitas.group import Group  # noqa: E402

NAMES = ["pprev", "tpr", "tnr", "fpr", "fnr", "fdr", "for", "precision", "npv"]


def main(path, reference):
    frame = pd.read_parquet(path, columns=["label", "prediction", "group"])
    frame = frame.rename(columns={"label": "label_value", "prediction": "score"})
    counts, _ = Group().get_crosstabs(frame, attr_cols=["group"])
    bias = Bias()
    if reference:
        found = bias.get_disparity_predefined_groups(
            counts, original_df=frame, ref_groups_dict={"group": reference}, check_significance=False)
    else:
        found = bias.get_disparity_major_group(counts, original_df=frame, check_significance=False)
    answer = {}
    for name in NAMES:
        values = dict(zip(found["attribute_value"], found[f"{name}_disparity"]))
        answer[name] = {group: None if math.isnan(value) else float(value) for group, value in values.items()}
    print(json.dumps(answer))


main(*sys.argv[1:])
