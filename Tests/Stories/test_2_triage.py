"""A hospital's triage model: a high-risk use under the EU AI Act, with data of patients under HIPAA.

The first table has names and people who did not consent, and stops at the gate; the second does not. Those who oversee it are named and
trained, the ethics committee votes, and when it errs the clocks of both laws run and the version is taken out within the minute.
"""

import numpy as np
import pandas as pd
import pytest
from cases import uses
from story import Story

MODEL = "triage"
POLICY = """
assay: policy/v1
name: bedside
version: "1"
applies-to: {models: ["triage*"], tiers: [high], stages: [Production]}
data: {dataset: eval/holdout.parquet, predictions: from-model, label: urgent}
accept: [recomputed]
checks:
  - {id: performance.recall, min: 0.8, judge: interval}
  - {id: fairness.equal_opportunity_difference, column: sex, max: 0.15}
  - {id: privacy.pii, waivable: false}
  - {id: privacy.consent, column: consent, waivable: false}
  - {id: quality.missing_rate, max: 0.05}
records: [oversight_assignment, training_record, impact_assessment]
approvals:
  - {role: validator, count: 1}
  - {role: ethics_committee, vote: majority}
"""


def patients(with_names=False):
    random = np.random.default_rng(73)
    rows = pd.DataFrame({"pulse": random.normal(90, 15, 400), "pressure": random.normal(120, 15, 400)})
    rows["sex"] = np.where(np.arange(400) % 2 == 0, "female", "male")
    rows["consent"] = "true"
    rows["urgent"] = ((rows["pulse"] - 90) / 15 - (rows["pressure"] - 120) / 15 + random.normal(scale=0.4, size=400) > 0).astype(int)
    if with_names:
        rows["contact"] = [f"patient{number}@example.org" for number in range(400)]
        rows.loc[:9, "consent"] = "false"
    return rows


@pytest.fixture(scope="module")
def hospital():
    story = Story(
        ana="data_scientist", petra="validator", vera="validator", carl="compliance", edda="ethics_committee", emil="ethics_committee",
        enno="ethics_committee")
    story.publish("petra", POLICY)
    yield story
    story.remove()


def classify(hospital, exception):
    """`exception`: whether all it does is to prepare what a person assesses (Art. 6(3)(d))."""
    hospital.classify(
        "carl", MODEL, "orders emergency patients by urgency", places="eu, us", fields="health", annex_3_5d="yes", art_6_3_d=exception,
        clinical_support="yes", impact="significant", autonomy="recommends", data_sensitivity="special", criticality="critical")


def test_triage_is_a_high_risk_use_and_an_exception_nobody_is_sure_of_does_not_take_it_out(hospital):
    assert hospital.log("ana", MODEL, patients(with_names=True), ["pulse", "pressure"], "urgent") == "1"
    classify(hospital, exception="unsure")
    shown = hospital.answer("otto", "model", "classify", MODEL, "--show")["classifications"][0]
    assert (shown["eu_class"], shown["gate_tier"]) == ("high", "high"), shown
    brought = {one["name"] for one in shown["outcome"]["brings"]}
    assert {"eu-ai-act", "eu-ai-act/high-annex-iii", "hipaa", "gdpr"} <= brought, brought


def test_names_of_patients_and_missing_consent_stop_it_and_nobody_can_waive_that(hospital):
    hospital.measures(MODEL, "1")
    refused = hospital.promote("ana", MODEL, "1")
    assert "privacy.pii" in refused and "privacy.consent on consent is 0.975" in refused, refused
    assert "patient0@" not in refused, "the refusal repeats no patient's address"
    said = hospital.assay(
        "vera", "waiver", "grant", MODEL, "1", "--policy", "bedside", "--check", "privacy.pii", "--reason", "in a hurry", "--control",
        "nobody looks", "--until", "2026-12-20", check=2)
    assert "nobody can waive" in said, said


def test_the_table_without_them_passes(hospital):
    assert hospital.log("ana", MODEL, patients(), ["pulse", "pressure"], "urgent") == "2"
    results, provenances = hospital.measures(MODEL, "2")
    assert provenances == {"recomputed"} and results["privacy.pii"]["value"] == 0
    refused = hospital.promote("ana", MODEL, "2")
    assert "privacy" not in refused and "performance.recall" not in refused, refused


def test_people_are_named_trained_and_an_assessment_is_made_by_somebody_else(hospital):
    refused = hospital.promote("ana", MODEL, "2")
    for missing in ("oversight_assignment", "training_record", "impact_assessment", "risk evaluation"):
        assert missing in refused, refused
    # A year is what such records hold by themselves; these are renewed by the end of the next.
    record, until = ("record", "add"), ("--valid-until", "2028-12-31")
    hospital.assay("carl", *record, "oversight_assignment", "--title", "Head nurse oversees and may override", "--model", MODEL, *until)
    hospital.assay("carl", *record, "training", "--title", "Course of 12 nurses", "--text", "automation bias, overriding, stopping", *until)
    assert "somebody else must" in hospital.assay("ana", *record, "impact_assessment", "--title", "Mine", "--model", MODEL, check=1)
    hospital.assay("carl", *record, "impact_assessment", "--title", "Impact on patients", "--model", MODEL)
    uses.evaluate_risks(hospital.house, MODEL)
    refused = hospital.promote("ana", MODEL, "2")
    assert "impact_assessment" not in refused and "approvals by ethics_committee" in refused, refused


def test_the_committee_votes_and_its_majority_decides(hospital):
    hospital.approve("vera", MODEL, "2")
    hospital.approve("edda", MODEL, "2")
    hospital.assay("emil", "model", "object", MODEL, "2", "--stage", "Production", "--reason", "no children in the table")
    refused = hospital.promote("ana", MODEL, "2")
    assert "approvals by ethics_committee: 1 of 2, a majority (edda)" in refused, refused
    assert "emil objects, which stops nothing by itself: no children in the table" in refused, refused
    hospital.approve("enno", MODEL, "2")
    assert hospital.promote("ana", MODEL, "2") is None, "one vote that is not given is no veto"
    assert hospital.stage(MODEL, "2") == "Production"


def test_when_it_errs_the_clocks_of_both_laws_run(hospital):
    printed = hospital.assay(
        "vera", "incident", "open", "--title", "Two patients waited too long", "--severity", "high", "--aware", "2026-11-20T10:00:00Z",
        "--owner", "vera", "--escalate-to", "carl", "--clock", "clk-aiact-73-general", "--clock", "clk-hipaa-breach", "--model", MODEL,
        "--version", "2")
    assert "clk-aiact-73-general" in printed and "clk-hipaa-breach" in printed, printed
    told = hospital.assay("otto", "incident", "list", "--at", "2026-12-05T10:00:00Z", check=1)
    assert [line.split()[0] for line in told.splitlines()[1:3]] == ["escalated", "running"], told


def test_it_is_taken_out_at_once_by_one_person_and_does_not_come_back_by_itself(hospital):
    assert hospital.promote("ana", MODEL, "2", stage="Archived") is None
    assert hospital.http("otto", "GET", f"/api/assay/v1/statements/{MODEL}/2")[0] == 403, "and nothing may serve it any more"
    refused = hospital.promote("ana", MODEL, "2")
    assert "approvals by validator: 0 of 1" in refused and "ethics_committee" in refused, refused
    taken = [entry for entry in hospital.entries() if entry["kind"] == "stage.changed"][-1]
    assert (taken["payload"]["to"], taken["payload"]["gate"]["decision"]) == ("Archived", "left"), taken


def test_both_laws_are_covered_where_something_shows_it(hospital):
    def controls(framework, *more):
        report = hospital.answer("otto", "control", "coverage", MODEL, "2", "--framework", framework, *more)
        return {control["id"]: control for control in report["controls"]}

    unsure = controls("eu-ai-act", "--as-of", "2027-12-02")["eu-ai-act/art-26-1"]
    assert unsure["state"] == "uncertain" and "leaves open" in unsure["reason"], unsure
    # The lawyer has looked: no exception.
    classify(hospital, exception="no")
    act = controls("eu-ai-act", "--as-of", "2027-12-02")
    assert act["eu-ai-act/annex-3-5d"]["state"] == "covered-by-evidence", act["eu-ai-act/annex-3-5d"]
    assert act["eu-ai-act/art-26-1"]["state"] == "missing", "nobody has said that they may act in earnest"
    hospital.assay(
        "carl", "record", "add", "attestation", "--title", "Nurses may stop it at any time", "--model", MODEL, "--control",
        "eu-ai-act/art-26-1")
    assert controls("eu-ai-act", "--as-of", "2027-12-02")["eu-ai-act/art-26-1"]["state"] == "covered-by-attestation"
    assert controls("eu-ai-act", "--as-of", "2027-12-01")["eu-ai-act/art-26-1"]["state"] == "not-yet-in-force"
    assert act["eu-ai-act/art-53"]["state"] == "not-applicable", "it is no model of general purpose"
    health = controls("hipaa")
    assert health["hipaa/training"]["state"] == "covered-by-attestation"
    assert health["hipaa/incident"]["state"] == "covered-by-evidence"
    assert health["hipaa/baa"]["state"] == "missing"
