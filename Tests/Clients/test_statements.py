"""Evidence and decisions as statements that other tools read: who signed them, and that nobody else's signature or subject passes."""

import base64
import hashlib
import json
import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from test_audit_export import place, reseal  # noqa: F401
from test_tlog import verify

# Encodings of points of small order, and of such with a y that is not reduced.
SMALL_ORDERS = [bytes.fromhex(text) for text in (
    "00" * 32, "01" + "00" * 31, "ec" + "ff" * 30 + "7f", "00" * 31 + "80", "01" + "00" * 30 + "80", "ed" + "ff" * 30 + "7f",
    "ee" + "ff" * 30 + "ff", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa")]


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
    info = mlflow.sklearn.log_model(model, name="model", pip_requirements=["scikit-learn"], registered_model_name="scored", input_example=rows[["a"]][:2])
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
    for raw in SMALL_ORDERS:
        der = bytes.fromhex("302a300506032b6570032100") + raw
        (tmp_path / "weak.pub").write_text(
            f"-----BEGIN PUBLIC KEY-----\n{base64.b64encode(der).decode()}\n-----END PUBLIC KEY-----\n")
        refused = place.assay(*add, str(tmp_path / "weak.pub"), who="root", check=None)
        assert refused.returncode != 0 and "small order" in refused.stderr and "genpkey" in refused.stderr, refused.stderr
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
    # Two statements by keys that count are not exchanged: an entry tells of what each claims.
    first, second = sorted((tmp_path / "x/evidence").iterdir())
    texts = first.read_text(), second.read_text()
    first.write_text(texts[1]), second.write_text(texts[0])
    reseal(tmp_path / "x")
    done = verify(tmp_path / "x")
    assert done.returncode == 1 and done.stdout.count("it is another statement than the entry tells of") == 2, done.stdout
    # Nor does the laboratory say what only the server computes.
    first.write_text(texts[0]), second.write_text(texts[1])
    theirs = next(text for text in texts if json.loads(base64.b64decode(json.loads(text)["payload"]))["predicate"]["provenance"] == "recomputed")
    statement = json.loads(base64.b64decode(json.loads(theirs)["payload"]))
    file = first if texts[0] == theirs else second
    file.write_text(json.dumps(signed(statement, laboratory)))
    reseal(tmp_path / "x")
    done = verify(tmp_path / "x")
    assert done.returncode == 1 and "an evaluator signed what only the server's own key may say" in done.stdout, done.stdout
    file.write_text(theirs)
    # A policy's text is the one that was published, and no file comes from nowhere.
    text = next((tmp_path / "x/policies").glob("*.yaml"))
    whole = text.read_text()
    text.write_text(whole.replace("0.8", "0.1"))
    (tmp_path / "x/evidence/more.json").write_text("{}")
    reseal(tmp_path / "x")
    done = verify(tmp_path / "x")
    assert done.returncode == 1 and "it is not the text that was published" in done.stdout, done.stdout
    assert "evidence/more.json" in done.stdout and "no entry of the log tells of this file" in done.stdout, done.stdout
    text.write_text(whole)
    (tmp_path / "x/evidence/more.json").unlink()
    reseal(tmp_path / "x")
    assert verify(tmp_path / "x").returncode == 0
    # Nor may one be left out, or stand under a key that anybody can sign with.
    whole = (tmp_path / "x/evidence.txt").read_text()
    (tmp_path / "x/evidence.txt").write_text(whole.splitlines(keepends=True)[0])
    reseal(tmp_path / "x")
    done = verify(tmp_path / "x")
    assert done.returncode == 1 and "a statement of evidence that the entry tells of is left out" in done.stdout
    (tmp_path / "x/evidence.txt").write_text(whole)
    file = next((tmp_path / "x/evidence").iterdir())
    envelope = json.loads(file.read_text())
    envelope["payload"] = base64.b64encode(base64.b64decode(envelope["payload"]).replace(b"0", b"1")).decode()
    # R the neutral point and S zero: under the neutral point as a key that is a signature of every text.
    envelope["signatures"] = [{"keyid": "", "sig": base64.b64encode(SMALL_ORDERS[1] + bytes(32)).decode()}]
    file.write_text(json.dumps(envelope))
    with (tmp_path / "x/evidence-keys.txt").open("a") as keys:
        keys.write(SMALL_ORDERS[1].hex() + "\n")
    reseal(tmp_path / "x")
    done = verify(tmp_path / "x")
    assert done.returncode == 1 and "no key of evidence-keys.txt signed the statement" in done.stdout, done.stdout
    assert "one of small order" in done.stdout


def frozen_table_digest(house):
    """SHA-256 of the evaluation table that was frozen with the version, from its run's artifacts."""
    run = house.http("GET", "/api/2.0/mlflow/model-versions/get?name=scored&version=1", who="ana")[1]["model_version"]["run_id"]
    info = house.http("GET", f"/api/2.0/mlflow/runs/get?run_id={run}", who="ana")[1]["run"]["info"]
    path = info["artifact_uri"].split(":/", 1)[1].lstrip("/")
    import urllib.request
    request = urllib.request.Request(f"{house.url}/api/2.0/mlflow-artifacts/artifacts/{path}/eval/holdout.parquet")
    request.add_header("Authorization", f"Bearer {house.tokens['ana']}")
    return hashlib.sha256(urllib.request.urlopen(request).read()).hexdigest()
