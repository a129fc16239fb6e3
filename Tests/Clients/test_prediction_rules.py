"""Rules for single predictions: what a policy says of them is kept for every row over every protocol, told, recorded and counted."""

import csv
import io
import json
import os
import subprocess

import pandas
import pytest
import requests
from house import BINARY, House, free_port
from test_gateway import TRAINING, Gateway, eventually, log, promote

RULES = """[
  {name: low, when: "prediction == 0 and a < -2", then: refer},
  {name: close, when: "score > 0.4 and score < 0.6", then: flag},
  {name: west, when: "region == 'west'", then: refuse, if-unknown: flag},
  {name: floor, when: "b > 3", then: replace, value: 0},
  {name: ground, outside-profile: [a], then: flag, if-unknown: refer},
  {name: mover, explained-most-by: [b], then: flag}]"""

POLICY = """
assay: policy/v1
name: {name}
version: "{version}"
applies-to: {{models: ["{name}"], stages: [Production]}}
approvals: [{{role: validator, count: 1}}]
serving: {{explanations: always, rules: {rules}}}
"""

ROWS = [[1.0, 0.0, "east"], [-2.5, 0.1, "east"], [0.001, 0.0, "east"], [1.5, 1000.0, "north"], [9.0, 0.0, "east"]]
HITS = "low;action=refer;rows=1, close;action=flag;rows=1, floor;action=replace;rows=1, ground;action=flag;rows=1, mover;action=flag;rows=1"


def publish(house, name, rules, version=1):
    status, answer = house.http(
        "POST", "/api/assay/v1/policies", {"policy": POLICY.format(name=name, version=version, rules=rules)}, who="petra")
    assert status == 201, answer


@pytest.fixture(scope="module")
def house():
    house = House()
    house.start()
    house.add("robo", "gateway")
    house.assay("role", "create", "records", "--verb", "read,read_sensitive", "--server", house.url, who="root")
    house.add("rita", "records")
    publish(house, "ruled", RULES)
    profile = house.folder / "profile.json"
    table = house.folder / "seen.csv"
    table.write_text("a,b\n" + "".join(f"{number / 10},{number / 20}\n" for number in range(-80, 81)))
    house.assay("profile", str(table), "--write-profile", str(profile))
    training = TRAINING.replace("    mlflow.sklearn.log_model", f"    mlflow.log_artifact({str(profile)!r})\n    mlflow.sklearn.log_model")
    house.python(training.format(name="ruled", sign="+", seed=1, model="LogisticRegression()", more=""), who="ana")
    promote(house, "ruled", 1, {"stage": "Production"})
    yield house
    house.remove()


@pytest.fixture(scope="module")
def gateway(house):
    port = free_port()
    with Gateway(house, "--grpc-port", str(port), "--jobs", str(house.folder / "jobs"), "--records", str(house.folder / "records"), who="robo") as gateway:
        gateway.rpc = port
        yield gateway


def ask(gateway, rows=ROWS, columns=("a", "b", "region"), **more):
    body = {"dataframe_split": {"columns": columns, "data": [row[:len(columns)] for row in rows]}}
    return requests.post(f"{gateway.url}/models/ruled/invocations", json=body, timeout=60, **more)


def tensors(rows, outputs=("predict", "rules"), columns=("a", "b", "region")):
    kinds = {"a": "FP64", "b": "FP64", "region": "BYTES"}
    return {"inputs": [{"name": name, "shape": [len(rows)], "datatype": kinds[name], "data": [row[place] for row in rows]}
                       for place, name in enumerate(columns)], "outputs": [{"name": name} for name in outputs]}


def count(gateway, name, **labels):
    wanted = ",".join(f'{key}="{value}"' for key, value in labels.items())
    for line in requests.get(gateway.url + "/metrics", timeout=30).text.splitlines():
        if line.startswith(f"{name}{{{wanted}}} "):
            return int(line.rsplit(" ", 1)[1])
    return 0


def test_mlflows_protocol(gateway):
    answer = ask(gateway)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    # Referred: no answer; replaced: the value; marked: as predicted.
    assert body["predictions"] == [1, None, body["predictions"][2], 0, 1] and body["predictions"][2] in (0, 1)
    assert body["rules"]["checked"] == 6
    assert [[one["rule"] for one in row] for row in body["rules"]["rows"]] == [[], ["low"], ["close"], ["floor", "mover"], ["ground"]]
    # What is withheld is not told by its explanation either.
    assert [values is None for values in body["explanations"]["shap_values"]] == [False, True, False, True, False]
    shares = [sum(abs(values[place]) for values in body["explanations"]["shap_values"] if values) for place in range(2)]
    assert body["explanations"]["feature_importance"] == pytest.approx([share / sum(shares) for share in shares], abs=1e-12)
    alone = ask(gateway, ROWS[1:2]).json()
    assert alone["predictions"] == [None] and alone["explanations"]["feature_importance"] is None and alone["explanations"]["shap_values"] == [None], alone
    assert answer.headers["Assay-Rules"] == "6" and answer.headers["Assay-Rule-Hits"] == HITS
    calm = ask(gateway, ROWS[:1])
    assert calm.json()["predictions"] == [1] and "rules" not in calm.json()
    assert calm.headers["Assay-Rules"] == "6" and "Assay-Rule-Hits" not in calm.headers


@pytest.mark.parametrize("form", ["text/csv", "application/json"])
def test_a_refused_row_refuses_the_request(gateway, form):
    rows = [*ROWS, [1.0, 0.0, "west"]]
    if form == "text/csv":
        answer = requests.post(f"{gateway.url}/models/ruled/invocations", headers={"Content-Type": form}, timeout=60,
                               data="a,b,region\n" + "".join(",".join(map(str, row)) + "\n" for row in rows))
    else:
        answer = ask(gateway, rows)
    assert answer.status_code == 422, answer.text
    assert answer.json()["error_code"] == "REFUSED_BY_RULE" and "row 5 is refused by the rule 'west'" in answer.json()["message"]
    assert "predictions" not in answer.json() and "9.0" not in answer.text
    assert answer.headers["Assay-Rule-Hits"].startswith("low;action=refer;rows=1, close;action=flag;rows=1, west;action=refuse;rows=1")
    assert answer.headers["Assay-Record"]


def test_what_cannot_be_told_is_never_passed_over(gateway):
    answer = ask(gateway, ROWS[:1], columns=("a", "b"))
    assert answer.json()["predictions"] == [1] and answer.headers["Assay-Rule-Hits"] == "west;action=flag;rows=1;unknown=1"
    assert answer.json()["rules"]["rows"] == [[{"rule": "west", "action": "flag", "unknown": True}]]
    assert ask(gateway, [[1.0, 0.0, None]]).headers["Assay-Rule-Hits"] == "west;action=flag;rows=1;unknown=1"
    # A column of mixed kinds is none that could be compared.
    assert ask(gateway, [[1.0, 0.0, "east"], [1.0, 0.0, 4]]).headers["Assay-Rule-Hits"] == "west;action=flag;rows=2;unknown=2"


def test_the_open_inference_protocol(gateway):
    url = f"{gateway.url}/v2/models/ruled/infer"
    answer = requests.post(url, json=tensors([ROWS[0], ROWS[3], ROWS[4]]), timeout=60)
    assert answer.status_code == 200, answer.text
    outputs = {one["name"]: one["data"] for one in answer.json()["outputs"]}
    assert outputs["predict"] == [1, 0, 1]
    assert [[one["rule"] for one in json.loads(text)] for text in outputs["rules"]] == [[], ["floor", "mover"], ["ground"]]
    assert answer.headers["Assay-Rule-Hits"] == "floor;action=replace;rows=1, ground;action=flag;rows=1, mover;action=flag;rows=1"
    # A tensor has no word for no answer.
    for row, words in [(ROWS[1], "row 1 is left to a person by the rule 'low'"), ([1.0, 0.0, "west"], "row 1 is refused by the rule 'west'")]:
        answer = requests.post(url, json=tensors([ROWS[0], row]), timeout=60)
        assert answer.status_code == 422 and words in answer.json()["error"], answer.text
        assert answer.headers["Assay-Rules"] == "6"


RPC = """
import json, sys, grpc
from tritonclient.grpc import service_pb2, service_pb2_grpc
stub = service_pb2_grpc.GRPCInferenceServiceStub(grpc.insecure_channel(sys.argv[1]))
heard = []
for rows in json.loads(sys.argv[2]):
    request = service_pb2.ModelInferRequest(model_name="ruled")
    for place, name in enumerate(["a", "b", "region"]):
        tensor = request.inputs.add(name=name, datatype="BYTES" if place == 2 else "FP64", shape=[len(rows)])
        if place == 2:
            tensor.contents.bytes_contents.extend([row[2].encode() for row in rows])
        else:
            tensor.contents.fp64_contents.extend([row[place] for row in rows])
    try:
        answer, call = stub.ModelInfer.with_call(request)
        heard.append([list(answer.outputs[0].contents.int64_contents), dict(call.initial_metadata()) | dict(call.trailing_metadata())])
    except grpc.RpcError as error:
        heard.append([error.code().name, error.details()])
print(json.dumps(heard))
"""


def test_grpc(gateway):
    python = os.environ.get("ASSAY_INFERENCE_PYTHON")
    if not python or not os.path.exists(python):
        pytest.fail("ASSAY_INFERENCE_PYTHON names no interpreter with tritonclient; run scripts/setup")
    asked = [[ROWS[0], ROWS[3]], [ROWS[0], ROWS[1]], [[1.0, 0.0, "west"]]]
    done = subprocess.run([python, "-c", RPC, f"127.0.0.1:{gateway.rpc}", json.dumps(asked)], capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    answered, referred, refused = json.loads(done.stdout)
    assert answered[0] == [1, 0] and answered[1]["assay-rules"] == "6" and answered[1]["assay-rule-hits"].startswith("floor;action=replace;rows=1")
    assert referred[0] == "FAILED_PRECONDITION" and "by the rule 'low'" in referred[1]
    assert refused[0] == "FAILED_PRECONDITION" and "by the rule 'west'" in refused[1]


def test_jobs(gateway):
    rows = [*ROWS, [1.0, 0.0, "west"]]
    body = "a,b,region\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)
    job = requests.post(f"{gateway.url}/models/ruled/jobs", data=body, headers={"Content-Type": "text/csv"}, timeout=60).json()
    eventually(lambda: requests.get(f"{gateway.url}/jobs/{job['id']}", timeout=30).json()["state"] not in ("waiting", "running"))
    found = list(csv.DictReader(io.StringIO(requests.get(f"{gateway.url}/jobs/{job['id']}/result", timeout=30).text)))
    assert [row["prediction"] for row in found[:2]] == ["1", ""] and [row["prediction"] for row in found[3:]] == ["0", "1", ""]
    # Of what is withheld neither label nor probability is told.
    withheld = [False, True, False, True, False, True]
    for column in ("probability_1", "shap_a", "shap_b"):
        assert [row[column] == "" for row in found] == withheld, column
    assert [[one["rule"] for one in json.loads(row["rules"] or "[]")] for row in found] == [[], ["low"], ["close"], ["floor", "mover"], ["ground"], ["west"]]
    job = requests.post(f"{gateway.url}/models/ruled/jobs?format=parquet", data=body, headers={"Content-Type": "text/csv"}, timeout=60).json()
    eventually(lambda: requests.get(f"{gateway.url}/jobs/{job['id']}", timeout=30).json()["state"] not in ("waiting", "running"))
    table = pandas.read_parquet(io.BytesIO(requests.get(f"{gateway.url}/jobs/{job['id']}/result", timeout=30).content))
    assert ["" if pandas.isna(one) else str(int(one)) for one in table["prediction"]] == [row["prediction"] for row in found]
    assert list(table["rules"].fillna("")) == [row["rules"] for row in found]
    for column in ("probability_1", "shap_a", "shap_b"):
        assert list(table[column].isna()) == withheld, column


def test_records_and_numbers(house, gateway):
    ask(gateway, ROWS[:1], columns=("a", "b"))
    before = count(gateway, "assay_gateway_rule_hits_total", model="ruled", rule="low", action="refer")
    rows = count(gateway, "assay_gateway_rule_rows_total", model="ruled")
    given = ask(gateway, headers={"Assay-Batch": "kept"})
    refused = ask(gateway, [ROWS[0], [1.0, 0.0, "west"]], headers={"Assay-Batch": "kept"})
    assert (given.status_code, refused.status_code) == (200, 422)
    assert count(gateway, "assay_gateway_rule_hits_total", model="ruled", rule="low", action="refer") == before + 1
    assert count(gateway, "assay_gateway_rule_rows_total", model="ruled") == rows + 7
    assert count(gateway, "assay_gateway_rule_unknown_total", model="ruled", rule="west", action="flag") > 0

    def recorded():
        house.assay("predictions", "export", "--model", "ruled", "-o", str(house.folder / "rows.jsonl"), "--server", house.url, who="rita")
        return [row for row in map(json.loads, (house.folder / "rows.jsonl").read_text().splitlines()) if row.get("@batch") == "kept"]

    eventually(lambda: len(recorded()) == 7)
    found = {}
    for row in recorded():
        found[row["@status"], sum(status == row["@status"] for status, _ in found)] = row
    said = {key: row.get("@rule") and json.loads(row["@rule"]) for key, row in found.items()}
    assert said[200, 0] is None and found[200, 0]["@prediction"] == 1
    assert said[200, 1] == {"hits": [{"rule": "low", "action": "refer"}], "done": "refer", "model": 0} and found[200, 1].get("@prediction") is None
    assert said[200, 3]["model"] in (0, 1) and said[200, 3]["done"] == "replace" and found[200, 3]["@prediction"] == 0
    # The refused request is recorded with its rows; a column that rules alone look at is not.
    assert said[422, 1] == {"hits": [{"rule": "west", "action": "refuse"}], "done": "refuse", "model": 1} and said[422, 0] is None
    assert all("region" not in row for row in found.values()) and found[422, 1]["a"] == 1.0


def test_a_monitor_watches_the_share_of_rows_that_rules_hit(house, gateway):
    plan = "assay: monitoring-plan/v1\nowner: ana\nmonitors:\n  - {id: quality.missing_rate, column: \"@rule\", min: 0.5, window: batch, alert: [risk]}\n"
    house.assay("record", "add", "monitoring_plan", "--title", "Rules", "--model", "ruled", "--text", plan, "--server", house.url, who="vera")
    assert ask(gateway, [ROWS[0]] * 30 + [ROWS[4]] * 10, headers={"Assay-Batch": "calm"}).status_code == 200
    assert ask(gateway, [ROWS[0]] * 10 + [ROWS[4]] * 30, headers={"Assay-Batch": "wild"}).status_code == 200

    def verdicts():
        found = house.http("GET", "/api/assay/v1/monitors/results?model=ruled", who="vera")[1]["results"]
        return sorted((one["verdict"], one["value"]) for one in found if one.get("value") in ("0.25", "0.75"))

    eventually(lambda: verdicts() == [("broken", "0.25"), ("kept", "0.75")], 60)


def test_serve_keeps_them_too(house):
    port = free_port()
    with subprocess.Popen([BINARY, "serve", "models:/ruled/1", "--server", house.url, "--port", str(port)],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=house.environment("otto")) as process:
        try:
            assert "answers" in process.stdout.readline()
            body = {"dataframe_split": {"columns": ["a", "b", "region"], "data": ROWS}}
            answer = requests.post(f"http://127.0.0.1:{port}/invocations", json=body, timeout=60)
            assert answer.status_code == 200 and answer.headers["Assay-Rule-Hits"] == HITS, answer.text
            answer = requests.post(f"http://127.0.0.1:{port}/predict", json={"features": {"a": -2.5, "b": 0.1, "region": "east"}}, timeout=60)
            assert answer.json()["prediction"] is None and answer.json()["rules"]["rows"] == [[{"rule": "low", "action": "refer"}]], answer.text
        finally:
            process.terminate()


def test_another_statement_brings_other_rules(house, gateway):
    """Rules are those of the policy that let a version in; the next version is let in by the next policy."""
    publish(house, "ruled", RULES.replace("{name: low", "{name: positive, when: prediction == 1, then: flag},\n  {name: low"), version=2)
    assert ask(gateway, ROWS[:1]).headers["Assay-Rules"] == "6"
    log(house, "ruled", seed=7)
    promote(house, "ruled", 2, {"stage": "Production"})
    eventually(lambda: ask(gateway, ROWS[:1]).headers["Assay-Model"] == "ruled/2")
    answer = ask(gateway, ROWS[:1])
    # Without a profile nothing is known of where an input lies.
    assert answer.headers["Assay-Rules"] == "7" and "ground;action=refer;rows=1;unknown=1" in answer.headers["Assay-Rule-Hits"]
    assert answer.json()["predictions"] == [None]


def test_what_is_served_says_its_rules(house):
    status, envelope = house.http("GET", "/api/assay/v1/statements/ruled/2", who="otto")
    assert status == 200
    import base64
    rules = json.loads(base64.b64decode(envelope["payload"]))["predicate"]["rules"]["rules"]
    assert [rule["name"] for rule in rules] == ["positive", "low", "close", "west", "floor", "ground", "mover"]
    assert rules[3] == {"name": "west", "when": "region == 'west'", "then": "refuse", "if-unknown": "flag"}

