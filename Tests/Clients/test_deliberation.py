"""What people say about a promotion beside approving it, from the command line and seen by MLflow's client: comments, objections,
conditions, people who stand in for others, and what a policy would mean before it is published."""

import datetime
import json

import pytest
from house import House

POLICY = """
assay: policy/v1
name: loans
version: "{version}"
applies-to: {{models: ["loans*"], stages: [Production]}}
data: {{dataset: eval/holdout.parquet, label: approve}}
checks:
  - {{id: performance.accuracy, min: {least}}}
approvals:
  - {{role: validator, count: 1}}
"""

TRAINING = """
import mlflow, pandas
from sklearn.linear_model import LogisticRegression
rows = pandas.DataFrame({"a": [0.0, 1.0] * 60, "approve": [0, 1] * 57 + [1, 0] * 3})
mlflow.set_experiment("loans")
for _ in range(2):
    with mlflow.start_run():
        mlflow.log_table(rows, "eval/holdout.parquet")
        model = LogisticRegression().fit(rows[["a"]], rows["approve"])
        mlflow.sklearn.log_model(model, name="model", registered_model_name="loans", input_example=rows[["a"]][:2])
"""

PROMOTE = """
import mlflow, sys
try:
    mlflow.MlflowClient().transition_model_version_stage("loans", sys.argv[1], "Production")
    print("promoted")
except mlflow.exceptions.MlflowException as error:
    print(error.error_code, str(error))
"""


@pytest.fixture(scope="module")
def place():
    house = House(people={
        "ana": "data_scientist", "vera": "validator", "victor": "validator", "petra": "validator", "cleo": "compliance", "otto": "auditor"})
    house.start()
    yield house
    house.remove()


def day(days):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime("%Y-%m-%d")


def publish(place, tmp_path, version, least, *arguments, command="publish", check=0):
    file = tmp_path / f"loans-{version}.yaml"
    file.write_text(POLICY.format(version=version, least=least))
    return place.assay("policy", command, str(file), *arguments, "--server", place.url, who="petra", check=check)


def test_a_promotion_is_talked_about(place, tmp_path):
    publish(place, tmp_path, 1, 0.9)
    place.python(TRAINING, who="ana")

    def model(command, *arguments, who, check=0):
        return place.assay("model", command, "loans", *arguments, "--server", place.url, who=who, check=check)

    stage = ("--stage", "Production")
    refused = model("promote", "1", *stage, "--wait", who="ana", check=1)
    assert "approvals by validator: 0 of 1" in refused.stderr
    model("comment", "1", "Which months are in the table?", *stage, who="vera")
    model("object", "1", *stage, "--reason", "the table lacks 2025", who="cleo")
    model("approve", "1", *stage, "--condition", f"monthly drift report by {day(30)}", "--condition", f"second table by {day(60)}", who="vera")
    said = place.python(PROMOTE.replace("sys.argv[1]", "\"1\""), who="ana").stdout
    assert said.startswith("PERMISSION_DENIED") and "cleo objects: the table lacks 2025" in said, said
    assert "vera said on" in said and "Which months are in the table?" in said and "assay model object loans 1" in said
    assert model("object", "1", *stage, "--withdraw", who="vera").stdout == "You object to nothing of it.\n"
    model("object", "1", *stage, "--withdraw", who="cleo")
    assert "promoted" in place.python(PROMOTE.replace("sys.argv[1]", "\"1\""), who="ana").stdout

    lines = model("conditions", who="ana").stdout.splitlines()
    assert len(lines) == 2 and f"open, due {day(30)}  monthly drift report" in lines[0]
    first = lines[0].split()[0]
    assert model("conditions", "--met", first, who="ana", check=None).returncode != 0
    assert "cleo found it met" in model("conditions", "--met", first, "--comment", "read it", who="cleo").stdout
    assert "met, says cleo" in model("conditions", who="otto").stdout
    for wrong in ("no day", "x by someday", "by 2027-01-01"):
        assert model("approve", "2", *stage, "--condition", wrong, who="vera", check=None).returncode != 0
    kinds = [entry["kind"] for entry in place.http("GET", "/api/assay/v1/log/entries?limit=1000", who="otto")[1]["entries"]]
    for kind in ("request.commented", "objection.raised", "objection.withdrawn", "condition.met"):
        assert kind in kinds


def test_somebody_stands_in(place):
    given = place.assay("role", "delegate", "validator", "--to", "cleo", "--until", day(10), "--reason", "leave", "--server", place.url, who="vera")
    assert "cleo approves as validator in your stead until" in given.stdout
    listed = place.assay("role", "delegations", "--server", place.url, who="otto").stdout
    assert "cleo for vera as validator, until" in listed and "leave" in listed
    place.assay("model", "promote", "loans", "2", "--stage", "Production", "--wait", "--server", place.url, who="ana", check=1)
    place.assay("model", "approve", "loans", "2", "--stage", "Production", "--server", place.url, who="cleo")
    request = place.http("GET", "/api/assay/v1/requests?state=open&model=loans", who="ana")[1]["requests"][0]
    shown = place.http("GET", f"/api/assay/v1/requests/{request['id']}", who="ana")[1]
    assert shown["refusal"] is None and "cleo in the stead of vera" in json.dumps(shown["detail"])
    id = listed.split()[0]
    assert place.assay("role", "undelegate", id, "--server", place.url, who="ana", check=None).returncode != 0
    place.assay("role", "undelegate", id, "--server", place.url, who="vera")
    assert "approvals by validator: 0 of 1" in place.http("GET", f"/api/assay/v1/requests/{request['id']}", who="ana")[1]["refusal"]


def test_what_a_policy_would_mean_is_said_before_it_is_published(place, tmp_path):
    impact = publish(place, tmp_path, 2, 0.99, command="impact", check=1)
    assert "loans 2 would take the place of version 1." in impact.stdout and "loans version 1, stage Production: fail (now: pass)" in impact.stdout
    assert "performance.accuracy is 0.95; the limit is min 0.99" in impact.stdout
    answer = json.loads(publish(place, tmp_path, 2, 0.99, "--format", "json", command="impact", check=1).stdout)
    assert answer["summary"] == {"places": 1, "pass": 0, "fail": 1, "incomplete": 0, "newly_unmet": 1, "no_longer_gated": 0}
    assert publish(place, tmp_path, 2, 0.99, "--dry-run").stdout == impact.stdout
    assert [p["version"] for p in place.http("GET", "/api/assay/v1/policies", who="ana")[1]["policies"]] == ["1"]
    # One that is met says so, and one that asks for less says that.
    met = publish(place, tmp_path, 2, 0.94, command="impact")
    assert "1 pass, 0 fail" in met.stdout
    assert "asks for less" in publish(place, tmp_path, 2, 0.5, command="impact").stdout
    assert place.http("POST", "/api/assay/v1/policies/impact", {"policy": "x"}, who="ana")[0] == 403
    assert place.http("POST", "/api/assay/v1/policies/impact", {"policy": "x"}, who="petra")[0] == 400
    published = publish(place, tmp_path, 2, 0.99)
    assert "fail (now: pass)" in published.stdout and "Published loans 2" in published.stdout
    stage = place.http("GET", "/api/2.0/mlflow/model-versions/get?name=loans&version=1", who="ana")[1]["model_version"]["current_stage"]
    assert stage == "Production", "publishing takes nothing down"
