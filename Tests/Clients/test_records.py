"""The tables against the log: a stopped server's database that says something nobody decided."""

import html
import json
import sqlite3
from contextlib import closing
from http.client import HTTPException

import pytest
from house import House
from mlflow.exceptions import MlflowException

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
        for path in ("/models", "/models/loans", "/models/loans/1", "/api/assay/v1/models/loans/versions/1/card",
                     "/api/assay/v1/models/loans/versions/1/inventory"):
            yield house.http("GET", path, who="ana")

    assert [status for status, _ in asked()] == [200] * 12
    for sql in change:
        tamper(house, sql)
    for status, answer in asked():
        said = html.unescape(answer) if isinstance(answer, str) else json.dumps(answer)
        assert status == 409 and "The database is not what the log says of loans: " + object in said, (status, answer)
    for sql in restore:
        tamper(house, sql)
    assert [status for status, _ in asked()] == [200] * 12


def second_version(house, client):
    """Version 2, of another file in the same place."""
    run = client.create_run("0").info.run_id
    client.log_text(run, "flavors: {other: {}}", "model/MLmodel")
    client.create_model_version("loans", f"runs:/{run}/model", run_id=run)


def rows(house, sql):
    with closing(sqlite3.connect(house.data / "assay.db")) as database:
        return database.execute(sql).fetchall()


FILES = """
UPDATE file SET (blob, size, digest) = (SELECT f.blob, f.size, f.digest FROM file AS f JOIN modelVersion AS v ON v.id = f.owner
    WHERE f.ownerKind = 'modelVersion' AND v.version = 2 AND f.path = 'MLmodel')
WHERE ownerKind = 'modelVersion' AND path = 'MLmodel' AND owner = (SELECT id FROM modelVersion WHERE version = 1)
"""


def test_no_other_files_are_served_for_those_that_were_registered(house):
    client = registered(house)
    assert promote(house) is None
    second_version(house, client)
    version, = rows(house, "SELECT id FROM modelVersion WHERE version = 1")[0]
    kept, = rows(house, "SELECT blob FROM file WHERE ownerKind = 'modelVersion' AND owner = (SELECT id FROM modelVersion WHERE version = 1)")[0]
    digest, size = rows(house, f"SELECT hex(digest), size FROM file WHERE ownerKind = 'modelVersion' AND blob = '{kept}'")[0]
    tree = f"/api/2.0/mlflow-artifacts/artifacts/versions/{version}/MLmodel"

    def asked():
        """Every way to a version's files."""
        for path in ("/api/2.0/mlflow/model-versions/get-download-uri?name=loans&version=1",
                     "/api/2.0/mlflow/model-versions/get?name=loans&version=1", tree,
                     f"/api/2.0/mlflow-artifacts/artifacts?path=versions/{version}",
                     "/model-versions/get-artifact?name=loans&version=1&path=MLmodel", "/models/loans/1",
                     "/api/assay/v1/models/loans/versions/1/inventory", "/api/assay/v1/statements/loans/1",
                     "/api/assay/v1/statements?model=loans&version=1"):
            yield house.http("GET", path, who="ana")

    assert [status for status, _ in asked()] == [200] * 9
    assert house.http("GET", tree, who="ana")[1] == "flavors: {}"
    tamper(house, FILES)
    for status, answer in asked():
        said = html.unescape(answer) if isinstance(answer, str) else json.dumps(answer)
        assert status == 409 and "list of the files of loans/1 is not the one whose digest was registered" in said, (status, answer)
    house.stop()
    found = house.assay("audit", "verify", "--data-dir", str(house.data), check=1).stdout
    house.start()
    assert f"FINDING: assay.db: files of version {version}: the database's list of them" in found, found

    # The digest put back, and the other bytes left behind it: they never arrive whole.
    tamper(house, f"UPDATE file SET digest = x'{digest}', size = {size} WHERE ownerKind = 'modelVersion' "
                  "AND owner = (SELECT id FROM modelVersion WHERE version = 1)")
    try:
        status, answer = house.http("GET", tree, who="ana")
    except (OSError, HTTPException):
        status, answer = 0, ""
    assert not (status == 200 and answer.startswith("flavors")), answer

    tamper(house, f"UPDATE file SET blob = '{kept}' WHERE ownerKind = 'modelVersion' AND owner = (SELECT id FROM modelVersion WHERE version = 1)")
    assert [status for status, _ in asked()] == [200] * 9
    house.stop()
    house.assay("audit", "verify", "--data-dir", str(house.data))


def emptied(house):
    """Takes every policy out of the table; returns what puts them back."""
    triggers = [sql for sql, in rows(house, "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'policy'")]
    names = [name for name, in rows(house, "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'policy'")]
    kept = rows(house, "SELECT * FROM policy")
    assert kept and triggers
    for name in names:
        tamper(house, f"DROP TRIGGER {name}")
    tamper(house, "DELETE FROM policy")

    def put_back():
        with closing(sqlite3.connect(house.data / "assay.db", isolation_level=None)) as database:
            for row in kept:
                database.execute(f"INSERT INTO policy VALUES ({', '.join('?' * len(row))})", row)
            for sql in triggers:
                database.execute(sql)
    return put_back


@pytest.mark.parametrize("restarted", [False, True])
def test_a_server_whose_policies_were_taken_away_is_no_server_without_policies(house, restarted):
    client = registered(house)
    client.set_registered_model_alias("loans", "best", "1")
    second_version(house, client)
    put_back = emptied(house)
    if restarted:
        house.stop()
        house.start()
    move = {"name": "loans", "version": "2", "stage": "Production", "archive_existing_versions": False}
    for call, body in (("model-versions/transition-stage", move),
                       ("registered-models/alias", {"name": "loans", "alias": "champion", "version": "2"}),
                       ("registered-models/set-tag", {"name": "loans", "key": "k", "value": "v"})):
        status, answer = house.http("POST", "/api/2.0/mlflow/" + call, body, who="ana")
        assert status == 409 and "The database is not what the log says: policy credit 1" in answer["message"], (status, answer)
        assert "nothing is promoted" in answer["message"]
    with pytest.raises(MlflowException, match="is not what the log says"):
        second_version(house, client)
    policy = house.folder / "looser.yaml"
    policy.write_text(POLICY.replace('"1"', '"2"').replace("count: 1", "count: 2"))
    refused = house.assay("policy", "publish", str(policy), "--server", house.url, who="petra", check=None)
    assert refused.returncode == 2 and "is not what the log says" in refused.stderr, refused
    # The look at where versions stand is not put out of action with them.
    tamper(house, "UPDATE modelAlias SET version = 2")
    status, answer = house.http("GET", "/api/2.0/mlflow/registered-models/alias?name=loans&alias=best", who="ana")
    assert status == 409 and "alias 'best'" in answer["message"], answer
    tamper(house, "UPDATE modelAlias SET version = 1")
    put_back()
    if restarted:
        house.stop()
        house.start()
    assert house.http("GET", "/api/2.0/mlflow/registered-models/alias?name=loans&alias=best", who="ana")[0] == 200
    assert promote(house) is None
    status, answer = house.http("POST", "/api/2.0/mlflow/model-versions/transition-stage", move, who="ana")
    assert status == 403 and "approvals by validator: 0 of 1" in answer["message"], answer


def test_a_policy_that_nobody_published_lets_nothing_through(house):
    registered(house)
    second_version(house, house.client("ana"))
    tamper(house, "INSERT INTO policy (name, version, digest, source, canonical, publishedTime, publisherId, publisherName) "
                  "SELECT name, '9', digest, source, canonical, publishedTime, publisherId, publisherName FROM policy")
    refused = promote(house)
    assert "incomplete" in refused and "the database is not what the log says: policy credit 9" in refused, refused


def test_an_approval_in_a_role_that_was_only_in_the_database_is_found(house):
    registered(house)
    second_version(house, house.client("ana"))
    house.add("dan", "data_scientist")
    given = GIVEN.replace("'ana'", "'dan'")
    tamper(house, given)
    house.http("POST", "/api/2.0/mlflow/model-versions/transition-stage",
               {"name": "loans", "version": "2", "stage": "Production", "archive_existing_versions": False}, who="ana")
    house.assay("model", "approve", "loans", "2", "--stage", "Production", "--server", house.url, who="dan")
    tamper(house, TAKEN.replace("'ana'", "'dan'"))
    house.stop()
    found = house.assay("audit", "verify", "--data-dir", str(house.data), check=1).stdout.splitlines()
    lines = [line for line in found if line.startswith("FINDING: assay.db: ledger entry ")]
    assert len(lines) == 1 and "approved and held no role that approves" in lines[0], found
    # It is told of, and keeps nothing waiting: the gate asks for the role when it decides.
    house.start()
    assert "the log holds a decision that nobody could make" in (house.folder / "server.log").read_text()
    assert promote(house) is None
