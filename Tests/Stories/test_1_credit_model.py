"""A bank's credit model, of the high tier: from what it is used for to a folder that an auditor checks alone.

ana makes it (and is a validator too, which helps her nothing), petra writes the policy, vera validates, carl answers for compliance,
otto audits. The frameworks are the US guidance on model risk (SR 26-2) and Regulation B.
"""

import base64
import json

import numpy as np
import pandas as pd
import pytest
from cases import uses
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from story import Story, payloads, verify

MODEL = "credit-scores"
POLICY = """
assay: policy/v1
name: consumer-credit
version: "1"
applies-to: {models: ["credit-*"], tiers: [high], stages: [Production]}
data: {dataset: eval/holdout.parquet, predictions: from-model, label: approve}
accept: [recomputed]
checks:
  - {id: performance.roc_auc, min: 0.75}
  - {id: fairness.demographic_parity_difference, column: race, max: 0.1}
  - {id: aif360.disparate_impact, column: race, privileged: white, between: [0.8, 1.25]}
  - {id: quality.column_absent, column: race, where: features}
records: [validation_report, policy_doc]
approvals:
  - {role: validator, count: 1}
  - {role: compliance, count: 1}
"""
# While no policy is published at all, the registry behaves as MLflow's.
TOYS = """
assay: policy/v1
name: toys
version: "1"
applies-to: {models: ["toy-*"], stages: [Production]}
approvals: [{count: 1}]
"""


def applications():
    """400 applications in which race says nothing about who pays back."""
    random = np.random.default_rng(26)
    rows = pd.DataFrame({"income": random.normal(size=400), "debts": random.normal(size=400)})
    rows["race"] = np.where(np.arange(400) % 2 == 0, "white", "black")
    rows["approve"] = (rows["income"] - rows["debts"] + random.normal(scale=0.7, size=400) > 0).astype(int)
    return rows


@pytest.fixture(scope="module")
def bank():
    story = Story(ana="data_scientist,validator", petra="validator", vera="validator", carl="compliance")
    yield story
    story.remove()


def test_ana_logs_and_registers_it_with_mlflow(bank):
    assert bank.log("ana", MODEL, applications(), ["income", "debts"], "approve") == "1"


def test_carl_says_what_it_is_used_for_and_so_it_is_of_the_high_tier(bank):
    said = bank.classify(
        "carl", MODEL, "scores applications for consumer credit", places="us", fields="credit, us-bank", material_bank_model="yes",
        consequential_decision="yes", data_sensitivity="personal")
    assert "tier high" in said, said
    shown = bank.answer("otto", "model", "classify", MODEL, "--show")["classifications"][0]
    assert (shown["gate_tier"], shown["by"]) == ("high", "carl"), shown
    brought = {one["name"] for one in shown["outcome"]["brings"]}
    assert {"ecoa", "fed-mrm"} <= brought and "hipaa" not in brought, brought


def test_until_a_policy_names_the_tier_six_roles_have_to_approve(bank):
    bank.publish("petra", TOYS)
    refused = bank.promote("ana", MODEL, "1")
    for role in ("validator", "compliance", "product", "executive", "security", "ethics_committee"):
        assert f"approvals by {role}" in refused, refused


def test_petra_writes_the_policy_of_the_tier_and_a_second_person_confirms_it(bank):
    printed = bank.publish("petra", POLICY, second="carl")
    assert "is not in force: it asks for less" in printed and "the organisation's default for the tier high" in printed, printed


def test_the_server_computes_the_evidence_from_the_frozen_model(bank):
    results, provenances = bank.measures(MODEL, "1")
    rows = applications()
    decided = bank.trained.predict(rows[["income", "debts"]])
    rates = pd.Series(decided).groupby(rows["race"]).mean()
    assert provenances == {"recomputed"}
    assert results["fairness.demographic_parity_difference"]["value"] == pytest.approx(abs(rates["white"] - rates["black"]), abs=1e-12)
    assert results["aif360.disparate_impact"]["value"] == pytest.approx(rates["black"] / rates["white"], abs=1e-12)


def test_what_only_people_can_supply_is_asked_for(bank):
    refused = bank.promote("ana", MODEL, "1")
    assert "fairness" not in refused, "its numbers are within the limits"
    for missing in ("risk evaluation", "validation_report", "policy_doc", "by validator: 0 of 1", "by compliance: 0 of 1"):
        assert missing in refused, refused


def test_they_supply_it_and_the_author_may_not(bank):
    said = bank.assay("ana", "record", "add", "validation", "--title", "My own opinion", "--model", MODEL, check=1)
    assert "somebody else must" in said, said
    bank.assay("vera", "record", "add", "validation", "--title", "Independent validation", "--model", MODEL, "--text", "sound")
    bank.assay("carl", "record", "add", "policy", "--title", "Model risk policy of the bank")
    uses.evaluate_risks(bank.house, MODEL)
    refused = bank.promote("ana", MODEL, "1")
    assert "risk evaluation" not in refused and "validation_report" not in refused and "policy_doc" not in refused, refused


def test_ana_may_not_approve_what_she_made_though_she_is_a_validator(bank):
    said = bank.approve("ana", MODEL, "1", check=1)
    assert "author" in said, said
    assert bank.promote("ana", MODEL, "1") is not None


def test_nor_may_petra_under_her_own_policy(bank):
    bank.approve("petra", MODEL, "1", check=1)


def test_vera_and_carl_approve_and_the_same_call_of_mlflow_succeeds(bank):
    printed = bank.approve("vera", MODEL, "1", "--comment", "read the validation")
    assert "pass: aif360.disparate_impact on race, privileged race=white is" in printed, printed
    assert bank.promote("ana", MODEL, "1") is not None
    bank.approve("carl", MODEL, "1")
    assert bank.promote("ana", MODEL, "1") is None
    assert bank.stage(MODEL, "1") == "Production"


def test_otto_sees_what_of_both_frameworks_is_covered(bank):
    def covered(framework):
        report = bank.answer("otto", "control", "coverage", MODEL, "1", "--framework", framework)
        assert report["basis"].startswith("classification 1"), report["basis"]
        return {control["id"]: control for control in report["controls"]}

    risk = covered("fed-mrm")
    validation = {part["code"]: part for part in risk["fed-mrm/validation"]["parts"] if part.get("code")}
    assert validation["validation_report"]["proofs"] and validation["sod_check"]["proofs"] and validation["revalidation_schedule"]["proofs"]
    assert risk["fed-mrm/validation"]["state"] == "missing", "the validator has signed no opinion that the guidance asks for"
    assert risk["fed-mrm/monitoring"]["state"] == "missing", "nothing watches it yet, and the report says so"
    bank.assay(
        "vera", "record", "add", "attestation", "--title", "It is sound, and fit for consumer credit", "--model", MODEL,
        "--control", "fed-mrm/validation", "--control", "ecoa/ed-dss")
    assert covered("fed-mrm")["fed-mrm/validation"]["state"] == "covered-by-attestation"
    credit = covered("ecoa")
    assert credit["ecoa/ed-dss"]["state"] == "covered-by-attestation"
    assert credit["ecoa/adverse-action-timing"]["state"] == "missing"
    assert all(control["state"] == "not-applicable" for control in covered("hipaa").values())


def test_the_deployment_statement_says_what_may_be_served(bank):
    status, envelope = bank.http("otto", "GET", f"/api/assay/v1/statements/{MODEL}/1")
    assert status == 200, envelope
    payload = base64.b64decode(envelope["payload"])
    vkey = bank.http("otto", "GET", "/api/assay/v1/statements/key")[1]["vkey"]
    kind = envelope["payloadType"].encode()
    Ed25519PublicKey.from_public_bytes(base64.b64decode(vkey.split("+", 2)[2])[1:]).verify(
        base64.b64decode(envelope["signatures"][0]["sig"]), b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload))
    predicate = json.loads(payload)["predicate"]
    assert [(place["target"], place["decision"]) for place in predicate["places"]] == [("stage Production", "pass")], predicate["places"]


def test_an_auditor_checks_the_export_without_the_server(bank, tmp_path):
    export, key, checkpoint = bank.carry_away(tmp_path)
    bank.house.stop()
    status, said = verify(export, key, checkpoint)
    assert status == 0 and "2 policies" in said, said
    taken = [payload for payload in payloads(export).values() if payload.get("to") == "Production"]
    assert [(payload["model"], payload["version"], payload["gate"]["decision"]) for payload in taken] == [(MODEL, 1, "pass")]
    # One word of what was decided, and it is no longer what the log says.
    file = export / "payloads.txt"
    file.write_text(file.read_text().replace('"decision":"incomplete"', '"decision":"pass"', 1))
    assert verify(export, key, checkpoint)[0] == 1
