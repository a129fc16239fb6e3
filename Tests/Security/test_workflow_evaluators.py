"""Evaluators known by their CI system's tokens: one workflow on one protected branch speaks, and nothing else does, for nothing else."""

import base64
import hashlib
import json
import time
import urllib.request

import pytest
from asking import bearer, send
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from house import House
from provider import Key, Provider, hs256

COMMIT = "0123456789abcdef0123456789abcdef01234567"
PINS = {"repository": "bank/credit", "workflow_ref": "bank/credit/.github/workflows/model.yml@refs/heads/main", "ref": "refs/heads/main"}

POLICY = """
assay: policy/v1
name: by-workflow
version: "1"
applies-to: {models: ["pinned"], stages: [Production]}
data: {dataset: eval/holdout.parquet, predictions: from-model, label: approve}
accept: [attested]
evaluators: [ci]
checks:
  - {id: performance.accuracy, min: 0.8}
"""

TRAINING = """
import mlflow, pandas
from sklearn.linear_model import LogisticRegression
rows = pandas.DataFrame({"a": [0.0, 1.0] * 60, "approve": [0, 1] * 60})
for name in ("pinned", "other"):
    mlflow.set_experiment(name)
    with mlflow.start_run():
        mlflow.log_table(rows, "eval/holdout.parquet")
        mlflow.sklearn.log_model(LogisticRegression().fit(rows[["a"]], rows["approve"]), name="model", pip_requirements=["scikit-learn"],
                                 registered_model_name=name, input_example=rows[["a"]][:2])
scored = rows.assign(predicted=rows["approve"])
scored.to_parquet("scored.parquet")
"""


@pytest.fixture(scope="module")
def provider():
    provider = Provider()
    yield provider
    provider.close()


@pytest.fixture(scope="module")
def house(provider):
    house = House()
    settings = house.folder / "settings.yaml"
    settings.write_text(f"identity:\n  workflows:\n    allow-addresses:\n      - 127.0.0.1:{provider.port}\n")
    house.server_arguments += ["--config", str(settings)]
    house.start()
    house.python(TRAINING, who="ana")
    answer = house.http("POST", "/api/assay/v1/policies", {"policy": POLICY}, who="petra")
    assert answer[0] == 201, answer
    yield house
    house.remove()


def add(house, provider, name, audience=None, check=0, issuer=None, **claims):
    words = [word for pair in claims.items() for word in ("--claim", "=".join(pair))]
    return house.assay("evaluator", "add", name, "--user", "petra", "--issuer", issuer or provider.issuer, "--audience", audience or house.url,
                       *words, "--server", house.url, who="root", check=check)


@pytest.fixture(scope="module")
def workflow(house, provider):
    add(house, provider, "ci", **PINS)
    return PINS


@pytest.fixture(scope="module")
def statement(house):
    """The check's results on the frozen rows, stated about version 1, as a job would hand them in."""
    scored = next(house.folder.rglob("scored.parquet"))
    printed = house.assay("performance", str(scored), "--label", "approve", "--prediction", "predicted", "--format", "json").stdout
    results = [result for result in json.loads(printed)["results"] if result["id"] == "performance.accuracy"]
    view = house.http("GET", "/api/assay/v1/evidence?model=pinned&version=1", who="ana")[1]
    rows = frozen_rows(house)

    def make(**changes):
        predicate = {
            "engine": {"name": "ci", "version": "1"}, "computed_at": "2026-01-31T08:00:00Z", "provenance": "attested",
            "inputs": [{"role": "data", "name": "eval/holdout.parquet", "digest": {"sha256": rows}, "rows": 120}],
            "parameters": {"label": "approve"}, "results": results, **changes}
        return {"_type": "https://in-toto.io/Statement/v1", "subject": [{"name": "pinned/1", "digest": {"sha256": view["manifest"]}}],
                "predicateType": "urn:assay:evidence:v1", "predicate": {name: value for name, value in predicate.items() if value is not None}}
    return make


def frozen_rows(house):
    """SHA-256 of the evaluation table that was frozen with the version, from its run's artifacts."""
    run = house.http("GET", "/api/2.0/mlflow/model-versions/get?name=pinned&version=1", who="ana")[1]["model_version"]["run_id"]
    info = house.http("GET", f"/api/2.0/mlflow/runs/get?run_id={run}", who="ana")[1]["run"]["info"]
    path = info["artifact_uri"].split(":/", 1)[1].lstrip("/")
    request = urllib.request.Request(f"{house.url}/api/2.0/mlflow-artifacts/artifacts/{path}/eval/holdout.parquet")
    request.add_header("Authorization", f"Bearer {house.tokens['ana']}")
    return hashlib.sha256(urllib.request.urlopen(request).read()).hexdigest()


def hand_in(house, token, body, path="/api/assay/v1/evidence/pinned/1"):
    return send(house.url, "POST", path, json.dumps(body), {**bearer(token), "Content-Type": "application/json"})


def run(house, provider, key=0, header=None, **changes):
    from provider import token
    claims = {"aud": house.url, "sub": "repo:bank/credit:ref:refs/heads/main", "sha": COMMIT, "run_id": 42, "ref_protected": "true", **PINS, **changes}
    text = provider.run(key, **claims)
    return text if header is None else token(json.loads(base64.urlsafe_b64decode(text.split(".")[1] + "==")), provider.keys[key], header)


def test_a_run_hands_in_and_the_server_signs_for_its_evaluator(house, provider, workflow, statement):
    refused = house.http("POST", "/api/2.0/mlflow/model-versions/transition-stage",
                         {"name": "pinned", "version": "1", "stage": "Production", "archive_existing_versions": False}, who="ana")
    assert refused[0] == 403, refused
    image = "registry.example.com/ci@sha256:" + "ab" * 32
    answer = hand_in(house, run(house, provider), statement(build={"image": image, "run": "what the run says"}))
    assert answer.status == 201 and answer.json["provenance"] == "attested", answer.text
    again = hand_in(house, run(house, provider), statement())
    assert again.status == 201 and again.json["id"] == answer.json["id"]

    envelopes = house.http("GET", "/api/assay/v1/statements?model=pinned&version=1", who="otto")[1]["statements"]
    (envelope,) = [envelope for envelope in envelopes if json.loads(base64.b64decode(envelope["payload"]))["predicate"].get("evaluator")]
    payload = base64.b64decode(envelope["payload"])
    predicate = json.loads(payload)["predicate"]
    assert predicate["evaluator"] == "ci"
    # The token's word goes before the run's; of the image only the run knows.
    assert predicate["build"] == {"repository": "bank/credit", "commit": COMMIT, "image": image, "run": "42", "workflow": PINS["workflow_ref"]}
    vkey = house.http("GET", "/api/assay/v1/statements/key", who="otto")[1]["vkey"]
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(vkey.split("+", 2)[2])[1:])
    kind = envelope["payloadType"].encode()
    key.verify(base64.b64decode(envelope["signatures"][0]["sig"]), b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload))

    promoted = house.http("POST", "/api/2.0/mlflow/model-versions/transition-stage",
                          {"name": "pinned", "version": "1", "stage": "Production", "archive_existing_versions": False}, who="ana")
    assert promoted[0] == 200, promoted
    listed = house.assay("evaluator", "list", "--server", house.url, who="ana").stdout
    assert "repository=bank/credit" in listed and provider.issuer in listed


@pytest.mark.parametrize("changes", [
    {"repository": "bank/credit-fork"}, {"repository": "BANK/credit"}, {"repository": None}, {"ref": "refs/heads/main2"},
    {"ref": "refs/pull/7/merge"}, {"workflow_ref": "bank/credit/.github/workflows/other.yml@refs/heads/main"}, {"ref_protected": "false"},
    {"ref_protected": False}, {"exp": 1_000_000}, {"exp": None}, {"nbf": 99_999_999_999}, {"iat": None}, {"iat": 99_999_999_999}, {"sub": None},
    {"repository": ["bank/credit"]}, {"ref": {"x": "refs/heads/main"}}, {"ref_protected": ["false"]}, {"ref_protected": ["true"]},
    {"ref_protected": {}}, {"ref_protected": 1.5}, {"exp": int(time.time()) + 10**9}, {"iat": int(time.time()) - 86_400},
], ids=lambda changes: ", ".join(f"{name}: {value if not isinstance(value, int) or value < 10**9 else 'a time'}" for name, value in changes.items()))
def test_tokens_of_other_runs_are_no_ones(house, provider, workflow, statement, changes):
    answer = hand_in(house, run(house, provider, **changes), statement())
    assert answer.status == 401 and "registered for just this issuer" in answer.text, answer.text
    assert "bank/credit" not in answer.text


def test_forged_tokens_are_no_ones(house, provider, workflow, statement):
    good = run(house, provider)
    head, claims, signature = good.split(".")
    stranger = Key(provider.keys[0].kid, "RS256")
    from provider import b64, token
    decoded = json.loads(base64.urlsafe_b64decode(claims + "=="))
    for forged in (
        f"{head}.{claims}.{signature[:-8]}AAAAAAAA", token(decoded, stranger), f"{b64(json.dumps({'alg': 'none'}).encode())}.{claims}.",
        token(decoded, provider.keys[0], {"alg": "HS256"}, hs256(provider.keys[0].pem)),
    ):
        assert hand_in(house, forged, statement()).status == 401
    # Made out to another server, it is not even looked at as a run's.
    assert hand_in(house, run(house, provider, aud="https://another.example.com"), statement()).status == 401
    assert hand_in(house, run(house, provider, iss="https://token.actions.githubusercontent.com"), statement()).status == 401


def test_a_run_does_nothing_but_hand_in(house, provider, workflow, statement):
    token = run(house, provider)
    for method, path, body in [
        ("GET", "/api/2.0/mlflow/registered-models/get?name=pinned", None),
        ("POST", "/api/2.0/mlflow/model-versions/transition-stage", {"name": "pinned", "version": "1", "stage": "Production"}),
        ("POST", "/api/assay/v1/approvals", {"request": "0" * 32}), ("POST", "/api/assay/v1/policies", {"policy": POLICY}),
        ("GET", "/api/assay/v1/users", None), ("POST", "/api/assay/v1/users/me/tokens", {"label": "x"}),
        ("POST", "/api/2.0/mlflow/runs/create", {"experiment_id": "0"}),
    ]:
        answer = send(house.url, method, path, body, bearer(token))
        assert answer.status in (401, 403, 404), (path, answer.status, answer.text)


def test_statements_that_claim_too_much(house, provider, workflow, statement):
    token = run(house, provider)
    for changes, words in [
        ({"provenance": "recomputed"}, "attested"), ({"build": {"commit": "f" * 40}}, "commit"),
        ({"build": {"repository": "bank/other"}}, "repository"), ({"inputs": []}, "rows"),
    ]:
        answer = hand_in(house, token, statement(**changes))
        assert answer.status == 403 and words in answer.text, answer.text
    assert hand_in(house, token, statement(), "/api/assay/v1/evidence/other/1").status == 403
    for body in ({}, [], {"payload": "", "payloadType": "x", "signatures": []}, "x"):
        assert hand_in(house, token, body).status == 400
    # Who has a key cannot say that the server signed for somebody.
    key = Ed25519PrivateKey.generate()
    (house.folder / "lab.pub").write_bytes(key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
    house.assay("evaluator", "add", "lab", "--user", "petra", "--key", str(house.folder / "lab.pub"), "--server", house.url, who="root")
    payload = json.dumps(statement(evaluator="ci")).encode()
    kind = b"application/vnd.in-toto+json"
    signature = key.sign(b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload))
    envelope = {"payloadType": kind.decode(), "payload": base64.b64encode(payload).decode(),
                "signatures": [{"keyid": "", "sig": base64.b64encode(signature).decode()}]}
    answer = house.http("POST", "/api/assay/v1/evidence/pinned/1", envelope, who="ana")
    assert answer[0] == 403, answer


@pytest.mark.parametrize("claims, words", [
    ({"repository": "a/b", "ref": "main"}, "the workflow open"), ({"workflow_ref": "x", "ref": "main"}, "the repository open"),
    ({"repository": "a/b", "workflow_ref": "x"}, "the branch or tag open"), ({"sub": "repo:a/b:ref:refs/heads/main"}, "open"),
    ({**PINS, "aud": "x"}, "checked by itself"), ({**PINS, "environment": ""}, "1 to"), ({**PINS, "environment": "a\nb"}, "line breaks"),
    *(({"sub": subject}, "only where it is a job's own address") for subject in (
        "repository_owner:bank", "repository_visibility:private", "environment:prod", "x", "Repo:bank/credit:ref:refs/heads/main",
        "job_workflow_ref:bank/credit/.github/workflows/model.yml@refs/heads/main", "https://jenkins.example.com/")),
], ids=str)
def test_a_pin_that_leaves_something_open_is_refused(house, provider, claims, words):
    refused = add(house, provider, "open", check=None, **claims)
    assert refused.returncode != 0 and words in refused.stderr, refused.stderr


def test_other_registrations_that_are_refused(house, provider, workflow):
    refused = add(house, provider, "plain", check=None, issuer="http://gitlab.example.com", **PINS)
    assert refused.returncode != 0 and "https" in refused.stderr, refused.stderr
    refused = add(house, provider, "same", check=None, **PINS)
    assert refused.returncode != 0 and "'ci' has this workflow" in refused.stderr, refused.stderr
    refused = add(house, provider, "ci", check=None, **{**PINS, "ref": "refs/heads/stable"})
    assert refused.returncode != 0 and "the name 'ci'" in refused.stderr and "workflow" not in refused.stderr, refused.stderr
    for arguments in ([], ["--issuer", "https://x.example.com"], ["--key", "k", "--claim", "a=b"]):
        assert house.assay("evaluator", "add", "x", *arguments, "--server", house.url, who="root", check=None).returncode == 2
    status, answer = house.http("POST", "/api/assay/v1/evaluators", {"name": "x"}, who="root")
    assert status == 400 and "one of the two" in json.dumps(answer)


def test_the_end_of_an_evaluator_ends_its_runs(house, provider, workflow, statement):
    """Last: it takes the evaluator away."""
    house.stop()
    house.start()
    assert hand_in(house, run(house, provider), statement()).status == 201
    house.assay("evaluator", "remove", "ci", "--server", house.url, who="root")
    assert hand_in(house, run(house, provider), statement()).status == 401
    standing = house.http("GET", "/api/assay/v1/evidence?model=pinned&version=1", who="ana")[1]
    refused = house.http("POST", "/api/2.0/mlflow/registered-models/alias", {"name": "pinned", "alias": "champion", "version": "1"}, who="ana")
    assert refused[0] in (200, 403), (standing, refused)
    # The name is never given again; the workflow, which cannot be made anew, is, and it speaks under its new name alone.
    refused = add(house, provider, "ci", check=None, **PINS)
    assert refused.returncode != 0 and "no name is given twice" in refused.stderr, refused.stderr
    add(house, provider, "ci-2", **PINS)
    again = hand_in(house, run(house, provider), statement(computed_at="2026-02-01T08:00:00Z"))
    assert again.status == 201, again.text
    envelopes = house.http("GET", "/api/assay/v1/statements?model=pinned&version=1", who="otto")[1]["statements"]
    names = {json.loads(base64.b64decode(envelope["payload"]))["predicate"].get("evaluator") for envelope in envelopes}
    assert "ci-2" in names and "ci" not in names, names
    refused = add(house, provider, "ci-3", check=None, **PINS)
    assert refused.returncode != 0 and "'ci-2' has this workflow" in refused.stderr, refused.stderr
    house.stop()
    house.start()
    assert hand_in(house, run(house, provider), statement(computed_at="2026-02-02T08:00:00Z")).status == 201
    export = house.folder / "export"
    house.assay("audit", "export", "--from", "2020-01-01", "--to", "9999-12-31", "--server", house.url, "-o", str(export), who="otto")
    verified = house.assay("audit", "verify", str(export), check=None)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    # The same claim is two evaluators', so the export has both statements, and looks at both.
    (second,) = (export / "evidence").glob("*-*.dsse.json")
    pair = [json.loads(file.read_text()) for file in (second.with_name(second.name.split("-")[0] + ".dsse.json"), second)]
    assert [json.loads(base64.b64decode(one["payload"]))["predicate"]["evaluator"] for one in pair] == ["ci", "ci-2"]
    pair[1]["payload"] = base64.b64encode(base64.b64decode(pair[1]["payload"]).replace(b'"ci-2"', b'"ci-9"')).decode()
    second.write_text(json.dumps(pair[1]))
    verified = house.assay("audit", "verify", str(export), check=None)
    said = [line for line in verified.stdout.splitlines() if second.name in line]
    assert verified.returncode != 0 and any("no key of evidence-keys.txt signed" in line for line in said), verified.stdout + verified.stderr
