"""Reasons in what a gateway answers: by the table that was frozen with the version or its run, in answers, records and jobs, and as a policy demands them."""

import csv
import hashlib
import json

import pytest
import requests
from house import House
from test_gateway import TRAINING, Gateway, eventually, promote
from test_gateway_rules import POLICY

TABLE = """assay: reason-codes/v1
name: loans
version: "3"
unfavourable: {class: "0"}
codes:
  - {code: A1, text: "The first, too low", features: [a]}
  - {code: B1, text: The second, features: [b]}
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    house = House()
    house.start()
    digest = hashlib.sha256(TABLE.encode()).hexdigest()
    for name, reasons in (("loans", "required"), ("bare", "required"), ("pinned", f"sha256:{digest}"), ("other", f"sha256:{'0' * 64}")):
        serving = f"{{explanations: always, reasons: {reasons}}}"
        status, answer = house.http("POST", "/api/assay/v1/policies", {"policy": POLICY.format(name=name, serving=serving)}, who="petra")
        assert status == 201, answer
    house.add("gate", "gateway")
    house.assay("role", "create", "records", "--verb", "read,read_sensitive,set_retention,observe", "--server", house.url, who="root")
    house.add("rita", "records")
    path = tmp_path_factory.mktemp("table") / "reason-codes.yaml"
    path.write_text(TABLE)
    # As a user would: logged in the run, and frozen beside the model.
    with_table = TRAINING.replace("    mlflow.sklearn.log_model", f"    mlflow.log_artifact({str(path)!r})\n    mlflow.sklearn.log_model")
    for name in ("loans", "bare", "pinned", "other"):
        text = TRAINING if name == "bare" else with_table
        house.python(text.format(name=name, sign="+", seed=1, model="LogisticRegression()", more=", serialization_format='skops'"), who="ana")
    for name in ("loans", "pinned"):
        promote(house, name, 1, {"stage": "Production"})
    yield house
    house.remove()


def expected(phi):
    """Toward class 0: what moved the second class's score down, by how far."""
    moved = sorted(((-value, place) for place, value in enumerate(phi) if value < 0), key=lambda one: (-one[0], one[1]))
    return [("A1", "B1")[place] for _, place in moved]


ROWS = [[1.0, 0.0], [-1.0, 0.5], [-0.2, -2.0], [3.0, 3.0]]


def test_answers_records_and_jobs_carry_reasons(house):
    digest = hashlib.sha256(TABLE.encode()).hexdigest()
    with Gateway(house, "--records", str(house.folder / "spool"), "--jobs", str(house.folder / "jobs"), who="gate") as gateway:
        answer = gateway.ask("/models/loans/invocations", ROWS)
        assert answer.status_code == 200 and answer.headers["Assay-Reason-Codes"] == f"sha256:{digest}", answer.text
        given = answer.json()
        assert given["reasons"]["table"] == {"name": "loans", "version": "3", "sha256": digest}
        codes = [[reason["code"] for reason in reasons] for reasons in given["reasons"]["rows"]]
        assert codes == [expected(phi) for phi in given["explanations"]["shap_values"]] and ["B1", "A1"] in codes or ["A1"] in codes
        assert all(reason["text"] in ("The first, too low", "The second") for reasons in given["reasons"]["rows"] for reason in reasons)
        asked = {"inputs": [{"name": name, "shape": [4, 1], "datatype": "FP64", "data": [row[place] for row in ROWS]} for place, name in enumerate("ab")],
                 "outputs": [{"name": "reasons"}, {"name": "predict"}]}
        infer = requests.post(gateway.url + "/v2/models/loans/infer", json=asked, timeout=60)
        assert infer.status_code == 200, infer.text
        outputs = {output["name"]: output["data"] for output in infer.json()["outputs"]}
        assert [json.loads(text) for text in outputs["reasons"]] == given["reasons"]["rows"]
        metadata = requests.get(gateway.url + "/v2/models/loans", timeout=30).json()
        assert {"name": "reasons", "datatype": "BYTES", "shape": [-1, 1]} in metadata["outputs"]
        job = requests.post(gateway.url + "/models/loans/jobs?explanations=yes&format=jsonl", data="a,b\n" + "".join(f"{a},{b}\n" for a, b in ROWS),
                            headers={"Content-Type": "text/csv"}, timeout=60)
        assert job.status_code == 202, job.text
        place = gateway.url + "/jobs/" + job.json()["id"]
        eventually(lambda: requests.get(place, timeout=30).json()["state"] not in ("waiting", "running"), 60)
        lines = [json.loads(line) for line in requests.get(place + "/result", timeout=30).text.splitlines()]
        assert [json.loads(line["reasons"]) for line in lines] == given["reasons"]["rows"]
        request = answer.headers["Assay-Record"]
        rows = lambda: sum(s["rows"] for s in house.http("GET", "/api/assay/v1/predictions?model=loans", who="rita")[1]["segments"])
        eventually(lambda: rows() >= 12)
    path = house.folder / "export.csv"
    house.assay("predictions", "export", "--model", "loans", "-o", str(path), "--server", house.url, who="rita")
    with open(path, newline="") as file:
        recorded = [row for row in csv.DictReader(file) if row["@id"].startswith(request)]
    assert [row["@reasons"].split() for row in recorded] == codes
    assert {row["@reason-table"] for row in recorded} == {f"sha256:{digest}"}


def test_what_a_policy_demands_is_held(house):
    with Gateway(house, who="gate") as gateway:
        assert gateway.ask("/models/pinned/invocations").json()["reasons"]["table"]["version"] == "3"
    # What nobody would serve takes no place, whoever approves it.
    digest = hashlib.sha256(TABLE.encode()).hexdigest()
    for name, words in (("bare", "and none was frozen with the version"), ("other", f"and the one frozen with the version is sha256:{digest}")):
        asked = house.http("POST", "/api/assay/v1/requests", {"model": name, "version": 1, "target": {"stage": "Production"}}, who="ana")[1]
        assert house.http("POST", "/api/assay/v1/approvals", {"request": asked["id"]}, who="vera")[0] == 201
        body = {"name": name, "version": "1", "stage": "Production", "archive_existing_versions": True}
        status, answer = house.http("POST", "/api/2.0/mlflow/model-versions/transition-stage", body, who="ana")
        assert status >= 400 and words in answer["message"] and "log reason-codes.yaml with the model or its run" in answer["message"], answer
        assert house.http("GET", f"/api/2.0/mlflow/model-versions/get?name={name}&version=1", who="ana")[1]["model_version"]["current_stage"] == "None"


def test_a_registered_version_is_served_alone_with_approved_tables_only(house, tmp_path):
    (tmp_path / "t.yaml").write_text(TABLE.replace('"3"', '"4"'))
    refused = house.assay("serve", "models:/loans/1", "--reasons", str(tmp_path / "t.yaml"), "-p", "1", "--server", house.url, who="otto", check=None)
    assert "is none of the files that were approved with" in refused.stderr
