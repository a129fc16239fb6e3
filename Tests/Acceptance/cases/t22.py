"""train.csv and serving.csv: a schema and anomalies in TFDV's words, and the skew between the two in one command."""

import json

from house import expect


def run(house):
    import numpy as np
    import pandas as pd

    random = np.random.default_rng(22)
    train, serving = (house.folder / name for name in ("train.csv", "serving.csv"))
    pd.DataFrame({
        "age": random.integers(18, 80, 800), "state": random.choice(["new", "open"], 800), "amount": random.gamma(2, 50, 800).round(2),
        "label": random.integers(0, 2, 800)}).to_csv(train, index=False)
    pd.DataFrame({
        "age": random.integers(18, 80, 800), "state": random.choice(["new", "open", "lost"], 800, p=[0.2, 0.3, 0.5]),
        "amount": random.choice(["12.5", "many"], 800), "extra": 1}).to_csv(serving, index=False)
    schema = house.folder / "t22-schema.json"
    house.assay("profile", str(train), "--write-schema", str(schema))
    features = {feature["name"]: feature for feature in json.loads(schema.read_text())["feature"]}
    expect([features[name]["type"] for name in ("age", "state", "amount", "label")] == ["INT", "BYTES", "FLOAT", "INT"], features)
    house.assay("validate", str(train), "--schema", str(schema))
    printed = house.assay("validate", str(serving), "--schema", str(schema), "--against", str(train), "--format", "json", check=1).stdout
    anomalies = json.loads(printed)["anomaly_info"]
    found = {name: {reason["type"] for reason in info["reason"]} for name, info in anomalies.items()}
    expect("ENUM_TYPE_UNEXPECTED_STRING_VALUES" in found["state"], found)
    expect("COMPARATOR_L_INFTY_HIGH" in found["state"], found)
    expect("SCHEMA_NEW_COLUMN" in found["extra"], found)
    expect("SCHEMA_MISSING_COLUMN" in found["label"], found)
    expect("UNEXPECTED_DATA_TYPE" in found["amount"], found)
    expect("age" not in found, found)
