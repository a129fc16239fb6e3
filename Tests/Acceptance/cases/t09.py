"""The Fairlearn gate snippet; `assay fairness` prints the same number; without the check the server still refuses Production."""

import json

from cases import loans
from house import expect

# The document's snippet with its lost indentation restored; `{variant}` decides which predictions it judges.
SNIPPET = """
import pandas as pd, numpy as np
from sklearn.linear_model import LogisticRegression
from fairlearn.metrics import demographic_parity_difference
import mlflow

random = np.random.default_rng(7)
df = pd.DataFrame({{"gender": random.choice(["f", "m"], 400), "x": random.normal(size=400)}})
y_true = (df.x + random.normal(size=400) > 0).astype(int)
y_pred = ((df.x + {shift} * (df.gender == "m")) > 0.2).astype(int)
model = LogisticRegression().fit(df[["x"]], y_true)
df.assign(y_true=y_true, y_pred=y_pred).to_csv("rows.csv", index=False)

with mlflow.start_run():
    # Calculate the fairness metric
    fairness_metric = demographic_parity_difference(y_true, y_pred, sensitive_features=df['gender'])
    print("METRIC", repr(float(fairness_metric)))
    print("ROWS", open("rows.csv").read(), "END")
    mlflow.log_metric("demographic_parity_difference", fairness_metric)
    # Governance Check: Enforce fairness threshold
    fairness_threshold = 0.1
    if abs(fairness_metric) > fairness_threshold:
        raise ValueError(f"Model fairness violation. Metric: {{fairness_metric}}, Threshold: {{fairness_threshold}}")
    else:
        mlflow.sklearn.log_model(model, "fair_classifier")
"""


def run(house):
    for shift, code in [(0.0, 0), (2.0, 1)]:
        done = house.python(SNIPPET.format(shift=shift), check=code)
        if code:
            expect("ValueError: Model fairness violation. Metric:" in done.stderr, done.stderr[-500:])
        value = float(done.stdout.split("METRIC ")[1].split()[0])
        rows = house.folder / "t09.csv"
        rows.write_text(done.stdout.split("ROWS ")[1].split(" END")[0])
        printed = house.assay(
            "fairness", str(rows), "--label", "y_true", "--prediction", "y_pred", "--sensitive", "gender", "--format", "json").stdout
        ours = [result["value"] for result in json.loads(printed)["results"] if result["id"] == "fairness.demographic_parity_difference"]
        expect(len(ours) == 1 and abs(ours[0] - value) < 1e-12, f"{ours} is not Fairlearn's {value}")

    # Nobody checked this one in the script; the server does.
    import mlflow

    biased = loans.version(house, "first")
    house.wait_for_evidence("loan-approval", biased["version"])
    try:
        house.client("ana").transition_model_version_stage("loan-approval", biased["version"], "Production")
    except mlflow.exceptions.MlflowException as refusal:
        expect("fairness.demographic_parity_difference" in refusal.message, refusal.message)
    else:
        expect(False, "the biased model entered Production")
