"""`assay drift --mode evidently --format html`: a page, and per-column statistics equal to Evidently's."""

import json
import os
import subprocess

from house import expect

PEER = """
import json, sys, pandas
from evidently import Report
from evidently.presets import DataDriftPreset
frames = [pandas.read_csv(path) for path in sys.argv[1:]]
answer = Report([DataDriftPreset()]).run(current_data=frames[1], reference_data=frames[0]).dict()
print(json.dumps({m["config"]["column"]: float(m["value"]) for m in answer["metrics"] if m["config"]["type"].endswith("ValueDrift")}))
"""


def run(house):
    import numpy as np
    import pandas as pd

    random = np.random.default_rng(13)
    paths = [house.folder / "ref.csv", house.folder / "cur.csv"]
    for path, shift in zip(paths, (0, 0.4)):
        pd.DataFrame({
            "amount": random.gamma(2 + shift, 40, 1500).round(2), "age": random.normal(40 + 5 * shift, 9, 1500).round(),
            "channel": random.choice(["web", "shop", "phone"], 1500, p=[0.5 - shift / 2, 0.3, 0.2 + shift / 2]),
            "steady": random.normal(size=1500)}).to_csv(path, index=False)
    page = house.folder / "reports" / "data_drift.html"
    page.parent.mkdir()
    compared = ["drift", *map(str, paths), "--mode", "evidently"]
    status = house.assay(*compared, "--format", "json", check=None)
    same = house.assay(*compared, "--format", "html", "-o", str(page), check=None)
    expect(status.returncode == same.returncode, f"{status.returncode} in JSON, {same.returncode} in HTML")
    text = page.read_text()
    expect(text.lstrip().lower().startswith("<!doctype html") and "<svg" in text, text[:200])
    expect("http://" not in text.replace("http://www.w3.org", "") and "https://" not in text, "the page loads something")
    ours = {r["column"]: r["value"] for r in json.loads(status.stdout)["results"] if r.get("column")}
    peer = subprocess.run(
        [os.environ["ASSAY_EVIDENTLY_PYTHON"], "-W", "ignore", "-c", PEER, *map(str, paths)], capture_output=True, text=True, check=True)
    peers = json.loads(peer.stdout)
    expect(ours.keys() == peers.keys(), f"{sorted(ours)} {sorted(peers)}")
    for column, value in peers.items():
        expect(abs(ours[column] - value) <= 1e-9 * max(1, abs(value)), f"{column}: {ours[column]} is not {value}")
        expect(column in text, f"{column} is not on the page")
