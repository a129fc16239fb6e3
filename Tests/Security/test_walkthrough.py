"""docs/walkthrough.md, gone from end to end: an identity provider, two roles, a promotion, and an auditor's folder that is checked
without a server."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from house import BINARY, House
from provider import AUDIENCE, CLIENT, SECRET, Provider

VERIFIER = Path(BINARY).with_name("assay-verify")
GROUPS = {"mia": ["credit-makers"], "vito": ["credit-risk"], "cara": ["compliance"], "otto": ["internal-audit"]}
POLICY = """
assay: policy/v1
name: credit
version: "1"
applies-to: {models: ["credit-*"], stages: [Production]}
data: {dataset: eval/holdout.parquet, predictions: from-model, label: approve}
accept: [recomputed]
checks:
  - {id: performance.accuracy, min: 0.6}
approvals:
  - {role: credit_validator, count: 1}
separation-of-duties: true
"""
TRAIN = """
import mlflow, numpy as np, pandas as pd
from sklearn.linear_model import LogisticRegression
random = np.random.default_rng(3)
table = pd.DataFrame({"income": random.normal(size=400), "age": random.normal(size=400)})
table["approve"] = (table.income + random.normal(scale=.7, size=400) > 0).astype(int)
mlflow.set_experiment("credit-scoring")
with mlflow.start_run():
    model = LogisticRegression().fit(table[["income", "age"]], table.approve)
    mlflow.log_table(table, "eval/holdout.parquet")
    signature = mlflow.models.infer_signature(table[["income", "age"]], model.predict(table[["income", "age"]]))
    mlflow.sklearn.log_model(model, name="model", signature=signature, registered_model_name="credit-scores")
"""
PROMOTE = "import mlflow; mlflow.MlflowClient().transition_model_version_stage('credit-scores', 1, 'Production')"


@pytest.fixture(scope="module")
def place():
    provider = Provider()
    os.environ["ASSAY_TEST_CLIENT_SECRET"] = SECRET
    house = House(people={})
    house.start()
    # A mapping gives roles that there are.
    house.assay(
        "role", "create", "credit_maker", "--verb=read,log,register,request", "--resource=experiment:credit*",
        "--resource=model:credit-*", "--server", house.url, who="root")
    house.assay(
        "role", "create", "credit_validator", "--verb=read,approve", "--resource=everything",
        "--deny=approve@model:*-sandbox", "--server", house.url, who="root")
    house.stop()
    settings = house.folder / "assay.yaml"
    settings.write_text(f"""identity:
  oidc:
    issuer: {provider.issuer}
    client-id: {CLIENT}
    client-secret-env: ASSAY_TEST_CLIENT_SECRET
    redirect-uri: {house.url}/login/provider/callback
    audience: {AUDIENCE}
    roles:
      credit-makers: credit_maker
      credit-risk: credit_validator
      compliance: compliance
      internal-audit: auditor
    allow-addresses:
      - 127.0.0.1:{provider.port}
""")
    house.server_arguments += ["--config", str(settings)]
    house.start()
    yield house, provider
    house.remove()
    provider.close()


def test_the_whole_way(place, tmp_path):
    house, provider = place
    server = ("--server", house.url)
    for name, groups in GROUPS.items():
        house.tokens[name] = provider.bearer(
            sub=f"subject-{name}", preferred_username=name, groups=groups, auth_time=int(time.time()), exp=int(time.time()) + 3_000)
    kept = house.assay("audit", "checkpoint", *server, who="otto")
    key = kept.stderr.split("key: ")[1].strip()
    (tmp_path / "checkpoint").write_text(kept.stdout)

    (house.folder / "credit.yaml").write_text(POLICY)
    house.assay("policy", "publish", str(house.folder / "credit.yaml"), *server, who="cara")
    house.python(TRAIN, who="mia")
    refused = house.python(PROMOTE, who="mia", check=1).stderr
    assert "may not enter stage Production" in refused and "a person with the role credit_validator runs" in refused
    house.wait_for_evidence("credit-scores", "1")
    assert house.assay("model", "approve", "credit-scores", "1", "--stage", "Production", *server, who="mia", check=1).returncode
    house.assay("model", "approve", "credit-scores", "1", "--stage", "Production", *server, who="vito")
    house.python(PROMOTE, who="mia")
    status, answer = house.http("GET", "/api/2.0/mlflow/model-versions/get?name=credit-scores&version=1", who="vito")
    assert status == 200 and answer["model_version"]["current_stage"] == "Production"

    shown = house.assay("audit", "access", "--model", "credit-scores", *server, who="otto").stdout
    assert "mia" in shown and "vito" in shown
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 1))
    time.sleep(2)
    assert "Production" in house.assay("model", "history", "credit-scores", "--as-of", moment, *server, who="otto").stdout
    house.assay("audit", "export", "--from", "2020-01-01", "--to", "9999-12-31", *server, "-o", str(tmp_path / "export"), who="otto")
    house.stop()
    shutil.rmtree(house.data)

    def verify():
        return subprocess.run(
            [VERIFIER, tmp_path / "export", "--key", key, "--since", tmp_path / "checkpoint"], capture_output=True, text=True)

    done = verify()
    assert done.returncode == 0, done.stdout + done.stderr
    payloads = tmp_path / "export/payloads.txt"
    payloads.write_bytes(payloads.read_bytes().replace(b"Production", b"production", 1))
    done = verify()
    assert done.returncode == 1 and "payloads.txt" in done.stdout + done.stderr
