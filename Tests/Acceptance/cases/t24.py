"""AIF360's data-set bias on loan_default by gender, without a prediction: equal disparate impact."""

import json
import warnings

from house import expect


def run(house):
    warnings.filterwarnings("ignore")
    import numpy as np
    import pandas as pd
    from aif360.datasets import BinaryLabelDataset
    from aif360.metrics import BinaryLabelDatasetMetric

    random = np.random.default_rng(24)
    df = pd.DataFrame({"income": random.normal(size=700), "gender": random.integers(0, 2, 700)})
    df["loan_default"] = (random.random(700) < 0.25 + 0.15 * df.gender).astype(int)
    path = house.folder / "loans.csv"
    df.to_csv(path, index=False)
    dataset = BinaryLabelDataset(df=df, label_names=["loan_default"], protected_attribute_names=["gender"])
    metric = BinaryLabelDatasetMetric(dataset, unprivileged_groups=[{"gender": 0}], privileged_groups=[{"gender": 1}])
    printed = house.assay(
        "fairness", str(path), "--label", "loan_default", "--sensitive", "gender", "--privileged", "gender=1", "--format", "json").stdout
    ours = {result["id"]: result["value"] for result in json.loads(printed)["results"]}
    for name, peer in [("disparate_impact", metric.disparate_impact()),
        ("statistical_parity_difference", metric.statistical_parity_difference())]:
        expect(abs(ours[f"aif360.{name}"] - peer) < 1e-12, f"{name}: {ours[f'aif360.{name}']} is not AIF360's {peer}")
