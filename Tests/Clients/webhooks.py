"""A receiver of webhooks, a server that may call it, and what their tests ask both."""

import base64
import hashlib
import hmac
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import mlflow
import pytest
from house import House

SECRET = "a-secret-that-is-nowhere-7f3a"


class Receiver:
    """Keeps every request; answers 200, or what `answers[path]` holds, one after the other."""

    def __init__(self):
        self.requests, self.answers, self.changed = [], {}, threading.Condition()
        self.hold = None
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with receiver.changed:
                    receiver.requests.append((self.path, dict(self.headers), body))
                    left = receiver.answers.get(self.path) or [200]
                    status = left.pop(0)
                    receiver.changed.notify_all()
                if receiver.hold:
                    receiver.hold.wait(30)
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", f"http://127.0.0.1:{receiver.port}/redirected")
                self.send_header("Content-Length", "6")
                self.end_headers()
                self.wfile.write(b"thanks")

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def of(self, path):
        with self.changed:
            return [(headers, body) for one, headers, body in self.requests if one == path]

    def wait(self, path, count, seconds=60):
        """The requests to `path`, once there are `count`."""
        with self.changed:
            assert self.changed.wait_for(
                lambda: sum(one == path for one, _, _ in self.requests) >= count, seconds), (count, self.requests)
        return self.of(path)

    def close(self):
        if self.hold:
            self.hold.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture()
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture(scope="module", autouse=True)
def as_it_was():
    """Clients take their token from the environment; the next module finds its own there."""
    before = {name: os.environ.get(name) for name in ("MLFLOW_TRACKING_URI", "MLFLOW_TRACKING_TOKEN")}
    yield
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    mlflow.set_tracking_uri(os.environ.get("MLFLOW_TRACKING_URI", ""))


@pytest.fixture(scope="module")
def open_house():
    """A server whose webhooks may go to this machine."""
    house = House("--webhook-allow", "127.0.0.1")
    house.start()
    yield house
    house.remove()


@pytest.fixture()
def admin(open_house):
    return open_house.client("root")


def signature(secret, headers, body):
    """Computed here, from the words of MLflow's documentation."""
    signed = f"{headers['X-MLflow-Delivery-Id']}.{headers['X-MLflow-Timestamp']}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()


def deliveries(house, webhook, **query):
    text = "&".join(f"{key}={value}" for key, value in query.items())
    status, answer = house.http("GET", f"/api/assay/v1/webhooks/{webhook}/deliveries?{text}", who="root")
    assert status == 200, answer
    return answer


def happen(house, name):
    """A model comes to be, by somebody who may make one."""
    status, answer = house.http("POST", "/api/2.0/mlflow/registered-models/create", {"name": name}, who="ana")
    assert status == 200, answer


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)
    return found


def settled(house, webhook, count):
    """The webhook's deliveries, oldest first, once `count` of them are finished and none waits."""

    def look():
        found = deliveries(house, webhook)["deliveries"]
        return found if len(found) >= count and all(one["finished_ms"] for one in found) else None

    return until(look)[::-1]
