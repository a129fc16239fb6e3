"""Findings and waivers at the gate, by the command line and the real client, on a server of their own."""

import base64
import json

import pytest
from house import House
from test_gate import Gate

POLICY = """
assay: policy/v1
name: credit
version: "1"
applies-to: {models: ["loan*"], stages: [Production]}
data: {dataset: eval/holdout.parquet, predictions: from-model, label: approve}
checks:
  - {id: fairness.demographic_parity_difference, column: race, max: 0.1}
  - {id: performance.accuracy, min: 0.5, waivable: false}
approvals:
  - {role: validator, count: 1}
"""


@pytest.fixture(scope="module")
def gate():
    house = House()
    house.start()
    (house.folder / "policy.yaml").write_text(POLICY)
    house.assay("policy", "publish", "policy.yaml", "--server", house.url, who="petra")
    yield Gate(house)
    house.remove()


def assay(gate, who, *arguments, check=0):
    done = gate.house.assay(*arguments, "--server", gate.house.url, who=who, check=check)
    return done.stdout if check == 0 else done.stderr


def ready(gate, kind):
    name = gate.name()
    client, _, version = gate.log(kind, name)
    gate.house.wait_for_evidence(name, version)
    gate.refused(lambda: gate.promote(client, name, version))
    assert gate.approve(gate.request(name, version), "vera")[0] == 201
    return client, name, version


def test_an_overdue_finding_holds_a_version_up_until_somebody_else_closes_it(gate):
    client, name, version = ready(gate, "fair")
    printed = assay(
        gate, "otto", "finding", "open", "--model", name, "--version", version, "--title", "Label leak", "--severity", "medium",
        "--due", "2026-01-01", "--owner", "ana")
    finding = printed.split()[0]
    assert "medium  due 2026-01-01T00:00:00Z, overdue  owner ana" in printed, printed
    text = gate.refused(lambda: gate.promote(client, name, version))
    assert f"the finding 'Label leak' (medium, {finding}) is open" in text and "assay finding close" in text, text
    assert "permission 'approve'" in assay(gate, "ana", "finding", "close", finding, "--reason", "mended", check=1)
    assert assay(gate, "vera", "finding", "list", "--model", name) == printed
    closed = assay(gate, "vera", "finding", "close", finding, "--reason", "the column is gone")
    assert "closed  medium" in closed
    assert assay(gate, "otto", "finding", "list", "--model", name) == "There are none.\n"
    shown = assay(gate, "otto", "finding", "show", finding)
    assert "dossier.finding-opened  otto" in shown and "closed_because: the column is gone" in shown, shown
    gate.promote(client, name, version)
    assert gate.stage(name, version) == "Production"


def test_a_waiver_takes_two_and_is_shown(gate):
    client, name, version = ready(gate, "biased")
    arguments = ["waiver", "grant", name, version, "--policy", "credit", "--reason", "the old one is recalled",
                 "--control", "each refusal is looked at", "--until", "2026-12-20"]
    assert "nobody can waive" in assay(gate, "vera", *arguments, "--check", "performance.accuracy", check=2)
    check = ["--check", "fairness.demographic_parity_difference"]
    assert "published this policy" in assay(gate, "petra", *arguments, *check, check=1)
    printed = assay(gate, "vera", *arguments, *check)
    waiver = printed.split()[0]
    assert f"assay waiver confirm {waiver}" in printed
    gate.refused(lambda: gate.promote(client, name, version))
    assert "second person" in assay(gate, "vera", "waiver", "confirm", waiver, check=1)
    assert "granted" in assay(gate, "carl", "waiver", "confirm", waiver)
    # Vera approved what nobody had waived anything of.
    assert "waivers" in gate.refused(lambda: gate.promote(client, name, version))
    assert gate.approve(gate.request(name, version), "vera")[0] == 201
    gate.promote(client, name, version)
    status, envelope = gate.house.http("GET", f"/api/assay/v1/statements/{name}/{version}", who="otto")
    assert status == 200, envelope
    places = json.loads(base64.b64decode(envelope["payload"]))["predicate"]["places"]
    assert [place["decision"] for place in places] == ["waived"]
    history = gate.house.http("GET", f"/api/assay/v1/models/{name}/history", who="otto")[1]["entries"]
    assert [entry["kind"] for entry in history if entry["kind"].startswith("dossier.")] == [
        "dossier.waiver-proposed", "dossier.waiver-granted"]
    revoked = assay(gate, "carl", "waiver", "revoke", waiver, "--reason", "the new one is here")
    assert "revoked" in revoked
    # The place stays taken; to take it again needs what it needed.
    client.transition_model_version_stage(name, version, "Archived")
    text = gate.refused(lambda: gate.promote(client, name, version))
    assert "max 0.1" in text
