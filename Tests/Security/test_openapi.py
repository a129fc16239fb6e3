"""The OpenAPI document says every route there is, and nothing it allows or forbids brings the server to a fault or to say too much."""

import base64
import json
import os
import subprocess
from collections import Counter
from urllib.parse import unquote

import pytest
from asking import bearer, run, send
from house import House

CANARY = "canary-6b1f"


@pytest.fixture(scope="module")
def place():
    """Ana's things, and Lena, who may do much to what is called lena-… and nothing to anything else."""
    house = House("--anonymous", "off", people={"ana": "data_scientist", "lena": "end_user"})
    house.start()
    verbs = ["read", "log", "register", "delete", "share", "request", "adopt", "approve", "run_eval"]
    grants = [{"verbs": verbs, "resource": f"{kind}:lena-*"} for kind in ("experiment", "model")]
    assert house.http("POST", "/api/assay/v1/roles", {"role": "narrow", "grants": grants}, who="root")[0] == 200
    assert house.http("POST", "/api/assay/v1/bindings", {"role": "narrow", "user": "lena"}, who="root")[0] == 200
    for owner, name in (("ana", CANARY), ("lena", "lena-1")):
        def make(path, body):
            status, answer = house.http("POST", f"/api/2.0/mlflow/{path}", body, who=owner)
            assert status == 200, (owner, path, answer)
            return answer
        experiment = make("experiments/create", {"name": name, "tags": [{"key": "t", "value": name}]})["experiment_id"]
        made = make("runs/create", {"experiment_id": experiment, "run_name": name, "tags": [{"key": "t", "value": name}]})["run"]["info"]
        make("runs/log-parameter", {"run_id": made["run_id"], "key": "p", "value": name})
        make("registered-models/create", {"name": name, "description": name})
        make("model-versions/create", {"name": name, "source": f"runs:/{made['run_id']}/m", "run_id": made["run_id"]})
    yield house
    house.remove()


def document(house):
    status, answer = house.http("GET", "/api/assay/v1/openapi.json")
    assert status == 200
    return answer


def test_every_route_is_in_the_document(place):
    rows = [line.split("\t") for line in run("permission-table").stdout.splitlines()[1:]]
    routes = {(row[0], row[1].replace("...}", "}")): row for row in rows if row[1].startswith("/api/")}
    found = {(method.upper(), path): operation for path, item in document(place)["paths"].items() for method, operation in item.items()}
    assert set(found) == set(routes)
    for key, operation in found.items():
        assert operation["x-permission"] == routes[key][2] and operation["x-scope"] == routes[key][3]
        named = {part[1:-1] for part in key[1].split("/") if part.startswith("{")}
        assert {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"} == named
        if key[1].startswith("/api/assay/v1/"):
            assert operation.get("summary"), f"say of {key} what it does, in OpenAPIOperation.own"
    assert len({operation["operationId"] for operation in found.values()}) == len(found)


@pytest.mark.parametrize("who, seed, examples", [("lena", 1, 2), ("nobody", 2, 1)])
def test_what_schemathesis_finds(place, tmp_path, who, seed, examples):
    python = os.environ.get("ASSAY_SCHEMATHESIS_PYTHON", "")
    if not os.path.exists(python):
        pytest.fail("there is no schemathesis: run scripts/setup, then `. scripts/lib/environment.sh`")
    told = tmp_path / "told.har"
    headers = ["-H", f"Authorization: Bearer {place.tokens[who]}"] if who in place.tokens else []
    examples *= int(os.environ.get("ASSAY_SCHEMATHESIS_EXAMPLES", 1))
    done = subprocess.run(
        [python, "-m", "schemathesis.cli", "run", f"{place.url}/api/assay/v1/openapi.json", *headers, "--checks", "not_a_server_error",
         "--phases", "fuzzing", "--max-examples", str(examples), "--seed", str(seed), "--mode", "all", "--no-color", "--generation-database", "none",
         "--no-shrink", "--request-timeout", "20", "--report", "har", "--report-har-path", str(told)],
        capture_output=True, text=True, timeout=300 * examples, cwd=tmp_path)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    entries = json.loads(told.read_text())["log"]["entries"]
    assert len(entries) > 100 * examples, f"only {len(entries)} requests were sent"
    answers = [entry["response"]["content"] for entry in entries]
    for content in answers:
        text = content.get("text", "")
        if content.get("encoding") == "base64":
            text = base64.b64decode(text).decode(errors="replace")
        assert CANARY not in text and CANARY not in unquote(text), text[:2000]
    print(f"{who}, {seed}: {len(entries)} requests, answers {sorted(Counter(entry['response']['status'] for entry in entries).items())}")
    statuses = Counter(entry["response"]["status"] // 100 for entry in entries)
    # Some of it is understood: requests that are all refused at the door would show nothing of what lies behind.
    assert statuses[2] > (10 if who == "lena" else 0) and statuses[4] > 10, statuses
    answer = send(place.url, "GET", "/api/assay/v1/users/me", headers=bearer(place.tokens["lena"])).json
    assert answer["name"] == "lena"
    errors = [line for line in (place.folder / "server.log").read_text().splitlines() if "unexpected error" in line]
    assert not errors, errors
