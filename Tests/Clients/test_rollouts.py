"""Rollouts end to end: drawn alike for the same unit, counted once, back by themselves when worse, into their place through the gate."""

import json
import os
import signal
import struct
import threading
import time

import pytest
import requests
from house import House
from test_gateway import Gateway, eventually, log, promote

POLICY = """
assay: policy/v1
name: people
version: "1"
applies-to: {models: ["*"], stages: [Production]}
approvals:
  - {role: validator, count: 1}
"""

# Takes a column that nobody sends: every request is refused.
DEMANDING = """
import mlflow, numpy, pandas
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression
draw = numpy.random.default_rng(3)
rows = pandas.DataFrame({"a": draw.normal(size=50), "b": draw.normal(size=50), "c": draw.normal(size=50)})
answer = (rows.a > 0).astype(int)
mlflow.set_experiment("gateway")
with mlflow.start_run():
    mlflow.sklearn.log_model(LogisticRegression().fit(rows, answer), name="model", registered_model_name="loans",
                             signature=infer_signature(rows, answer))
"""

DOCUMENT = """
assay: rollout/v1
model: loans
candidate: {candidate}
strategy: {strategy}
rationale: a test
targets: [stage Production]
{more}
"""

CANARY = """
steps:
  - {share: 20%, requests: 10}
  - {share: 50%, requests: 20}
guards: [{on: errors, margin: 0.3}]
automatic: [promote, rollback]
"""


class Load:
    """Requests from several threads, each with a unit of its own in every request, until the block ends."""

    def __init__(self, gateway, threads=3, pause=0.0, unit=True):
        self.gateway, self.pause, self.unit = gateway, pause, unit
        self.stop, self.lock = threading.Event(), threading.Lock()
        self.statuses, self.arms, self.models = [], [], []
        self.threads = [threading.Thread(target=self.keep_asking, args=(number,)) for number in range(threads)]

    def keep_asking(self, number):
        session, count = requests.Session(), 0
        while not self.stop.is_set():
            count += 1
            headers = {"Assay-Unit": f"unit-{number}-{count}"} if self.unit else {}
            answer = session.post(self.gateway.url + "/models/loans/invocations", headers=headers, timeout=60,
                                  json={"dataframe_split": {"columns": ["a", "b"], "data": [[count + 0.5, 0.0]]}})
            with self.lock:
                self.statuses.append(answer.status_code)
                self.arms.append(answer.headers.get("Assay-Arm"))
                self.models.append(answer.headers.get("Assay-Model"))
            time.sleep(self.pause)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        for thread in self.threads:
            thread.join()


def write(house, candidate, strategy, more=""):
    path = house.folder / f"rollout-{time.monotonic_ns()}.yaml"
    path.write_text(DOCUMENT.format(candidate=candidate, strategy=strategy, more=more))
    return str(path)


def start(house, candidate, strategy, more="", check=0, who="ana"):
    done = house.assay("rollout", "start", write(house, candidate, strategy, more), "--format", "json", "--server", house.url, who=who, check=check)
    return json.loads(done.stdout)["id"] if check == 0 else done.stderr


def show(house, rollout):
    status, answer = house.http("GET", f"/api/assay/v1/rollouts/{rollout}", who="otto")
    assert status == 200, answer
    return answer


def approve(house, candidate):
    target = {"stage": "Production"}
    asked = house.http("POST", "/api/assay/v1/requests", {"model": "loans", "version": candidate, "target": target}, who="ana")[1]
    status, answer = house.http("POST", "/api/assay/v1/approvals", {"request": asked["id"]}, who="vera")
    assert status == 201, answer


def carried(gateway):
    models = requests.get(gateway.url + "/models", timeout=30).json()["models"]
    return {one["id"]: one for model in models for one in model["rollouts"]}


def counted(house, rollout, *names):
    tallies = show(house, rollout)["tallies"].values()
    return sum(tally[name] for tally in tallies for name in names)


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
    eventually(lambda: counted(house, rollout, "compared") == 83)
    tally = show(house, rollout)["tallies"]["0"]
    assert tally["candidate_requests"] == tally["baseline_requests"] == tally["judged"] == tally["candidate_drawn"] == 43, tally
    assert tally["candidate_errors"] == 0 and 40 <= tally["agreed"] <= 83 and tally["dropped"] == 0, tally
    assert requests.post(gateway.url + "/models/loans/invocations", data="{", timeout=30).status_code in (400, 415)
    eventually(lambda: counted(house, rollout, "candidate_errors") == 1 and counted(house, rollout, "baseline_errors") == 1)
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


def test_the_log_tells_all_of_it(house):
    house.stop()
    done = house.assay("audit", "verify", "--data-dir", str(house.data), check=None)
    house.start()
    assert done.returncode == 0, done.stdout + done.stderr
