"""MetricFrame(selection_rate, count): by-group values equal `assay fairness --format json`."""

import json

from house import expect


def run(house):
    import numpy as np
    import pandas as pd
    from fairlearn.metrics import MetricFrame, count, selection_rate

    random = np.random.default_rng(11)
    table = pd.DataFrame(
        {"label": random.integers(0, 2, 500), "prediction": random.integers(0, 2, 500), "group": random.choice(["a", "b", "é", "c"], 500)})
    path = house.folder / "t11.csv"
    table.to_csv(path, index=False)
    frame = MetricFrame(
        metrics={"selection_rate": selection_rate, "count": count}, y_true=table.label, y_pred=table.prediction,
        sensitive_features=table.group)
    printed = house.assay(
        "fairness", str(path), "--label", "label", "--prediction", "prediction", "--sensitive", "group", "--format", "json").stdout
    (result,) = [r for r in json.loads(printed)["results"] if r["id"] == "fairness.demographic_parity_difference"]
    ours = {group["group"]: (group["value"], group["count"]) for group in result["groups"]}
    peers = {name: (row.selection_rate, row["count"]) for name, row in frame.by_group.iterrows()}
    expect(ours.keys() == peers.keys(), f"{ours.keys()} {peers.keys()}")
    for name, (rate, rows) in peers.items():
        expect(abs(ours[name][0] - rate) < 1e-12 and ours[name][1] == rows, f"{name}: {ours[name]} is not {rate}, {rows}")
