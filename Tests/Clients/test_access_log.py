"""What the access log says, to whom, and what a killed server loses of it."""

import csv
import io
import json
import time

import pytest
from house import House
from wire import ask, call


@pytest.fixture
def own():
    house = House()
    house.start()
    yield house
    house.remove()


def rows(house, *arguments, who="otto"):
    printed = house.assay("audit", "access", *arguments, "--format", "csv", "--server", house.url, who=who).stdout
    return list(csv.DictReader(io.StringIO(printed)))


def make_run(house, who="ana"):
    status, answer = house.http("POST", "/api/2.0/mlflow/runs/create", {"experiment_id": "0"}, who=who)
    assert status == 200, answer
    return answer["run"]["info"]["run_id"]


def test_a_killed_server_has_every_change_and_every_denial(own):
    run = make_run(own)
    assert own.http("POST", "/api/2.0/mlflow/runs/set-tag", {"run_id": run, "key": "k", "value": "v"}, who="ana")[0] == 200
    assert own.http("POST", "/api/2.0/mlflow/runs/set-tag", {"run_id": run, "key": "k", "value": "v"}, who="vera")[0] == 403
    own.kill()
    own.start()
    said = {(row["name"], row["verb"], row["outcome"], row["route"]) for row in rows(own)}
    route = "POST /api/2.0/mlflow/runs/set-tag"
    assert {("ana", "log", "allowed", route), ("vera", "log", "denied", route)} <= said
    # A denial too, though vera may do this to nothing: the run that she tried it on stands in her request.
    assert {row["name"] for row in rows(own, "--run", run)} == {"ana", "vera"}


def test_denials_and_failed_logins_are_filed_under_what_they_concern(own):
    own.stop()
    own.server_arguments.append("--log-addresses")
    own.start()
    own.http("POST", "/api/2.0/mlflow/registered-models/create", {"name": "loans"}, who="ana")
    body = {"name": "loans", "alias": "champion", "version": "1"}
    assert own.http("POST", "/api/2.0/mlflow/registered-models/alias", body, who="otto")[0] == 403
    found = [row for row in rows(own, "--model", "loans") if row["outcome"] == "denied"]
    assert [(row["name"], row["verb"], row["address"]) for row in found] == [("otto", "register", "127.0.0.1")]
    forged = own.tokens["vera"][:-64] + "0" * 64
    for token in [forged, "assay_user_" + "0" * 16 + "_" + "0" * 64]:
        assert own.http("GET", "/api/assay/v1/users/me", headers={"Authorization": f"Bearer {token}"})[0] == 401
    for who, name in [("vera", "vera"), ("nobody", "")]:
        # Nobody waits for the line of a log-in that failed: it is written a moment later.
        for _ in range(50):
            tried = [row for row in rows(own, "--user", who) if row["route"] == "log-in by token"]
            if tried:
                break
            time.sleep(0.1)
        assert [(row["name"], row["outcome"], row["address"]) for row in tried] == [(name, "denied", "127.0.0.1")], tried


def test_who_reads_the_log_stands_in_it(own):
    own.http("POST", "/api/2.0/mlflow/registered-models/create", {"name": "loans"}, who="ana")
    assert own.http("GET", "/api/assay/v1/log/entries?limit=10", who="otto")[0] == 200
    objects = [row["objects"] for row in rows(own, "--user", "otto")]
    assert any(text.startswith("log:") for text in objects), objects


def test_a_read_is_there_after_a_tenth_of_a_second(own):
    run = make_run(own)
    assert own.http("GET", f"/api/2.0/mlflow/runs/get?run_id={run}", who="vera")[0] == 200
    time.sleep(0.6)
    own.kill()
    own.start()
    assert ("vera", "read") in {(row["name"], row["verb"]) for row in rows(own, "--run", run)}


def test_what_a_search_shows_is_read(own):
    runs = [make_run(own) for _ in range(3)]
    assert own.http("POST", "/api/2.0/mlflow/runs/search", {"experiment_ids": ["0"]}, who="petra")[0] == 200
    for run in runs:
        assert "petra" in {row["name"] for row in rows(own, "--run", run)}


def test_questions_by_subject_and_time(own):
    run = make_run(own)
    own.http("POST", "/api/2.0/mlflow/registered-models/create", {"name": "loans"}, who="ana")
    own.http("GET", "/api/2.0/mlflow/registered-models/get?name=loans", who="vera")
    assert {row["name"] for row in rows(own, "--model", "loans")} == {"ana", "vera"}
    assert all(row["name"] == "ana" for row in rows(own, "--user", "ana"))
    assert rows(own, "--run", run, "--until", "2020-01-01") == []
    assert rows(own, "--run", run, "--since", "2020-01-01") != []
    assert len(rows(own, "--limit", "1")) == 1
    answer = json.loads(own.assay("audit", "access", "--run", run, "--format", "json", "--server", own.url, who="otto").stdout)
    assert answer["records"][-1]["objects"] == ["experiment:0", f"run:{run}"]
    # Who asked stands there too.
    assert any("access-log:run " + run in row["objects"] for row in rows(own, "--user", "otto"))
    for wrong in [("--run", run, "--model", "loans"), ("--since", "yesterday")]:
        assert own.assay("audit", "access", *wrong, "--server", own.url, who="otto", check=2).stdout == ""
    own.assay("audit", "access", "--model", "never-there", "--server", own.url, who="otto", check=2)


def test_only_auditors_look_and_the_page_escapes(own):
    name = "<script>alert(1)</script>"
    own.http("POST", "/api/2.0/mlflow/experiments/create", {"name": name}, who="ana")
    for who in ["ana", "vera", "carl", None]:
        assert own.http("GET", "/api/assay/v1/access", who=who)[0] in (401, 403)
        status, page = own.http("GET", "/audit/access", who=who)
        # Whoever is nobody yet is sent to log in.
        assert status in (401, 403) or (who is None and 'action="/login"' in page and "Data set" not in page)
    status, page = own.http("GET", "/audit/access?user=%3Cscript%3Ealert(1)%3C/script%3E", who="otto")
    assert status == 200 and "<script>" not in page
    status, page = own.http("GET", "/audit/access?user=ana", who="otto")
    assert status == 200 and "POST /api/2.0/mlflow/experiments/create" in page


def test_the_retention_takes_somebody_who_may_set_it(own):
    assert "for ever" in own.assay("audit", "retention", "--server", own.url, who="otto").stdout
    own.assay("audit", "retention", "365", "--server", own.url, who="otto", check=1)
    own.assay("audit", "retention", "30", "--server", own.url, who="carl", check=2)
    assert "365 days" in own.assay("audit", "retention", "365", "--server", own.url, who="carl").stdout
    assert "365 days" in own.assay("audit", "retention", "--server", own.url, who="otto").stdout
