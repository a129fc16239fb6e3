"""Eight artefact groups of a version: present with the digests of its frozen bytes, or missing."""

import hashlib
import json

from house import expect

GROUPS = ["model files", "training scripts", "evaluation", "data", "configuration", "documentation", "deployment", "monitoring"]
LOG = """
import mlflow, pandas as pd
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression
frame = pd.DataFrame({"x": [0.0, 1.0, 2.0, 3.0], "y": [0, 0, 1, 1]})
mlflow.set_experiment("t39")
with mlflow.start_run() as run:
    model = LogisticRegression().fit(frame[["x"]], frame.y)
    mlflow.log_table(frame, "eval/holdout.parquet")
    for name, folder in [("train.py", "code"), ("README.md", None), ("Dockerfile", "deploy"), ("odd.bin", None)]:
        open(name, "w").write("text of " + name)
        mlflow.log_artifact(name, folder)
    mlflow.sklearn.log_model(
        model, name="model", signature=infer_signature(frame[["x"]], model.predict(frame[["x"]])), skops_trusted_types=["numpy.dtype"],
        registered_model_name="stock-t39")
"""


def run(house):
    house.python(LOG, who="ana")
    printed = house.assay("model", "inventory", "stock-t39", "1", "--format", "json", "--server", house.url, who="otto").stdout
    answer = json.loads(printed)
    groups = {group["group"]: group for group in answer["groups"]}
    expect(list(groups) == GROUPS, str(list(groups)))
    present = {name for name, group in groups.items() if group["state"] == "present"}
    expect(present == set(GROUPS) - {"data", "monitoring"}, f"present are {present}")
    digests = {file["path"]: file["digest"] for group in groups.values() for file in group["artefacts"]}
    for path in ["code/train.py", "README.md", "deploy/Dockerfile"]:
        written = hashlib.sha256(f"text of {path.split('/')[-1]}".encode()).hexdigest()
        expect(digests[path] == f"sha256:{written}", f"{path} has {digests[path]}")
    expect("model.skops" in digests and "MLmodel" in digests, str(digests))
    expect([file["path"] for file in answer["others"]] == ["odd.bin"], str(answer["others"]))
    text = house.assay("model", "inventory", "stock-t39", "1", "--server", house.url, who="otto").stdout
    expect("monitoring: missing" in text and "documentation: present" in text, text)
