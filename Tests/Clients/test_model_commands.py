"""What people do about a version, from the command line: publish, ask, approve, adopt, take a place, read the history."""

import json
import os
import subprocess

import numpy as np
import pandas as pd
import pytest
from house import BINARY, House

POLICY = """
assay: policy/v1
name: {name}
version: "1"
applies-to: {{models: ["{name}*"], stages: [Production], aliases: [champion]}}
data: {{dataset: eval/holdout.parquet, label: approve}}
checks:
  - {{id: performance.accuracy, min: {minimum}}}
  - {{id: fairness.demographic_parity_difference, column: group, max: 0.2}}
approvals: [{{role: validator}}, {{role: compliance}}]
"""
SCRIPT = """
import sys, mlflow, numpy as np, pandas as pd
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression
random = np.random.default_rng(4)
table = pd.DataFrame({"a": random.normal(size=500), "group": random.choice(["f", "m"], 500)})
table["approve"] = (table.a + random.normal(scale=.5, size=500) > 0).astype(int)
mlflow.set_experiment("commands")
with mlflow.start_run():
    model = LogisticRegression().fit(table[["a"]], table.approve)
    mlflow.log_table(table, "eval/holdout.parquet")
    signature = infer_signature(table[["a"]], model.predict(table[["a"]]))
    mlflow.sklearn.log_model(model, name="model", pip_requirements=["scikit-learn"], signature=signature, registered_model_name="NAME")
"""


@pytest.fixture(scope="module")
def house():
    house = House()
    house.start()
    yield house
    house.remove()


def assay(house, *arguments, who=None):
    environment = {**os.environ, "ASSAY_SERVER": house.url}
    environment.pop("MLFLOW_TRACKING_TOKEN", None)
    environment.pop("ASSAY_TOKEN", None)
    if who:
        environment["ASSAY_TOKEN"] = house.tokens[who]
    return subprocess.run([BINARY, *arguments], capture_output=True, text=True, timeout=120, env=environment)


def publish(house, name, minimum=0.5):
    path = house.folder / f"{name}.yaml"
    path.write_text(POLICY.format(name=name, minimum=minimum))
    return assay(house, "policy", "publish", str(path), who="petra")


def stage_of(house, name, version):
    status, answer = house.http("GET", f"/api/2.0/mlflow/model-versions/get?name={name}&version={version}", who="otto")
    assert status == 200, answer
    return answer["model_version"]["current_stage"]


def test_the_whole_path(house):
    done = publish(house, "path")
    assert done.returncode == 0, done.stderr
    assert "Published path 1: 2 checks, 2 approval rules; sha256:" in done.stdout
    assert publish(house, "path").returncode == 0, "the same text again changes nothing"
    house.python(SCRIPT.replace("NAME", "path-model"), who="ana")

    place = ("path-model", "1", "--stage", "Production")
    early = assay(house, "model", "approve", *place, who="vera")
    assert early.returncode == 2 and "there is nothing to approve" in early.stderr

    asked = assay(house, "model", "promote", *place, "--wait", who="ana")
    assert asked.returncode == 1, asked
    for words in ["approvals by validator: 0 of 1", "approvals by compliance: 0 of 1",
        "assay model approve path-model 1 --stage Production"]:
        assert words in asked.stderr
    assert "performance.accuracy" not in asked.stderr, "what is met is not listed as unmet"
    assert stage_of(house, "path-model", 1) == "None"

    refused = assay(house, "model", "approve", *place, who="ana")
    assert refused.returncode == 1 and stage_of(house, "path-model", 1) == "None"
    assert assay(house, "model", "approve", *place).returncode == 2, "nobody named approves nothing"
    first = assay(house, "model", "approve", *place, "--comment", "numbers read", who="vera")
    assert first.returncode == 0, first.stderr
    assert "pass: performance.accuracy is" in first.stdout and "vera approved path-model version 1 for stage Production" in first.stdout
    assert assay(house, "model", "promote", *place, who="ana").returncode == 1
    assert assay(house, "model", "approve", *place, who="carl").returncode == 0

    done = assay(house, "model", "promote", *place, who="ana")
    assert done.returncode == 0, done.stderr
    assert stage_of(house, "path-model", 1) == "Production"

    history = assay(house, "model", "history", "path-model", "--format", "json", who="otto")
    kinds = [entry["kind"] for entry in json.loads(history.stdout)["entries"]]
    assert kinds.count("approval.given") == 2
    text = assay(house, "model", "history", "path-model", who="otto").stdout
    assert len(text.splitlines()) == len(kinds) and "vera" in text


def test_a_limit_that_is_not_met_stops_it(house):
    assert publish(house, "strict", minimum=0.9999).returncode == 0
    house.python(SCRIPT.replace("NAME", "strict-model"), who="ana")
    asked = assay(house, "model", "promote", "strict-model", "1", "--alias", "champion", "--wait", who="ana")
    assert asked.returncode == 1
    assert "performance.accuracy is 0." in asked.stderr and "the limit is min 0.9999" in asked.stderr
    assert "evidence: recomputed" in asked.stderr and "chosen by the author" in asked.stderr


def test_anonymous_work_is_adopted_first(house):
    assert publish(house, "open").returncode == 0
    house.python(SCRIPT.replace("NAME", "open-model"))
    place = ("open-model", "1", "--stage", "Production")
    asked = assay(house, "model", "promote", *place, "--wait", who="ana")
    assert asked.returncode == 1 and "assay model adopt open-model 1" in asked.stderr
    adopted = assay(house, "model", "adopt", "open-model", "1", who="ana")
    assert adopted.returncode == 0 and "ana answers for open-model version 1" in adopted.stdout, adopted
    asked = assay(house, "model", "promote", *place, "--wait", who="ana")
    assert asked.returncode == 1 and "adopt" not in asked.stderr


def test_a_place_that_nothing_gates_is_simply_taken(house):
    house.python(SCRIPT.replace("NAME", "toy"), who="ana")
    done = assay(house, "model", "promote", "toy", "1", "--stage", "Staging", who="ana")
    assert done.returncode == 0, done.stderr
    assert stage_of(house, "toy", 1) == "Staging"
    assert assay(house, "model", "promote", "toy", "9", "--stage", "Staging", who="ana").returncode == 2
    assert assay(house, "model", "promote", "none", "1", "--stage", "Production", who="ana").returncode == 2


def test_what_publishing_refuses(house):
    assert publish(house, "frozen").returncode == 0
    again = publish(house, "frozen", minimum=0.6)
    assert again.returncode == 2 and "frozen" in again.stderr
    path = house.folder / "frozen.yaml"
    assert assay(house, "policy", "publish", str(path), who="ana").returncode == 1
    assert assay(house, "policy", "publish", str(path)).returncode == 2


def test_a_policy_that_asks_for_less_waits_for_a_second_person(house):
    assert publish(house, "eased", minimum=0.8).returncode == 0
    path = house.folder / "eased.yaml"
    path.write_text(POLICY.format(name="eased", minimum=0.7).replace('version: "1"', 'version: "2"'))
    done = assay(house, "policy", "publish", str(path), who="petra")
    assert done.returncode == 0, done.stderr
    assert "eased 2 is not in force: it asks for less" in done.stdout and "where it asked min 0.8" in done.stdout
    assert "Published" not in done.stdout
    proposal = done.stdout.split("assay role confirm ")[1].split()[0]
    assert house.http("GET", "/api/assay/v1/policies/eased/2", who="petra")[0] == 404
    listed = assay(house, "role", "proposals", who="vera").stdout
    assert "policy eased 2; sha256:" in listed and "where it asked min 0.8" in listed
    for who in ("petra", "ana"):
        assert assay(house, "role", "confirm", proposal, who=who).returncode != 0, who
    assert house.http("GET", "/api/assay/v1/policies/eased/2", who="petra")[0] == 404
    confirmed = assay(house, "role", "confirm", proposal, who="vera")
    assert confirmed.returncode == 0, confirmed.stderr
    status, answer = house.http("GET", "/api/assay/v1/policies/eased/2", who="ana")
    assert status == 200 and answer["publisher"] == "petra"
    assert assay(house, "policy", "publish", str(path), who="petra").stdout.startswith("Published eased 2")
