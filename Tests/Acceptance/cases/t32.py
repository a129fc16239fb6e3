"""A model card whose numbers are those of the stored evidence, fixed to the version's files; what nobody measured is missing."""

import json

from cases import uses
from house import expect

POLICY = """
assay: policy/v1
name: card-t32
version: "1"
applies-to: {models: ["card-t32"], stages: [Production]}
data: {dataset: eval/holdout.parquet, predictions: from-model, label: approve, positive: "1"}
checks:
  - {id: performance.accuracy, min: 0.1}
  - {id: performance.f1, min: 0.1}
  - {id: aif360.disparate_impact, column: sex, privileged: m, min: 0.1}
"""

TRAIN = """
import mlflow, numpy as np, pandas as pd
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression
random = np.random.default_rng(32)
frame = pd.DataFrame({"income": random.normal(0, 1, 900), "debt": random.normal(0, 1, 900)})
frame["approve"] = (frame.income - frame.debt + random.normal(0, 0.7, 900) > 0).astype(int)
frame["sex"] = np.where(random.random(900) < 0.5, "m", "f")
train, holdout = frame[:600], frame[600:]
features = ["income", "debt"]
mlflow.set_experiment("t32")
with mlflow.start_run():
    model = LogisticRegression().fit(train[features], train.approve)
    mlflow.log_input(mlflow.data.from_pandas(train, name="t32-train"), context="training")
    mlflow.log_table(holdout, "eval/holdout.parquet")
    mlflow.sklearn.log_model(
        model, name="model", signature=infer_signature(train[features], model.predict(train[features])),
        skops_trusted_types=["numpy.dtype"], registered_model_name="card-t32")
"""


def run(house):
    policy = house.folder / "t32.yaml"
    policy.write_text(POLICY)
    server = ("--server", house.url)
    printed = house.assay("policy", "publish", str(policy), *server, who="petra").stdout
    # Beside other cases' policies it asks for less than the default, which is one approval.
    if "assay role confirm " in printed:
        house.assay("role", "confirm", uses.proposal(printed), *server, who="carl")
    house.python(TRAIN, who="ana")
    evidence = house.wait_for_evidence("card-t32", 1)
    results = [result for record in evidence for result in statement(record)["predicate"]["results"]]
    value = {result["id"]: result["value"] for result in results}
    expect({"performance.accuracy", "performance.f1", "aif360.disparate_impact"} <= set(value), str(value))

    def card():
        return json.loads(house.assay("card", "card-t32", "1", "--format", "json", "--server", house.url, who="otto").stdout)

    first = card()
    expect(first["missing"] == ["intended_use"] and first["intended_use"] is None, str(first))
    demanding = house.folder / "t32-card.yaml"
    demanding.write_text(POLICY.replace('version: "1"', 'version: "2"') + "documents: [model-card]\n")
    house.assay("policy", "publish", str(demanding), "--server", house.url, who="petra")
    refused = uses.refusal(house, "card-t32")
    expect("a complete model card is asked for, and it lacks intended_use" in refused, refused)
    expect("assay card card-t32 1" in refused, refused)
    house.client("ana").set_model_version_tag("card-t32", "1", "intended_use", "Advise on small loans; never decide alone.")
    second = card()
    expect(second["missing"] == [], str(second["missing"]))
    expect(second["model_name"] == "card-t32" and second["intended_use"].startswith("Advise on small loans"), str(second))
    expect(
        second["performance_metrics"] == {"accuracy": value["performance.accuracy"], "f1_score": value["performance.f1"]},
        f"the card has {second['performance_metrics']}, the evidence {value}")
    expect(second["fairness_assessment"]["disparate_impact"] == value["aif360.disparate_impact"], str(second["fairness_assessment"]))
    expect(second["training_data"]["sample_size"] == 600, str(second["training_data"]))
    expect(second["training_data"]["sensitive_features"] == ["sex"], str(second["training_data"]))
    expect(second["manifest"] == statement(evidence[0])["subject"][0]["digest"]["sha256"], second["manifest"])
    refused = uses.refusal(house, "card-t32")
    expect(refused == "", f"with a complete card it is refused: {refused}")
    claims = {record["claim"] for record in evidence}
    expect(all(source["claim"] in claims for source in second["evidence"].values()), str(second["evidence"]))
    for form, sign in [("markdown", "## Model card of card-t32/1"), ("html", "<h1>Model card of card-t32/1</h1>")]:
        path = house.folder / f"card.{form}"
        house.assay("card", "card-t32", "1", "--format", form, "--out", str(path), "--server", house.url, who="otto")
        text = path.read_text()
        expect(sign in text and second["manifest"] in text and "Advise on small loans" in text, text[:2000])
        expect(f"{value['performance.accuracy']}" in text, f"the {form} card has not the evidence's accuracy")
    refused = house.assay("card", "no-such-model", "1", "--server", house.url, who="otto", check=2)
    expect("no-such-model" in refused.stderr, refused.stderr)


def statement(record):
    import base64

    return json.loads(base64.b64decode(record["envelope"]["payload"]))
