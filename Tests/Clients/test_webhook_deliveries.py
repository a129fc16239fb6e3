"""Deliveries to a real receiver: nothing lost and nothing made up over retries and `kill -9`, and no way for a webhook to reach
where an administrator did not let it."""

import json
import threading

import mlflow
import pytest
from house import House
from mlflow.exceptions import MlflowException
from webhooks import SECRET, admin, as_it_was, happen, open_house, receiver, settled, signature


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
