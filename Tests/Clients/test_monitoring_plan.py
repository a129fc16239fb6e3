"""A policy that asks for a monitoring plan, and the record that is one: signed with its mistakes told, held against the policy at the gate."""

import pytest
from house import House
from test_gate import Gate

POLICY = """assay: policy/v1
name: watched
version: "1"
applies-to: {models: ["watched*"], stages: [Production]}
monitoring:
  - {id: drift.dataset, max: 0.3, window: 7 days, alert: [risk]}
  - {id: performance.accuracy, min: 0.7, for-each: region, window: 1000 rows, alert: [risk]}
approvals: [{role: validator, count: 1}]
"""

PLAN = """assay: monitoring-plan/v1
owner: ana
monitors:
  - {id: drift.dataset, max: 0.2, window: 24 hours, alert: [risk, ana]}
  - {id: performance.accuracy, min: LEAST, for-each: region, window: 500 rows, alert: [risk]}
"""


@pytest.fixture(scope="module")
def gate():
    house = House()
    house.start()
    yield Gate(house)
    house.remove()


def said(gate, *arguments, who=None, check=0):
    done = gate.house.assay(*arguments, who=who, check=check)
    return done.stdout + done.stderr


def test_a_plan_from_lint_to_production(gate, tmp_path):
    path = tmp_path / "watched.yaml"
    path.write_text(POLICY)
    said(gate, "policy", "lint", str(path))
    assert "has to be in force that plans each of these" in " ".join(said(gate, "policy", "explain", str(path)).split())
    said(gate, "policy", "publish", str(path), "--server", gate.house.url, who="petra")
    client, _, version = gate.log("fair", "watched-1")
    refusal = gate.refused(lambda: gate.promote(client, "watched-1", version))
    assert "no monitoring plan in force watches drift.dataset: max 0.3 by its value over 7 days, telling 'risk'" in refusal, refusal
    assert "no monitoring plan in force watches performance.accuracy for each region" in refusal
    assert "assay record add monitoring_plan" in refusal

    def sign(text, check=0, *more):
        return said(gate, "record", "add", "monitoring_plan", "--title", "What is watched", "--model", "watched-1", "--text", text,
                    "--server", gate.house.url, *more, who="vera", check=check)

    # Whoever signs hears of mistakes, with their places.
    assert "plan:4:" in sign(PLAN.replace("24 hours", "a day"), 2)
    assert "plan:1:" in sign(PLAN.replace("plan/v1", "plan/v9"), 2)
    # Prose is a record, and no plan that a policy can read.
    sign("Each Monday somebody looks.")
    refusal = gate.refused(lambda: gate.promote(client, "watched-1", version))
    assert "cannot be read: its text is none in the form monitoring-plan/v1" in refusal
    sign(PLAN.replace("LEAST", "0.6"))
    refusal = gate.refused(lambda: gate.promote(client, "watched-1", version))
    assert "watches drift.dataset" not in refusal and "has min 0.6 by its value over 500 rows" in refusal, refusal
    sign(PLAN.replace("LEAST", "0.7"))
    refusal = gate.refused(lambda: gate.promote(client, "watched-1", version))
    assert "monitoring plan" not in refusal and "approvals by validator" in refusal, refusal
    status, answer = gate.approve(gate.request("watched-1", version), "vera")
    assert status == 201, answer
    gate.promote(client, "watched-1", version)
    assert gate.stage("watched-1", version) == "Production"


CASES = """assay: policy-test/v1
policy: watched
facts: {approvals: [{by: vera, roles: [validator]}]}
cases:
  - {name: planned, expect: {decision: pass}}
  - name: nothing is planned
    facts: {monitors: []}
    expect: {decision: incomplete, exactly: [{requirement: monitoring, code: monitoring-missing}, {requirement: monitoring, code: monitoring-missing, column: region}]}
  - name: one is planned
    facts: {monitors: [{id: drift.dataset, max: 0.3, window: 1 days, alert: [risk]}]}
    expect: {decision: incomplete, exactly: [{requirement: monitoring, code: monitoring-missing, column: region}]}
  - name: what the tier asks for beside it
    facts: {tier: high, card-lacks: [fairness_assessment]}
    expect: {decision: incomplete, reasons: [{requirement: model-card, code: document-incomplete}, {requirement: approvals, code: approval-missing}]}
  - name: a short card needs no fairness
    facts: {tier: low, card-lacks: [fairness_assessment]}
    expect: {decision: pass}
"""


def test_cases(gate, tmp_path):
    (tmp_path / "watched.yaml").write_text(POLICY)
    (tmp_path / "watched.test.yaml").write_text(CASES)
    answer = said(gate, "policy", "test", str(tmp_path / "watched.yaml"), check=0)
    assert "not ok" not in answer, answer
    (tmp_path / "watched.test.yaml").write_text(CASES.replace("window: 1 days", "window: soon"))
    assert "'window' is a number of rows, hours or days" in said(gate, "policy", "test", str(tmp_path / "watched.yaml"), check=2)
