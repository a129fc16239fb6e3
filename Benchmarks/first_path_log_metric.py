"""log_metric requests per second at 8 connections: Assay against `mlflow server` on SQLite, both in one run.

wrk sends fixed bodies over 8 kept-alive connections, each connection to a run of its own. Every POST carries the same
metric with a step of its own, so both servers do the whole work: check the run, insert a point, move the latest value.
Rounds alternate between the servers; the medians are compared. Afterwards the answers are checked: what each server
acknowledged must be in its history, and its latest value must be the one with the greatest step.

The settings that decide what a number means are printed: SQLite's journal and synchronous modes on both sides. Assay
commits with synchronous FULL; MLflow leaves SQLite's defaults (rollback journal, FULL).
"""

import json
import os
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

CONNECTIONS = 8
SECONDS = int(os.environ.get("ASSAY_BENCH_SECONDS", "8"))
ROUNDS = int(os.environ.get("ASSAY_BENCH_ROUNDS", "3"))

SCRIPT = """
local runs = {%s}
local thread = 0
function setup(t) t:set("offset", thread); thread = thread + 1 end
function init(args) step = 0; run = runs[offset + 1]; failed = 0 end
function request()
  step = step + 1
  local body = '{"run_id":"' .. run .. '","key":"loss","value":0.25,"timestamp":1700000000000,"step":' .. (BASE + step) .. '}'
  return wrk.format("POST", "/api/2.0/mlflow/runs/log-metric", {["Content-Type"] = "application/json"}, body)
end
function response(status) if status ~= 200 then failed = failed + 1 end end
function done(summary, latency)
  io.write(string.format("RESULT %%d %%d %%d %%d %%d\\n", summary.requests, summary.duration,
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
"""


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def post(url, path, body):
    request = urllib.request.Request(url + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    return json.load(urllib.request.urlopen(request, timeout=60))


def get(url, path):
    return json.load(urllib.request.urlopen(url + path, timeout=600))


class Server:
    def __init__(self, name, command, folder, database):
        self.name, self.database = name, database
        self.log = open(folder / f"{name}.log", "wb")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [part.replace("PORT", str(self.port)) for part in command], stdout=self.log, stderr=self.log, cwd=folder,
            start_new_session=True)
        for _ in range(240):
            try:
                urllib.request.urlopen(self.url + "/health", timeout=2).read()
                break
            except OSError:
                if self.process.poll() is not None:
                    sys.exit(f"{name} did not start; see {self.log.name}")
                time.sleep(0.25)
        else:
            sys.exit(f"{name} did not answer within a minute; see {self.log.name}")
        self.runs = [
            post(self.url, "/api/2.0/mlflow/runs/create", {"experiment_id": "0", "start_time": 1})["run"]["info"]["run_id"]
            for _ in range(CONNECTIONS)
        ]
        self.acknowledged, self.rates, self.latencies, self.base = 0, [], [], 0

    def round(self, folder, seconds):
        script = folder / f"{self.name}.lua"
        lua = SCRIPT % ",".join(f'"{run}"' for run in self.runs)
        script.write_text(lua.replace("BASE", str(self.base)))
        self.base += 10_000_000
        out = subprocess.run(
            ["wrk", f"-t{CONNECTIONS}", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "30s", "-s", str(script), self.url],
            capture_output=True, text=True, check=True).stdout
        requests, microseconds, errors, median, tail = map(int, out.split("RESULT ")[1].split()[:5])
        if errors:
            sys.exit(f"{self.name}: {errors} of {requests} requests failed")
        self.acknowledged += requests
        return requests / (microseconds / 1e6), median / 1000, tail / 1000

    def memory(self):
        """Peak resident MiB of the server and its children."""
        total, pids = 0, [self.process.pid]
        while pids:
            pid = pids.pop()
            try:
                status = Path(f"/proc/{pid}/status").read_text()
                total += int(status.split("VmHWM:")[1].split()[0])
                for task in Path(f"/proc/{pid}/task").iterdir():
                    pids += [int(child) for child in (task / "children").read_text().split()]
            except (OSError, IndexError):
                pass
        return total / 1024

    def check(self):
        """Every acknowledged point is there, and the latest is the one with the greatest step."""
        stored = 0
        for run in self.runs:
            history = get(self.url, f"/api/2.0/mlflow/metrics/get-history?run_id={run}&metric_key=loss").get("metrics", [])
            stored += len(history)
            latest = get(self.url, f"/api/2.0/mlflow/runs/get?run_id={run}")["run"]["data"]["metrics"]
            if history and latest[0]["step"] != max(point["step"] for point in history):
                sys.exit(f"{self.name}: the latest metric of {run} is not the one with the greatest step")
        # wrk ends with up to one request per connection on its way: stored and not counted.
        unanswered = CONNECTIONS * (len(self.rates) + 1)
        if not self.acknowledged <= stored <= self.acknowledged + unanswered:
            sys.exit(f"{self.name}: {self.acknowledged} points acknowledged, {stored} stored")
        return stored

    def stop(self):
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def journal(self):
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as connection:
            return connection.execute("PRAGMA journal_mode").fetchone()[0]


def main():
    if not shutil.which("wrk"):
        sys.exit("wrk is missing; scripts/setup --bench installs it")
    binary = os.environ.get("ASSAY_BINARY", ".build/release/assay")
    mlflow = Path(sys.executable).with_name("mlflow")
    folder = Path(tempfile.mkdtemp(prefix="assay-bench-"))
    servers = []
    try:
        # Both are up during all rounds, and only one is loaded at a time.
        servers.append(
            Server(
                "mlflow",
                [str(mlflow), "server", "--host", "127.0.0.1", "--port", "PORT", "--backend-store-uri", f"sqlite:///{folder}/mlflow.db",
                 "--artifacts-destination", str(folder / "artifacts")],
                folder, folder / "mlflow.db"))
        servers.append(
            Server(
                "assay", [str(Path(binary).resolve()), "server", "--port", "PORT", "--data-dir", str(folder / "data")], folder,
                folder / "data" / "assay.db"))
        for server in servers:
            server.round(folder, 2)
        for _ in range(ROUNDS):
            for server in servers:
                rate, median, tail = server.round(folder, SECONDS)
                server.rates.append(rate)
                server.latencies.append((median, tail))
        print(f"log_metric, {CONNECTIONS} connections, {ROUNDS} rounds of {SECONDS} s, medians; {os.cpu_count()} cores, files under {folder.parent}")
        for server in servers:
            stored = server.check()
            median, tail = (statistics.median(column) for column in zip(*server.latencies))
            spread = f"{min(server.rates):.0f} to {max(server.rates):.0f}"
            print(
                f"  {server.name:7} {statistics.median(server.rates):8.0f} requests/s ({spread})  "
                f"p50 {median:6.2f} ms  p99 {tail:6.2f} ms  peak {server.memory():5.0f} MiB  "
                f"journal {server.journal()}, synchronous full  {stored} points stored and read back")
        ratio = statistics.median(servers[1].rates) / statistics.median(servers[0].rates)
        print(f"  assay / mlflow = {ratio:.1f}")
    finally:
        for server in servers:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
