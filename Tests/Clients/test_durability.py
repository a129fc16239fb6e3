"""What was acknowledged is on the disk: one fdatasync a batch, and nothing lost to kill -9 in the middle of a storm."""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import threading
from pathlib import Path

import pytest
from house import BINARY, free_port


def start(data, port, prefix=()):
    process = subprocess.Popen(
        [*prefix, BINARY, "server", "--port", str(port), "--data-dir", str(data)], stdout=subprocess.PIPE, text=True)
    assert str(port) in process.stdout.readline()
    return process


def post(connection, path, body):
    connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    assert answer.status == 200, (answer.status, text)
    return json.loads(text)


def new_run(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    run = post(connection, "/api/2.0/mlflow/runs/create", {"experiment_id": "0", "start_time": 1})
    return connection, run["run"]["info"]["run_id"]


@pytest.mark.parametrize("round", range(3))
def test_kill_9_in_a_storm_loses_nothing_acknowledged(tmp_path, round):
    port, data = free_port(), tmp_path / "data"
    process = start(data, port)
    _, run = new_run(port)
    acknowledged = [[] for _ in range(8)]

    def storm(worker):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for step in range(100_000):
            try:
                post(connection, "/api/2.0/mlflow/runs/log-metric",
                     {"run_id": run, "key": f"m{worker}", "value": step, "timestamp": 1, "step": step})
            except (OSError, http.client.HTTPException):
                return
            acknowledged[worker].append(step)

    threads = [threading.Thread(target=storm, args=(worker,)) for worker in range(8)]
    for thread in threads:
        thread.start()
    threading.Event().wait(0.7 + 0.3 * round)
    process.kill()
    process.wait()
    for thread in threads:
        thread.join()
    assert sum(map(len, acknowledged)) > 50

    process = start(data, port)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for worker in range(8):
        connection.request("GET", f"/api/2.0/mlflow/metrics/get-history?run_id={run}&metric_key=m{worker}&max_results=25000")
        metrics = json.loads(connection.getresponse().read()).get("metrics", [])
        kept = {point["step"] for point in metrics}
        assert set(acknowledged[worker]) <= kept
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    verified = subprocess.run([BINARY, "audit", "verify", "--data-dir", str(data)], capture_output=True, text=True)
    assert verified.returncode == 0, verified.stdout + verified.stderr


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace counts the calls")
def test_every_acknowledged_batch_was_synced(tmp_path):
    port, data, trace = free_port(), tmp_path / "data", tmp_path / "trace"
    process = start(data, port, prefix=["strace", "-f", "-y", "-e", "trace=fdatasync,fsync", "-o", str(trace)])
    connection, run = new_run(port)

    def syncs():
        return len(re.findall(r"(?:fdatasync|fsync)\(\d+<[^>]*assay\.db-wal>", trace.read_text()))

    before = syncs()
    for step in range(40):
        post(connection, "/api/2.0/mlflow/runs/log-batch",
             {"run_id": run, "metrics": [{"key": "loss", "value": 1, "timestamp": 1, "step": step}]})
    counted = syncs() - before
    # One after the other, so no two batches could share a commit.
    assert counted >= 40, f"{counted} syncs of the write-ahead log for 40 acknowledged batches"
    # A signal to strace would not reach the server.
    server = int(Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0])
    os.kill(server, signal.SIGTERM)
    process.wait(30)
