"""Ways around the gate, each tried with the real client against a server of its own: none works.

Two models on the same made-up applications: `biased` reads the group and refuses most of one, `fair` does not. The policy
lets no difference of approval rates above 0.1 pass and wants two approvals.
"""

import time

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
name: credit
version: "1"
applies-to: {models: ["loan*"], stages: [Production], aliases: [champion]}
data: {dataset: eval/holdout.parquet, predictions: from-model, label: approve}
checks:
  - {id: fairness.demographic_parity_difference, column: race, max: 0.1}
  - {id: performance.accuracy, min: 0.5}
approvals:
  - {role: validator, count: 1}
  - {role: compliance, count: 1}
"""


@pytest.fixture(scope="module")
def gate():
    house = House()
    house.start()
    gate = Gate(house)
    status, answer = house.http(
        "POST", "/api/assay/v1/policies", POLICY.encode(), who="petra", headers={"Content-Type": "application/yaml"})
    assert status == 201, answer
    yield gate
    house.remove()


def applications():
    random = np.random.default_rng(11)
    table = pd.DataFrame({"income": random.normal(size=800), "group": np.repeat([0.0, 1.0], 400)})
    table["race"] = np.where(table["group"] == 1, "white", "black")
    table["approve"] = (table["income"] + 1.5 * table["group"] + random.normal(scale=0.5, size=800) > 0).astype(int)
    return table


class Gate:
    def __init__(self, house):
        self.house = house
        self.names = 0

    def name(self, prefix="loans"):
        self.names += 1
        return f"{prefix}-{self.names}"

    def log(self, kind, name, who="ana", table=None):
        """The run and the version of a model that is logged and registered with the ordinary client."""
        client = self.house.client(who)
        rows = applications()
        features = ["income", "group"] if kind == "biased" else ["income"]
        labels = rows["approve"] if kind == "biased" else (rows["income"] > -0.6).astype(int)
        model = LogisticRegression().fit(rows[features], labels)
        mlflow.set_experiment("gate")
        with mlflow.start_run() as run:
            mlflow.log_table(rows, table or "eval/holdout.parquet")
            info = mlflow.sklearn.log_model(
                model, name="model", pip_requirements=["scikit-learn"], signature=infer_signature(rows[features], model.predict(rows[features])),
                registered_model_name=name)
        return client, run.info.run_id, str(info.registered_model_version)

    def refused(self, action):
        with pytest.raises(MlflowException) as caught:
            action()
        assert caught.value.error_code == "PERMISSION_DENIED", caught.value
        return caught.value.message

    def promote(self, client, name, version):
        return client.transition_model_version_stage(name, version, "Production", archive_existing_versions=True)

    def stage(self, name, version):
        return self.house.client("otto").get_model_version(name, version).current_stage

    def request(self, name, version):
        status, answer = self.house.http(
            "GET", f"/api/assay/v1/requests?state=open&model={name}", who="otto")
        assert status == 200, answer
        found = [one for one in answer["requests"] if one["version"] == int(version)]
        assert len(found) == 1, answer
        return found[0]

    def approve(self, request, who, **more):
        return self.house.http("POST", "/api/assay/v1/approvals", {"request": request["id"], **more}, who=who)

    def carry(self, client, name, version):
        self.house.wait_for_evidence(name, version)
        self.refused(lambda: self.promote(client, name, version))
        request = self.request(name, version)
        for who in ("vera", "carl"):
            status, answer = self.approve(request, who)
            assert status == 201, answer
        self.promote(client, name, version)


def test_a_refusal_lists_what_is_unmet_and_two_approvals_meet_it(gate):
    name = gate.name()
    client, _, version = gate.log("biased", name)
    gate.house.wait_for_evidence(name, version)
    text = gate.refused(lambda: gate.promote(client, name, version))
    for part in [
        "fairness.demographic_parity_difference on race", "max 0.1", "black", "white", "recomputed", "validator",
        "compliance", "assay model approve",
    ]:
        assert part in text, text
    assert gate.stage(name, version) == "None"
    client, _, version = gate.log("fair", name)
    gate.carry(client, name, version)
    assert gate.stage(name, version) == "Production"
    status, statement = gate.house.http("GET", f"/api/assay/v1/statements/{name}/{version}", who="ana")
    assert status == 200 and statement["payloadType"] == "application/vnd.in-toto+json", statement


def test_predictions_of_ones_own_change_nothing(gate, tmp_path):
    name = gate.name()
    client, run, version = gate.log("biased", name)
    rows = applications()
    for column in ("approve", "fair"):
        rows["fair"] = (rows["income"] > -0.6).astype(int)
        rows["prediction"] = rows[column]
        file = tmp_path / "predictions.parquet"
        rows.to_parquet(file)
        client.log_artifact(run, file, "eval")
        gate.house.wait_for_evidence(name, version)
        assert "max 0.1" in gate.refused(lambda: gate.promote(client, name, version))


def test_a_table_replaced_after_registration_is_not_read(gate, tmp_path):
    name = gate.name()
    client, run, version = gate.log("biased", name)
    evidence = gate.house.wait_for_evidence(name, version)
    kind = applications()
    kind["race"] = np.where(np.arange(len(kind)) % 2, "white", "black")
    file = tmp_path / "holdout.parquet"
    kind.to_parquet(file)
    client.log_artifact(run, file, "eval")
    gate.refused(lambda: gate.promote(client, name, version))
    time.sleep(1)
    again = gate.house.wait_for_evidence(name, version)
    assert [one["claim"] for one in again] == [one["claim"] for one in evidence]
    assert "max 0.1" in gate.refused(lambda: gate.promote(client, name, version))


def test_a_json_table_is_refused_with_advice(gate):
    name = gate.name()
    client, _, version = gate.log("fair", name, table="eval/holdout.json")
    text = gate.refused(lambda: gate.promote(client, name, version))
    assert 'mlflow.log_table(df, "eval/holdout.parquet")' in text and "incomplete" in text, text


def test_renaming_and_copying_leave_no_policy_behind(gate):
    name, other, third = gate.name(), gate.name("toys"), gate.name("toys")
    client, _, version = gate.log("biased", name)
    gate.house.wait_for_evidence(name, version)
    copy = client.copy_model_version(f"models:/{name}/{version}", other)
    assert "Policy credit 1" in gate.refused(lambda: gate.promote(client, other, copy.version))
    client.rename_registered_model(name, third)
    assert "Policy credit 1" in gate.refused(lambda: gate.promote(client, third, version))
    client.delete_registered_model(third)
    assert "Policy credit 1" in gate.refused(lambda: gate.promote(client, other, copy.version))


def test_a_holder_of_a_place_is_not_renamed_or_deleted_past_the_gate(gate):
    name = gate.name()
    client, _, version = gate.log("fair", name)
    gate.carry(client, name, version)
    gate.refused(lambda: client.rename_registered_model(name, gate.name("toys")))
    gate.refused(lambda: client.delete_registered_model(name))
    assert gate.stage(name, version) == "Production"


def test_another_alias_needs_approvals_of_its_own(gate):
    name = gate.name()
    client, _, version = gate.log("fair", name)
    gate.carry(client, name, version)
    for alias in ("champion", "Champion", "prod", "PRODUCTION"):
        gate.refused(lambda alias=alias: client.set_registered_model_alias(name, alias, version))
    client.set_registered_model_alias(name, "candidate", version)


def test_an_approval_counts_once_for_one_thing(gate):
    name = gate.name()
    client, _, first = gate.log("fair", name)
    gate.house.wait_for_evidence(name, first)
    gate.refused(lambda: gate.promote(client, name, first))
    request = gate.request(name, first)
    assert gate.approve(request, "vera")[0] == 201
    assert gate.approve(request, "vera")[0] == 400
    text = gate.refused(lambda: gate.promote(client, name, first))
    assert "compliance: 0 of 1" in text, text
    assert gate.approve(request, "carl")[0] == 201
    gate.promote(client, name, first)
    assert gate.approve(request, "carl")[0] == 409

    # Another version asks; what was approved, and what was seen, belong to the first.
    _, full = gate.house.http("GET", f"/api/assay/v1/requests/{request['id']}", who="otto")
    assert [one["state"] for one in full["approvals"]] == ["used", "used"]
    _, _, second = gate.log("fair", name)
    gate.house.wait_for_evidence(name, second)
    gate.refused(lambda: gate.promote(client, name, second))
    status, _ = gate.approve(gate.request(name, second), "vera", seen=full["approvals"][0]["binding"]["manifest"])
    assert status == 409
    gate.refused(lambda: gate.promote(client, name, second))
    # Out of Production and back again.
    client.transition_model_version_stage(name, first, "Archived")
    assert "validator: 0 of 1" in gate.refused(lambda: gate.promote(client, name, first))


def test_neither_authors_nor_strangers_approve(gate):
    status, answer = gate.house.http(
        "POST", "/api/assay/v1/users", {"name": "dora", "roles": ["data_scientist", "validator", "compliance"]}, who="root")
    assert status in (200, 201), answer
    gate.house.tokens["dora"] = gate.house.own(answer["token"])
    name = gate.name()
    client, _, version = gate.log("fair", name, who="dora")
    gate.house.wait_for_evidence(name, version)
    gate.refused(lambda: gate.promote(client, name, version))
    request = gate.request(name, version)
    assert gate.approve(request, "dora")[0] == 403
    assert gate.approve(request, "ana")[0] == 403
    assert gate.approve(request, "root")[0] == 403
    assert gate.approve(request, "otto")[0] == 403
    assert gate.approve(request, None)[0] == 401
    assert gate.stage(name, version) == "None"


def test_nobody_promotes_and_nameless_work_is_adopted_first(gate):
    name = gate.name()
    client, _, version = gate.log("fair", name, who=None)
    gate.house.wait_for_evidence(name, version)
    gate.refused(lambda: gate.promote(client, name, version))
    request = gate.request(name, version)
    for who in ("vera", "carl"):
        assert gate.approve(request, who)[0] == 201
    named = gate.house.client("ana")
    text = gate.refused(lambda: gate.promote(named, name, version))
    assert f"assay model adopt {name} {version}" in text, text
    body = {"model": name, "version": version}
    assert gate.house.http("POST", "/api/assay/v1/adoptions", body)[0] == 401
    assert gate.house.http("POST", "/api/assay/v1/adoptions", body, who="vera")[0] == 403
    assert gate.house.http("POST", "/api/assay/v1/adoptions", body, who="ana")[0] == 201
    nobody = gate.house.client(None)
    assert "named person" in gate.refused(lambda: gate.promote(nobody, name, version))
    gate.promote(gate.house.client("ana"), name, version)
    assert gate.stage(name, version) == "Production"


def test_what_a_published_policy_says_stays(gate):
    for text, status in [(POLICY, 201), (POLICY.replace("0.1", "0.9"), 400), (POLICY + "surprise: 1\n", 400)]:
        answer = gate.house.http(
            "POST", "/api/assay/v1/policies", text.encode(), who="carl", headers={"Content-Type": "application/yaml"})
        assert answer[0] == status, answer
    assert gate.house.http("POST", "/api/assay/v1/policies", {"policy": POLICY}, who="ana")[0] == 403
    assert gate.house.http("POST", "/api/assay/v1/policies", {"policy": POLICY})[0] == 401
