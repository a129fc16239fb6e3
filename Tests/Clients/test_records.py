"""The tables against the log: a stopped server's database that says something nobody decided."""

import json
import sqlite3
from contextlib import closing

import pytest
from house import House

POLICY = """\
assay: policy/v1
name: credit
version: "1"
applies-to: {models: ["loan*"], stages: [Production]}
approvals:
  - {role: validator, count: 1}
"""


@pytest.fixture
def house():
    house = House(people={"ana": "data_scientist", "petra": "validator", "vera": "validator"})
    house.start()
    yield house
    house.remove()


def tamper(house, sql):
    with closing(sqlite3.connect(house.data / "assay.db", isolation_level=None)) as database:
        database.execute(sql)


def registered(house):
    """A version that its approval lets into Production."""
    policy = house.folder / "policy.yaml"
    policy.write_text(POLICY)
    house.assay("policy", "publish", str(policy), "--server", house.url, who="petra")
    client = house.client("ana")
    run = client.create_run("0").info.run_id
    client.log_text(run, "flavors: {}", "model/MLmodel")
    client.create_registered_model("loans")
    client.create_model_version("loans", f"runs:/{run}/model", run_id=run)
    refused = promote(house)
    assert "approvals by validator: 0 of 1" in refused, refused
    house.assay("model", "approve", "loans", "1", "--stage", "Production", "--server", house.url, who="vera")
    return client


def promote(house):
    """MLflow's own call; its error, or nothing."""
    status, answer = house.http(
        "POST", "/api/2.0/mlflow/model-versions/transition-stage",
        {"name": "loans", "version": "1", "stage": "Production", "archive_existing_versions": False}, who="ana")
    assert status in (200, 403), answer
    return answer["message"] if status == 403 else None


GIVEN = "INSERT INTO userRole SELECT id, 'validator' FROM user WHERE name = 'ana'"
TAKEN = "DELETE FROM userRole WHERE role = 'validator' AND userID = (SELECT id FROM user WHERE name = 'ana')"


@pytest.mark.parametrize("change, restore, object", [
    (GIVEN, TAKEN, "roles of user "),
    ("UPDATE modelVersion SET stage = 'Staging'", "UPDATE modelVersion SET stage = 'None'", "stage of version "),
    ("INSERT INTO modelAlias SELECT number, 'champion', 1 FROM registeredModel", "DELETE FROM modelAlias",
     "alias 'champion' of model "),
    ("INSERT INTO placement SELECT id, 'stage Production', manifestDigest, 'pass', x'7b7d', NULL, '00', 1 FROM modelVersion",
     "DELETE FROM placement", "leave of version "),
])
def test_nothing_is_promoted_on_a_database_the_log_knows_nothing_of(house, change, restore, object):
    registered(house)
    house.stop()
    verified = house.assay("audit", "verify", "--data-dir", str(house.data))
    assert "facts of the database compared with what" in verified.stdout
    tamper(house, change)
    found = house.assay("audit", "verify", "--data-dir", str(house.data), check=1).stdout.splitlines()
    assert [line for line in found if line.startswith(f"FINDING: assay.db: {object}")], found
    assert found[-1] == "NOT consistent: 1 finding"
    report = json.loads(house.assay("audit", "verify", "--data-dir", str(house.data), "--format", "json", check=1).stdout)
    assert report["consistent"] is False and report["findings"] == []
    assert [difference["object"].startswith(object) for difference in report["records"]["differences"]] == [True]

    house.start()
    refused = promote(house)
    assert "incomplete" in refused and f"the database is not what the log says: {object}" in refused, refused
    assert "assay audit verify --data-dir DIR" in refused
    denied = house.assay(
        "model", "approve", "loans", "1", "--stage", "Production", "--server", house.url, who="vera", check=None)
    assert denied.returncode == 2 and "An approval has to wait" in denied.stderr
    # What no gate stands before goes on.
    client = house.client("ana")
    client.log_metric(client.create_run("0").info.run_id, "m", 1.0)
    assert "the database differs from the log" in (house.folder / "server.log").read_text()
    assert object.split("'")[0].strip() in (house.folder / "server.log").read_text()

    house.stop()
    tamper(house, restore)
    house.assay("audit", "verify", "--data-dir", str(house.data))
    house.start()
    assert promote(house) is None


def swapped():
    return "DROP TRIGGER IF EXISTS modelVersionIsFrozen", "UPDATE modelVersion SET version = version + 10", "UPDATE modelVersion SET version = 13 - version"


@pytest.mark.parametrize("change, restore, object", [
    (["UPDATE modelAlias SET version = 2"], ["UPDATE modelAlias SET version = 1"], "alias 'best' of model "),
    (["DELETE FROM modelAlias"], ["INSERT INTO modelAlias SELECT number, 'best', 1 FROM registeredModel"], "alias 'best' of model "),
    (["UPDATE modelVersion SET stage = 'Production' WHERE version = 2"], ["UPDATE modelVersion SET stage = 'None' WHERE version = 2"],
     "stage of version "),
    (["UPDATE modelVersion SET deletionTime = 1 WHERE version = 2"], ["UPDATE modelVersion SET deletionTime = NULL WHERE version = 2"],
     "files of version "),
    (swapped(), swapped(), "files of version "),
    (["UPDATE placement SET decision = 'waived'"], ["UPDATE placement SET decision = 'pass'"], "leave of version "),
])
def test_a_running_server_tells_nobody_where_versions_stand_by_rows_that_nobody_decided(house, change, restore, object):
    client = registered(house)
    assert promote(house) is None
    client.set_registered_model_alias("loans", "best", "1")
    run = client.create_run("0").info.run_id
    client.log_text(run, "flavors: {other: {}}", "model/MLmodel")
    client.create_model_version("loans", f"runs:/{run}/model", run_id=run)

    def asked():
        """Every way to hear where a version stands."""
        get = "/api/2.0/mlflow/"
        for path in ("registered-models/alias?name=loans&alias=best", "registered-models/get?name=loans",
                     "model-versions/get?name=loans&version=1", "model-versions/search", "registered-models/search"):
            yield house.http("GET", get + path, who="ana")
        yield house.http("GET", "/api/assay/v1/statements/loans/1", who="ana")
        yield house.http("GET", "/api/assay/v1/statements?model=loans&version=1", who="ana")

    assert [status for status, _ in asked()] == [200] * 7
    for sql in change:
        tamper(house, sql)
    for status, answer in asked():
        assert status == 409 and "The database is not what the log says of loans: " + object in json.dumps(answer), (status, answer)
    for sql in restore:
        tamper(house, sql)
    assert [status for status, _ in asked()] == [200] * 7
