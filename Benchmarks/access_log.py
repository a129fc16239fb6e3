"""What permissions and the access log cost a request: the same requests to several binaries, turn and turn about.

    ASSAY_BENCH_BINARIES="before=/path/assay after=/path/assay" python3 Benchmarks/access_log.py [seconds]

For each binary a server over a fresh directory: metrics one by one, batches of ten, and one run read, over one kept connection each,
as the anonymous, and as a person with a narrow role where the binary has roles. Rounds alternate between binaries; medians.
"""

import http.client
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 5


class Server:
    def __init__(self, name, binary):
        self.name, self.binary = name, binary
        self.folder = Path(tempfile.mkdtemp(prefix="assay-bench-"))
        made = subprocess.run([binary, "user", "create", "root", "--admin", "--data-dir", str(self.folder / "d")],
                              capture_output=True, text=True, check=True)
        self.root = next(word for word in made.stdout.split() if word.startswith("assay_"))
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = listener.getsockname()[1]
        self.process = subprocess.Popen([binary, "ui", "--port", str(self.port), "--data-dir", str(self.folder / "d")],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.process.stdout.readline()
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port)
        self.narrow = self.narrow_token()

    def ask(self, method, path, body=None, token=None):
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self.connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self.connection.getresponse()
        return answer.status, json.loads(answer.read() or b"{}")

    def narrow_token(self):
        """Of somebody who may work on what begins with `bench`; none where there are no such roles."""
        grants = [{"verbs": ["read", "log"], "resource": "experiment:bench*"}]
        if self.ask("POST", "/api/assay/v1/roles", {"role": "bench", "grants": grants}, self.root)[0] != 200:
            return None
        return self.ask("POST", "/api/assay/v1/users", {"name": "nan", "roles": ["bench"]}, self.root)[1]["token"]

    def run(self):
        experiment = self.ask("POST", "/api/2.0/mlflow/experiments/create", {"name": f"bench-{time.monotonic_ns()}"})[1]
        return self.ask("POST", "/api/2.0/mlflow/runs/create", experiment)[1]["run"]["info"]["run_id"]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)


def metric(server, run, number, token):
    server.ask("POST", "/api/2.0/mlflow/runs/log-metric",
               {"run_id": run, "key": "m", "value": number, "timestamp": number, "step": number}, token)


def batch(server, run, number, token):
    points = [{"key": f"m{place}", "value": number, "timestamp": number, "step": number} for place in range(10)]
    server.ask("POST", "/api/2.0/mlflow/runs/log-batch", {"run_id": run, "metrics": points}, token)


def read(server, run, number, token):
    status, _ = server.ask("GET", f"/api/2.0/mlflow/runs/get?run_id={run}", token=token)
    assert status == 200


def measure(work, server, token, seconds):
    """Requests' times in microseconds."""
    run, times, end = server.run(), [], time.perf_counter() + seconds
    while time.perf_counter() < end:
        begun = time.perf_counter()
        work(server, run, len(times), token)
        times.append((time.perf_counter() - begun) * 1e6)
    return times


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 2
    named = os.environ.get("ASSAY_BENCH_BINARIES") or f"this={os.environ['ASSAY_BINARY']}"
    servers = [Server(*pair.split("=", 1)) for pair in named.split()]
    try:
        for work in [metric, batch, read]:
            for who in ["anonymous", "narrow role"]:
                able = [server for server in servers if who == "anonymous" or server.narrow]
                times = {server.name: [] for server in able}
                for _ in range(ROUNDS):
                    for server in able:
                        times[server.name] += measure(work, server, server.narrow if who != "anonymous" else None, seconds)
                for name, all_times in times.items():
                    print(f"{work.__name__:8} {who:12} {name:10} median {statistics.median(all_times):8.0f} µs "
                          f"({len(all_times)} requests)", flush=True)
    finally:
        for server in servers:
            server.stop()


if __name__ == "__main__":
    main()
