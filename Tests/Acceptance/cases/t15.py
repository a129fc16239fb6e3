"""transition_model_version_stage of version 3: an exception listing unmet items, then Production with 1 and 2 Archived in one entry."""

import json

from house import expect

POLICY = """
assay: policy/v1
name: fraud
version: "1"
applies-to: {models: ["Fraud*"], stages: [Production]}
data: {dataset: eval/holdout.parquet, predictions: from-model, label: fraud}
accept: [recomputed]
checks:
  - {id: performance.accuracy, min: 0.6}
  - {id: performance.roc_auc, min: 0.6}
approvals:
  - {role: validator, count: 1}
  - {role: compliance, count: 1}
separation-of-duties: true
"""
SCRIPT = """
import mlflow, numpy as np, pandas as pd
from sklearn.linear_model import LogisticRegression
random = np.random.default_rng(3)
table = pd.DataFrame({"amount": random.normal(size=600), "age": random.normal(size=600)})
table["fraud"] = (table.amount + random.normal(scale=.7, size=600) > 0).astype(int)
mlflow.set_experiment("fraud")
with mlflow.start_run():
    model = LogisticRegression().fit(table[["amount", "age"]], table.fraud)
    mlflow.log_table(table, "eval/holdout.parquet")
    signature = mlflow.models.infer_signature(table[["amount", "age"]], model.predict(table[["amount", "age"]]))
    mlflow.sklearn.log_model(model, name="model", signature=signature, registered_model_name="FraudDetectionModel")
"""


def run(house):
    from mlflow.exceptions import MlflowException

    path = house.folder / "fraud.yaml"
    path.write_text(POLICY)
    for _ in range(3):
        house.python(SCRIPT, who="ana")
    client = house.client("ana")
    house.assay("policy", "publish", str(path), "--server", house.url, who="petra")
    for version in ["1", "2"]:
        promote(house, client, version)

    ask(client, "3")
    house.wait_for_evidence("FraudDetectionModel", "3")
    try:
        client.transition_model_version_stage(
            name="FraudDetectionModel", version=3, stage="Production", archive_existing_versions=True)
        expect(False, "version 3 entered Production without approvals")
    except MlflowException as refusal:
        expect("validator" in refusal.message and "compliance" in refusal.message, refusal.message)
    before = entries(house)
    approve(house, "3")
    client.transition_model_version_stage(name="FraudDetectionModel", version=3, stage="Production", archive_existing_versions=True)
    stages = {v.version: v.current_stage for v in client.search_model_versions("name='FraudDetectionModel'")}
    expect({str(k): v for k, v in stages.items()} == {"1": "Archived", "2": "Archived", "3": "Production"}, str(stages))
    promotions = [entry for entry in entries(house)[len(before):] if "stage" in json.dumps(entry).lower() and "approv" not in entry["kind"]]
    expect(len(promotions) == 1, f"{len(promotions)} entries for one promotion: {[entry['kind'] for entry in promotions]}")


def promote(house, client, version):
    """Through evidence and approvals into Production, beside what is there."""
    ask(client, version)
    house.wait_for_evidence("FraudDetectionModel", version)
    approve(house, version)
    client.transition_model_version_stage("FraudDetectionModel", version, "Production")


def ask(client, version):
    """The versions are older than the policy, so the first question is what has their evidence computed."""
    from mlflow.exceptions import MlflowException

    try:
        client.transition_model_version_stage("FraudDetectionModel", version, "Production")
    except MlflowException as refusal:
        expect("api/assay/v1/jobs/" in refusal.message or "incomplete" in refusal.message, refusal.message)
    else:
        expect(False, "promoted without evidence")


def approve(house, version):
    for person in ["vera", "carl"]:
        house.assay("model", "approve", "FraudDetectionModel", version, "--stage", "Production", "--server", house.url, who=person)


def entries(house):
    status, answer = house.http("GET", "/api/assay/v1/models/FraudDetectionModel/history", who="otto")
    expect(status == 200, f"history answered {status}")
    return answer["entries"]
