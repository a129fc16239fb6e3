"""Batches: a rollout's candidate scores data sets in jobs; each data set counts once, guards judge, and the place is taken through the gate."""

import io
import os
import signal
import subprocess
import time

import pandas
import pytest
import requests
from house import BINARY, House
from rollouts import DEMANDING, approve, carried, counted, show, start
from test_gateway import Gateway, eventually, log, promote
from test_gateway_jobs import Desk, big, encoded, key, table
from test_rollouts import POLICY

WHOLE = "steps: [{{share: 100%, requests: {requests}}}]\nguards: [{{on: errors, max: 0.9}}]\nadvance: unless-worse\nautomatic: [{automatic}]"


@pytest.fixture(scope="module")
def house():
    house = House()
    house.start()
    status, answer = house.http("POST", "/api/assay/v1/policies", {"policy": POLICY}, who="petra")
    assert status == 201, answer
    house.add("edge", "gateway")
    house.assay("role", "create", "records", "--verb", "read,read_sensitive", "--server", house.url, who="root")
    house.add("rita", "records")
    log(house, "loans")
    log(house, "loans", sign="-", seed=2)
    house.python(DEMANDING, who="ana")
    log(house, "loans", model="RandomForestClassifier(5, max_depth=3, random_state=0)", more=", serialization_format='cloudpickle'")
    promote(house, "loans", 1, {"stage": "Production"})
    yield house
    house.remove()


@pytest.fixture(scope="module")
def gateway(house):
    with Gateway(house, "--jobs", str(house.folder / "jobs"), "--records", str(house.folder / "records"), "--model", "loans", who="edge") as gateway:
        yield gateway


@pytest.fixture(autouse=True)
def ended(house):
    """What one test leaves is not in the next one's way."""
    yield
    for one in house.http("GET", "/api/assay/v1/rollouts?in_force=true", who="otto")[1]["rollouts"]:
        house.assay("rollout", "stop", one["id"], "--reason", "the test is over", "--server", house.url, who="ana")


@pytest.fixture(scope="module")
def desk(gateway):
    return Desk(gateway, "none")


def scored(desk, rows, path="/models/loans/jobs", type="text/csv", **headers):
    answer = desk.submit(rows if isinstance(rows, bytes) else encoded(rows, type), path, type=type, **headers)
    assert answer.status_code == 202, answer.text
    return desk.ended(answer.json()["id"])


def stop(house, gateway, rollout):
    house.assay("rollout", "stop", rollout, "--reason", "seen", "--server", house.url, who="ana")
    eventually(lambda: rollout not in carried(gateway))


def records(house, batch):
    done = subprocess.run([BINARY, "predictions", "export", "--server", house.url, "-m", "loans"], capture_output=True, text=True,
                          env=house.environment("rita"), timeout=60)
    assert done.returncode == 0, done.stderr
    found = pandas.read_csv(io.StringIO(done.stdout), low_memory=False) if done.stdout else pandas.DataFrame()
    return found[found["@batch"] == batch] if "@batch" in found else found[:0]


def test_what_a_document_may_say(house):
    for more, words in [("guards: [{on: errors, margin: 0.1}]", "at 100% the baseline scores no job"), ("guards: [{on: agreement, min: 0.5}]", "only a shadow"),
                        ("automatic: [promote]", "needs 'guards'"), ("steps: [{share: 50%, requests: 1}, {share: 20%, requests: 1}]", "larger share")]:
        assert words in start(house, 2, "batch", more, check=2), more
    # It scores what people are decided by, so the gate stands before it.
    words = start(house, 2, "batch", WHOLE.format(requests=1, automatic=""), check=1)
    assert "approvals by validator: 0 of 1" in words, words
    template = house.assay("rollout", "template", "loans", "2", "--strategy", "batch").stdout
    assert "max: 0.05" in template and "advance: unless-worse" in template, template


def test_jobs_alone_are_the_candidates_and_a_data_set_counts_once(house, gateway, desk):
    approve(house, 2)
    rollout = start(house, 2, "batch", WHOLE.format(requests=1000, automatic="rollback"))
    eventually(lambda: rollout in carried(gateway))
    rows = table(500)
    job = scored(desk, rows)
    assert (job["state"], job["version"], job["arm"], job["rollout"]) == ("succeeded", 2, "candidate", rollout), job
    found = desk.get(f"/jobs/{job['id']}/result")
    assert found.headers["Assay-Model"] == "loans/2" and found.headers["Assay-Arm"] == "candidate"
    # The two versions differ a little.
    answer = gateway.ask("/models/loans/invocations", rows=rows[["a", "b"]].values.tolist())
    assert answer.headers["Assay-Model"] == "loans/1" and "Assay-Arm" not in answer.headers
    first = pandas.Series(answer.json()["predictions"])
    assert (first != pandas.read_csv(io.BytesIO(found.content))["prediction"]).any()
    eventually(lambda: len(records(house, job["batch"])) == 500)
    assert set(records(house, job["batch"])["@arm"]) == {"candidate"}
    job_batch = job["batch"]
    # What names a version is that version's, and no rollout's.
    job = scored(desk, rows, "/models/loans/versions/1/jobs")
    assert (job["version"], job["arm"], job["rollout"]) == (1, None, None), job
    # The same data set again is scored again, and is no other observation.
    again = scored(desk, rows)
    assert again["arm"] == "candidate" and again["batch"] == job_batch and again["batch"].startswith("data-")
    eventually(lambda: len(records(house, again["batch"])) == 1_000)
    other = scored(desk, table(500, seed=1))
    assert other["batch"] != again["batch"]
    eventually(lambda: counted(house, rollout, "candidate_requests") == 2)
    time.sleep(3)
    assert counted(house, rollout, "candidate_requests") == 2 and counted(house, rollout, "baseline_requests", "candidate_errors") == 0
    assert "candidate of the rollout" in subprocess.run([BINARY, "gateway-job", "list", "--gateway", gateway.url], capture_output=True, text=True).stdout
    # Nor is it one for a gateway that starts anew over the same folder.
    with Gateway(house, "--jobs", str(house.folder / "jobs-2"), "--model", "loans", who="edge") as second:
        assert scored(Desk(second, "none"), table(50, seed=9))["arm"] == "candidate"
    eventually(lambda: counted(house, rollout, "candidate_requests") == 3)
    with Gateway(house, "--jobs", str(house.folder / "jobs-2"), "--model", "loans", who="edge") as second:
        assert scored(Desk(second, "none"), table(50, seed=9))["arm"] == "candidate"
        assert scored(Desk(second, "none"), table(50, seed=8))["arm"] == "candidate"
    assert counted(house, rollout, "candidate_requests") == 4
    stop(house, gateway, rollout)
    assert scored(desk, rows)["arm"] is None


def test_what_neither_takes_is_nobodys_error_and_a_bad_candidate_goes_back(house, gateway, desk):
    approve(house, 3)
    rollout = start(house, 3, "batch", "steps: [{share: 50%, requests: 1000}]\nguards: [{on: errors, margin: 0.2}]")
    eventually(lambda: rollout in carried(gateway))
    for number, body in enumerate([b"a\n1\n", b"a,b\n1,2,3\n", b"a,b\n1,hello\n", b"nothing", b"a,b\n1,2\n1,x\n", os.urandom(100)]):
        for unit in range(4):
            assert scored(desk, body + b"\n" * unit, **{"Assay-Unit": f"{number}-{unit}"})["state"] == "failed"
    assert scored(desk, b"a,b\n")["state"] in ("succeeded", "failed")
    # A unit is drawn alike, whatever it hands in.
    arms = [scored(desk, table(5, seed=seed), **{"Assay-Unit": "somebody"})["arm"] for seed in range(4)]
    assert len(set(arms)) == 1, arms
    seen, number = [], 0
    while show(house, rollout)["state"] == "running" and number < 400:
        number += 1
        job = scored(desk, f"a,b\n{number},1\n".encode())
        seen.append((job["arm"], job["state"], job["version"]))
    assert show(house, rollout)["state"] == "rolled-back", show(house, rollout)
    assert show(house, rollout)["reason"].startswith("errors: 1 ("), show(house, rollout)["reason"]
    assert {one for one in seen if one[0]} == {("candidate", "failed", 3), ("baseline", "succeeded", 1)}
    eventually(lambda: rollout not in carried(gateway))
    assert scored(desk, b"a,b\n0.5,1\n")["version"] == 1
    tally = show(house, rollout)["tallies"]["0"]
    # All of what the candidate scored failed, a table without rows among it, which the other one takes. What neither takes was not counted; the last jobs may not
    # be reported yet.
    assert tally["candidate_errors"] == tally["candidate_requests"] and tally["baseline_errors"] == 0, tally
    assert tally["baseline_requests"] + tally["candidate_requests"] <= number + 5, tally


def test_stopping_leaves_what_runs_and_takes_what_waits(house):
    approve(house, 2)
    rollout = start(house, 2, "batch", WHOLE.format(requests=1000, automatic="rollback"))
    with Gateway(house, "--jobs", str(house.folder / "jobs-4"), "--model", "loans", who="edge") as gateway:
        desk = Desk(gateway, "none")
        eventually(lambda: rollout in carried(gateway))
        running = desk.submit(big(), "/models/loans/jobs", type="application/vnd.apache.parquet").json()
        waiting = desk.submit(encoded(table(10, seed=4), "text/csv"), "/models/loans/jobs").json()
        assert (running["arm"], waiting["arm"], waiting["version"]) == ("candidate", "candidate", 2), waiting
        eventually(lambda: desk.get(f"/jobs/{running['id']}").json()["rows_done"] > 0)
        stop(house, gateway, rollout)
        job = desk.get(f"/jobs/{running['id']}").json()
        assert job["state"] == "running" and job["version"] == 2, job
        eventually(lambda: desk.get(f"/jobs/{running['id']}").json()["rows_done"] > job["rows_done"])
        desk.delete(f"/jobs/{running['id']}")
        desk.ended(running["id"])
        job = desk.ended(waiting["id"])
        assert (job["state"], job["version"], job["arm"]) == ("succeeded", 1, None), job


def test_labels_of_a_job_are_one_observation(house, gateway, desk):
    rollout = start(house, 2, "batch", "steps: [{share: 100%, requests: 1000}]\nguards: [{on: mistakes, max: 0.3}]")
    eventually(lambda: rollout in carried(gateway))
    jobs = [scored(desk, table(20_000 if number == 0 else 20, seed=100 + number)) for number in range(12)]
    assert scored(desk, table(20, seed=101))["batch"] == jobs[1]["batch"]
    eventually(lambda: len(records(house, jobs[-1]["batch"])) == 20 and len(records(house, jobs[1]["batch"])) == 40)
    lines = ["id,label"]
    for job in jobs:
        found = records(house, job["batch"])
        lines += [f"{id},{1 - value}" for id, value in zip(found["@id"], found["@prediction"].astype(float).astype(int))]
    file = house.folder / "labels.csv"
    file.write_text("\n".join(lines) + "\n")
    house.assay("labels", str(file), "--model", "loans", "--server", house.url, who="edge")
    tally = lambda: show(house, rollout)["tallies"].get("0", {})
    eventually(lambda: tally().get("candidate_labelled") == 12)
    assert tally()["candidate_mistaken"] == 12, tally()
    eventually(lambda: show(house, rollout)["state"] == "rolled-back")
    assert show(house, rollout)["reason"].startswith("mistakes: 1 ("), show(house, rollout)["reason"]


def test_a_good_candidate_takes_its_place_and_a_killed_gateway_counts_nothing_twice(house, gateway, desk):
    approve(house, 4)
    rollout = start(house, 4, "batch", WHOLE.format(requests=3, automatic="promote, rollback"))
    eventually(lambda: rollout in carried(gateway))
    # Another gateway is killed in the midst of a job: that job is no observation, and it is one when it is handed in again. The caller's rate keeps the
    # job from ending before.
    secret, digest = key("slow")
    callers = house.folder / "callers.yaml"
    callers.write_text(f'assay: callers/v1\ncallers: [{{name: slow, keys: ["{digest}"], models: [loans], limits: {{rows-per-second: 20000}}}}]\n')
    callers.chmod(0o600)
    more = ["--jobs", str(house.folder / "jobs-3"), "--callers", str(callers), "--model", "loans"]
    third = Gateway(house, *more, who="edge")
    client = Desk(third, secret)
    whole = big(300_000)
    id = client.submit(whole, "/models/loans/jobs", type="application/vnd.apache.parquet").json()["id"]
    eventually(lambda: client.get(f"/jobs/{id}").json()["rows_done"] > 0)
    os.kill(third.process.pid, signal.SIGKILL)
    third.process.wait()
    callers.write_text(callers.read_text().replace("20000", "200000"))
    with Gateway(house, *more, who="edge") as again:
        client = Desk(again, secret)
        job = client.get(f"/jobs/{id}").json()
        assert job["state"] == "failed" and job["version"] == 4 and job["arm"] == "candidate", job
        for _ in range(2):
            job = scored(client, whole, type="application/vnd.apache.parquet")
            assert (job["state"], job["version"], job["arm"]) == ("succeeded", 4, "candidate"), job
        eventually(lambda: counted(house, rollout, "candidate_requests") == 1)
    assert show(house, rollout)["state"] == "running"
    for seed in (51, 52):
        assert scored(desk, table(10, seed=seed))["arm"] == "candidate"
    eventually(lambda: show(house, rollout)["state"] == "promoted")
    eventually(lambda: rollout not in carried(gateway))
    job = scored(desk, table(10, seed=53))
    assert (job["version"], job["arm"]) == (4, None), job
    answer = gateway.ask("/models/loans/invocations")
    assert answer.headers["Assay-Model"] == "loans/4"


def test_scoring_at_a_shell_says_by_which_version(house, tmp_path):
    file = tmp_path / "rows.csv"
    file.write_text("a,b\n1,2\n")
    for address, words in [("models:/loans/Production", "scored by version 4 of loans, which holds the stage Production"), ("models:/loans/4", "")]:
        done = house.assay("score", address, str(file), "--server", house.url, who="ana")
        assert done.stdout.startswith("prediction,") and (words in done.stderr if words else "scored by" not in done.stderr), done.stderr


def test_the_log_tells_all_of_it(house):
    house.stop()
    done = house.assay("audit", "verify", "--data-dir", str(house.data), check=None)
    house.start()
    assert done.returncode == 0, done.stdout + done.stderr
