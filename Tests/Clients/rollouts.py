"""Rollouts as tests ask for them: documents, load, and what the registry and a gateway say of them."""

import json
import threading
import time

import requests

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
    mlflow.sklearn.log_model(LogisticRegression().fit(rows, answer), name="model", pip_requirements=["scikit-learn"], registered_model_name="loans",
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
    # A request that an earlier rollout did not use up is still approved.
    assert status == 201 or answer.get("error_code") == "RESOURCE_ALREADY_EXISTS", answer


def carried(gateway):
    models = requests.get(gateway.url + "/models", timeout=30).json()["models"]
    return {one["id"]: one for model in models for one in model["rollouts"]}


def counted(house, rollout, *names):
    tallies = show(house, rollout)["tallies"].values()
    return sum(tally[name] for tally in tallies for name in names)
