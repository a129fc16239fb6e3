"""Webhooks with the real client: MLflow's calls, payloads and signatures, who may make them, and secrets that are nowhere."""

import json
import time

import mlflow
import pytest
from mlflow.exceptions import MlflowException
from webhooks import SECRET, admin, as_it_was, deliveries, happen, open_house, receiver, settled, signature

MLFLOW_EVENTS = [
    "registered_model.created", "model_version.created", "model_version_tag.set", "model_version_tag.deleted",
    "model_version_alias.created", "model_version_alias.deleted", "prompt.created", "prompt_version.created",
    "prompt_tag.set", "prompt_tag.deleted", "prompt_version_tag.set", "prompt_version_tag.deleted", "prompt_alias.created",
    "prompt_alias.deleted", "budget_policy.exceeded",
]


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
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            # The log removes a partial tile once a larger one is there.
            assert "/ledger/tile/" in str(path) and ".p/" in str(path), path
            continue
        assert SECRET.encode() not in content and b"token-5c1d77" not in content, path


def test_our_own_events_from_the_command_line(open_house, admin, receiver):
    def assay(*arguments, check=0):
        return open_house.assay("webhook", *arguments, "--server", open_house.url, who="root", check=check).stdout

    before = {one.webhook_id for one in admin.list_webhooks(max_results=1000)}
    made = assay("create", "own", receiver.url("/own"), "--event", "model_version_stage.updated", "--event", "registered_model.deleted")
    webhook = made.split()[-1].rstrip(".")
    # MLflow's client does not know these events, and is not handed a webhook that it would fail on.
    assert {one.webhook_id for one in admin.list_webhooks(max_results=1000)} == before
    assert f"{webhook}  ACTIVE  own  {receiver.url('/own')}  model_version_stage.updated,registered_model.deleted" in assay(
        "list").splitlines()
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
