"""Records that people sign, by the command line and by its routes: on a server of their own."""

import hashlib
import json

import pytest
from house import House


@pytest.fixture(scope="module")
def house():
    house = House()
    house.start()
    status, answer = house.http("POST", "/api/2.0/mlflow/registered-models/create", {"name": "loans"}, who="ana")
    assert status == 200, answer
    yield house
    house.remove()


def run(house, who, *arguments, check=0):
    return house.assay("record", *arguments, "--server", house.url, who=who, check=check)


def test_a_record_goes_from_its_signer_to_the_auditor(house):
    minutes = house.folder / "minutes.txt"
    minutes.write_text("who was there")
    printed = run(house, "vera", "add", "training", "--title", "Course of validators", "--model", "loans", "--file", str(minutes)).stdout
    record = printed.split()[0]
    assert "standing  training  the model loans  \"Course of validators\"  vera" in printed, printed
    listed = run(house, "otto", "list", "--model", "loans").stdout
    assert listed == printed
    shown = run(house, "otto", "show", record).stdout
    for part in ["dossier.record-signed  vera", "file_name: minutes.txt", hashlib.sha256(b"who was there").hexdigest(), "evidence: training_record"]:
        assert part in shown, shown
    status, file = house.http("GET", f"/api/assay/v1/records/{record}/file", who="otto")
    assert status == 200 and file == "who was there"
    withdrawn = run(house, "vera", "withdraw", record, "--reason", "wrong course").stdout
    assert "withdrawn" in withdrawn
    assert run(house, "otto", "list", "--model", "loans").stdout == "There are none.\n"
    everything = json.loads(run(house, "otto", "list", "--model", "loans", "--all", "--format", "json").stdout)
    assert [one["state"] for one in everything["records"]] == ["withdrawn"]
    assert everything["records"][0]["counts"] is False
    # Its entry is found in the model's own history, and what it says is in no leaf.
    status, answer = house.http("GET", "/api/assay/v1/models/loans/history", who="otto")
    assert status == 200
    assert [entry["kind"] for entry in answer["entries"] if entry["kind"].startswith("dossier.")] == [
        "dossier.record-signed", "dossier.record-withdrawn"]
    for path in (house.data / "ledger").rglob("*"):
        assert not path.is_file() or b"wrong course" not in path.read_bytes()


def test_who_may_not_is_told_why(house):
    assert "permission 'attest'" in run(house, "root", "add", "notice", "--title", "Words", check=1).stderr
    assert "named person" in run(house, None, "add", "notice", "--title", "Words", check=2).stderr
    assert "is no type of record" in run(house, "vera", "add", "gossip", "--title", "Words", check=2).stderr
    assert "not found" in run(house, "vera", "add", "notice", "--title", "Words", "--model", "nothing", check=2).stderr
    types = run(house, "otto", "types").stdout
    assert "vendor_review" in types and "[training_record]" in types


def test_papers_of_models_that_are_not_seen_are_not_there(house):
    grants = [{"verbs": ["read", "attest"], "resource": "model:toys*"}]
    status, answer = house.http("POST", "/api/assay/v1/roles", {"role": "toymaker", "grants": grants}, who="root")
    assert status == 200, answer
    status, answer = house.http("POST", "/api/assay/v1/users", {"name": "tim", "roles": ["toymaker"]}, who="root")
    assert status == 200, answer
    house.tokens["tim"] = house.own(answer["token"])
    assert house.http("POST", "/api/2.0/mlflow/registered-models/create", {"name": "toys-1"}, who="ana")[0] == 200
    record = run(house, "vera", "add", "notice", "--title", "Secret words", "--model", "loans").stdout.split()[0]
    assert house.http("GET", f"/api/assay/v1/records/{record}", who="tim")[0] == 404
    assert house.http("GET", f"/api/assay/v1/records/{record}", who="vera")[0] == 200
    status, answer = house.http("GET", "/api/assay/v1/records", who="tim")
    assert status == 200 and "Secret words" not in json.dumps(answer)
    assert house.http("GET", "/api/assay/v1/records?model=loans", who="tim")[0] == 404
    for body, wanted in [({"model": "toys-1"}, 201), ({"model": "loans"}, 404), ({}, 403)]:
        status, answer = house.http("POST", "/api/assay/v1/records", {"type": "notice", "title": "T", **body}, who="tim")
        assert status == wanted, (body, answer)
    status, answer = house.http("POST", f"/api/assay/v1/records/{record}/withdrawal", {"reason": "r"}, who="tim")
    assert status == 404, answer
