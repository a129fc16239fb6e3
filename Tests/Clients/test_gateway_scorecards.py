"""A scorecard's own reason codes in what is answered, over every protocol, in jobs and in records; none of rows that a rule takes back."""

import csv
import json

import pytest
import requests
from house import House
from test_gateway import Gateway, eventually, promote
from test_gateway_rules import POLICY

OLD = '{rules: [{name: old, when: "age > 70", then: refer, if-unknown: flag}, {name: teen, when: "age == 18", then: replace, value: 0, if-unknown: flag}]}'

# Below the baselines of 18 and 19 lose: a young age 6, one without a value 27; a home that is not owned 14.
CARD = """<PMML version="4.4"><Header/><DataDictionary><DataField name="age" optype="continuous" dataType="double"/>
<DataField name="home" optype="categorical" dataType="string"/><DataField name="y" optype="continuous" dataType="double"/></DataDictionary>
<Scorecard functionName="regression" initialScore="100" useReasonCodes="true"><MiningSchema><MiningField name="age"/><MiningField name="home"/>
<MiningField name="y" usageType="target"/></MiningSchema><Characteristics>
<Characteristic name="ages" baselineScore="18" reasonCode="AGE">
<Attribute partialScore="-9"><SimplePredicate field="age" operator="isMissing"/></Attribute>
<Attribute partialScore="12" reasonCode="TOO YOUNG"><SimplePredicate field="age" operator="lessThan" value="30"/></Attribute>
<Attribute partialScore="20"><True/></Attribute></Characteristic>
<Characteristic name="homes" baselineScore="19" reasonCode="HOME">
<Attribute partialScore="30"><SimplePredicate field="home" operator="equal" value="own"/></Attribute>
<Attribute partialScore="5"><True/></Attribute></Characteristic></Characteristics></Scorecard></PMML>
"""

LOG = """
import mlflow
from mlflow import MlflowClient
client = MlflowClient()
# Two files: what holds for a model holds for its bytes under any name.
for name in ("card", "quiet"):
    with mlflow.start_run() as run:
        mlflow.log_artifact(f"{name}.pmml", "model")
    client.create_registered_model(name)
    client.create_model_version(name, f"runs:/{run.info.run_id}/model", run.info.run_id)
"""

ROWS = [[20.0, "rent"], [40.0, "own"], [None, "rent"], [80.0, "rent"]]
SCORES = [117, 150, 96, None]
CODES = [["HOME", "TOO YOUNG"], ["AGE", "HOME"], ["AGE", "HOME"], None]


@pytest.fixture(scope="module")
def house():
    house = House()
    house.start()
    for name, serving in (("card", OLD), ("quiet", "{explanations: never}")):
        status, answer = house.http("POST", "/api/assay/v1/policies", {"policy": POLICY.format(name=name, serving=serving)}, who="petra")
        assert status == 201, answer
    house.add("gate", "gateway")
    house.assay("role", "create", "records", "--verb", "read,read_sensitive", "--server", house.url, who="root")
    house.add("rita", "records")
    house.python(LOG, who="ana", card__pmml=CARD, quiet__pmml=CARD + "\n")
    for name in ("card", "quiet"):
        promote(house, name, 1, {"stage": "Production"})
    yield house
    house.remove()


def test_answers_jobs_and_records_have_them(house):
    with Gateway(house, "--records", str(house.folder / "spool"), "--jobs", str(house.folder / "jobs"), who="gate") as gateway:
        body = {"dataframe_split": {"columns": ["age", "home"], "data": ROWS}}
        answer = requests.post(gateway.url + "/models/card/invocations", json=body, timeout=60)
        assert answer.status_code == 200, answer.text
        assert answer.json()["predictions"] == SCORES and answer.json()["reason_codes"] == CODES, answer.text
        # Explained or not.
        plain = requests.post(gateway.url + "/models/card/invocations?explain=false", json=body, timeout=60).json()
        assert plain["reason_codes"] == CODES and "explanations" not in plain, plain
        asked = {"inputs": [{"name": "age", "shape": [2, 1], "datatype": "FP64", "data": [20, 40]},
                            {"name": "home", "shape": [2, 1], "datatype": "BYTES", "data": ["rent", "own"]}],
                 "outputs": [{"name": "reason_codes"}, {"name": "predict"}]}
        infer = requests.post(gateway.url + "/v2/models/card/infer", json=asked, timeout=60)
        assert infer.status_code == 200, infer.text
        outputs = {output["name"]: output["data"] for output in infer.json()["outputs"]}
        assert [json.loads(text) for text in outputs["reason_codes"]] == CODES[:2]
        # A row that is replaced has none.
        asked["inputs"][0]["data"] = [18, 40]
        infer = requests.post(gateway.url + "/v2/models/card/infer", json=asked, timeout=60)
        outputs = {output["name"]: output["data"] for output in infer.json()["outputs"]}
        assert [json.loads(text) for text in outputs["reason_codes"]] == [None, CODES[1]] and outputs["predict"] == [0, 150], infer.text
        metadata = requests.get(gateway.url + "/v2/models/card", timeout=30).json()
        assert {"name": "reason_codes", "datatype": "BYTES", "shape": [-1, 1]} in metadata["outputs"], metadata
        job = requests.post(gateway.url + "/models/card/jobs?format=jsonl", headers={"Content-Type": "text/csv"}, timeout=60,
                            data="age,home\n" + "".join(f"{'' if age is None else age},{home}\n" for age, home in ROWS))
        assert job.status_code == 202, job.text
        place = gateway.url + "/jobs/" + job.json()["id"]
        eventually(lambda: requests.get(place, timeout=30).json()["state"] not in ("waiting", "running"), 60)
        lines = [json.loads(line) for line in requests.get(place + "/result", timeout=30).text.splitlines()]
        assert [line["prediction"] for line in lines] == SCORES, lines
        assert [[line["reason_code_1"], line["reason_code_2"]] for line in lines] == [codes or [None, None] for codes in CODES], lines
        request = answer.headers["Assay-Record"]
        rows = lambda: sum(s["rows"] for s in house.http("GET", "/api/assay/v1/predictions?model=card", who="rita")[1]["segments"])
        eventually(lambda: rows() >= 16)
    path = house.folder / "export.csv"
    house.assay("predictions", "export", "--model", "card", "-o", str(path), "--server", house.url, who="rita")
    with open(path, newline="") as file:
        recorded = [row["@reason-codes"] for row in csv.DictReader(file) if row["@id"].startswith(request)]
    assert [json.loads(text) if text else None for text in recorded] == CODES


def test_nothing_is_said_where_a_policy_lets_nothing_be_explained(house):
    with Gateway(house, "--records", str(house.folder / "spool-2"), "--jobs", str(house.folder / "jobs-2"), who="gate") as gateway:
        body = {"dataframe_split": {"columns": ["age", "home"], "data": ROWS}}
        for more in ("", "?explain=true", "?explain=false"):
            answer = requests.post(gateway.url + "/models/quiet/invocations" + more, json=body, timeout=60)
            assert answer.status_code == 200 and answer.json() == {"predictions": [117, 150, 96, 125]}, answer.text
        metadata = requests.get(gateway.url + "/v2/models/quiet", timeout=30).json()
        assert [output["name"] for output in metadata["outputs"]] == ["predict"], metadata
        job = requests.post(gateway.url + "/models/quiet/jobs?format=jsonl", headers={"Content-Type": "text/csv"}, timeout=60, data="age,home\n20,rent\n")
        place = gateway.url + "/jobs/" + job.json()["id"]
        eventually(lambda: requests.get(place, timeout=30).json()["state"] not in ("waiting", "running"), 60)
        line = json.loads(requests.get(place + "/result", timeout=30).text)
        assert line["prediction"] == 117 and "reason_code_1" not in line, line
        rows = lambda: sum(s["rows"] for s in house.http("GET", "/api/assay/v1/predictions?model=quiet", who="rita")[1]["segments"])
        eventually(lambda: rows() >= 13)
    path = house.folder / "quiet.csv"
    house.assay("predictions", "export", "--model", "quiet", "-o", str(path), "--server", house.url, who="rita")
    with open(path, newline="") as file:
        assert "@reason-codes" not in next(csv.reader(file))
