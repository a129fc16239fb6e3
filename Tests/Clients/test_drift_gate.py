"""A policy that lets no model into Production whose rows drifted from a reference, held by the server itself.

The reference is a profile bound by its digest and logged with the run; the server's confined child compares with it.
"""

import hashlib
import os
import subprocess

import mlflow
import numpy as np
import pandas as pd
import pytest
from house import House
from mlflow.exceptions import MlflowException
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression

POLICY = """
assay: policy/v1
name: steady
version: "1"
applies-to: {{models: ["steady*"], stages: [Production]}}
data: {{dataset: eval/holdout.parquet, predictions: from-model, label: approve, reference: "loans-2025@sha256:{digest}"}}
checks:
  - {{id: drift.dataset, max: 0}}
  - {{id: drift.psi, column: income, max: 0.1}}
  - {{id: performance.accuracy, min: 0.5}}
"""


def rows(seed, shift=0.0):
    random = np.random.default_rng(seed)
    table = pd.DataFrame({"income": random.normal(shift, 1, 900), "region": random.choice(["north", "south", "west"], 900)})
    table["approve"] = (table["income"] + random.normal(scale=0.5, size=900) > shift).astype(int)
    return table


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reference")
    rows(1).to_parquet(folder / "rows.parquet")
    profile = folder / "loans-2025.json"
    subprocess.run([os.environ["ASSAY_BINARY"], "profile", folder / "rows.parquet", "--write-profile", profile], check=True,
                   stdout=subprocess.DEVNULL)
    house = House()
    house.start()
    before = {name: os.environ.get(name) for name in ("MLFLOW_TRACKING_URI", "MLFLOW_TRACKING_TOKEN")}
    digest = hashlib.sha256(profile.read_bytes()).hexdigest()
    status, answer = house.http("POST", "/api/assay/v1/policies", POLICY.format(digest=digest).encode(), who="petra",
                                headers={"Content-Type": "application/yaml"})
    assert status == 201, answer
    house.profile = profile
    yield house
    house.remove()
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    mlflow.set_tracking_uri(os.environ.get("MLFLOW_TRACKING_URI", ""))


def log(house, name, table, profile):
    client = house.client("ana")
    model = LogisticRegression().fit(table[["income"]], table["approve"])
    mlflow.set_experiment("steady")
    with mlflow.start_run():
        mlflow.log_table(table, "eval/holdout.parquet")
        if profile:
            mlflow.log_artifact(profile, "reference")
        info = mlflow.sklearn.log_model(
            model, name="model", pip_requirements=["scikit-learn"], signature=infer_signature(table[["income"]], model.predict(table[["income"]])),
            registered_model_name=name)
    return client, str(info.registered_model_version)


def refusal(client, name, version):
    with pytest.raises(MlflowException) as caught:
        client.transition_model_version_stage(name, version, "Production")
    assert caught.value.error_code == "PERMISSION_DENIED", caught.value
    return caught.value.message


def test_rows_that_drifted_are_refused(house):
    client, version = log(house, "steady-1", rows(2, shift=0.6), house.profile)
    house.wait_for_evidence("steady-1", version)
    text = refusal(client, "steady-1", version)
    for part in ["drift.dataset", "drift.psi on income", "max 0.1", "recomputed"]:
        assert part in text, text
    assert client.get_model_version("steady-1", version).current_stage == "None"


def test_rows_that_did_not_drift_pass(house):
    client, version = log(house, "steady-2", rows(3), house.profile)
    house.wait_for_evidence("steady-2", version)
    client.transition_model_version_stage("steady-2", version, "Production")
    assert client.get_model_version("steady-2", version).current_stage == "Production"


def test_a_version_without_the_reference_is_refused_and_told_why(house):
    client, version = log(house, "steady-3", rows(3), None)
    text = refusal(client, "steady-3", version)
    assert "loans-2025@" in text and "frozen without a file of that digest" in text, text


def test_another_file_of_the_same_name_is_not_the_reference(house, tmp_path):
    other = tmp_path / "loans-2025.json"
    other.write_bytes(house.profile.read_bytes() + b"\n")
    client, version = log(house, "steady-4", rows(3), other)
    assert "frozen without a file of that digest" in refusal(client, "steady-4", version)
