"""The two servers of a run: MLflow's own and Assay's, each in a folder that goes with it."""

import http.client
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "Acceptance"))

from ports import free_port

KEEPER = Path(__file__).with_name("keeper.py")
# Both servers commit each request durably; in memory that costs nothing.
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


@dataclass
class Reply:
    status: int
    content_type: str
    body: bytes


def milliseconds():
    return time.time_ns() // 1_000_000


class Server:
    """One server process behind one kept connection."""

    # Servers close idle connections after some seconds; a request must not race with that.
    IDLE_SECONDS = 2

    def __init__(self, name):
        self.name = name
        self.folder = Path(tempfile.mkdtemp(prefix=f"assay-conformance-{name}-", dir=MEMORY))
        self.log = self.folder / "server.log"
        self.port = free_port()
        self.connection = None
        self.used = 0.0
        environment = dict(os.environ, **self.environment())
        for variable in ("MLFLOW_TRACKING_URI", "MLFLOW_TRACKING_TOKEN", "ASSAY_TOKEN"):
            environment.pop(variable, None)
        self.keeper = subprocess.Popen(
            [sys.executable, "-S", str(KEEPER), str(self.log), *self.command()],
            stdin=subprocess.PIPE, env=environment, cwd=self.folder, start_new_session=True)

    def command(self):
        raise NotImplementedError

    def environment(self):
        return {}

    def wait(self, seconds=120):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if self.request("GET", "/health").status == 200:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        raise RuntimeError(f"{self.name} did not answer within {seconds} s:\n{self.tail()}")

    def tail(self):
        return self.log.read_bytes()[-4000:].decode(errors="replace") if self.log.exists() else ""

    def request(self, method, path, body=None, headers=None):
        if self.connection is None or time.monotonic() - self.used > self.IDLE_SECONDS:
            self.close()
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            self.connection.request(method, path, body=body, headers=headers or {})
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        self.used = time.monotonic()
        if answer.will_close:
            self.close()
        return Reply(answer.status, answer.headers.get_content_type(), content)

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def stop(self):
        self.close()
        self.keeper.stdin.close()
        self.keeper.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)


class MlflowServer(Server):
    def __init__(self):
        super().__init__("mlflow")

    def command(self):
        return [
            sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(self.port), "--workers", "1",
            "--backend-store-uri", f"sqlite:///{self.folder}/mlflow.db", "--serve-artifacts",
            "--artifacts-destination", str(self.folder / "artifacts"), "--default-artifact-root", "mlflow-artifacts:/",
            "--uvicorn-opts", "--no-access-log",
        ]

    def environment(self):
        # No runner of background jobs, and nothing sent home: the server is up sooner, its answers are the same.
        return {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}


class AssayServer(Server):
    def __init__(self):
        super().__init__("assay")

    def command(self):
        return [
            os.environ["ASSAY_BINARY"], "server", "--host", "127.0.0.1", "--port", str(self.port),
            "--data-dir", str(self.folder / "data"),
        ]
