"""Risks, decisions, incidents, validations, holds and retirement by the command line, on a server of their own."""

import json
import re

import pytest
from house import House


@pytest.fixture(scope="module")
def house():
    house = House()
    house.start()
    house.add("cora", "compliance")
    for name in ["loans", "toys"]:
        assert house.http("POST", "/api/2.0/mlflow/registered-models/create", {"name": name}, who="ana")[0] == 200
        status, answer = house.http(
            "POST", "/api/2.0/mlflow/model-versions/create", {"name": name, "source": "s3://elsewhere/m"}, who="ana")
        assert status == 200, answer
    yield house
    house.remove()


def run(house, who, *arguments, check=0):
    done = house.assay(*arguments, "--server", house.url, who=who, check=check)
    return done.stdout + done.stderr


def test_a_risk_is_scored_accepted_and_closed(house):
    fields = ["title=Drift", "category=accuracy", "likelihood=4", "impact=5", "appetite=6", "treatment=reduce", "owner=ana",
              "review=2027-06-01", "residual_likelihood=3"]
    printed = run(house, "ana", "risk", "add", "--model", "loans", *[word for field in fields for word in ("--set", field)])
    risk = printed.split()[0]
    assert "4×5=20, left 15 of 6, above appetite  owner ana" in printed, printed
    assert "somebody else has to" in run(house, "ana", "risk", "update", risk, "--set", "appetite=20", check=1)
    assert "accepted  reduce" in run(house, "carl", "risk", "accept", risk, "--reason", "for this winter")
    assert "open  reduce" in run(house, "ana", "risk", "update", risk, "--set", "mitigation=a monitor")
    assert run(house, "otto", "risk", "list", "--model", "loans").startswith(risk)
    run(house, "vera", "risk", "close", risk, "--reason", "the model is gone")
    assert run(house, "otto", "risk", "list", "--model", "loans") == "There are none.\n"
    assert "dossier.risk-accepted  carl" in run(house, "otto", "risk", "show", risk)


def test_a_decision_is_shown_with_its_version(house):
    run(house, "ana", "decision", "add", "features", "--title", "no postcode", "--reasons", "it stands for origin",
        "--alternative", "postcode in bands", "--model", "loans", "--version", "1")
    listed = run(house, "otto", "decision", "list", "--model", "loans", "--version", "1")
    assert '"no postcode"' in listed and "    it stands for origin\n" in listed
    status, page = house.http("GET", "/models/loans/1", who="otto")
    assert status == 200 and "Decided on features" in page and "it stands for origin" in page


def test_an_incidents_clocks_follow_from_times(house):
    printed = run(house, "vera", "incident", "open", "--title", "Leak", "--severity", "low", "--aware", "2026-01-01T10:00:00Z",
                  "--owner", "vera", "--escalate-to", "carl", "--clock", "clk-gdpr-33", "--clock", "clk-aiact-73-general",
                  "--model", "loans")
    incident = printed.split()[0]
    for at, states, status in [("2026-01-01T11:00:00Z", ["running", "running"], 0), ("2026-01-04T09:59:59Z", ["warned", "running"], 0),
                               ("2026-01-04T10:00:00Z", ["escalated", "running"], 1)]:
        shown = run(house, "otto", "incident", "list", "--at", at, check=status)
        assert [line.split()[0] for line in shown.splitlines()[1:]] == states, shown
        assert ("tell carl" in shown) == (status == 1)
    assert "permission 'file_report'" in run(house, "vera", "incident", "report", incident, "--clock", "clk-gdpr-33", "--text", "t", check=1)
    run(house, "carl", "incident", "report", incident, "--clock", "clk-gdpr-33", "--text", "told the authority", "--filed",
        "2026-01-03T10:00:00Z", "--reference", "A-17")
    assert "still run" in run(house, "carl", "incident", "close", incident, "--action", "keys changed", check=2)
    run(house, "carl", "incident", "report", incident, "--clock", "clk-aiact-73-general", "--text", "not serious", "--not-required")
    assert "vera's to see to" in run(house, "vera", "incident", "close", incident, "--action", "keys changed", check=1)
    closed = run(house, "carl", "incident", "close", incident, "--action", "keys changed")
    assert re.search(r"met  clk-gdpr-33 .*\n    not-required  clk-aiact-73-general", closed), closed
    assert run(house, "otto", "incident", "list") == "There are none.\n"
    assert "72 hours  from awareness of a breach" in run(house, "otto", "incident", "clocks")


def test_a_model_comes_due_is_held_and_retires(house):
    assert run(house, "otto", "model", "due") == "None is due.\n"
    assert "next 20" in run(house, "vera", "model", "validated", "loans", "--opinion", "sound", "--next", "2030-01-01")
    assert "loans  not due  validated" in run(house, "otto", "model", "due", "loans")
    assert "was due by 2030-01-01T00:00:00Z" in run(house, "otto", "model", "due", "--at", "2030-01-01", check=1)
    run(house, "ana", "model", "trigger", "loans", "purpose", "--text", "used for rents too")
    assert "loans  due: purpose" in run(house, "otto", "model", "due", check=1)
    run(house, "vera", "model", "validated", "loans", "--opinion", "sound for rents")

    hold = run(house, "carl", "model", "hold", "loans", "--reason", "a suit").split()[0]
    body = {"name": "loans"}
    status, answer = house.http("DELETE", "/api/2.0/mlflow/registered-models/delete", body, who="ana")
    assert status == 409 and "legal hold" in answer["message"], answer
    assert "second person" in run(house, "carl", "model", "hold", "loans", "--release", hold, "--reason", "over", check=1)

    assert "ecoa/retention  at least 25 months" in run(house, "otto", "model", "retention")
    printed = run(house, "ana", "model", "retire", "loans", "--reason", "replaced", "--rule", "eu-ai-act/art-18", "--personal-limit", "36:GDPR")
    assert re.search(r"loans is retired, tombstone sha256:[0-9a-f]{64}; records are kept until 20\d\d-.*what is personal until", printed)
    status, answer = house.http(
        "POST", "/api/2.0/mlflow/model-versions/create", {"name": "loans", "source": "s3://elsewhere/m"}, who="ana")
    assert status == 409 and "is retired since" in answer["message"], answer
    run(house, "cora", "model", "hold", "loans", "--release", hold, "--reason", "over")
    run(house, "vera", "model", "reinstate", "loans", "--reason", "needed after all")
    status, answer = house.http("GET", "/api/assay/v1/retirements?model=loans", who="otto")
    assert status == 200 and [one["state"] for one in answer["retirements"]] == ["reinstated"]
    tombstone = answer["retirements"][0]["content"]["tombstone"]
    assert tombstone["retention"]["keep_basis"] == ["eu-ai-act/art-18"] and tombstone["retention"]["held"] is True
    assert house.http("DELETE", "/api/2.0/mlflow/registered-models/delete", body, who="ana")[0] == 200


def test_the_database_is_what_the_log_says(house):
    house.stop()
    checked = house.assay("audit", "verify", "--data-dir", str(house.data))
    assert "paper" not in checked.stdout, checked.stdout
    house.start()
    assert json.dumps(house.http("GET", "/api/assay/v1/decisions", who="otto")[1]).count("no postcode") == 1
