"""What the tests of artifacts and connections share: a server of one's own, and requests made by hand."""

import http.client
import json
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

from house import BINARY, free_port


def call(url, method, path, body=None, headers=None):
    """Status, headers and bytes of a request made by hand, with its body read as JSON where it is JSON."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=120)
    headers = dict(headers or {})
    if isinstance(body, (dict, list)):
        body = json.dumps(body)
        headers["Content-Type"] = "application/json"
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    is_json = answer.headers["Content-Type"] == "application/json" and content
    return SimpleNamespace(
        status=answer.status, headers=answer.headers, body=content, json=json.loads(content) if is_json else None)


def new_run(url, experiment="0"):
    """A new run, with the path of its artifacts below the root of all."""
    answer = call(url, "POST", "/api/2.0/mlflow/runs/create", {"experiment_id": experiment, "start_time": 1})
    info = answer.json["run"]["info"]
    return SimpleNamespace(id=info["run_id"], root=info["artifact_uri"].removeprefix("mlflow-artifacts:/"))


def put(url, path, content):
    answer = call(url, "PUT", f"/api/2.0/mlflow-artifacts/artifacts/{path}", content)
    assert answer.status == 200 and answer.json == {}, (answer.status, answer.body[:500])


class Server:
    """An Assay server over a data directory of its own."""

    def __init__(self, data, *options, prefix=()):
        self.data, self.options, self.prefix = Path(data), options, prefix
        # Where the data is seen from here, for a server that has file systems of its own.
        self.view = self.data
        self.process = None
        self.start()

    def start(self):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log_file = self.data.with_name(self.data.name + ".log")
        with open(self.log_file, "ab") as log:
            self.process = subprocess.Popen(
                [*self.prefix, BINARY, "server", "--port", str(self.port), "--data-dir", str(self.data), *self.options],
                stdout=subprocess.PIPE, stderr=log, text=True)
        line = self.process.stdout.readline()
        assert self.url in line, line + self.log()

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def log(self):
        return self.log_file.read_text()

    def peak_memory(self):
        """Bytes: the high-water mark of the process' resident memory."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) << 10

    def sockets(self):
        """How many clients are connected, as the server sees it."""
        local = f"0100007F:{self.port:04X}"
        lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return sum(1 for line in lines if line[1] == local and line[3] == "01")

    def blobs(self):
        """The names of all files below blobs/."""
        return sorted(path.name for path in (self.view / "blobs").rglob("*") if path.is_file())

    def mentioned(self):
        """The names of all blobs that the database mentions."""
        with tempfile.TemporaryDirectory() as folder:
            database = self.data / "assay.db"
            if self.view != self.data:
                # SQLite resolves links, and would look for the file in our own file systems.
                for file in self.view.glob("assay.db*"):
                    shutil.copy(file, folder)
                database = Path(folder) / "assay.db"
            with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
                return sorted({row[0] for row in connection.execute(
                    "SELECT blob FROM file WHERE blob IS NOT NULL UNION SELECT blob FROM uploadPart")})

    def wait_until(self, condition, seconds=60):
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "it never came"
            time.sleep(0.05)
