"""A policy asks for 1,000 shadow predictions: refused at 999, let in at 1,000 with agreement inside its limit, and refused outside of it."""

import json
import signal
import subprocess
import time
import urllib.request

from house import BINARY, expect, free_port

POLICY = """
assay: policy/v1
name: shadowed
version: "1"
applies-to: {models: ["stock-t35"], stages: [Production]}
shadow: {predictions: 1000, agreement: {min: 0.95}, errors: {max: 0.01}, if-none: pass}
"""
LOG = """
import mlflow, numpy, pandas
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression
draw = numpy.random.default_rng(35)
rows = pandas.DataFrame({"a": draw.normal(size=400), "b": draw.normal(size=400)})
mlflow.set_experiment("t35")
for sign in (0.01, 0.02, -3.0):
    answer = (rows.a + sign * rows.b > 0).astype(int)
    with mlflow.start_run():
        model = LogisticRegression().fit(rows, answer)
        mlflow.sklearn.log_model(model, name="model", registered_model_name="stock-t35", signature=infer_signature(rows, answer))
"""


def ask(port, rows):
    body = json.dumps({"dataframe_split": {"columns": ["a", "b"], "data": rows}}).encode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/models/stock-t35/invocations", body, headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.headers, json.loads(answer.read())


def promote(house, version):
    return house.http(
        "POST", "/api/2.0/mlflow/model-versions/transition-stage",
        {"name": "stock-t35", "version": str(version), "stage": "Production", "archive_existing_versions": True}, who="ana")


def eventually(holds, what, seconds=60):
    end = time.monotonic() + seconds
    while not holds():
        expect(time.monotonic() < end, f"not within {seconds} s: {what}")
        time.sleep(0.2)


def shadow(house, version):
    text = house.assay("rollout", "template", "stock-t35", str(version), "--strategy", "shadow", "--stage", "Production").stdout
    path = house.folder / f"t35-{version}.yaml"
    path.write_text(text)
    return json.loads(house.assay("rollout", "start", str(path), "--format", "json", "--server", house.url, who="ana").stdout)["id"]


def compared(house, rollout):
    tallies = house.http("GET", f"/api/assay/v1/rollouts/{rollout}", who="otto")[1]["tallies"]
    return tallies.get("0", {}).get("compared", 0)


def run(house):
    import numpy

    house.python(LOG, who="ana")
    path = house.folder / "t35-policy.yaml"
    path.write_text(POLICY)
    house.assay("policy", "publish", str(path), "--server", house.url, who="petra")
    status, answer = promote(house, 1)
    expect(status == 200, f"nobody holds the place, and the first version was refused: {answer}")
    status, answer = promote(house, 2)
    expect(status == 403 and "0 of 1000 shadow predictions" in answer["message"], str(answer))
    expect("assay rollout template stock-t35 2 --strategy shadow --stage Production" in answer["message"], answer["message"])

    printed = house.assay("user", "create", "gateway-t35", "--service", "--role", "gateway", "--server", house.url, who="root").stdout
    house.tokens["gateway-t35"] = house._token(printed)
    rollout = shadow(house, 2)
    port = free_port()
    with open(house.folder / "gateway-t35.log", "wb") as log:
        gateway = subprocess.Popen(
            [BINARY, "gateway", "--server", house.url, "--port", str(port), "--refresh-seconds", "1", "--model", "stock-t35"],
            stdout=subprocess.PIPE, stderr=log, text=True, env=house.environment("gateway-t35"))
    try:
        expect("serves 1 model" in gateway.stdout.readline(), (house.folder / "gateway-t35.log").read_text())
        draw = numpy.random.default_rng(1)
        rows = draw.normal(size=(1000, 2)).tolist()
        headers, _ = ask(port, rows[:600])
        expect(headers["Assay-Model"] == "stock-t35/1" and "Assay-Arm" not in headers, str(headers))
        ask(port, rows[600:999])
        eventually(lambda: compared(house, rollout) == 999, "999 predictions in the shadow")
        status, answer = promote(house, 2)
        expect(status == 403 and "999 of 1000 shadow predictions" in answer["message"] and "1 is missing" in answer["message"], str(answer))
        # A row of before, once and a thousand times, is no further prediction.
        ask(port, rows[:1])
        ask(port, rows[:1] * 1000)
        time.sleep(4)
        expect(compared(house, rollout) == 999, "copies of a row were counted")
        ask(port, rows[999:])
        eventually(lambda: compared(house, rollout) == 1000, "1,000 predictions in the shadow")
        # Nobody who wants the version let in counts for it.
        status, answer = house.http(
            "POST", f"/api/assay/v1/rollouts/{rollout}/observations", {"gateway": "0" * 32, "sequence": 1, "tallies": {}}, who="ana")
        expect(status == 403 and "observe" in answer["message"], str(answer))
        status, answer = promote(house, 2)
        expect(status == 200, str(answer))

        # Enough predictions, and other ones.
        eventually(lambda: ask(port, rows[:1])[0]["Assay-Model"] == "stock-t35/2", "version 2 answers")
        eventually(lambda: not house.http("GET", "/api/assay/v1/rollouts?in_force=true&model=stock-t35", who="otto")[1]["rollouts"],
                   "the shadow of the version that holds the place no more ends")
        rollout = shadow(house, 3)
        eventually(lambda: "stock-t35" in json.dumps(deployed(port)), "the second shadow is carried out")
        ask(port, rows + rows[:1])    # the copy does not count
        eventually(lambda: compared(house, rollout) == 1000, "1,000 predictions in the second shadow")
        status, answer = promote(house, 3)
        expect(status == 403 and "agreement in the shadow of version 2 is" in answer["message"] and "min 0.95" in answer["message"], str(answer))
    finally:
        gateway.send_signal(signal.SIGTERM)
        gateway.wait(30)


def deployed(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/models", timeout=60) as answer:
        models = json.loads(answer.read())["models"]
    return [model["model"] for model in models if model["rollouts"]]
