"""The tracking configuration: its line, a canary found nowhere on the disk, writer and readers in the access log."""

from house import expect

CANARY = "canary-9f3c1a77e2"
CONFIGURATION = """
import mlflow
import os

os.environ["MLFLOW_ARTIFACT_ENCRYPTION"] = "true"
os.environ["MLFLOW_ACCESS_LOGGING"] = "true"

mlflow.set_tag("compliance", "GDPR")
mlflow.set_tag("data_privacy", "enabled")


def log_model_with_compliance(model, data_description):
    mlflow.log_param("data_description", data_description)
    mlflow.sklearn.log_model(model, "model")
    print("Model logged with compliance tags and data description")
"""
# The client's telemetry changes the environment from a thread of its own while its requests read it.
SCRIPT = f"""
import os
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
import mlflow, numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from mlflow_tracking_config import log_model_with_compliance
model = CountVectorizer(token_pattern=r"\\S+").fit(["{CANARY} words"])
log_model_with_compliance(model, "no personal data")
print("run", mlflow.active_run().info.run_id)
"""


def run(house):
    done = house.python(SCRIPT, who="ana", mlflow_tracking_config__py=CONFIGURATION)
    lines = done.stdout.splitlines()
    expect("Model logged with compliance tags and data description" in lines, done.stdout)
    run_id = next(line.split()[1] for line in lines if line.startswith("run "))
    reader = f"""
import mlflow
model = mlflow.sklearn.load_model("runs:/{run_id}/model")
print(sorted(model.vocabulary_))
"""
    expect(CANARY in house.python(reader, who="vera").stdout, "the model that was read is another one")
    house.stop()
    for path in house.data.rglob("*"):
        expect(not path.is_file() or CANARY.encode() not in path.read_bytes(), f"the canary stands in {path}")
    house.start()
    table = house.assay("audit", "access", "--run", run_id, "--format", "csv", "--server", house.url, who="otto").stdout
    rows = [line.split('","') for line in table.splitlines()[1:]]
    seen = {(row[1], row[3]) for row in rows if row[4] == "allowed"}
    expect(("ana", "log") in seen and ("vera", "read") in seen, f"the access log says {seen}")
    expect(not {name for name, _ in seen} & {"carl", "petra"}, f"people who did nothing stand there: {seen}")
    files = [row for row in rows if row[1] == "vera" and "MLmodel" in row[7]]
    expect(files, "that vera read the model's files does not stand there")
    text = house.assay("audit", "access", "--user", "vera", "--server", house.url, who="otto").stdout
    expect(run_id in text, "what vera did does not name the run")
    refused = house.assay("audit", "access", "--run", run_id, "--server", house.url, who="ana", check=1)
    expect("audit" in refused.stderr, refused.stderr)
    house.stop()
    verified = house.assay("audit", "verify", "--data-dir", str(house.data))
    house.start()
    expect(verified.returncode == 0, verified.stdout)
