"""Rollouts end to end: drawn alike for the same unit, counted once, back by themselves when worse, into their place through the gate."""

import json
import os
import re
import signal
import struct
import time

import pytest
import requests
from house import House
from rollouts import CANARY, DEMANDING, Load, approve, carried, counted, show, start
from test_gateway import Gateway, eventually, log, promote

POLICY = """
assay: policy/v1
name: people
version: "1"
applies-to: {models: ["*"], stages: [Production]}
approvals:
  - {role: validator, count: 1}
"""


@pytest.fixture(scope="module")
def house():
    house = House()
    house.start()
    status, answer = house.http("POST", "/api/assay/v1/policies", {"policy": POLICY}, who="petra")
    assert status == 201, answer
    printed = house.assay("user", "create", "edge", "--service", "--role", "gateway", "--server", house.url, who="root").stdout
    house.tokens["edge"] = house._token(printed)
    log(house, "loans")
    log(house, "loans", seed=2)
    house.python(DEMANDING, who="ana")
    log(house, "loans", sign="-", seed=4)
    promote(house, "loans", 1, {"stage": "Production"})
    yield house
    house.remove()


@pytest.fixture(scope="module")
def gateway(house):
    with Gateway(house, who="edge") as gateway:
        yield gateway


def test_mistakes_are_told_before_anybody_is_asked(house):
    words = start(house, 2, "canary", "steps: [{share: 200%, requests: 1}]", check=2)
    assert ".yaml:8:17: error: 'share' is a percentage" in words
    assert "There are none." in house.assay("rollout", "list", "--server", house.url, who="otto").stdout
    for strategy in ("batch", "real-time", "shadow", "canary", "ab", "flag"):
        text = house.assay("rollout", "template", "loans", "2", "--strategy", strategy).stdout
        status, answer = house.http("POST", "/api/assay/v1/rollouts", {"rollout": text}, who="otto")
        assert status == 403, (strategy, answer)


def test_the_gate_stands_before_what_answers_people(house):
    words = start(house, 2, "canary", CANARY, check=1)
    assert "approvals by validator: 0 of 1" in words and "assay model approve" in words, words
    status, answer = house.http("GET", "/api/assay/v1/requests?state=open&model=loans", who="otto")
    assert [(one["version"], one["target"]) for one in answer["requests"]] == [(2, "stage Production")], answer


def test_who_may_what(house):
    rollout = start(house, 2, "shadow")
    path = f"/api/assay/v1/rollouts/{rollout}"
    report = {"gateway": "ab" * 16, "sequence": 1, "tallies": {"0": {"candidate_requests": 5, "compared": 5, "agreed": 5}}}
    for who in ("ana", "vera", "petra", "otto", "root"):
        status, answer = house.http("POST", path + "/observations", report, who=who)
        assert status == 403 and "observe" in answer["message"], (who, answer)
    for body, words in [({**report, "gateway": "x"}, "gateway"), ({**report, "sequence": 0}, "sequence"), ({**report, "tallies": {"7": {}}}, "no step 7"),
                        ({**report, "tallies": {"0": {"hope": 1}}}, "no 'hope'"), ({**report, "tallies": {"0": {"compared": 1, "agreed": 2}}}, "more than")]:
        status, answer = house.http("POST", path + "/observations", body, who="edge")
        assert status == 400 and words in answer["message"], answer
    for verb in ("stop", "rollback", "promotion"):
        for who in ("edge", "otto"):
            status, answer = house.http("POST", f"{path}/{verb}", {"reason": "I like it"}, who=who)
            assert status == 403, (verb, who, answer)
    assert start(house, 2, "ab", check=1, who="otto")
    printed = house.assay("rollout", "stop", rollout, "--reason", "enough", "--server", house.url, who="ana").stdout
    assert "stopped" in printed
    assert "rollout.started" in house.assay("rollout", "show", rollout, "--server", house.url, who="otto").stdout


def test_a_shadow_answers_nobody_and_is_compared(house, gateway):
    rollout = start(house, 4, "shadow", "guards: [{on: errors, margin: 0.5}, {on: agreement, min: 0.1}, {on: outcome, label: '1', margin: 1}]")
    eventually(lambda: rollout in carried(gateway))
    assert gateway.ask("/models/loans/versions/4/invocations").status_code == 404
    rows = [[(-1) ** row * (row + 1) / 10, 3.0 * (-1) ** (row // 2)] for row in range(40)]
    expected = gateway.ask("/models/loans/invocations", rows=rows)
    assert "Assay-Arm" not in expected.headers and expected.headers["Assay-Model"] == "loans/1"
    for row in rows:
        assert gateway.ask("/models/loans/invocations", rows=[row]).headers["Assay-Model"] == "loans/1"
    tensor = {"inputs": [{"name": "m", "shape": [2, 2], "datatype": "FP64", "data": [1.0, 0.0, -1.0, 0.0]}]}
    assert requests.post(gateway.url + "/v2/models/loans/infer", json=tensor, timeout=30).status_code == 200
    head = json.dumps({"inputs": [{"name": "m", "shape": [1, 2], "datatype": "FP64", "parameters": {"binary_data_size": 16}}],
                       "parameters": {"binary_data_output": True}}).encode()
    answer = requests.post(gateway.url + "/v2/models/loans/infer", data=head + struct.pack("<2d", 1, 0), timeout=30,
                           headers={"Inference-Header-Content-Length": str(len(head))})
    assert answer.status_code == 200, answer.text
    # What names a version is that version's.
    assert gateway.ask("/models/loans/versions/1/invocations").status_code == 200
    # Forty rows and two of the tensors; those that were sent again are copies, and say nothing new.
    eventually(lambda: counted(house, rollout, "candidate_requests") == 43)
    tally = show(house, rollout)["tallies"]["0"]
    assert tally["candidate_requests"] == tally["baseline_requests"] == tally["candidate_drawn"] == 43, tally
    assert tally["compared"] == 42 and tally["judged"] == 2 and tally["agreed"] <= 42 and tally["dropped"] == 0, tally
    # One row a thousand times is one prediction, in one request or in many.
    assert gateway.ask("/models/loans/invocations", rows=[[77.0, 7.0]] * 1000).status_code == 200
    for _ in range(5):
        assert gateway.ask("/models/loans/invocations", rows=[[77.0, 7.0]] * 10).status_code == 200
    eventually(lambda: counted(house, rollout, "candidate_requests") == 49)
    tally = show(house, rollout)["tallies"]["0"]
    assert tally["compared"] == 43 and tally["judged"] == 3, tally
    # What neither version takes is nobody's error.
    for body in ("{", '{"dataframe_split": {"columns": ["z"], "data": [[1]]}}'):
        answer = requests.post(gateway.url + "/models/loans/invocations", data=body, timeout=30, headers={"Content-Type": "application/json"})
        assert answer.status_code == 400, answer.text
    assert gateway.ask("/models/loans/invocations", rows=[[78.0, 7.0]]).status_code == 200
    eventually(lambda: counted(house, rollout, "compared") == 44)
    tally = show(house, rollout)["tallies"]["0"]
    assert tally["candidate_requests"] == tally["baseline_requests"] == 50, tally
    assert tally["candidate_errors"] == tally["baseline_errors"] == 0, tally
    house.assay("rollout", "stop", rollout, "--reason", "seen", "--server", house.url, who="ana")
    eventually(lambda: not carried(gateway))


def test_a_good_canary_takes_its_place_by_itself(house, gateway):
    approve(house, 2)
    rollout = start(house, 2, "canary", CANARY)
    eventually(lambda: rollout in carried(gateway))
    ask = lambda unit: gateway.ask("/models/loans/invocations", headers={"Assay-Unit": unit}).headers
    arms = {f"u{number}": ask(f"u{number}")["Assay-Arm"] for number in range(60)}
    assert 2 <= list(arms.values()).count("candidate") <= 28, arms
    for unit, arm in list(arms.items())[:10]:
        headers = ask(unit)
        assert headers["Assay-Arm"] == arm and headers["Assay-Model"] == f"loans/{2 if arm == 'candidate' else 1}"
    with Load(gateway) as load:
        eventually(lambda: show(house, rollout)["state"] == "promoted", 90)
        eventually(lambda: load.models[-1] == "loans/2" and not carried(gateway))
    assert set(load.statuses) == {200}
    assert {"loans/1", "loans/2"} == set(load.models)
    kinds = [entry["kind"] for entry in show(house, rollout)["history"]]
    assert kinds == ["rollout.started", "rollout.advanced", "rollout.promoted"], kinds


def test_units_of_a_smaller_share_stay_in_a_larger_one(house, gateway):
    approve(house, 1)
    rollout = start(house, 1, "canary", "steps: [{share: 20%, requests: 30}, {share: 60%, requests: 100000}]")
    eventually(lambda: rollout in carried(gateway))
    ask = lambda unit: gateway.ask("/models/loans/invocations", headers={"Assay-Unit": unit}).headers["Assay-Arm"]
    first = {f"u{number}": ask(f"u{number}") for number in range(60)}
    with Load(gateway):
        eventually(lambda: carried(gateway).get(rollout, {}).get("share") == 6000)
    second = {unit: ask(unit) for unit in first}
    assert all(second[unit] == "candidate" for unit, arm in first.items() if arm == "candidate")
    assert list(second.values()).count("candidate") > list(first.values()).count("candidate")
    house.assay("rollout", "stop", rollout, "--reason", "seen", "--server", house.url, who="ana")
    eventually(lambda: not carried(gateway))


def test_a_bad_canary_goes_back_by_itself(house, gateway):
    approve(house, 3)
    rollout = start(house, 3, "canary", CANARY)
    eventually(lambda: rollout in carried(gateway))
    with Load(gateway) as load:
        eventually(lambda: show(house, rollout)["state"] == "rolled-back")
        eventually(lambda: not carried(gateway))
        before = len(load.statuses)
        eventually(lambda: len(load.statuses) > before + 20)
    assert set(load.statuses[before + 5:]) == {200} and 400 in load.statuses
    seen = show(house, rollout)
    assert "errors: 1 (" in seen["reason"] and seen["next"] is None, seen
    assert gateway.ask("/models/loans/invocations").headers["Assay-Model"] == "loans/2"


def test_what_nobody_takes_neither_ends_a_rollout_nor_hides_it(house, gateway):
    rollout = start(house, 1, "ab", "guards: [{on: errors, margin: 0.05}]")
    eventually(lambda: rollout in carried(gateway))
    url = gateway.url + "/models/loans/invocations"
    malformed = [("{", "application/json"), ("a,b\n", "text/plain"), ('{"dataframe_split": {"columns": ["a"], "data": [[1]]}}', "application/json"),
                 ('{"dataframe_split": {"columns": ["a", "b"], "data": [["x", 1]]}}', "application/json")]
    arms = set()
    for number in range(120):
        body, kind = malformed[number % len(malformed)]
        answer = requests.post(url, data=body, timeout=30, headers={"Content-Type": kind, "Assay-Unit": f"unit-{number}"})
        assert answer.status_code in (400, 415), answer.text
        arms.add(answer.headers.get("Assay-Arm"))
    assert {"candidate", "baseline"} <= arms
    for number in range(10):
        assert gateway.ask("/models/loans/invocations", headers={"Assay-Unit": f"unit-{number}"}).status_code == 200
    eventually(lambda: counted(house, rollout, "candidate_requests", "baseline_requests") == 10)
    time.sleep(3)
    assert counted(house, rollout, "candidate_requests", "baseline_requests") == 10
    assert counted(house, rollout, "candidate_errors", "baseline_errors", "dropped") == 0
    assert show(house, rollout)["state"] == "running"
    house.assay("rollout", "stop", rollout, "--reason", "seen", "--server", house.url, who="ana")
    eventually(lambda: not carried(gateway))


def test_a_bad_candidate_that_answers_everybody_goes_back(house, gateway):
    words = start(house, 3, "real-time", "guards: [{on: errors, margin: 0.3}]", check=2)
    assert "nothing to compare with" in words, words
    text = house.assay("rollout", "template", "loans", "3", "--strategy", "real-time").stdout
    assert "max: 0.05" in text, text
    approve(house, 3)
    path = house.folder / "real-time.yaml"
    path.write_text(text)
    rollout = json.loads(house.assay("rollout", "start", str(path), "--format", "json", "--server", house.url, who="ana").stdout)["id"]
    eventually(lambda: rollout in carried(gateway))
    with Load(gateway) as load:
        eventually(lambda: show(house, rollout)["state"] == "rolled-back")
        eventually(lambda: not carried(gateway))
        before = len(load.statuses)
        eventually(lambda: len(load.statuses) > before + 20)
    assert set(load.statuses[before + 5:]) == {200} and 400 in load.statuses
    seen = show(house, rollout)
    assert seen["reason"].startswith("errors: 1 (") and "more than 0.05" in seen["reason"], seen["reason"]
    assert seen["tallies"]["0"]["baseline_requests"] == 0, seen["tallies"]


def test_a_flag_answers_whoever_asks_for_it(house, gateway):
    rollout = start(house, 1, "flag")
    eventually(lambda: rollout in carried(gateway))
    for wish, version in [("candidate", 1), ("baseline", 2), ("else", 2), (None, 2)]:
        headers = gateway.ask("/models/loans/invocations", headers={"Assay-Arm": wish} if wish else {}).headers
        assert headers["Assay-Model"] == f"loans/{version}" and headers["Assay-Arm"] == ("candidate" if version == 1 else "baseline")
    printed = house.assay("rollout", "rollback", rollout, "--reason", "it is slow", "--server", house.url, who="ana").stdout
    assert "rolled-back" in printed
    eventually(lambda: gateway.ask("/models/loans/invocations", headers={"Assay-Arm": "candidate"}).headers["Assay-Model"] == "loans/2")


def test_stopping_under_load_loses_no_request(house, gateway):
    rollout = start(house, 1, "ab")
    eventually(lambda: rollout in carried(gateway))
    with Load(gateway, threads=4) as load:
        eventually(lambda: {"candidate", "baseline"} <= set(load.arms))
        house.assay("rollout", "stop", rollout, "--reason", "seen", "--server", house.url, who="ana")
        eventually(lambda: not carried(gateway))
        before = len(load.arms)
        eventually(lambda: len(load.arms) > before + 20)
    assert set(load.statuses) == {200}
    assert set(load.arms[before + 5:]) == {None}
    # Every one of them was counted, and once.
    arms = len([arm for arm in load.arms if arm])
    eventually(lambda: counted(house, rollout, "candidate_requests", "baseline_requests") == arms)


def test_while_the_registry_is_away_counts_are_kept(house, gateway):
    rollout = start(house, 1, "ab")
    eventually(lambda: rollout in carried(gateway))
    for _ in range(5):
        assert gateway.ask("/models/loans/invocations").headers["Assay-Arm"]
    eventually(lambda: counted(house, rollout, "candidate_requests", "baseline_requests") == 5)
    house.stop()
    try:
        time.sleep(2.5)
        for _ in range(20):
            assert gateway.ask("/models/loans/invocations").headers["Assay-Arm"]
        time.sleep(2.5)
        assert rollout in carried(gateway)
    finally:
        house.start()
    eventually(lambda: counted(house, rollout, "candidate_requests", "baseline_requests") == 25)
    time.sleep(4)
    assert counted(house, rollout, "candidate_requests", "baseline_requests") == 25
    house.assay("rollout", "stop", rollout, "--reason", "seen", "--server", house.url, who="ana")
    eventually(lambda: not carried(gateway))


def test_a_gateway_that_is_killed_loses_what_it_had_not_said(house):
    gateway = Gateway(house, "--model", "loans", who="edge")
    rollout = start(house, 1, "ab")
    eventually(lambda: rollout in carried(gateway))
    for _ in range(30):
        assert gateway.ask("/models/loans/invocations").status_code == 200
    eventually(lambda: counted(house, rollout, "candidate_requests", "baseline_requests") == 30)
    for _ in range(3):
        assert gateway.ask("/models/loans/invocations").status_code == 200
    os.kill(gateway.process.pid, signal.SIGKILL)
    gateway.process.wait()
    with Gateway(house, "--model", "loans", who="edge") as again:
        for _ in range(10):
            assert again.ask("/models/loans/invocations").status_code == 200
        eventually(lambda: counted(house, rollout, "candidate_requests", "baseline_requests") >= 40)
    total = counted(house, rollout, "candidate_requests", "baseline_requests")
    assert 40 <= total <= 43
    house.assay("rollout", "stop", rollout, "--reason", "seen", "--server", house.url, who="ana")


def test_what_a_gateway_counted_last_is_said_when_it_ends(house):
    rollout = start(house, 1, "ab")
    with Gateway(house, "--model", "loans", who="edge") as gateway:
        assert rollout in carried(gateway)
        for _ in range(7):
            assert gateway.ask("/models/loans/invocations").status_code == 200
    assert counted(house, rollout, "candidate_requests", "baseline_requests") == 7
    house.assay("rollout", "stop", rollout, "--reason", "seen", "--server", house.url, who="ana")


def test_later_labels_roll_a_candidate_back(house, tmp_path):
    approve(house, 4)
    with Gateway(house, "--model", "loans", "--records", str(tmp_path / "records"), who="edge") as gateway:
        rollout = start(house, 4, "ab", "guards: [{on: mistakes, margin: 0.1}]")
        eventually(lambda: rollout in carried(gateway))
        asked = []
        for number in range(120):
            # Two rows, of which one is judged.
            rows = [[(-1) ** number * (1 + number), 0.0]] * 2
            answer = gateway.ask("/models/loans/invocations", rows=rows, headers={"Assay-Unit": f"unit-{number}"})
            assert answer.status_code == 200
            asked.append((answer.headers["Assay-Record"], answer.headers["Assay-Arm"], answer.json()["predictions"]))
        arms = [arm for _, arm, _ in asked]
        assert 30 < arms.count("candidate") < 90
        report = {"gateway": "ab" * 16, "sequence": 1, "tallies": {"0": {"candidate_labelled": 5}}}
        status, told = house.http("POST", f"/api/assay/v1/rollouts/{rollout}/observations", report, who="edge")
        assert status == 400 and "by no gateway" in told["message"], told

        def label(part):
            # What the baseline says is what was: the candidate says the contrary.
            file = house.folder / "outcomes.csv"
            file.write_text("id,label\n" + "".join(
                f"{record}-{row},{value if arm == 'baseline' else 1 - value}\n" for record, arm, values in part for row, value in enumerate(values)))
            return house.assay("labels", str(file), "--model", "loans", "--server", house.url, who="edge", check=None)

        eventually(lambda: label(asked[:10]).returncode == 0)
        first = {arm: arms[:10].count(arm) for arm in ("candidate", "baseline")}
        tally = lambda: show(house, rollout)["tallies"].get("0", {})
        eventually(lambda: tally().get("candidate_labelled", 0) + tally().get("baseline_labelled", 0) == 10)
        assert (tally()["candidate_labelled"], tally()["candidate_mistaken"]) == (first["candidate"],) * 2, tally()
        assert (tally()["baseline_labelled"], tally()["baseline_mistaken"]) == (first["baseline"], 0), tally()
        # Labels that say the same again count once.
        assert label(asked[:10]).returncode == 0 and label(asked[10:]).returncode == 0
        eventually(lambda: show(house, rollout)["state"] == "rolled-back")
        seen = show(house, rollout)
        assert seen["reason"].startswith("mistakes: 1 ("), seen["reason"]
        assert seen["tallies"]["0"]["candidate_labelled"] <= arms.count("candidate")
        assert "mistakes: 1 (" in house.http("GET", "/models/loans/operations", who="otto")[1]


def test_what_the_page_and_prometheus_show(house):
    text = house.http("GET", "/models/loans/operations", who="otto")[1]
    for words in ("rolled-back", "promoted", "stopped", "canary: version 3 against version 2, step 1 of", "errors: 1 ("):
        assert words in text, words
    numbers = house.http("GET", "/metrics", who="root")[1]
    states = dict(re.findall(r'assay_rollout_state\{rollout="([0-9a-f]+)".*state="([a-z-]+)"\} 1', numbers))
    listed = {id: show(house, id) for id in states}
    assert len(listed) >= 8 and {id: one["state"] for id, one in listed.items()} == states
    for id, one in listed.items():
        for arm in ("candidate", "baseline"):
            for name in ("requests", "errors"):
                [value] = re.findall(rf'assay_rollout_{name}_total\{{rollout="{id}",.*arm="{arm}"\}} (\d+)', numbers)
                assert int(value) == sum(tally[f"{arm}_{name}"] for tally in one["tallies"].values()), (id, arm, name)
    # None is under way, so none has a share.
    assert "assay_rollout_share_ratio{" not in numbers
    assert start(house, 1, "flag") in house.http("GET", "/metrics", who="root")[1].split("assay_rollout_share_ratio{", 1)[1]


def test_the_log_tells_all_of_it(house):
    house.stop()
    done = house.assay("audit", "verify", "--data-dir", str(house.data), check=None)
    house.start()
    assert done.returncode == 0, done.stdout + done.stderr
