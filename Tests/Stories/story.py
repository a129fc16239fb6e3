"""What the stories share: a server of their own with named people, who work as people do, with MLflow's client and `assay`.

A story is a file; its steps are tests that run in their order, and what comes after a step that failed is skipped.
"""

import base64
import csv
import io
import json
import os
import subprocess
import time
from pathlib import Path

import mlflow
from cases import uses
from house import BINARY, House
from mlflow.exceptions import MlflowException
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression

EXAMPLES = Path(__file__).parents[2] / "examples"
VERIFIER = Path(BINARY).with_name("assay-verify")


class Story:
    """A server, the people of one story, and what they typed."""

    def __init__(self, **people):
        """`people`: each with a role, or with several by commas. root is the administrator, otto the auditor of every story."""
        people = {"otto": "auditor", **people}
        self.house = House(people={name: roles.split(",")[0] for name, roles in people.items()})
        self.house.start()
        self.commands = []
        for name, roles in people.items():
            for role in roles.split(",")[1:]:
                self.house.assay("role", "bind", role, "--user", name, "--server", self.house.url, who="root")

    def remove(self):
        self.house.remove()

    # Commands

    def assay(self, who, *words, check=0):
        """What `assay` answers to somebody, on both outputs; `check` is the exit status, `None` where any will do."""
        self.commands.append((who, " ".join(words[:2])))
        done = self.house.assay(*map(str, words), "--server", self.house.url, who=who, check=check)
        return done.stdout + done.stderr

    def answer(self, who, *words, check=0):
        """The same as JSON."""
        return json.loads(
            self.house.assay(*map(str, words), "--format", "json", "--server", self.house.url, who=who, check=check).stdout)

    def http(self, who, method, path, body=None):
        """Status and answer of a bare request, as an insider sends it past every client."""
        return self.house.http(method, path, body, who=who)

    def publish(self, who, text, second=None):
        """A policy, or what confirms one that asks for less; the command's words."""
        file = self.house.folder / "policy.yaml"
        file.write_text(text)
        printed = self.assay(who, "policy", "publish", file)
        if second:
            self.assay(second, "role", "confirm", uses.proposal(printed))
        return printed

    def classify(self, who, model, purpose, **given):
        """By the shipped questionnaire: what asks for least, but where said otherwise."""
        path = uses.answers(self.house, model, purpose, **given)
        return self.assay(who, "model", "classify", model, "--answers", path)

    # MLflow

    def log(self, who, model, rows, features, label, table="eval/holdout.parquet", extra=(), tags=None):
        """Train on the rows, log them and the model with MLflow's fluent calls, register it; the version's number."""
        self.house.client(who)
        mlflow.set_experiment(f"work-of-{model}")
        trained = LogisticRegression().fit(rows[features], rows[label])
        with mlflow.start_run() as run:
            mlflow.log_table(rows, table)
            for name, text in dict(extra).items():
                mlflow.log_text(text, name)
            info = mlflow.sklearn.log_model(
                trained, name="model", signature=infer_signature(rows[features], trained.predict(rows[features])),
                pip_requirements=["scikit-learn"], registered_model_name=model)
        self.run = run.info.run_id
        self.trained = trained
        version = str(info.registered_model_version)
        for name, value in (tags or {}).items():
            mlflow.MlflowClient().set_model_version_tag(model, version, name, value)
        return version

    def measures(self, model, version):
        """Once all evidence is there: each check's results by their id, and the provenances."""
        evidence = self.house.wait_for_evidence(model, version)
        claims = [json.loads(base64.b64decode(one["envelope"]["payload"]))["predicate"] for one in evidence]
        return {result["id"]: result for claim in claims for result in claim["results"]}, {one["provenance"] for one in evidence}

    def promote(self, who, model, version, stage="Production"):
        """Ask with MLflow's own call: what its exception says, or `None` once the version is in its stage."""
        try:
            self.house.client(who).transition_model_version_stage(
                model, version, stage, archive_existing_versions=stage == "Production")
        except MlflowException as refusal:
            assert refusal.error_code == "PERMISSION_DENIED", refusal
            return refusal.message
        return None

    def refused(self, action, code="PERMISSION_DENIED"):
        """The words in which MLflow's client raises what the server did not do."""
        try:
            action()
        except MlflowException as refusal:
            assert refusal.error_code == code, refusal
            return refusal.message
        raise AssertionError("it was not refused")

    def approve(self, who, model, version, *more, stage="Production", check=0):
        return self.assay(who, "model", "approve", model, version, "--stage", stage, *more, check=check)

    def stage(self, model, version):
        return self.house.client("otto").get_model_version(model, version).current_stage

    # What is written down

    def entries(self):
        """Every entry of the log, with its payload, as the auditor reads it."""
        found = []
        while True:
            after = found[-1]["ordinal"] if found else 0
            status, answer = self.house.http("GET", f"/api/assay/v1/log/entries?limit=1000&after={after}", who="otto")
            assert status == 200, answer
            found += answer["entries"]
            if len(answer["entries"]) < 1000:
                return found

    def kinds(self):
        return [entry["kind"] for entry in self.entries()]

    def access(self, *question):
        """Lines of the access log."""
        printed = self.house.assay("audit", "access", *question, "--format", "csv", "--server", self.house.url, who="otto").stdout
        return list(csv.DictReader(io.StringIO(printed)))

    def published(self):
        """Until every entry stands in a signed checkpoint."""
        end = time.monotonic() + 30
        while any(entry["state"] != "published" for entry in self.entries()):
            assert time.monotonic() < end, "the log is not published"
            time.sleep(0.1)

    def carry_away(self, folder):
        """An auditor's export of everything, and the key they keep."""
        self.published()
        checkpoint = folder / "checkpoint"
        kept = self.house.assay("audit", "checkpoint", "--server", self.house.url, who="otto")
        checkpoint.write_text(kept.stdout)
        self.assay("otto", "audit", "export", "--from", "2020-01-01", "--to", "9999-12-31", "-o", folder / "export")
        return folder / "export", kept.stderr.split("key: ")[1].strip(), checkpoint


def verify(export, key, checkpoint):
    """`assay-verify` alone: no server, no variables, no working folder of ours."""
    done = subprocess.run(
        [VERIFIER, export, "--key", key, "--since", checkpoint], capture_output=True, text=True, cwd=export.parent,
        env={name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ})
    return done.returncode, done.stdout + done.stderr


def payloads(export):
    """The payloads of an export by their index, read from its text alone."""
    lines = (export / "payloads.txt").read_text().splitlines()
    return {int(index): json.loads(payload) for index, _, payload in (line.split(" ", 2) for line in lines)}
