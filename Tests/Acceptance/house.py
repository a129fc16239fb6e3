"""One Assay server with the people of the cases, for as long as the cases run."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from ports import free_port

BINARY = os.environ["ASSAY_BINARY"]
# Models that only their own library reads are scored by the interpreter that logs them.
os.environ.setdefault("ASSAY_MODEL_PYTHON", sys.executable)
PEOPLE = {"ana": "data_scientist", "petra": "validator", "vera": "validator", "carl": "compliance", "otto": "auditor"}


class Failure(AssertionError):
    """What a case expected and did not get."""


def expect(condition, message):
    if not condition:
        raise Failure(message)


class House:
    def __init__(self, *server_arguments, people=PEOPLE):
        self.server_arguments = list(server_arguments)
        self.people = people
        self.folder = Path(tempfile.mkdtemp(prefix="assay-acceptance-"))
        self.data = self.folder / "data"
        self.tokens = {}
        self.process = None
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self):
        first = not self.data.exists()
        if first:
            printed = self.assay("user", "create", "root", "--admin", "--data-dir", str(self.data)).stdout
            self.tokens["root"] = self._token(printed)
        self.log = open(self.folder / "server.log", "ab")
        self.process = subprocess.Popen(
            [BINARY, "ui", "--host", "127.0.0.1", "--port", str(self.port), "--data-dir", str(self.data),
             *self.server_arguments],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.announcement = self.process.stdout.readline().strip()
        expect(self.url in self.announcement, f"the server announced {self.announcement!r}, not {self.url}")
        if first:
            for name, role in self.people.items():
                self.add(name, role)

    def add(self, name, role):
        """A person who has put a token of their own in the place of the one they were given."""
        self.tokens[name] = self._token(self.assay("user", "create", name, "--role", role, "--server", self.url, who="root").stdout)
        self.tokens[name] = self._token(self.assay("token", "replace", "--server", self.url, who=name).stdout)

    def own(self, given):
        """A token of its holder's own in place of one that an administrator made for them."""
        status, answer = self.http(
            "POST", "/api/assay/v1/tokens/replacement", {}, headers={"Authorization": f"Bearer {given}"})
        expect(status == 200, f"the token was not replaced: {status} {answer}")
        return answer["token"]

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process = None

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @staticmethod
    def _token(text):
        found = [word for word in text.split() if word.startswith("assay_")]
        expect(len(found) == 1, f"no token was printed: {text!r}")
        return found[0]

    def environment(self, who=None, **extra):
        environment = dict(os.environ, MLFLOW_TRACKING_URI=self.url, PYTHONWARNINGS="ignore", **extra)
        environment.pop("MLFLOW_TRACKING_TOKEN", None)
        environment.pop("ASSAY_TOKEN", None)
        if who:
            environment["MLFLOW_TRACKING_TOKEN"] = environment["ASSAY_TOKEN"] = self.tokens[who]
        return environment

    def assay(self, *arguments, who=None, check=0):
        done = subprocess.run(
            [BINARY, *arguments], capture_output=True, text=True, env=self.environment(who), cwd=self.folder, timeout=300)
        if check is not None:
            expect(done.returncode == check,
                f"assay {' '.join(arguments)} ended {done.returncode}, not {check}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done

    def python(self, code, who=None, check=0, interpreter=sys.executable, **files):
        """Run a script of a user in a folder of its own."""
        return self.python_in_folder(code, who, check, interpreter, **files)[1]

    def python_in_folder(self, code, who=None, check=0, interpreter=sys.executable, **files):
        """The folder too, for what the script left there."""
        folder = Path(tempfile.mkdtemp(dir=self.folder))
        for name, content in files.items():
            (folder / name.replace("__", ".")).write_text(content)
        (folder / "script.py").write_text(code)
        done = subprocess.run(
            [interpreter, "script.py"], capture_output=True, text=True, env=self.environment(who), cwd=folder, timeout=300)
        if check is not None:
            expect(done.returncode == check, f"the script ended {done.returncode}: {done.stdout[-1500:]}{done.stderr[-3000:]}")
        return folder, done

    def http(self, method, path, body=None, who=None, headers=None):
        """Status and parsed body (text where it is not JSON)."""
        request = urllib.request.Request(self.url + path, method=method)
        data = None
        if body is not None:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        if who:
            request.add_header("Authorization", f"Bearer {self.tokens[who]}")
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, data, timeout=60) as answer:
                status, raw = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, raw = error.code, error.read()
        try:
            return status, json.loads(raw)
        except ValueError:
            return status, raw.decode(errors="replace")

    def client(self, who=None):
        """A real MlflowClient; the token goes through the environment, as users do it."""
        import mlflow

        os.environ.pop("MLFLOW_TRACKING_TOKEN", None)
        if who:
            os.environ["MLFLOW_TRACKING_TOKEN"] = self.tokens[who]
        mlflow.set_tracking_uri(self.url)
        # A registry's address that an earlier test set for the process would send half of the calls elsewhere.
        return mlflow.MlflowClient(self.url, registry_uri=self.url)

    def wait_for_evidence(self, model, version, seconds=90):
        """Until no job of the version is waiting or running; the list of its evidence."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            status, answer = self.http("GET", f"/api/assay/v1/evidence?model={model}&version={version}", who="otto")
            expect(status == 200, f"evidence answered {status}: {answer}")
            unfinished = [job for job in answer["jobs"] if job["state"] in ("queued", "leased")]
            failed = [job["error"] for job in answer["jobs"] if job["state"] == "failed"]
            expect(not failed, f"evidence jobs failed: {failed}")
            if answer["evidence"] and not unfinished:
                return answer["evidence"]
            time.sleep(0.3)
        raise Failure(f"no evidence for {model}/{version} after {seconds} s: {answer}")

    def serve(self, model, *arguments):
        return Serving(self, model, arguments)


class Serving:
    """`assay serve` for the length of a `with` block."""

    def __init__(self, house, model, arguments):
        self.house, self.model, self.arguments = house, model, arguments
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        self.process = subprocess.Popen(
            [BINARY, "serve", "-m", self.model, "-p", str(self.port), "--server", self.house.url, *self.arguments],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=self.house.environment("ana"))
        for _ in range(300):
            try:
                urllib.request.urlopen(self.url + "/ping", timeout=5)
                return self
            except (urllib.error.URLError, ConnectionError):
                if self.process.poll() is not None:
                    raise Failure(f"assay serve ended {self.process.returncode}: {self.process.stderr.read()[-2000:]}")
                time.sleep(0.1)
        raise Failure("assay serve never answered /ping")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)

    def post(self, path, body, content_type="application/json"):
        request = urllib.request.Request(self.url + path, method="POST", headers={"Content-Type": content_type})
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, data, timeout=60) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())
