"""Live predictions with a disparate impact of 0.70: within 60 s an entry, a critical line, a sample at /metrics, one request to Slack and one to
PagerDuty; 0.95 and 1.05 exactly raise none."""

import json
import subprocess
import threading
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from house import BINARY, House, expect, free_port

POLICY = """
assay: policy/v1
name: people
version: "1"
applies-to: {models: ["*"], stages: [Production]}
approvals:
  - {role: validator, count: 1}
separation-of-duties: true
"""
PLAN = """
assay: monitoring-plan/v1
owner: ana
monitors:
  - {id: aif360.disparate_impact, column: race, privileged: race=white, between: [0.95, 1.05], window: batch, alert: [risk]}
"""
ALERTS = """
assay: alerts/v1
receivers:
  - {name: chat, kind: slack, url: "file:%(slack)s"}
  - {name: pager, kind: pagerduty, routing-key: "file:%(key)s", url: "%(url)s/v2/enqueue"}
routes:
  - {match: {role: [risk]}, to: [chat, pager], group-wait: 1s, group-interval: 20s}
"""
# The model approves whoever has a > 0, so that the rows say which rates there are.
LOG = """
import mlflow, numpy, pandas
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression
draw = numpy.random.default_rng(21)
rows = pandas.DataFrame({"a": draw.normal(size=400), "b": draw.normal(size=400)})
answer = (rows.a > 0).astype(int)
mlflow.set_experiment("t21")
with mlflow.start_run():
    model = LogisticRegression(C=1e6).fit(rows, answer)
    mlflow.sklearn.log_model(model, name="model", registered_model_name="lending", signature=infer_signature(rows, answer))
"""


class Receivers:
    """Slack and PagerDuty as far as they are posted to."""

    def __init__(self):
        seen = self.seen = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                seen.append((time.monotonic(), self.path, json.loads(body)))
                answer = b"ok" if "services" in self.path else b'{"status":"success"}'
                self.send_response(200 if "services" in self.path else 202)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def of(self, path):
        return [body for _, where, body in self.seen if path in where]


def batch(rates, size=1000):
    """Rows of which each group's share of approvals is exactly its rate."""
    rows = []
    for race, rate in rates.items():
        approved = round(size * rate)
        rows += [[3.0 if place < approved else -3.0, 0.0, race] for place in range(size)]
    return rows


def run(_):
    receivers = Receivers()
    house = House()
    house.server_arguments = ["--webhook-allow", "127.0.0.0/8", "--secret-allow", f"file:{house.folder}/*"]
    gateway = None
    try:
        house.start()
        house.add("gate", "gateway")
        (house.folder / "slack").write_text(receivers.url + "/services/T/B/x")
        (house.folder / "key").write_text("R" * 32)
        for name in ("slack", "key"):
            (house.folder / name).chmod(0o600)
        (house.folder / "alerts.yaml").write_text(
            ALERTS % {"slack": house.folder / "slack", "key": house.folder / "key", "url": receivers.url})
        house.assay("alert", "apply", str(house.folder / "alerts.yaml"), "--server", house.url, who="root")
        status, answer = house.http("POST", "/api/assay/v1/policies", {"policy": POLICY}, who="petra")
        expect(status == 201, f"no policy: {answer}")
        house.python(LOG, who="ana")
        asked = house.http("POST", "/api/assay/v1/requests", {"model": "lending", "version": 1, "target": {"stage": "Production"}}, who="ana")[1]
        house.http("POST", "/api/assay/v1/approvals", {"request": asked["id"]}, who="vera")
        status, answer = house.http(
            "POST", "/api/2.0/mlflow/model-versions/transition-stage",
            {"name": "lending", "version": "1", "stage": "Production", "archive_existing_versions": True}, who="ana")
        expect(status == 200, f"not promoted: {answer}")
        house.assay(
            "record", "add", "monitoring_plan", "--title", "What is watched", "--model", "lending", "--text", PLAN, "--server", house.url, who="vera")
        port = free_port()
        gateway = subprocess.Popen(
            [BINARY, "gateway", "--server", house.url, "--port", str(port), "--records", str(house.folder / "records"), "--record-column", "race"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=house.environment("gate"))
        gateway.stdout.readline()

        def predict(name, rates):
            body = json.dumps({"dataframe_split": {"columns": ["a", "b", "race"], "data": batch(rates)}}).encode()
            request = urllib.request.Request(
                f"http://127.0.0.1:{port}/models/lending/invocations", body, headers={"Content-Type": "application/json", "Assay-Batch": name})
            with urllib.request.urlopen(request, timeout=60) as answer:
                expect(answer.headers["Assay-Record"], "the batch was not recorded")

        def judged():
            results = house.http("GET", "/api/assay/v1/monitors/results?model=lending", who="vera")[1].get("results", [])
            return {one["window"].removeprefix("batch "): one for one in results}

        def wait(holds, what, seconds=60):
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                if holds():
                    return
                time.sleep(0.3)
            raise AssertionError(f"{what}: not within {seconds} s; {judged()}; {(house.folder / 'server.log').read_text()[-3000:]}")

        # 0.95 and 1.05 exactly: 0.76 and 0.84 of 0.80.
        predict("low", {"white": 0.80, "black": 0.76})
        predict("high", {"white": 0.80, "black": 0.84})
        wait(lambda: {"low", "high"} <= judged().keys(), "two batches are judged")
        expect(judged()["low"]["verdict"] == "kept" and judged()["low"]["value"] == "0.95", f"{judged()['low']}")
        expect(judged()["high"]["verdict"] == "kept" and judged()["high"]["value"] == "1.05", f"{judged()['high']}")
        expect(not receivers.seen, f"somebody was told without reason: {receivers.seen}")

        begun = time.monotonic()
        predict("bad", {"white": 0.80, "black": 0.56})
        wait(lambda: receivers.of("services") and receivers.of("enqueue"), "Slack and PagerDuty are told")
        seconds = max(at for at, _, _ in receivers.seen) - begun
        expect(seconds < 60, f"it took {seconds:.0f} s")
        expect(judged()["bad"]["verdict"] == "broken" and judged()["bad"]["value"] == "0.7", f"{judged()['bad']}")
        time.sleep(3)
        expect(len(receivers.of("services")) == 1 and len(receivers.of("enqueue")) == 1, f"told more than once: {receivers.seen}")
        page = receivers.of("enqueue")[0]
        expect(page["event_action"] == "trigger" and page["payload"]["severity"] == "critical", f"{page}")
        expect("0.7" in json.dumps(page) and "0.7" in json.dumps(receivers.of("services")[0]), f"without the value: {receivers.seen}")
        lines = [line for line in (house.folder / "server.log").read_text().splitlines() if "critical" in line and "0.7" in line]
        expect(lines, "no critical line with the value")
        history = house.assay("model", "history", "lending", "--server", house.url, who="vera").stdout
        expect("alert.fired" in history, history)
        request = urllib.request.Request(house.url + "/metrics", headers={"Authorization": "Bearer " + house.tokens["vera"]})
        metrics = urllib.request.urlopen(request, timeout=30).read().decode()
        sample = [line for line in metrics.splitlines() if line.startswith("assay_monitor_value{") and "lending" in line]
        expect(sample and sample[0].split()[-1] == "0.7", f"no sample: {sample}")
        expect('assay_alerts_firing{model="lending",severity="critical"} 1' in metrics, metrics)

        predict("good", {"white": 0.80, "black": 0.80})
        wait(lambda: any(one["event_action"] == "resolve" for one in receivers.of("enqueue")), "the incident is resolved", 400)
    finally:
        if gateway:
            gateway.terminate()
            gateway.wait(30)
        house.remove()
