"""Privileged are those with age > 30, in a raw numeric column; of the limits 0.8 to 1.2, both ends pass, 0.79 and 1.21 fail."""

import warnings

from house import expect


def run(house):
    warnings.filterwarnings("ignore")
    import pandas as pd
    from aif360.datasets import BinaryLabelDataset
    from aif360.metrics import BinaryLabelDatasetMetric

    policy = house.folder / "t31.yaml"
    policy.write_text(
        "assay: policy/v1\nname: ages\nversion: '1'\napplies-to: {models: ['*'], stages: [Production]}\n"
        "data: {dataset: t31.csv, predictions: dataset, label: approved, prediction: approved}\naccept: [supplied]\nchecks:\n"
        "  - {id: aif360.disparate_impact, column: age, privileged: '> 30', between: [0.8, 1.2]}\n")
    path = house.folder / "t31.csv"
    for approved, passes in [(240, True), (360, True), (237, False), (363, False)]:
        # 30 % of the privileged; their ages begin just above 30, those of the others end at it.
        rows = [(int(i < 300), 31 + i % 40) for i in range(1000)] + [(int(i < approved), 30 - i % 13) for i in range(1000)]
        frame = pd.DataFrame(rows, columns=["approved", "age"])
        frame.to_csv(path, index=False)
        done = house.assay("check", str(policy), "--data", str(path), check=0 if passes else 1)
        frame["old"] = (frame.age > 30).astype(int)
        metric = BinaryLabelDatasetMetric(
            BinaryLabelDataset(df=frame[["approved", "old"]], label_names=["approved"], protected_attribute_names=["old"]),
            unprivileged_groups=[{"old": 0}], privileged_groups=[{"old": 1}])
        expect(abs(metric.disparate_impact() - approved / 300) < 1e-12, f"AIF360 says {metric.disparate_impact()}")
        expect(f"{approved / 300:.2f}".rstrip("0") in done.stdout, done.stdout)
