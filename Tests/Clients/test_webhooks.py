"""Webhooks with the real client and a real receiver: MLflow's payloads and signatures, nothing lost and nothing made up over
retries and `kill -9`, and no way for a webhook to reach where an administrator did not let it."""

import base64
import hashlib
import hmac
import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import mlflow
import pytest
from house import House
from mlflow.exceptions import MlflowException

SECRET = "a-secret-that-is-nowhere-7f3a"
MLFLOW_EVENTS = [
    "registered_model.created", "model_version.created", "model_version_tag.set", "model_version_tag.deleted",
    "model_version_alias.created", "model_version_alias.deleted", "prompt.created", "prompt_version.created",
    "prompt_tag.set", "prompt_tag.deleted", "prompt_version_tag.set", "prompt_version_tag.deleted", "prompt_alias.created",
    "prompt_alias.deleted", "budget_policy.exceeded",
]


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


def test_the_clients_calls(admin, receiver):
    events = ["model_version_tag.set", "registered_model.created"]
    made = admin.create_webhook("one", receiver.url("/x"), events, description="d", secret=SECRET)
    assert (made.name, made.url, made.description, made.status) == ("one", receiver.url("/x"), "d", "ACTIVE")
    assert [str(event) for event in made.events] == events and made.secret is None
    assert made.creation_timestamp == made.last_updated_timestamp
    two = admin.create_webhook("two", receiver.url("/y"), ["prompt.created"], status="DISABLED")
    assert two.status == "DISABLED" and two.description is None
    assert [one.webhook_id for one in admin.list_webhooks()][:2] == [two.webhook_id, made.webhook_id]
    page = admin.list_webhooks(max_results=1)
    assert [one.webhook_id for one in page] == [two.webhook_id] and page.token
    assert [one.webhook_id for one in admin.list_webhooks(max_results=1, page_token=page.token)] == [made.webhook_id]
    changed = admin.update_webhook(
        made.webhook_id, name="three", description="e", url=receiver.url("/z"), events=["model_version.created"],
        secret="other", status="DISABLED")
    assert (changed.name, changed.description, changed.url, changed.status) == ("three", "e", receiver.url("/z"), "DISABLED")
    assert [str(event) for event in changed.events] == ["model_version.created"]
    assert changed.creation_timestamp == made.creation_timestamp
    got = admin.get_webhook(made.webhook_id)
    assert repr(got) == repr(changed) and got.secret is None
    for webhook in (made, two):
        admin.delete_webhook(webhook.webhook_id)
        for call in (admin.get_webhook, admin.delete_webhook, admin.test_webhook):
            with pytest.raises(MlflowException, match=f"Webhook with ID {webhook.webhook_id} not found") as caught:
                call(webhook.webhook_id)
            assert caught.value.error_code == "RESOURCE_DOES_NOT_EXIST"


def test_answers_are_mlflows_bytes(open_house, receiver):
    for prefix in ("/api/2.0/mlflow/webhooks", "/ajax-api/2.0/mlflow/webhooks"):
        body = {"name": "w", "url": receiver.url("/x"), "events": [{"entity": 1, "action": "CREATED"}], "secret": SECRET}
        status, made = open_house.http("POST", prefix, body, who="root")
        assert status == 200 and list(made["webhook"]) == [
            "webhook_id", "name", "url", "events", "status", "creation_timestamp", "last_updated_timestamp"], made
        assert made["webhook"]["events"] == [{"entity": "REGISTERED_MODEL", "action": "CREATED"}]
        one = f"{prefix}/{made['webhook']['webhook_id']}"
        assert open_house.http("GET", one, who="root") == (200, made)
        # What MLflow takes as "leave it": nothing changes but the time.
        for nothing in ({}, {"name": ""}, {"url": ""}, {"events": []}, {"description": ""}):
            status, answer = open_house.http("PATCH", one, nothing, who="root")
            assert status == 200
            assert {**answer["webhook"], "last_updated_timestamp": 0} == {**made["webhook"], "last_updated_timestamp": 0}
        assert open_house.http("DELETE", one, who="root") == (200, {})


@pytest.mark.parametrize("body, message", [
    ({}, "Missing value for required parameter 'name'. See the API docs for more information about request parameters."),
    ({"name": "a", "url": "https://1.1.1.1"},
     "Missing value for required parameter 'events'. See the API docs for more information about request parameters."),
    ({"name": "a", "url": "https://1.1.1.1", "events": []},
     "Webhook events must be a non-empty list of WebhookEvent objects: []."),
    ({"name": "-", "url": "https://1.1.1.1", "events": [{"entity": "MODEL_VERSION", "action": "SET"}]},
     "Invalid action 'set' for entity 'model_version'. Valid actions are: ['created']"),
    ({"name": 5, "url": "https://1.1.1.1", "events": [{"entity": 1, "action": 1}]},
     "Invalid value 5 for parameter 'name' supplied:  Hint: Value was of type 'int'. See the API docs for more information "
     "about request parameters."),
    ({"name": "a b", "url": "ftp://h", "events": [{"entity": 1, "action": 1}]},
     "Webhook name 'a b' is invalid. It must start and end with a letter or digit, be less than 63 characters long, and "
     "contain only letters, digits, dots (.), underscores (_), and hyphens (-)."),
    ({"name": "a", "url": "ftp://h", "events": [{"entity": 1, "action": 1}]},
     "Invalid webhook URL scheme: 'ftp'. Allowed schemes are: https."),
    ({"name": "a", "url": "https://", "events": [{"entity": 1, "action": 1}]},
     "Webhook URL must include a hostname: 'https://'"),
])
def test_what_is_refused_in_mlflows_words(open_house, body, message):
    status, answer = open_house.http("POST", "/api/2.0/mlflow/webhooks", body, who="root")
    assert (status, answer["error_code"], answer["message"]) == (400, "INVALID_PARAMETER_VALUE", message)


@pytest.mark.parametrize("query, message", [
    ("max_results=-1", "max_results must be between 1 and 1000."), ("max_results=1001", "max_results must be between 1 and 1000."),
    ("page_token=zz", "Invalid page token, could not be decoded"),
])
def test_pages_are_checked(open_house, query, message):
    status, answer = open_house.http("GET", f"/api/2.0/mlflow/webhooks?{query}", who="root")
    assert (status, answer["message"]) == (400, message)


def test_every_event_is_told_signed_and_kept(open_house, receiver):
    root = open_house.client("root")
    webhook = root.create_webhook("all", receiver.url("/all"), MLFLOW_EVENTS, secret=SECRET).webhook_id
    ana = open_house.client("ana")
    ana.create_registered_model("hook-é", tags={"a": "b"}, description="hi")
    ana.create_model_version("hook-é", "s3://x/y", tags={"t": "1"})
    ana.set_model_version_tag("hook-é", "1", "k", "v")
    ana.delete_model_version_tag("hook-é", "1", "k")
    ana.set_registered_model_alias("hook-é", "al", 1)
    ana.delete_registered_model_alias("hook-é", "al")
    # What the client's register_prompt sends.
    tags = [{"key": "mlflow.prompt.is_prompt", "value": "true"}, {"key": "_mlflow_prompt_type", "value": "text"},
            {"key": "q", "value": "w"}]
    text = {"key": "mlflow.prompt.text", "value": "Hello {{x}}"}
    for call, more in (("registered-models", {"tags": tags}), ("model-versions", {"tags": [*tags, text], "source": "prompt-template"})):
        status, answer = open_house.http(
            "POST", f"/api/2.0/mlflow/{call}/create", {"name": "hook-prompt", "description": "first", **more}, who="ana")
        assert status == 200, answer
    expected = [
        ("registered_model", "created", {"name": "hook-é", "tags": {"a": "b"}, "description": "hi"}),
        ("model_version", "created", {
            "name": "hook-é", "version": "1", "source": "s3://x/y", "run_id": None, "tags": {"t": "1"}, "description": None}),
        ("model_version_tag", "set", {"name": "hook-é", "version": "1", "key": "k", "value": "v"}),
        ("model_version_tag", "deleted", {"name": "hook-é", "version": "1", "key": "k"}),
        ("model_version_alias", "created", {"name": "hook-é", "alias": "al", "version": "1"}),
        ("model_version_alias", "deleted", {"name": "hook-é", "alias": "al"}),
        ("prompt", "created", {"name": "hook-prompt", "tags": {"q": "w"}, "description": "first"}),
        ("prompt_version", "created", {
            "name": "hook-prompt", "version": "1", "template": "Hello {{x}}", "tags": {"q": "w"}, "description": "first"}),
    ]
    requests = receiver.wait("/all", len(expected))
    kept = settled(open_house, webhook, len(expected))
    assert len(requests) == len(kept)
    ids = {name: json.loads(body) for name, body in ((headers["X-MLflow-Delivery-Id"], body) for headers, body in requests)}
    assert len(ids) == len(requests)
    for (headers, body), one, (entity, action, data) in zip(requests, kept, expected):
        told = json.loads(body)
        assert (told["entity"], told["action"], told["data"]) == (entity, action, data)
        assert told["actor"]["name"] == "ana" and told["actor"]["kind"] == "user"
        assert headers["X-MLflow-Signature"] == signature(SECRET, headers, body)
        assert abs(int(headers["X-MLflow-Timestamp"]) - time.time()) < 120
        assert headers["Content-Type"] == "application/json"
        assert (one["id"], one["event"], one["state"]) == (headers["X-MLflow-Delivery-Id"], f"{entity}.{action}", "delivered")
        assert [(attempt["status"], attempt["error"]) for attempt in one["attempts"]] == [(200, None)]
        assert one["actor"] == "ana" and one["entry"] == told["entry"]
    # The entry that a message names is in the model's history.
    status, history = open_house.http("GET", "/api/assay/v1/models/hook-prompt/history", who="ana")
    assert status == 200 and kept[-1]["entry"] in [entry["id"] for entry in history["entries"]]


def test_who_may(open_house, receiver, url):
    body = {"name": "w", "url": receiver.url("/"), "events": [{"entity": 1, "action": 1}]}
    calls = [("POST", "", body), ("GET", "", None), ("GET", "/id", None), ("PATCH", "/id", {}), ("DELETE", "/id", None),
             ("POST", "/id/test", {})]
    ours = [("POST", "", {**body, "events": ["gate.refused"]}), ("GET", "/id/deliveries", None), *calls[1:]]
    for prefix, list_of_calls in (("/api/2.0/mlflow/webhooks", calls), ("/ajax-api/2.0/mlflow/webhooks", calls),
                                  ("/api/assay/v1/webhooks", ours)):
        for method, path, body in list_of_calls:
            status, answer = open_house.http(method, prefix + path, body)
            assert (status, answer["error_code"]) == (401, "UNAUTHENTICATED"), (method, path)
            for who in ("ana", "petra", "vera", "carl", "otto"):
                status, answer = open_house.http(method, prefix + path, body, who=who)
                assert (status, answer["error_code"]) == (403, "PERMISSION_DENIED"), (method, path, who)
    with pytest.raises(MlflowException, match="named person"):
        open_house.client().create_webhook("w", receiver.url("/"), ["prompt.created"])
    assert receiver.requests == []


def test_a_failing_receiver_is_asked_again(open_house, admin, receiver):
    receiver.answers["/flaky"] = [500, 429, 200]
    webhook = admin.create_webhook("flaky", receiver.url("/flaky"), ["registered_model.created"], secret=SECRET).webhook_id
    for name in ("flaky-1", "flaky-2"):
        happen(open_house, name)
    requests = receiver.wait("/flaky", 4)
    kept = settled(open_house, webhook, 2)
    assert len(receiver.of("/flaky")) == 4
    assert [json.loads(body)["data"]["name"] for _, body in requests] == ["flaky-1"] * 3 + ["flaky-2"]
    assert len({headers["X-MLflow-Delivery-Id"] for headers, _ in requests[:3]}) == 1
    assert len({body for _, body in requests[:3]}) == 1
    assert len({headers["X-MLflow-Timestamp"] for headers, _ in requests[:3]}) == 3
    for headers, body in requests:
        assert headers["X-MLflow-Signature"] == signature(SECRET, headers, body)
    assert [[attempt["status"] for attempt in one["attempts"]] for one in kept] == [[500, 429, 200], [200]]
    started = [attempt["started_ms"] for attempt in kept[0]["attempts"]]
    assert 2_000 <= started[1] - started[0] < 6_000 and 4_000 <= started[2] - started[1] < 9_000


def test_kill_9_loses_nothing_and_makes_nothing_up(receiver):
    house = House("--webhook-allow", f"127.0.0.1:{receiver.port}")
    house.start()
    try:
        root = house.client("root")
        webhook = root.create_webhook("durable", receiver.url("/d"), ["registered_model.created"], secret=SECRET).webhook_id
        # The first attempt is under way when the server dies: nobody knows whether it arrived.
        receiver.hold = threading.Event()
        happen(house, "durable-0")
        receiver.wait("/d", 1)
        for number in range(1, 20):
            happen(house, f"durable-{number}")
        house.kill()
        receiver.hold.set()
        receiver.hold = None
        receiver.answers["/d"] = [503, 200]
        house.start()
        # The repeat fails; the server dies again before the next attempt is due.
        receiver.wait("/d", 2)
        house.kill()
        house.start()
        kept = settled(house, webhook, 20)
        names = [json.loads(body)["data"]["name"] for _, body in receiver.of("/d")]
        assert names == ["durable-0"] * (len(names) - 20) + [f"durable-{number}" for number in range(20)]
        assert 22 <= len(names) <= 23
        assert len({headers["X-MLflow-Delivery-Id"] for headers, _ in receiver.of("/d")}) == 20
        assert [one["state"] for one in kept] == ["delivered"] * 20
        first = [(attempt["status"], attempt["error"]) for attempt in kept[0]["attempts"]]
        assert first[0] == (None, "interrupted") and first[-1] == (200, None) and len(first) == len(names) - 19
        models = [one["name"] for one in house.http("GET", "/api/2.0/mlflow/registered-models/search", who="root")[1]["registered_models"]]
        assert sorted(models) == sorted(f"durable-{number}" for number in range(20))
    finally:
        house.remove()


def test_redirects_are_not_followed(open_house, admin, receiver):
    receiver.answers["/elsewhere"] = [302, 307]
    webhook = admin.create_webhook("elsewhere", receiver.url("/elsewhere"), ["registered_model.created"]).webhook_id
    happen(open_house, "elsewhere")
    (one,) = settled(open_house, webhook, 1)
    assert one["state"] == "failed"
    assert [(attempt["status"], attempt["error"]) for attempt in one["attempts"]] == [(302, "redirect")]
    tested = admin.test_webhook(webhook)
    assert not tested.success and tested.response_status == 307 and "redirects" in tested.error_message
    assert receiver.of("/redirected") == []


@pytest.mark.parametrize("address", [
    "https://127.0.0.1/", "https://localhost/", "https://127.1/", "https://2130706433/", "https://0x7f.1/", "https://[::1]/",
    "https://[::ffff:127.0.0.1]/", "https://0.0.0.0/", "https://10.0.0.1/", "https://192.168.1.1/", "https://172.16.0.1/",
    "https://169.254.169.254/latest/meta-data/", "https://100.64.0.1/", "https://[fe80::1]/", "https://[fd00:ec2::254]/",
    "https://224.0.0.1/", "https://[64:ff9b::a9fe:a9fe]/",
])
def test_private_addresses_are_refused(house, address):
    root = house.client("root")
    public = root.create_webhook("public", "https://1.1.1.1/", ["prompt.created"])
    try:
        for call in (lambda: root.create_webhook("inside", address, ["prompt.created"]),
                     lambda: root.update_webhook(public.webhook_id, url=address)):
            with pytest.raises(MlflowException, match="must not resolve to a non-public IP address") as caught:
                call()
            assert caught.value.error_code == "INVALID_PARAMETER_VALUE"
    finally:
        root.delete_webhook(public.webhook_id)


def test_plain_http_and_other_ports_are_refused(house, receiver):
    root = house.client("root")
    for address in ("http://127.0.0.1/", "http://1.1.1.1/", receiver.url("/")):
        with pytest.raises(MlflowException, match="Invalid webhook URL scheme: 'http'. Allowed schemes are: https."):
            root.create_webhook("plain", address, ["prompt.created"])
    assert receiver.requests == []


def test_leave_that_was_taken_back_holds_at_once(receiver):
    house = House("--webhook-allow", f"127.0.0.1:{receiver.port}")
    house.start()
    try:
        root = house.client("root")
        webhook = root.create_webhook("inside", receiver.url("/in"), ["registered_model.created"]).webhook_id
        house.stop()
        house.server_arguments = []
        house.start()
        root = house.client("root")
        happen(house, "inside")
        (one,) = settled(house, webhook, 1)
        assert [attempt["error"] for attempt in one["attempts"]] == ["address_refused"] and one["state"] == "failed"
        tested = root.test_webhook(webhook)
        assert not tested.success and tested.response_status is None
        assert receiver.requests == []
    finally:
        house.remove()


def test_a_disabled_webhook_is_silent(open_house, admin, receiver):
    webhook = admin.create_webhook("quiet", receiver.url("/quiet"), ["registered_model.created"]).webhook_id
    loud = admin.create_webhook("loud", receiver.url("/loud"), ["registered_model.created"]).webhook_id
    happen(open_house, "quiet-1")
    receiver.wait("/quiet", 1)
    admin.update_webhook(webhook, status="DISABLED")
    happen(open_house, "quiet-2")
    receiver.wait("/loud", 2)
    admin.update_webhook(webhook, status="ACTIVE")
    happen(open_house, "quiet-3")
    receiver.wait("/quiet", 2)
    settled(open_house, webhook, 2)
    assert [json.loads(body)["data"]["name"] for _, body in receiver.of("/quiet")] == ["quiet-1", "quiet-3"]
    assert len(settled(open_house, loud, 3)) == 3


def test_trying_one_out(open_house, admin, receiver):
    webhook = admin.create_webhook("try", receiver.url("/try"), ["model_version_tag.set"], secret=SECRET, status="DISABLED")
    tested = admin.test_webhook(webhook.webhook_id)
    assert (tested.success, tested.response_status, tested.response_body, tested.error_message) == (True, 200, "thanks", None)
    tested = admin.test_webhook(webhook.webhook_id, event="registered_model.created")
    assert tested.success
    receiver.answers["/try"] = [500]
    tested = admin.test_webhook(webhook.webhook_id)
    assert (tested.success, tested.response_status, tested.response_body) == (False, 500, "thanks")
    requests = receiver.of("/try")
    assert [json.loads(body)["entity"] for _, body in requests] == ["model_version_tag", "registered_model", "model_version_tag"]
    assert json.loads(requests[0][1])["data"] == {
        "name": "example_model", "version": "1", "key": "example_key", "value": "example_value"}
    for headers, body in requests:
        assert headers["X-MLflow-Signature"] == signature(SECRET, headers, body)
    admin.update_webhook(webhook.webhook_id, url="http://127.0.0.1:1/")
    tested = admin.test_webhook(webhook.webhook_id)
    assert not tested.success and tested.response_status is None and "refused" in tested.error_message
    assert deliveries(open_house, webhook.webhook_id)["deliveries"] == []


def test_the_secret_is_nowhere(open_house, admin, receiver):
    webhook = admin.create_webhook("secret", receiver.url("/token-5c1d77"), ["registered_model.created"], secret=SECRET)
    happen(open_house, "secret-model")
    receiver.wait("/token-5c1d77", 1)
    settled(open_house, webhook.webhook_id, 1)
    for path in (f"/api/2.0/mlflow/webhooks/{webhook.webhook_id}", f"/api/assay/v1/webhooks/{webhook.webhook_id}",
                 "/api/assay/v1/webhooks", f"/api/assay/v1/webhooks/{webhook.webhook_id}/deliveries"):
        assert SECRET not in json.dumps(open_house.http("GET", path, who="root")[1])
    entries, after = [], 0
    while True:
        answer = open_house.http("GET", f"/api/assay/v1/log/entries?limit=1000&after={after}", who="otto")[1]
        entries += answer["entries"]
        if "next_after" not in answer:
            break
        after = answer["next_after"]
    assert any(entry["kind"] == "webhook.created" for entry in entries)
    assert SECRET not in json.dumps(entries)
    files = [path for path in open_house.data.rglob("*") if path.is_file()] + [open_house.folder / "server.log"]
    assert any(path.name == "assay.db-wal" for path in files)
    for path in files:
        content = path.read_bytes()
        assert SECRET.encode() not in content and b"token-5c1d77" not in content, path


def test_our_own_events_from_the_command_line(open_house, admin, receiver):
    def assay(*arguments, check=0):
        return open_house.assay("webhook", *arguments, "--server", open_house.url, who="root", check=check).stdout

    before = {one.webhook_id for one in admin.list_webhooks(max_results=1000)}
    made = assay("create", "own", receiver.url("/own"), "--event", "model_version_stage.updated", "--event", "registered_model.deleted")
    webhook = made.split()[-1].rstrip(".")
    # MLflow's client does not know these events, and is not handed a webhook that it would fail on.
    assert {one.webhook_id for one in admin.list_webhooks(max_results=1000)} == before
    assert f"{webhook}  ACTIVE  own  {receiver.url('/own')}  model_version_stage.updated,registered_model.deleted" in assay("list").splitlines()
    ana = open_house.client("ana")
    ana.create_registered_model("own")
    for _ in range(2):
        ana.create_model_version("own", "s3://x/y")
    ana.transition_model_version_stage("own", "1", "Staging")
    ana.transition_model_version_stage("own", "2", "Staging", archive_existing_versions=True)
    ana.delete_registered_model("own")
    requests = receiver.wait("/own", 3)
    assert [json.loads(body)["data"] for _, body in requests] == [
        {"name": "own", "version": "1", "stage": "Staging", "previous_stage": "None", "archived_versions": []},
        {"name": "own", "version": "2", "stage": "Staging", "previous_stage": "None", "archived_versions": ["1"]},
        {"name": "own", "versions": ["1", "2"]},
    ]
    assert all("X-MLflow-Signature" not in headers for headers, _ in requests)
    kept = settled(open_house, webhook, 3)
    lines = assay("deliveries", webhook).splitlines()
    assert len(lines) == 6 and "delivered  registered_model.deleted" in lines[0] and lines[0].endswith("ana")
    assert "attempt 1" in lines[1] and lines[1].endswith("HTTP 200")
    printed = json.loads(assay("deliveries", webhook, "--format", "json", "--limit", "2"))["deliveries"]
    assert printed == kept[::-1][:2]
    pages = deliveries(open_house, webhook, max_results=2)
    rest = deliveries(open_house, webhook, max_results=2, page_token=pages["next_page_token"])
    assert pages["deliveries"] + rest["deliveries"] == kept[::-1] and rest["next_page_token"] is None
    assert "Delivered: the receiver answered HTTP 200." in assay("test", webhook, "--event", "gate.refused")
    assert json.loads(receiver.of("/own")[-1][1])["entity"] == "gate"
    receiver.answers["/own"] = [404]
    assert "Not delivered: the receiver answered HTTP 404." in assay("test", webhook, check=1)
    assay("delete", webhook)
    assert webhook not in assay("list")
    assert len(assay("deliveries", webhook).splitlines()) == 6


def test_wrong_leave_is_refused_at_start(tmp_path, open_house):
    done = open_house.assay("server", "--data-dir", str(tmp_path / "d"), "--webhook-allow", "10.0.0.1/8", check=2)
    assert "--webhook-allow is '10.0.0.1/8'" in done.stderr
