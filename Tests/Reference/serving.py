"""`assay serve` and MLflow's own scoring server as processes, and a row that both take."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time

import requests

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "Acceptance"))

from ports import free_port

BINARY = os.environ.get("ASSAY_BINARY", ".build/debug/assay")
FIXTURES = pathlib.Path(__file__).parent.parent / "Fixtures" / "models"


class Assay:
    """`assay serve` as a process; the port is chosen here and tried again if somebody else takes it first."""

    def __init__(self, *arguments):
        for _ in range(5):
            self.port = free_port()
            self.process = subprocess.Popen(
                [BINARY, "serve", *map(str, arguments), "-p", str(self.port)],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            )
            line = self.process.stdout.readline()
            if "answers /invocations" in line:
                break
        else:
            raise AssertionError(self.process.stderr.read())
        self.url = f"http://127.0.0.1:{self.port}"

    def post(self, path, body, **headers):
        data = body if isinstance(body, (str, bytes)) else json.dumps(body)
        return requests.post(self.url + path, data=data, headers={"Content-Type": "application/json", **headers}, timeout=30)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.errors = self.process.communicate(timeout=20)[1]


class Peer:
    """MLflow's scoring application in this process."""

    def __init__(self, folder):
        import uvicorn
        from mlflow.pyfunc import load_model
        from mlflow.pyfunc.scoring_server import init

        self.port = free_port()
        server = uvicorn.Server(uvicorn.Config(init(load_model(str(folder))), port=self.port, log_level="critical"))
        threading.Thread(target=server.run, daemon=True).start()
        deadline = time.monotonic() + 30
        while not server.started:
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def post(self, body, kind="application/json"):
        data = body if isinstance(body, (str, bytes)) else json.dumps(body)
        return requests.post(f"http://127.0.0.1:{self.port}/invocations", data=data, headers={"Content-Type": kind}, timeout=30)


ROW = {"age": 40.0, "income": 3000.5, "dependents": 2, "city": "Ulm", "owner": True, "term": 12.0, "code": 3}
COLUMNS, VALUES = list(ROW), list(ROW.values())


def changed(**values):
    return {**ROW, **values}
