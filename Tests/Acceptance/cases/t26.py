"""A daily monitor of equal opportunity and average odds sees late labels, breaks, raises an alert and begins training on reweighed data by a
worker; the version that results waits at the same gate until a validator approves."""

import json
import subprocess
import sys
import time
import urllib.request

from house import BINARY, House, expect, free_port

POLICY = """
assay: policy/v1
name: people
version: "1"
applies-to: {models: ["*"], stages: [Production]}
approvals:
  - {role: validator, count: 1}
separation-of-duties: true
"""
PLAN = """
assay: monitoring-plan/v1
owner: ana
monitors:
  - {id: fairness.equal_opportunity_difference, column: race, max: 0.1, window: batch, alert: [risk]}
  - {id: aif360.average_odds_difference, column: race, privileged: race=white, between: [-0.1, 0.1], window: batch, alert: [risk]}
"""
PIPELINES = """
assay: training/v1
pipelines:
  - name: fairer
    model: lending
    triggers:
      - monitor: {checks: [fairness.equal_opportunity_difference, aif360.average_odds_difference], verdict: broken}
      - schedule: daily 03:00 UTC
    start: {kind: command, run: [%(python)s, train.py]}
    reweigh: {data: rows.csv, label: approve, sensitive: race, positive: "1"}
    at-most: 2 per day
    stop-after: 3
    limit: 10m
    promote: {stage: Production}
    alert: [risk]
"""
# Whoever is not white was approved less often at the same merit, and b tells who that is.
ROWS = """
import numpy, pandas
draw = numpy.random.default_rng(26)
size = 4000
white = draw.integers(0, 2, size)
rows = pandas.DataFrame({"a": draw.normal(size=size), "b": white + draw.normal(scale=0.1, size=size)})
rows["race"] = numpy.where(white == 1, "white", "black")
rows["approve"] = (rows.a + 1.5 * (white - 0.5) + draw.normal(scale=0.3, size=size) > 0).astype(int)
rows.to_csv("rows.csv", index=False)
"""
TRAIN = """
import os, json, mlflow, pandas
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression
rows = pandas.read_csv("rows.csv")
weights = os.environ.get("ASSAY_TRAINING_WEIGHTS")
weights = pandas.read_csv(weights).weight if weights else None
assert weights is None or len(weights) == len(rows)
columns = rows[["a", "b"]]
mlflow.set_experiment("t26")
with mlflow.start_run():
    model = LogisticRegression().fit(columns, rows.approve, sample_weight=weights)
    if weights is not None:
        mlflow.log_param("check", json.loads(os.environ["ASSAY_TRAINING_REASON"])["check"])
        mlflow.log_metric("largest_weight", weights.max())
    mlflow.sklearn.log_model(model, name="model", registered_model_name="lending", signature=infer_signature(columns, rows.approve))
"""


def labels(rows):
    """Who deserved approval, known later: the model favours whites, so it misses the deserving among the others."""
    return [1 if one[0] > 0 else 0 for one in rows]


def run(_):
    house = House()
    gateway = worker = None
    try:
        house.start()
        house.add("gate", "gateway")
        house.add("trainer", "data_scientist")
        work = house.folder / "work"
        work.mkdir()
        (work / "train.py").write_text(TRAIN)
        (work / "make.py").write_text(ROWS)
        subprocess.run([sys.executable, "make.py"], cwd=work, check=True)
        status, answer = house.http("POST", "/api/assay/v1/policies", {"policy": POLICY}, who="petra")
        expect(status == 201, f"no policy: {answer}")
        subprocess.run([sys.executable, "train.py"], cwd=work, check=True, env=house.environment("ana"), capture_output=True)
        asked = house.http("POST", "/api/assay/v1/requests", {"model": "lending", "version": 1, "target": {"stage": "Production"}}, who="ana")[1]
        house.http("POST", "/api/assay/v1/approvals", {"request": asked["id"]}, who="vera")

        def promote(version, who="ana"):
            return house.http(
                "POST", "/api/2.0/mlflow/model-versions/transition-stage",
                {"name": "lending", "version": str(version), "stage": "Production", "archive_existing_versions": True}, who=who)

        status, answer = promote(1)
        expect(status == 200, f"not promoted: {answer}")
        house.assay(
            "record", "add", "monitoring_plan", "--title", "What is watched", "--model", "lending", "--text", PLAN, "--server", house.url, who="vera")
        (house.folder / "training.yaml").write_text(PIPELINES % {"python": sys.executable})
        house.assay("training", "apply", "training.yaml", "--server", house.url, who="ana", check=1)
        printed = house.assay("training", "apply", "training.yaml", "--server", house.url, who="root").stdout
        expect("Version 1 of the pipelines is in force" in printed, printed)
        worker = subprocess.Popen(
            [BINARY, "training", "work", "--server", house.url, "--directory", str(work), "--name", "night"],
            env=house.environment("trainer"), stdout=subprocess.DEVNULL, stderr=open(house.folder / "worker.log", "wb"))
        port = free_port()
        gateway = subprocess.Popen(
            [BINARY, "gateway", "--server", house.url, "--port", str(port), "--records", str(house.folder / "records"), "--record-column", "race"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=house.environment("gate"))
        gateway.stdout.readline()
        rows = [[(place % 200 - 100) / 50, float(place % 2), "white" if place % 2 else "black"] for place in range(1200)]
        body = json.dumps({"dataframe_split": {"columns": ["a", "b", "race"], "data": rows}}).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/models/lending/invocations", body, headers={"Content-Type": "application/json", "Assay-Batch": "monday"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            record = answer.headers["Assay-Record"]
        expect(record, "the batch was not recorded")

        def results():
            return house.http("GET", "/api/assay/v1/monitors/results?model=lending", who="vera")[1].get("results", [])

        def trainings():
            return house.http("GET", "/api/assay/v1/training?model=lending", who="vera")[1]["training"]

        def wait(holds, what, seconds=90):
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                found = holds()
                if found:
                    return found
                time.sleep(0.3)
            raise AssertionError(
                f"{what}: not within {seconds} s; {results()}; {trainings()}; {(house.folder / 'worker.log').read_text()[-2000:]};"
                f" {(house.folder / 'server.log').read_text()[-2000:]}")

        # Without labels there is nothing to say yet, and nothing begins.
        wait(lambda: {one["verdict"] for one in results()} == {"incomplete"} and len(results()) == 2, "the batch waits for labels")
        expect(trainings() == [], f"training began without reason: {trainings()}")
        lines = "".join(f"{record}-{place},{label}\n" for place, label in enumerate(labels(rows)))
        (house.folder / "labels.csv").write_text("id,approve\n" + lines)
        house.assay("labels", "labels.csv", "--model", "lending", "--label", "approve", "--server", house.url, who="gate")

        broken = wait(lambda: [one for one in results() if one["verdict"] == "broken"], "the labels break a limit")
        alerts = house.http("GET", "/api/assay/v1/alerts", who="vera")[1]["alerts"]
        expect(any(one["state"] == "firing" and one["key"].startswith("monitor/") for one in alerts), f"no alert: {alerts}")
        done = wait(lambda: [one for one in trainings() if one["state"] == "finished"], "a worker trains")[0]
        # Two monitors broke in one look: one begins it, the other finds it under way.
        began = [one for one in trainings() if one["state"] != "bounded"]
        expect(len(began) == 1, f"more than one training: {trainings()}")
        for one in trainings():
            expect(one["state"] != "bounded" or one["bound"] in ("under-way", "cooldown"), f"{one}")
        expect(done["version"] == 2 and done["run_id"] and done["worker"] == "night", f"{done}")
        reason = done["reason"]
        # A batch's name is the client's own and may name people; a reason has its digest.
        expect(reason["window"].startswith("batch ") and "monday" not in reason["window"], f"{reason}")
        expect(any(reason["value"] == one["value"] and reason["monitor"] == one["check"] for one in broken), f"{reason} {broken}")
        run_ = house.http("GET", f"/api/2.0/mlflow/runs/get?run_id={done['run_id']}", who="vera")[1]["run"]["data"]
        expect({"key": "assay.training", "value": done["id"]} in run_["tags"], f"{run_['tags']}")
        expect({"key": "check", "value": reason["check"]} in run_["params"], f"{run_['params']}")
        largest = [one["value"] for one in run_["metrics"] if one["key"] == "largest_weight"]
        expect(largest and largest[0] > 1.05, f"not trained on reweighed rows: {run_['metrics']}")

        # The gate was asked and waits for a person, who is not the account that made it; nothing was promoted by itself.
        asked = wait(lambda: (trainings() and [one for one in trainings() if one["request"]]), "the gate is asked")[0]["request"]
        status, answer = promote(2)
        expect(status == 403, f"promoted without approval: {status} {answer}")
        status, answer = house.http("POST", "/api/assay/v1/approvals", {"request": asked}, who="trainer")
        expect(status == 403, f"its maker approved: {status} {answer}")
        status, answer = house.http("POST", "/api/assay/v1/approvals", {"request": asked}, who="vera")
        expect(status in (200, 201), f"no approval: {answer}")
        status, answer = promote(2)
        expect(status == 200, f"not promoted with approval: {answer}")
        history = house.assay("model", "history", "lending", "--server", house.url, who="vera").stdout
        for kind in ("alert.fired", "training.triggered", "training.started", "training.registered", "training.finished", "request.decided"):
            expect(kind in history, f"no {kind}: {history}")
        shown = house.assay("training", "show", done["id"], "--server", house.url, who="vera").stdout
        expect("version 2" in shown and reason["value"] in shown, shown)
    finally:
        for process in (gateway, worker):
            if process:
                process.terminate()
                process.wait(30)
        house.remove()
