"""AIF360's Reweighing: the column of weights equal to 1e-12."""

import csv
import warnings

from house import expect


def run(house):
    warnings.filterwarnings("ignore")
    import numpy as np
    import pandas as pd
    from aif360.algorithms.preprocessing import Reweighing
    from aif360.datasets import BinaryLabelDataset

    random = np.random.default_rng(25)
    frame = pd.DataFrame({"income": random.normal(size=900), "gender": random.integers(0, 2, 900)})
    frame["approved"] = (random.random(900) < 0.3 + 0.25 * frame.gender).astype(int)
    path, weights = house.folder / "t25.csv", house.folder / "t25-weights.csv"
    frame.to_csv(path, index=False)
    house.assay(
        "mitigate", "reweigh", str(path), "--label", "approved", "--privileged", "gender=1", "--weights", str(weights))
    dataset = BinaryLabelDataset(df=frame, label_names=["approved"], protected_attribute_names=["gender"])
    peers = Reweighing(unprivileged_groups=[{"gender": 0}], privileged_groups=[{"gender": 1}]).fit_transform(dataset).instance_weights
    with open(weights) as file:
        ours = [float(row[0]) for row in list(csv.reader(file))[1:]]
    expect(len(ours) == len(peers), f"{len(ours)} weights for {len(peers)} rows")
    worst = max(abs(left - right) for left, right in zip(ours, peers))
    expect(worst <= 1e-12, f"the weights differ by {worst}")
