"""An export folder on a machine without a server; what was true at a moment; a watched log and its forks; statements that other
tools read. The export is checked by `assay-verify`, by `sha256sum`, and by a reading of this file's own."""

import base64
import hashlib
import json
import re
import shutil
import subprocess
import time

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from house import BINARY, House
from test_tlog import published, verify
from tlog import Verifier, read_log

CANARY = "canary-kX9"


@pytest.fixture(scope="module")
def place():
    house = House()
    house.start()
    house.http("POST", "/api/2.0/mlflow/registered-models/create", {"name": "loans", "description": CANARY}, who="ana")
    house.moments = [time.time() + 1]
    time.sleep(1.1)
    policy = """
assay: policy/v1
name: credit
version: "1"
applies-to: {models: ["loans*"], stages: [Production]}
approvals:
  - {role: validator, count: 1}
"""
    status, answer = house.http("POST", "/api/assay/v1/policies", {"policy": policy}, who="petra")
    assert status == 201, answer
    house.http("POST", "/api/2.0/mlflow/registered-models/rename", {"name": "loans", "new_name": "loans-2"}, who="ana")
    published(house)
    yield house
    house.remove()


def moment(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


@pytest.fixture(params=["server", "data-dir"])
def export(place, request, tmp_path):
    folder = tmp_path / "export"
    where = ["--server", place.url]
    if request.param == "data-dir":
        place.stop()
        where = ["--data-dir", str(place.data)]
    done = place.assay("audit", "export", "--from", "2020-01-01", "--to", "9999-12-31", *where, "-o", str(folder), who="otto")
    if request.param == "data-dir":
        place.start()
    assert "wrote" in done.stdout
    return folder


def test_an_export_is_checked_without_server_and_database(place, export):
    key = (export / "ledger/vkey").read_text().strip()
    for command in ([*map(str, (BINARY, "audit", "verify"))], None):
        done = verify(export, "--key", key) if command is None else subprocess.run(
            [*command, str(export), "--key", key], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "1 policies" in done.stdout and "0 erased" in done.stdout
    assert subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=export).returncode == 0
    # By hand, as README.txt says it.
    checkpoint, leaves = read_log(lambda path: (export / "ledger" / path).read_bytes(), Verifier(key))
    lines = (export / "payloads.txt").read_bytes().split(b"\n")[:-1]
    said = []
    for line in lines:
        index, salt, payload = line.split(b" ", 2)
        assert json.loads(leaves[int(index)])["payload"] == hashlib.sha256(bytes.fromhex(salt.decode()) + payload).hexdigest()
        said.append(json.loads(payload))
    assert any(entry.get("name") == "credit" for entry in said)
    digest, index = (export / "policies.txt").read_text().split()
    assert {"digest": digest, "type": "policy"} in json.loads(leaves[int(index)])["subjects"]
    assert hashlib.sha256((export / f"policies/{digest}.json").read_bytes()).hexdigest() == digest
    assert "name: credit" in (export / f"policies/{digest}.yaml").read_text()
    assert oct((export).stat().st_mode & 0o777) == "0o700"
    # Names stand in payloads and nowhere in what anyone may copy.
    for file in (export / "ledger").rglob("*"):
        assert not file.is_file() or CANARY.encode() not in file.read_bytes()


def test_every_changed_byte_of_an_export_is_found(place, export):
    files = sorted(file for file in export.rglob("*") if file.is_file())
    for file in files:
        whole = file.read_bytes()
        for offset in {0, len(whole) // 2, len(whole) - 1} if whole else set():
            changed = bytearray(whole)
            changed[offset] ^= 1
            file.write_bytes(changed)
            done = verify(export)
            assert done.returncode == 1, (file, offset, done.stdout, done.stderr)
            assert "FINDING" in done.stdout
        file.write_bytes(whole)
    (export / "more.txt").write_text("x")
    assert "more.txt" in verify(export).stdout and verify(export).returncode == 1
    (export / "more.txt").unlink()
    # Whoever writes SHA256SUMS anew as well is still held by the entries.
    file = export / "payloads.txt"
    file.write_text(file.read_text().replace("credit", "debits", 1))
    sums = [f"{hashlib.sha256(f.read_bytes()).hexdigest()}  {f.relative_to(export)}\n" for f in files if f.name != "SHA256SUMS"]
    (export / "SHA256SUMS").write_text("".join(sums))
    done = verify(export)
    assert done.returncode == 1 and re.search(r"payloads\.txt.*the payload is not the one", done.stdout), done.stdout


def test_who_exports_is_an_entry_and_only_auditors_do(place, tmp_path):
    before = len(place.http("GET", "/api/assay/v1/log/entries?limit=1000", who="otto")[1]["entries"])
    arguments = ["audit", "export", "--from", "2020-01-01", "--to", "2030-01-01", "--server", place.url, "-o"]
    refused = place.assay(*arguments, str(tmp_path / "a"), who="ana", check=None)
    assert refused.returncode != 0 and "audit" in refused.stderr
    place.assay(*arguments, str(tmp_path / "b"), who="otto")
    entries = place.http("GET", "/api/assay/v1/log/entries?limit=1000", who="otto")[1]["entries"]
    assert [entry["kind"] for entry in entries[before:]] == ["log.exported"] and entries[-1]["actor_name"] == "otto"
    assert place.assay(*arguments, str(tmp_path / "b"), who="otto", check=None).returncode != 0, "it would overwrite"


def test_what_was_true_at_a_moment(place):
    then, now = moment(place.moments[0]), moment(time.time() + 5)
    assert "model loans\n" in place.assay("audit", "as-of", then, "--server", place.url, who="otto").stdout
    state = place.assay("audit", "as-of", now, "--server", place.url, who="otto").stdout
    assert "model loans-2\n" in state and "policy credit 1: no. 1" in state and "roles of vera" in state
    history = place.assay("model", "history", "loans-2", "--as-of", then, "--server", place.url, who="ana").stdout
    assert "model.created" in history and "model.renamed" not in history and "as of " + then[:19] in history
    assert "model.renamed" in place.assay("model", "history", "loans-2", "--server", place.url, who="ana").stdout
    for wrong in ("yesterday", "2026-02-30"):
        assert place.assay("audit", "as-of", wrong, "--server", place.url, who="otto", check=None).returncode == 2
    assert place.assay("audit", "as-of", now, "--server", place.url, who="ana", check=None).returncode != 0


def test_a_watched_log(place, tmp_path):
    state = tmp_path / "state"
    watch = ["audit", "watch", "--server", place.url, "--state", str(state), "--once"]
    first = place.assay(*watch, "--from-start", "--format", "json", who="otto").stdout
    entries = [json.loads(line) for line in first.splitlines()]
    assert [entry["index"] for entry in entries] == list(range(len(entries))) and entries
    assert state.read_text().split("\n")[1] == str(len(entries))
    assert place.assay(*watch, who="otto").stdout == ""
    place.http("POST", "/api/2.0/mlflow/registered-models/create", {"name": f"watched-{len(entries)}"}, who="ana")
    published(place)
    assert "model.created" in place.assay(*watch, who="otto").stdout


def test_a_fork_stops_the_watch(place, tmp_path):
    """The same key signs another history, from a copy of the data directory."""
    place.stop()
    copy = tmp_path / "copy"
    shutil.copytree(place.data, copy)
    state = tmp_path / "state"
    place.start()
    place.http("POST", "/api/2.0/mlflow/registered-models/create", {"name": "honest"}, who="ana")
    published(place)
    place.assay("audit", "watch", "--server", place.url, "--state", str(state), "--once", who="otto")
    other = House()
    other.data, other.tokens = copy, place.tokens
    other.start()
    try:
        for number in range(3):
            other.http("POST", "/api/2.0/mlflow/registered-models/create", {"name": f"forked-{number}"}, who="ana")
        published(other)
        done = other.assay("audit", "watch", "--server", other.url, "--state", str(state), "--once", who="otto", check=1)
        assert "FORK" in done.stdout and done.stdout.count("— assay/") == 2
        done = other.assay("audit", "verify", "--server", other.url, "--since", str(state), who="otto", check=1)
        assert "rewritten" in done.stdout
        # The folder alone, put back to an earlier state, is shorter than what was seen.
        done = other.assay("audit", "watch", "--data-dir", str(copy), "--state", str(state), "--once", check=1)
    finally:
        other.stop()


# Statements: read by the specifications of DSSE and in-toto alone.

def opened(envelope, keys):
    """The statement of a DSSE envelope that one of the keys signed."""
    payload = base64.b64decode(envelope["payload"], validate=True)
    kind = envelope["payloadType"]
    message = b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)
    assert kind == "application/vnd.in-toto+json"
    for signature in envelope["signatures"]:
        for key in keys:
            try:
                key.verify(base64.b64decode(signature["sig"], validate=True), message)
            except InvalidSignature:
                continue
            statement = json.loads(payload)
            assert statement["_type"] == "https://in-toto.io/Statement/v1"
            assert statement["subject"] and all(
                subject["name"] and re.fullmatch("[0-9a-f]{64}", subject["digest"]["sha256"]) for subject in statement["subject"])
            assert isinstance(statement["predicate"], dict) and ":" in statement["predicateType"]
            return statement
    raise AssertionError("no key signed it")


def signed(statement, key):
    payload = json.dumps(statement).encode()
    kind = "application/vnd.in-toto+json"
    message = b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)
    return {"payloadType": kind, "payload": base64.b64encode(payload).decode(),
            "signatures": [{"keyid": "", "sig": base64.b64encode(key.sign(message)).decode()}]}


POLICY = """
assay: policy/v1
name: attested
version: "1"
applies-to: {{models: ["scored"], stages: [Production]}}
data: {{dataset: eval/holdout.parquet, predictions: from-model, label: approve}}
accept: [attested]
evaluators: [{evaluator}]
checks:
  - {{id: performance.accuracy, min: 0.8}}
approvals:
  - {{role: validator, count: 1}}
"""

TRAINING = """
import mlflow, pandas, sys
from sklearn.linear_model import LogisticRegression
rows = pandas.DataFrame({"a": [0.0, 1.0] * 60, "approve": [0, 1] * 60})
mlflow.set_experiment("attested")
with mlflow.start_run():
    model = LogisticRegression().fit(rows[["a"]], rows["approve"])
    mlflow.log_table(rows, "eval/holdout.parquet")
    info = mlflow.sklearn.log_model(model, name="model", registered_model_name="scored", input_example=rows[["a"]][:2])
rows.to_parquet("rows.parquet")
"""


def test_an_evaluators_evidence_and_the_decision_as_statements(place, tmp_path):
    laboratory, stranger = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    pem = laboratory.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "lab.pub").write_bytes(pem)
    private = laboratory.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "lab.pem").write_bytes(private)
    add = ["evaluator", "add", "lab", "--user", "petra", "--server", place.url, "--key"]
    assert "private key" in place.assay(*add, str(tmp_path / "lab.pem"), who="root", check=None).stderr
    assert place.assay(*add, str(tmp_path / "lab.pub"), who="ana", check=None).returncode != 0
    place.assay(*add, str(tmp_path / "lab.pub"), who="root")
    assert place.assay("evaluator", "list", "--server", place.url, who="ana").stdout.startswith("lab  ")
    status, answer = place.http("POST", "/api/assay/v1/policies", {"policy": POLICY.format(evaluator="lab")}, who="petra")
    assert status == 201, answer
    place.python(TRAINING, who="ana")
    status, view = place.http("GET", "/api/assay/v1/evidence?model=scored&version=1", who="ana")
    assert status == 200, view
    manifest = view["manifest"]

    # The laboratory's own run of the same check on the same rows, as `assay performance` prints it.
    folder = next(path.parent for path in place.folder.rglob("rows.parquet"))
    import pandas
    rows = pandas.read_parquet(folder / "rows.parquet")
    rows["predicted"] = rows["approve"]
    rows.to_parquet(tmp_path / "scored.parquet")
    printed = place.assay("performance", str(tmp_path / "scored.parquet"), "--label", "approve", "--prediction", "predicted",
                          "--format", "json")
    results = [result for result in json.loads(printed.stdout)["results"] if result["id"] == "performance.accuracy"]
    digest = frozen_table_digest(place)

    def statement(subject=manifest, provenance="attested", rows=digest):
        return {
            "_type": "https://in-toto.io/Statement/v1", "subject": [{"name": "scored/1", "digest": {"sha256": subject}}],
            "predicateType": "urn:assay:evidence:v1",
            "predicate": {
                "engine": {"name": "laboratory", "version": "1"}, "computed_at": "2026-01-31T08:00:00Z", "provenance": provenance,
                "inputs": [{"role": "data", "name": "eval/holdout.parquet", "digest": {"sha256": rows}, "rows": 120}],
                "parameters": {"label": "approve"}, "results": results}}

    def attest(envelope, check=0):
        (tmp_path / "statement.json").write_text(json.dumps(envelope))
        return place.assay("model", "attest", "scored", "1", str(tmp_path / "statement.json"), "--server", place.url, who="ana", check=check)

    for envelope in (signed(statement(), stranger), signed(statement(subject="0" * 64), laboratory),
                     signed(statement(provenance="recomputed"), laboratory), signed(statement(rows="0" * 64), laboratory)):
        refused = attest(envelope, check=None)
        assert refused.returncode != 0 and ("does not count" in refused.stderr or "No registered evaluator" in refused.stderr), refused.stderr
    assert "evidence " in attest(signed(statement(), laboratory)).stdout

    asked = place.http("POST", "/api/assay/v1/requests", {"model": "scored", "version": 1, "target": {"stage": "Production"}}, who="ana")[1]
    status, answer = place.http("POST", "/api/assay/v1/approvals", {"request": asked["id"]}, who="vera")
    assert status == 201, answer
    status, answer = place.http("POST", "/api/2.0/mlflow/model-versions/transition-stage",
                                {"name": "scored", "version": "1", "stage": "Production", "archive_existing_versions": False}, who="ana")
    assert status == 200, answer

    vkey = place.http("GET", "/api/assay/v1/statements/key", who="otto")[1]["vkey"]
    server = Ed25519PublicKey.from_public_bytes(base64.b64decode(vkey.split("+", 2)[2])[1:])
    statements = place.http("GET", "/api/assay/v1/statements?model=scored&version=1", who="otto")[1]["statements"]
    read = [opened(envelope, [server, laboratory.public_key()]) for envelope in statements]
    assert all(item["subject"][0]["digest"]["sha256"] == manifest for item in read)
    by_type = {item["predicateType"]: item["predicate"] for item in read}
    assert set(by_type) == {"urn:assay:evidence:v1", "https://in-toto.io/attestation/test-result/v0.1", "https://in-toto.io/attestation/svr/v0.2"}
    result = by_type["https://in-toto.io/attestation/test-result/v0.1"]
    assert result["result"] == "PASSED" and "performance.accuracy min 0.8" in result["passedTests"] and result["failedTests"] == []
    assert all(re.fullmatch("[0-9a-f]{64}", item["digest"]["sha256"]) for item in result["configuration"])
    verdict = by_type["https://in-toto.io/attestation/svr/v0.2"]
    assert ":" in verdict["verifier"]["id"] and verdict["verifier"]["policies"][0]["name"] == "attested 1"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", verdict["timeCreated"])
    assert "ASSAY_DECISION:pass" in verdict["properties"]
    # An export carries the statement, and the evaluator's key with it.
    place.assay("audit", "export", "--from", "2020-01-01", "--to", "9999-12-31", "--server", place.url, "-o", str(tmp_path / "x"), who="otto")
    done = verify(tmp_path / "x")
    assert done.returncode == 0 and "2 statements of evidence" in done.stdout, done.stdout
    assert len(list((tmp_path / "x/evidence").iterdir())) == 2


def frozen_table_digest(house):
    """SHA-256 of the evaluation table that was frozen with the version, from its run's artifacts."""
    run = house.http("GET", "/api/2.0/mlflow/model-versions/get?name=scored&version=1", who="ana")[1]["model_version"]["run_id"]
    info = house.http("GET", f"/api/2.0/mlflow/runs/get?run_id={run}", who="ana")[1]["run"]["info"]
    path = info["artifact_uri"].split(":/", 1)[1].lstrip("/")
    import urllib.request
    request = urllib.request.Request(f"{house.url}/api/2.0/mlflow-artifacts/artifacts/{path}/eval/holdout.parquet")
    request.add_header("Authorization", f"Bearer {house.tokens['ana']}")
    return hashlib.sha256(urllib.request.urlopen(request).read()).hexdigest()
