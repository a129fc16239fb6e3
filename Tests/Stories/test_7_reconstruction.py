"""Years later an auditor asks why version 7 was in production on a day: from the server, and from a folder without it.

Nine versions went through the place, under three policies; the people changed, too. The day here is a moment between two entries of
one afternoon: nothing in the questions knows how long ago it was.
"""

import datetime
import json
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
from story import Story, payloads, verify

sys.path.insert(0, str(Path(__file__).parents[1] / "Clients"))
from tlog import Verifier, read_log  # noqa: E402

MODEL = "rates"
POLICY = """
assay: policy/v1
name: rates
version: "{version}"
description: {description}
applies-to: {{models: ["rates*"], stages: [Production]}}
data: {{dataset: eval/holdout.parquet, predictions: from-model, label: approve}}
checks:
  - {{id: performance.accuracy, min: {least}}}
approvals:
  - {{role: validator, count: 1}}
"""
# Before which version which policy is published, with the least accuracy it asks for.
POLICIES = {1: ("1", "0.6", "first year"), 6: ("2", "0.7", "after the spring review"), 9: ("3", "0.8", "after the autumn review")}


def rows(number):
    """Of 100 rows each version has others that it gets wrong, so that each has files and numbers of its own."""
    table = pd.DataFrame({"a": [0.0, 1.0] * 50, "approve": [0, 1] * 50})
    table.loc[: number - 1, "approve"] = 1 - table.loc[: number - 1, "approve"]
    return table


@pytest.fixture(scope="module")
def house():
    story = Story(ana="data_scientist", alex="data_scientist", petra="validator", vera="validator", victor="validator")
    yield story
    story.remove()


@pytest.fixture(scope="module")
def then(house):
    """Nine versions take the place one after the other; the moment at which the seventh stood in it."""
    for number in range(1, 10):
        if number in POLICIES:
            version, least, description = POLICIES[number]
            house.publish("petra", POLICY.format(version=version, least=least, description=description))
        maker = "alex" if number == 7 else "ana"
        version = house.log(maker, MODEL, rows(number), ["a"], "approve")
        house.house.wait_for_evidence(MODEL, version)
        assert house.promote(maker, MODEL, version) is not None
        house.approve("victor" if number == 7 else "vera", MODEL, version, "--comment", f"I looked at number {number}")
        assert house.promote(maker, MODEL, version) is None
        if number == 7:
            time.sleep(0.05)
            moment = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            time.sleep(0.05)
    # What happened since: one who approved has left, one who made it is somebody else's colleague now.
    house.assay("root", "user", "disable", "victor")
    return moment


def test_the_state_of_that_day_has_version_7_in_production(house, then):
    state = house.assay("otto", "audit", "as-of", then)
    assert "  version 7  Production\n" in state and "  version 8  " not in state and "  version 6  Archived\n" in state, state
    assert "  version 9  Production\n" in house.assay("otto", "audit", "as-of", "9999-12-31")


def test_its_history_says_who_asked_who_approved_and_what_replaced_it(house, then):
    told = house.assay("otto", "model", "history", MODEL, "--as-of", then)
    about = [line.split("  ", 2)[2] for line in map(str.strip, told.splitlines()) if "  version 7" in line and line[0].isdigit()]
    assert about == [
        "version.registered  alex  version 7",
        "evidence.recorded  server  version 7, recomputed: performance.accuracy",
        "request.decided  alex  version 7 for stage Production: incomplete",
        "approval.given  victor  version 7 for stage Production: I looked at number 7",
        "stage.changed  alex  version 7 to Production, in place of version 6: pass by rates 2",
    ], told
    assert "version 8 to Production, in place of version 7: pass by rates 2" in house.assay("otto", "model", "history", MODEL)


def test_the_entries_lead_to_the_numbers_and_the_policys_own_words(house, then):
    entries = house.answer("otto", "model", "history", MODEL, "--as-of", then)["entries"]
    taken = [entry for entry in entries if entry["kind"] == "stage.changed"][-1]["payload"]
    policy = taken["gate"]["policies"][0]
    assert (policy["name"], policy["version"]) == ("rates", "2")
    number = [reason["result"]["value"] for reason in policy["reasons"] if "result" in reason]
    assert number == [0.93]
    status, published = house.http("otto", "GET", "/api/assay/v1/policies/rates/2")
    assert status == 200 and published["digest"] == policy["digest"], published
    assert "after the spring review" in house.assay("otto", "policy", "explain", "rates@2")


def test_all_of_it_again_from_a_folder_without_the_server(house, then, tmp_path):
    export, key, checkpoint = house.carry_away(tmp_path)
    house.house.stop()
    status, said = verify(export, key, checkpoint)
    assert status == 0, said
    story = reconstruct(export, key, then)
    assert story == {
        "version": 7, "since": story["since"], "asked by": "alex", "approved by": ["victor"],
        "in the approver's words": ["I looked at number 7"], "policy": "rates 2", "policy's text says": "after the spring review",
        "evidence": {"performance.accuracy": 0.93}, "the evidence is about the same files": True, "replaced": 6, "replaced by": 8,
    }
    assert story["since"] < then


def reconstruct(export, key, moment):
    """What a person does with README.txt and a text editor: leaves of the log by time, payloads by index, files by digest."""
    _, leaves = read_log(lambda path: (export / "ledger" / path).read_bytes(), Verifier(key))
    leaves, told = [json.loads(leaf) for leaf in leaves], payloads(export)
    names = {payload["user"]: payload["name"] for index, payload in told.items() if leaves[index]["kind"] == "user.created"}
    changes = [index for index in sorted(told) if leaves[index]["kind"] == "stage.changed" and told[index]["to"] == "Production"]
    last = [index for index in changes if leaves[index]["time"] <= moment][-1]
    after = [index for index in changes if index > last][0]
    taken, gate = told[last], told[last]["gate"]

    def of(kind):
        return [payload for index, payload in told.items() if leaves[index]["kind"] == kind]

    approvals = [payload for payload in of("approval.given") if payload["approval"] in gate["approvals"]]
    claim, = gate["claims"]
    evidence, = [payload for payload in of("evidence.recorded") if payload["claim"] == claim]
    policy, = gate["policies"]
    text = (export / f"policies/{policy['digest']}.yaml").read_text()
    return {
        "version": taken["version"], "since": leaves[last]["time"], "asked by": names[leaves[last]["actor"]],
        "approved by": [names[approval["approver"]] for approval in approvals],
        "in the approver's words": [approval["comment"] for approval in approvals],
        "policy": f"{policy['name']} {policy['version']}",
        "policy's text says": next(line.split(": ", 1)[1] for line in text.splitlines() if line.startswith("description: ")),
        "evidence": {reason["requirement"]: reason["result"]["value"] for reason in policy["reasons"] if "result" in reason},
        "the evidence is about the same files": evidence["manifest"] == taken["manifest"] == approvals[0]["binding"]["manifest"],
        "replaced": told[changes[changes.index(last) - 1]]["version"], "replaced by": told[after]["version"],
    }
