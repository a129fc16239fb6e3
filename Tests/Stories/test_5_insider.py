"""mallory makes models, is a validator too, knows the API, and at last has the machine. She wants her second version in production, which
refuses most of one group. Each step tries one way; none of them works, and each leaves a line that an auditor finds: an entry of the log,
a denial in the access log, or the difference between the database and the log.
"""

import base64
import json
import shutil
import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from story import Story

MODEL = "credit-scores"
FAIR, BIASED = "1", "2"
POLICY = """
assay: policy/v1
name: credit
version: "{version}"
applies-to: {{models: ["credit-*"], stages: [Production], aliases: [champion]}}
data: {{dataset: eval/holdout.parquet, predictions: from-model, label: approve}}
accept: [recomputed]
checks:
  - {{id: fairness.demographic_parity_difference, column: race, max: {most}}}
records: [validation_report]
approvals:
  - {{role: validator, count: 1}}
  - {{role: compliance, count: 1}}
"""


def applications(biased):
    random = np.random.default_rng(5)
    rows = pd.DataFrame({"income": random.normal(size=400), "group": np.tile([0.0, 1.0], 200)})
    rows["race"] = np.where(rows["group"] == 1, "white", "black")
    rows["approve"] = (rows["income"] + (2.0 * rows["group"] if biased else 0) > 0.5).astype(int)
    return rows


class Attempts(Story):
    """What mallory tried, and what is left of it."""

    def log_version(self, biased, model=MODEL):
        version = self.log("mallory", model, applications(biased), ["income", "group"], "approve")
        self.house.wait_for_evidence(model, version)
        return version

    @contextmanager
    def in_the_log(self, *kinds):
        """What is done within leaves entries of these kinds."""
        before = len(self.entries())
        yield
        self.new = self.entries()[before:]
        assert set(kinds) <= {entry["kind"] for entry in self.new}, (kinds, self.new)

    def decided(self):
        """The last entry about mallory's asking: what it was for, and what the gate said."""
        payload = [entry["payload"] for entry in self.new if entry["kind"] == "request.decided"][-1]
        return payload["model"], payload["version"], payload["target"], payload["decision"]["decision"]

    def denied(self, route, name="mallory"):
        """Denials of somebody at a route, as the access log tells."""
        return [row for row in self.access("--user", name) if row["route"] == route and row["outcome"] == "denied"]

    def out(self, model=MODEL, version=BIASED):
        """It has no place."""
        return self.stage(model, version) == "None" and not self.house.client("otto").get_model_version(model, version).aliases

    def request(self, version, model=MODEL):
        answer = self.http("otto", "GET", f"/api/assay/v1/requests?state=open&model={model}")[1]
        return [one["id"] for one in answer["requests"] if one["version"] == int(version)][0]


@pytest.fixture(scope="module")
def bank():
    """The fair version is in production by the ordinary way; from then on two administrators watch each other."""
    story = Attempts(mallory="data_scientist,validator", petra="validator", vera="validator", carl="compliance")
    story.house.add("rita", "admin")
    story.publish("petra", POLICY.format(version=1, most=0.1))
    assert story.log_version(biased=False) == FAIR
    story.assay("vera", "record", "add", "validation", "--title", "Sound", "--model", MODEL)
    story.promote("mallory", MODEL, FAIR)
    for who in ("vera", "carl"):
        story.approve(who, MODEL, FAIR)
    assert story.promote("mallory", MODEL, FAIR) is None
    assert story.log_version(biased=True) == BIASED
    yield story
    story.remove()


# With her own rights

def test_she_asks(bank):
    with bank.in_the_log("request.decided"):
        refused = bank.promote("mallory", MODEL, BIASED)
    assert "fairness.demographic_parity_difference on race" in refused and "max 0.1" in refused, refused
    assert bank.decided() == (MODEL, 2, "stage Production", "fail")


def test_she_approves_her_own_work(bank):
    said = bank.approve("mallory", MODEL, BIASED, check=1)
    assert "author" in said, said
    assert bank.denied("POST /api/assay/v1/approvals") and bank.out()


def test_she_vouches_for_it_as_for_everything_in_the_organisation(bank):
    """A model of her own without anybody's opinion, and one of hers on the whole house."""
    version = bank.log_version(biased=False, model="credit-lines")
    with bank.in_the_log("dossier.record-signed", "request.decided"):
        bank.assay("mallory", "record", "add", "validation", "--title", "All our models are sound")
        refused = bank.promote("mallory", "credit-lines", version)
    assert "validation_report" in refused, refused


def test_she_registers_it_under_a_name_that_no_policy_has(bank):
    with bank.in_the_log("version.registered", "request.decided"):
        mlflow.register_model(f"models:/{MODEL}/{BIASED}", "toys")
        refused = bank.promote("mallory", "toys", "1")
    assert "Policy credit 1" in refused and "max 0.1" in refused, refused
    assert bank.decided() == ("toys", 1, "stage Production", "fail")


def test_she_deletes_and_makes_that_model_anew(bank):
    client = bank.house.client("mallory")
    with bank.in_the_log("model.deleted", "model.created", "version.registered", "request.decided"):
        client.delete_registered_model("toys")
        mlflow.register_model(f"models:/{MODEL}/{BIASED}", "toys")
        refused = bank.promote("mallory", "toys", "1")
    assert "Policy credit 1" in refused, refused
    told = bank.assay("otto", "model", "history", "toys")
    assert "request.decided  mallory  version 1 for stage Production: fail" in told, "the question stands in the new model's own history"


def test_she_renames_it(bank):
    client = bank.house.client("mallory")
    with bank.in_the_log("model.renamed", "request.decided"):
        client.rename_registered_model("toys", "games")
        assert "Policy credit 1" in bank.promote("mallory", "games", "1")
    with bank.in_the_log("request.decided"):
        bank.refused(lambda: client.rename_registered_model(MODEL, "games-2"))
    assert bank.stage(MODEL, FAIR) == "Production", "the model of the version in production keeps its name"


def test_she_copies_the_version(bank):
    with bank.in_the_log("version.registered", "request.decided"):
        copy = bank.house.client("mallory").copy_model_version(f"models:/{MODEL}/{BIASED}", "copies")
        assert "Policy credit 1" in bank.promote("mallory", "copies", copy.version)


@pytest.mark.parametrize("alias", ["champion", "Champion", "prod", "production"])
def test_she_moves_an_alias_past_every_client(bank, alias):
    with bank.in_the_log("request.decided"):
        body = {"name": MODEL, "alias": alias, "version": BIASED}
        status, answer = bank.http("mallory", "POST", "/api/2.0/mlflow/registered-models/alias", body)
    assert status == 403 and "may not" in answer["message"], answer
    assert bank.decided()[:3] == (MODEL, 2, f"alias {alias.lower()}") and bank.out()


def test_she_uses_an_alias_that_only_looks_like_it(bank):
    body = {"name": MODEL, "alias": "\u0441hampion", "version": BIASED}
    status, answer = bank.http("mallory", "POST", "/api/2.0/mlflow/registered-models/alias", body)
    assert status == 400 and "ASCII" in answer["message"], answer
    assert [row for row in bank.access("--user", "mallory") if row["route"] == "POST /api/2.0/mlflow/registered-models/alias"
            and row["outcome"] == "failed"]


def test_she_deletes_the_champion_to_make_room(bank):
    client = bank.house.client("mallory")
    with bank.in_the_log("request.decided"):
        bank.refused(lambda: client.delete_model_version(MODEL, FAIR))
        bank.refused(lambda: client.delete_registered_model(MODEL))
    assert bank.stage(MODEL, FAIR) == "Production"


def test_she_edits_tags(bank):
    client = bank.house.client("mallory")
    with bank.in_the_log("version.tag-set", "model.tag-set"):
        for name, value in [("assay.approved", "true"), ("tier", "low"), ("author", "vera"), ("mlflow.user", "vera")]:
            client.set_model_version_tag(MODEL, BIASED, name, value)
            client.set_registered_model_tag(MODEL, name, value)
        client.set_tag(client.get_model_version(MODEL, BIASED).run_id, "mlflow.user", "vera")
        refused = bank.promote("mallory", MODEL, BIASED)
    assert "max 0.1" in refused and "approvals by validator: 0 of 1" in refused, refused
    assert "author" in bank.approve("mallory", MODEL, BIASED, check=1), "and she is its author still"


# With other people's approvals

def test_she_changes_the_files_after_they_were_approved(bank):
    """A third version, as fair as the first, is approved; then the files it was made of become those of the second."""
    version = bank.log_version(biased=False)
    bank.promote("mallory", MODEL, version)
    for who in ("vera", "carl"):
        bank.approve(who, MODEL, version)
    client = bank.house.client("mallory")
    folder = mlflow.artifacts.download_artifacts(client.get_model_version_download_uri(MODEL, BIASED))
    source = mlflow.get_logged_model(client.get_model_version(MODEL, version).source.removeprefix("models:/")).artifact_location
    root = source.removeprefix("mlflow-artifacts:/")
    bytes_of_the_biased = Path(folder, "model.skops").read_bytes()
    assert bank.http("mallory", "PUT", f"/api/2.0/mlflow-artifacts/artifacts/{root}/model.skops", bytes_of_the_biased)[0] == 200
    frozen = client.get_model_version_download_uri(MODEL, version).removeprefix("mlflow-artifacts:/")
    assert bank.http("mallory", "PUT", f"/api/2.0/mlflow-artifacts/artifacts/{frozen}/model.skops", bytes_of_the_biased)[0] == 403
    kept = Path(mlflow.artifacts.download_artifacts(f"models:/{MODEL}/{version}"), "model.skops").read_bytes()
    assert kept != bytes_of_the_biased, "the version is what was approved"
    # Registered once more, they are a version that nobody approved.
    changed = mlflow.register_model(client.get_model_version(MODEL, version).source, MODEL).version
    bank.house.wait_for_evidence(MODEL, changed)
    with bank.in_the_log("request.decided"):
        refused = bank.promote("mallory", MODEL, changed)
    assert "max 0.1" in refused and "approvals by compliance: 0 of 1" in refused, refused
    writes = [row for row in bank.access("--user", "mallory") if row["route"].startswith("PUT /api/2.0/mlflow-artifacts")]
    assert [row for row in writes if row["outcome"] == "denied"]
    assert [row for row in writes if row["outcome"] == "allowed" and root.split("/")[-2] in row["objects"]], root


def test_she_replays_and_forges_approvals(bank):
    used = [entry["payload"] for entry in bank.entries() if entry["kind"] == "approval.given"]
    open_one = bank.request(BIASED)
    approvals = "/api/assay/v1/approvals"
    status, answer = bank.http("mallory", "POST", approvals, {"request": used[0]["binding"]["request"]})
    assert status == 409 and "is over (promoted)" in answer["message"], answer
    for forged in ({"approver": "vera"}, {"approver_id": used[0]["approver"], "binding": used[0]["binding"]}, {"seen": "0" * 64}):
        status, answer = bank.http("mallory", "POST", approvals, {"request": open_one, **forged})
        assert status == 403 and "mallory is an author" in answer["message"], (forged, answer)
    refused = bank.promote("mallory", MODEL, BIASED)
    assert "approvals by validator: 0 of 1" in refused and "approvals by compliance: 0 of 1" in refused, refused
    assert bank.denied("POST /api/assay/v1/approvals") and bank.out()


def test_she_uses_a_token_that_was_revoked(bank):
    text = bank.assay("vera", "token", "create", "--label", "travel")
    stolen = next(word for word in text.split() if word.startswith("assay_"))
    bank.assay("vera", "token", "revoke", stolen.split("_")[2])
    bank.house.tokens["thief"] = stolen
    status, _ = bank.http("thief", "POST", "/api/assay/v1/approvals", {"request": bank.request(BIASED)})
    assert status == 401
    assert [row for row in bank.access("--user", "vera") if row["route"] == "log-in by token" and row["outcome"] == "denied"]


def test_she_counts_on_the_approval_of_somebody_who_has_left(bank):
    version = bank.log_version(biased=False)
    bank.promote("mallory", MODEL, version)
    for who in ("vera", "carl"):
        bank.approve(who, MODEL, version)
    with bank.in_the_log("user.disabled", "request.decided"):
        bank.assay("root", "user", "disable", "vera")
        refused = bank.promote("mallory", MODEL, version)
    assert "approvals by validator: 0 of 1" in refused, refused
    assert bank.http("vera", "GET", "/api/assay/v1/users/me")[0] == 401
    # Back again, she has to look again.
    bank.assay("root", "user", "enable", "vera")
    assert "approvals by validator: 0 of 1" in bank.promote("mallory", MODEL, version)


# With rules and evidence of her own

def test_she_publishes_a_milder_policy_alone(bank):
    with bank.in_the_log("proposal.made"):
        printed = bank.publish("mallory", POLICY.format(version=2, most=0.9))
        assert "is not in force: it asks for less" in printed, printed
        number = printed.split("assay role confirm ")[1].split()[0]
        assert "second person" in bank.assay("mallory", "role", "confirm", number, check=None)
        assert "max 0.1" in bank.promote("mallory", MODEL, BIASED)
    with bank.in_the_log("policy.published"):
        bank.publish("mallory", POLICY.format(version=1, most=0.9).replace("name: credit", "name: credit-too"))
    refused = bank.promote("mallory", MODEL, BIASED)
    assert "max 0.1" in refused and "Policy credit 1" in refused, "a second policy beside the first takes nothing from it"


def test_she_hands_in_evidence_that_is_about_another_model(bank):
    manifest = bank.http("otto", "GET", f"/api/assay/v1/evidence?model={MODEL}&version={FAIR}")[1]["manifest"]
    key = Ed25519PrivateKey.generate()
    theirs = bank.http("otto", "GET", f"/api/assay/v1/evidence?model={MODEL}&version={FAIR}")[1]["evidence"][0]["envelope"]
    statement = json.loads(base64.b64decode(theirs["payload"]))
    statement["subject"] = [{"name": f"{MODEL}/{BIASED}", "digest": {"sha256": manifest}}]
    payload = json.dumps(statement).encode()
    message = b"DSSEv1 28 application/vnd.in-toto+json %d %s" % (len(payload), payload)
    own = {"payloadType": "application/vnd.in-toto+json", "payload": base64.b64encode(payload).decode(),
           "signatures": [{"keyid": "", "sig": base64.b64encode(key.sign(message)).decode()}]}
    for name, envelope in [("theirs", theirs), ("own", own)]:
        (bank.house.folder / f"{name}.json").write_text(json.dumps(envelope))
        said = bank.assay("mallory", "model", "attest", MODEL, BIASED, bank.house.folder / f"{name}.json", check=None)
        assert "No registered evaluator signed this statement" in said, said
    assert bank.denied("POST /api/assay/v1/evidence/{model}/{version}")
    (bank.house.folder / "key.pub").write_bytes(
        key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
    bank.assay("mallory", "evaluator", "add", "lab", "--user", "mallory", "--key", bank.house.folder / "key.pub", check=1)
    assert bank.denied("POST /api/assay/v1/evaluators")
    assert "max 0.1" in bank.promote("mallory", MODEL, BIASED)


def test_an_administrator_makes_an_approver_for_her(bank):
    """root is in it; rita is not, and a role takes both."""
    with bank.in_the_log("user.created", "proposal.made"):
        printed = bank.house.assay("user", "create", "puppet", "--role", "compliance", "--server", bank.house.url, who="root")
        given = next(word for word in printed.stdout.split() if word.startswith("assay_"))
        bank.house.tokens["puppet"] = bank.house.own(given)
    assert bank.http("puppet", "POST", "/api/assay/v1/approvals", {"request": bank.request(BIASED)})[0] in (403, 404)
    assert bank.http("root", "POST", "/api/assay/v1/approvals", {"request": bank.request(BIASED)})[0] == 403
    assert bank.denied("POST /api/assay/v1/approvals", "root") and bank.out()


# With the machine

EDITS = {
    "a stage": "UPDATE modelVersion SET stage = 'Production' WHERE version = 2",
    "a stage and the leave for it": "UPDATE modelVersion SET stage = 'Production' WHERE version = 2; INSERT INTO placement "
        "SELECT id, 'stage Production', manifestDigest, 'pass', CAST('{}' AS BLOB), NULL, '00', 1 FROM modelVersion WHERE version = 2",
    "an alias": "INSERT INTO modelAlias SELECT number, 'champion', 2 FROM registeredModel WHERE name = 'credit-scores'",
    "a role": "INSERT INTO userRole SELECT id, 'compliance' FROM user WHERE name = 'mallory'",
    "a used approval": "UPDATE approval SET state = 'standing' WHERE state = 'used'",
    "a revoked token": "UPDATE token SET revocationTime = NULL",
    "a policy": "DROP TRIGGER policyIsNeverRemoved; DELETE FROM policy WHERE name = 'credit'",
    "a record": "UPDATE paper SET content = CAST(replace(CAST(content AS TEXT), 'Sound', 'Perfect') AS BLOB)",
}


@pytest.mark.parametrize("what", EDITS)
def test_she_edits_the_database(bank, what):
    """On a copy each time, so that the next one begins with a sound house."""
    house, data = bank.house, bank.house.data
    house.stop()
    house.data = house.folder / what.replace(" ", "-")
    shutil.copytree(data, house.data)
    try:
        with closing(sqlite3.connect(house.data / "assay.db")) as database:
            database.executescript(EDITS[what])
        found = house.assay("audit", "verify", "--data-dir", str(house.data), check=1).stdout
        assert "FINDING: assay.db" in found and "NOT consistent" in found, found
        house.start()
        with bank.in_the_log("request.decided"):
            body = {"name": MODEL, "alias": "production", "version": BIASED}
            status, answer = bank.http("mallory", "POST", "/api/2.0/mlflow/registered-models/alias", body)
        assert status == 403 and "the database is not what the log says" in answer["message"], answer
        assert bank.http("mallory", "GET", f"/api/assay/v1/statements/{MODEL}/{BIASED}")[0] in (403, 409), "and nothing of it is served"
        assert "the database differs from the log" in (house.folder / "server.log").read_text()
    finally:
        house.stop()
        house.data = data
        house.start()


def test_after_all_of_it_the_fair_version_is_in_production_and_the_log_verifies(bank):
    assert bank.stage(MODEL, FAIR) == "Production" and bank.out()
    bank.house.stop()
    assert "consistent" in bank.house.assay("audit", "verify", "--data-dir", str(bank.house.data)).stdout
