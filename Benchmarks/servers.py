"""The servers that are compared, as processes of their own, and the load generator.

Every server runs on an empty folder, on SQLite, alone under load while the others idle. What decides what a number means is
printed beside it: the journal and synchronous modes that a connection to each server's database reports or is known to set.
"""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

API = "/api/2.0/mlflow"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Server:
    """One server on `folder`; `database` is its SQLite file, `durability` how it commits."""

    name = durability = ""

    def __init__(self, folder):
        self.folder = folder / self.name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log = open(self.folder / "server.log", "ab")
        self.process = None

    def command(self, port):
        raise NotImplementedError

    def start(self):
        """Seconds from the start of the process to its first answer."""
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        began = time.perf_counter()
        self.process = subprocess.Popen(
            self.command(port), stdout=self.log, stderr=self.log, cwd=self.folder, start_new_session=True)
        while time.perf_counter() - began < 120:
            try:
                urllib.request.urlopen(f"{self.url}/health", timeout=30).read()
                return time.perf_counter() - began
            except OSError:
                if self.process.poll() is not None:
                    sys.exit(f"{self.name} did not start; see {self.log.name}")
                time.sleep(0.002)
        sys.exit(f"{self.name} did not answer within two minutes; see {self.log.name}")

    def stop(self):
        if not self.process:
            return
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None

    def post(self, path, body):
        request = urllib.request.Request(
            self.url + API + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        return json.load(urllib.request.urlopen(request, timeout=600))

    def get(self, path):
        return json.load(urllib.request.urlopen(self.url + API + path, timeout=600))

    def new_run(self):
        return self.post("/runs/create", {"experiment_id": "0", "start_time": 1})["run"]["info"]["run_id"]

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

    def journal(self):
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as connection:
            return connection.execute("PRAGMA journal_mode").fetchone()[0]


class Assay(Server):
    name = "assay"
    durability = "synchronous full, read back at start"

    @property
    def database(self):
        return self.folder / "data" / "assay.db"

    def command(self, port):
        binary = Path(os.environ.get("ASSAY_BINARY", ".build/release/assay")).resolve()
        return [str(binary), "server", "--port", str(port), "--data-dir", str(self.folder / "data")]


class MLflow(Server):
    name = "mlflow"
    durability = "synchronous full (SQLite's default)"

    @property
    def database(self):
        return self.folder / "mlflow.db"

    def command(self, port):
        return [
            str(Path(sys.executable).with_name("mlflow")), "server", "--host", "127.0.0.1", "--port", str(port),
            "--backend-store-uri", f"sqlite:///{self.database}", "--artifacts-destination", str(self.folder / "artifacts")]


class FastTrackML(Server):
    name = "fasttrackml"
    durability = "synchronous normal (its own setting: the last commits may be lost with the power)"

    @property
    def database(self):
        return self.folder / "fasttrackml.db"

    def command(self, port):
        program = Path(os.environ["ASSAY_FASTTRACKML_PYTHON"]).with_name("fml")
        return [
            str(program), "server", "--listen-address", f"127.0.0.1:{port}", "--database-uri", f"sqlite://{self.database}",
            "--default-artifact-root", str(self.folder / "artifacts"), "--log-level", "error"]


@contextmanager
def running(*kinds):
    """Servers of these kinds on a folder that goes with them."""
    folder = Path(tempfile.mkdtemp(prefix="assay-bench-"))
    servers = []
    try:
        for kind in kinds:
            servers.append(kind(folder))
            servers[-1].start()
        yield servers
    finally:
        for server in servers:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


# What every script does at its end: one line that `load` reads. wrk keeps its counts in microseconds.
REPORT = """
function done(summary, latency)
  io.write(string.format("RESULT %d %d %d %d %d\\n", summary.requests, summary.duration,
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
"""


def load(server, script, connections, seconds):
    """Runs wrk with one thread a connection. Answers (requests, requests a second, median ms, 99th percentile ms)."""
    if not shutil.which("wrk"):
        sys.exit("wrk is missing; scripts/setup --bench installs it")
    file = server.folder / "load.lua"
    file.write_text(script + REPORT)
    out = subprocess.run(
        ["wrk", f"-t{connections}", f"-c{connections}", f"-d{seconds}s", "--timeout", "60s", "-s", str(file), server.url],
        capture_output=True, text=True, check=True).stdout
    requests, microseconds, errors, median, tail = map(int, out.split("RESULT ")[1].split()[:5])
    if errors:
        sys.exit(f"{server.name}: {errors} of {requests} requests failed")
    return requests, requests / (microseconds / 1e6), median / 1000, tail / 1000


def sync_milliseconds(folder, appending):
    """Median time of fdatasync after writing 4 KiB: at the end of a growing file, or over bytes that are there."""
    path = Path(folder) / "sync"
    file = os.open(path, os.O_CREAT | os.O_WRONLY)
    try:
        if not appending:
            os.pwrite(file, bytes(4096 * 200), 0)
            os.fsync(file)
        times = []
        for block in range(200):
            os.pwrite(file, os.urandom(4096), block * 4096)
            began = time.perf_counter()
            os.fdatasync(file)
            times.append(time.perf_counter() - began)
        return sorted(times)[100] * 1000
    finally:
        os.close(file)
        path.unlink()
