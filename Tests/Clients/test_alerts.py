"""Alerts and those who are told of them: every kind of receiver, who may do what, receivers that are away or hostile, and kill -9."""

import json
import os
import socket
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from alerts import AlertHouse, alert_house, eventually
from webhooks import Receiver, receiver, signature

SERVER_SECRETS = ("alerts-hush-52c1", "R0UT1NGKEY-7788", "am-token-3141")


def bodies(requests):
    return [json.loads(body) for _, body in requests]


def test_a_webhook_reads_alertmanagers_payload_and_our_signature(alert_house, receiver):
    alert_house.apply(
        [{"name": "hook", "kind": "webhook", "url": receiver.url("/hook"), "secret": "env:HOOK_SECRET"}], [{"to": ["hook"]}],
        address="https://assay.example")
    assert alert_house.raise_("one", roles=["validator"]) == "fired"
    [(headers, body)] = receiver.wait("/hook", 1)
    told = json.loads(body)
    assert (told["version"], told["status"], told["receiver"], told["truncatedAlerts"]) == ("4", "firing", "hook", 0)
    [alert] = told["alerts"]
    assert alert["labels"] == {
        "alertname": "AssayAlert", "alert": "test/one", "severity": "critical", "roles": "validator"}
    assert alert["annotations"] == {"summary": "A test that somebody asked for", "value": "0.41", "limit": "0.3"}
    assert alert["endsAt"] == "0001-01-01T00:00:00Z" and told["externalURL"] == "https://assay.example"
    assert headers["X-MLflow-Signature"] == signature("alerts-hush-52c1", headers, body)
    for _ in range(3):
        assert alert_house.raise_("one", roles=["validator"]) == "repeated"
    assert alert_house.raise_("one", state="resolved") == "resolved"
    assert alert_house.raise_("one", state="resolved") == "ignored"
    told = bodies(receiver.wait("/hook", 2))
    assert [one["status"] for one in told] == ["firing", "resolved"]
    assert told[0]["groupKey"] == told[1]["groupKey"] and told[0]["alerts"][0]["fingerprint"] == told[1]["alerts"][0]["fingerprint"]
    time.sleep(1.5)
    assert len(receiver.of("/hook")) == 2
    kept = alert_house.deliveries(key="test/one")
    assert [one["state"] for one in kept] == ["delivered", "delivered"]
    assert kept[1]["id"] == headers["X-MLflow-Delivery-Id"]


def test_slack_pagerduty_and_alertmanager_in_their_own_words(alert_house, receiver):
    secret = alert_house.folder / "secrets" / "slack"
    secret.parent.mkdir()
    secret.write_text(receiver.url("/services/T0/B0/XYZ") + "\n")
    secret.chmod(0o600)
    alert_house.apply(
        [{"name": "chat", "kind": "slack", "url": f"file:{secret}"},
         {"name": "pager", "kind": "pagerduty", "routing-key": "env:PD_KEY", "url": receiver.url("/v2/enqueue")},
         {"name": "am", "kind": "alertmanager", "url": receiver.url("/am/"), "token": "env:AM_TOKEN"}],
        [{"to": ["chat", "pager", "am"]}])
    alert_house.raise_("<b>&all", "warning")
    [chat] = bodies(receiver.wait("/services/T0/B0/XYZ", 1))
    assert chat["text"].startswith("[FIRING] warning: test/&lt;b&gt;&amp;all: A test"), chat
    assert chat["attachments"][0]["color"] == "#d97706" and "<b>" not in json.dumps(chat)
    [trigger] = bodies(receiver.wait("/v2/enqueue", 1))
    assert (trigger["routing_key"], trigger["event_action"]) == ("R0UT1NGKEY-7788", "trigger")
    assert trigger["payload"]["severity"] == "warning" and trigger["payload"]["source"] and trigger["payload"]["summary"]
    [(headers, body)] = receiver.wait("/am/api/v2/alerts", 1)
    assert headers["Authorization"] == "Bearer am-token-3141"
    [alert] = json.loads(body)
    assert alert["labels"]["severity"] == "warning" and alert["startsAt"] < alert["endsAt"]
    # A worse severity is another alert to an Alertmanager, so the earlier one is ended; to PagerDuty it is the same incident.
    assert alert_house.raise_("<b>&all", "critical") == "changed"
    worse = bodies(receiver.wait("/am/api/v2/alerts", 2))[1]
    assert [one["labels"]["severity"] for one in worse] == ["critical", "warning"]
    assert worse[0]["endsAt"] > worse[1]["endsAt"]
    again = bodies(receiver.wait("/v2/enqueue", 2))[1]
    assert (again["dedup_key"], again["payload"]["severity"]) == (trigger["dedup_key"], "critical")
    alert_house.raise_("<b>&all", "critical", "resolved")
    over = bodies(receiver.wait("/v2/enqueue", 3))[2]
    assert over == {"routing_key": "R0UT1NGKEY-7788", "event_action": "resolve", "dedup_key": trigger["dedup_key"]}
    ended = bodies(receiver.wait("/am/api/v2/alerts", 3))[2]
    assert ended[0]["endsAt"] <= time.strftime("%Y-%m-%dT%H:%M:%S.999Z", time.gmtime())


def test_who_may_do_what(alert_house, receiver):
    alert_house.apply([{"name": "hook", "kind": "webhook", "url": receiver.url("/who")}], [{"to": ["hook"]}])
    alert_house.raise_("who", roles=["validator"])
    for who in (None, "ana", "vera", "otto"):
        for method, path, body in [
            ("POST", "/rules", {"rules": "x"}), ("GET", "/rules", None), ("GET", "/deliveries", None), ("GET", "/silences", None),
            ("POST", "/silences", {"for": "1h", "comment": "c", "keys": ["a"]}), ("DELETE", "/silences/x", None),
            ("POST", "/test", {"receiver": "hook"}),
        ]:
            status, answer = alert_house.http(method, "/api/assay/v1/alerts" + path, body, who=who)
            assert status in (401, 403), (who, method, path, status, answer)
    ack = {"key": "test/who", "comment": "mine"}
    status, answer = alert_house.http("POST", "/api/assay/v1/alerts/acknowledgement", ack, who=None)
    assert status == 403, answer
    status, answer = alert_house.http("POST", "/api/assay/v1/alerts/acknowledgement", ack, who="ana")
    assert status == 403 and "validator" in answer["message"], answer
    status, answer = alert_house.http("POST", "/api/assay/v1/alerts/acknowledgement", ack, who="vera")
    assert status == 200 and answer["acknowledged"]["by"] == "vera", answer
    status, answer = alert_house.http("POST", "/api/assay/v1/alerts/acknowledgement", ack, who="root")
    assert status == 409 and "vera has acknowledged" in answer["message"], answer
    listed = alert_house.assay("alert", "list", "--server", alert_house.url, who="root").stdout
    assert "test/who" in listed and "acknowledged by vera" in listed
    status, numbers = alert_house.http("GET", "/metrics", who="vera")
    assert status == 200


def test_alerts_of_models_one_may_not_see_are_not_there(alert_house):
    client = alert_house.client("ana")
    client.create_registered_model("secret-model")
    alert_house.raise_("unseen", model="secret-model")
    alert_house.assay("role", "create", "narrow", "--verb=read", "--resource=model:other-*", "--server", alert_house.url, who="root")
    alert_house.add("nora", "narrow")
    status, answer = alert_house.http("GET", "/api/assay/v1/alerts", who="nora")
    assert (status, answer["alerts"]) == (200, [])
    key = next(one["key"] for one in alert_house.http("GET", "/api/assay/v1/alerts", who="root")[1]["alerts"] if "unseen" in one["key"])
    status, answer = alert_house.http("POST", "/api/assay/v1/alerts/acknowledgement", {"key": key}, who="nora")
    assert status == 404, answer
    # Prometheus's numbers are for whoever may read everything.
    status, _ = alert_house.http("GET", "/metrics", who="nora")
    assert status == 403


@pytest.mark.parametrize("body, words", [
    ({"for": "1h", "comment": "c"}, "names what it is about"),
    ({"for": "soon", "comment": "c", "keys": ["a"]}, "'for' is a whole number"),
    ({"for": "91d", "comment": "c", "keys": ["a"]}, "90 days"),
    ({"for": "1h", "keys": ["a"]}, "'comment'"),
    ({"for": "1h", "comment": "c", "severities": ["fatal"]}, "critical"),
    ({"for": "1h", "comment": "c", "keys": "a"}, "array"),
])
def test_malformed_silences(alert_house, body, words):
    status, answer = alert_house.http("POST", "/api/assay/v1/alerts/silences", body, who="root")
    assert status == 400 and words in answer["message"], answer


def test_silences_by_command(alert_house, receiver):
    alert_house.apply([{"name": "hook", "kind": "webhook", "url": receiver.url("/quiet")}], [{"to": ["hook"], "group-by": ["alert"]}])
    said = alert_house.assay(
        "alert", "silence", "test/quiet", "--for", "2h", "--comment", "we know", "--server", alert_house.url, who="root").stdout
    alert_house.raise_("quiet")
    alert_house.raise_("loud")
    receiver.wait("/quiet", 1)
    time.sleep(1)
    keys = [alert["labels"]["alert"] for body in bodies(receiver.of("/quiet")) for alert in body["alerts"]]
    assert "test/loud" in keys and "test/quiet" not in keys
    identifier = said.split()[-1]
    listed = alert_house.assay("alert", "silences", "--server", alert_house.url, who="root").stdout
    assert identifier in listed and "we know" in listed and "keys test/quiet" in listed
    alert_house.assay("alert", "unsilence", identifier, "--server", alert_house.url, who="root")
    eventually(lambda: any(
        alert["labels"]["alert"] == "test/quiet" for body in bodies(receiver.of("/quiet")) for alert in body["alerts"]))


def test_mistakes_in_rules_are_told_by_line_and_column(alert_house, tmp_path):
    rules = tmp_path / "alerts.yaml"
    rules.write_text(
        "assay: alerts/v1\nreceivers:\n  - {name: a, kind: slack, url: https://hooks.slack.com/services/T0/B0/HUSH}\n"
        "routes:\n  - {to: [b], group-wait: soon}\n")
    done = alert_house.assay("alert", "apply", str(rules), "--server", alert_house.url, who="root", check=None)
    lines = done.stderr.splitlines()
    assert done.returncode == 2
    assert [line.split(" error: ")[0] for line in lines] == [f"{rules}:3:33:", f"{rules}:5:11:", f"{rules}:5:27:"], lines
    assert "HUSH" not in done.stderr and "env:NAME" in lines[0]
    rules.write_text(
        "assay: alerts/v1\nreceivers:\n  - {name: a, kind: webhook, url: 'http://10.1.2.3/x'}\nroutes: []\n")
    done = alert_house.assay("alert", "apply", str(rules), "--server", alert_house.url, who="root", check=None)
    assert done.returncode == 2 and "receiver 'a'" in done.stderr and "--webhook-allow" in done.stderr, done.stderr


def test_receivers_that_are_down_busy_or_hostile(alert_house, receiver):
    receiver.answers["/busy"] = [503, 429, 500, 200]
    receiver.answers["/away"] = [302]
    receiver.answers["/no"] = [400] * 9
    alert_house.apply(
        [{"name": "busy", "kind": "webhook", "url": receiver.url("/busy")}, {"name": "away", "kind": "webhook", "url": receiver.url("/away")},
         {"name": "no", "kind": "webhook", "url": receiver.url("/no")},
         {"name": "dead", "kind": "webhook", "url": "http://127.0.0.1:9/"},
         {"name": "lost", "kind": "webhook", "url": receiver.url("/lost"), "secret": "env:ASSAY_SECRET_NOT_SET"}],
        [{"to": ["busy", "away", "no", "dead", "lost"]}])
    alert_house.raise_("hard")
    requests = receiver.wait("/busy", 4)
    assert len({headers["X-MLflow-Delivery-Id"] for headers, _ in requests}) == 1
    assert len({body for _, body in requests}) == 1
    eventually(lambda: alert_house.deliveries(receiver="busy")[0]["state"] == "delivered")
    [away, *_] = eventually(lambda: [one for one in alert_house.deliveries(receiver="away") if one["state"] == "failed"])
    assert [attempt["error"] for attempt in away["attempts"]] == ["redirect"] and not receiver.of("/redirected")
    [no, *_] = eventually(lambda: [one for one in alert_house.deliveries(receiver="no") if one["state"] == "failed"])
    assert no["attempts"][0]["status"] == 400
    tried = lambda one: one["attempts"] and one["attempts"][0]["error"]
    [dead, *_] = eventually(lambda: [one for one in alert_house.deliveries(receiver="dead") if tried(one)])
    assert dead["state"] in ("queued", "sending") and dead["attempts"][0]["error"] == "connect"
    [lost, *_] = eventually(lambda: [one for one in alert_house.deliveries(receiver="lost") if tried(one)])
    assert lost["attempts"][0]["error"] == "unreadable" and not receiver.of("/lost")
    done = alert_house.assay("alert", "test", "lost", "--server", alert_house.url, who="root", check=None)
    assert done.returncode == 1 and "ASSAY_SECRET_NOT_SET is to hold a secret and is not set" in done.stdout, done.stdout
    history = alert_house.assay("alert", "history", "--receiver", "busy", "--server", alert_house.url, who="root").stdout
    assert "answered 503" in history and "delivered" in history
    assert "a receiver could not be told of alerts" in alert_house.words


class Endless(BaseHTTPRequestHandler):
    """Answers 200 and then goes on for ever."""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(4_096):
                self.wfile.write(b"x" * 65_536)
        except OSError:
            pass

    def log_message(self, *_):
        pass


def test_an_endless_answer_and_one_that_never_comes_hold_up_nobody_else(alert_house, receiver):
    endless = ThreadingHTTPServer(("127.0.0.1", 0), Endless)
    endless.daemon_threads = True
    threading.Thread(target=endless.serve_forever, daemon=True).start()
    mute = socket.create_server(("127.0.0.1", 0))
    try:
        alert_house.apply(
            [{"name": "endless", "kind": "webhook", "url": f"http://127.0.0.1:{endless.server_address[1]}/"},
             {"name": "mute", "kind": "webhook", "url": f"http://127.0.0.1:{mute.getsockname()[1]}/"},
             {"name": "good", "kind": "webhook", "url": receiver.url("/good")}],
            [{"to": ["mute", "endless", "good"]}])
        alert_house.raise_("patience")
        receiver.wait("/good", 1, seconds=10)
        eventually(lambda: alert_house.deliveries(receiver="endless")[0]["state"] == "delivered")
        [waiting] = eventually(
            lambda: [one for one in alert_house.deliveries(receiver="mute") if one["attempts"] and one["attempts"][0]["error"]], 40)
        assert waiting["attempts"][0]["error"] == "timeout"
    finally:
        endless.shutdown()
        mute.close()


def test_the_log_has_the_measure_and_says_when_nobody_is_told(alert_house, receiver):
    alert_house.apply([{"name": "hook", "kind": "webhook", "url": receiver.url("/x")}], [{"match": {"severity": ["warning"]}, "to": ["hook"]}])
    alert_house.raise_("unrouted", "critical")
    line = eventually(lambda: [line for line in alert_house.words.splitlines() if "alert=test/unrouted" in line])[0]
    assert " critical " in line and "value=0.41" in line and "limit=0.3" in line and "nobody is told" in line
    status, answer = alert_house.http("GET", "/api/assay/v1/alerts", who="root")
    [alert] = [one for one in answer["alerts"] if one["key"] == "test/unrouted"]
    assert alert["routed"] is False


def test_every_alert_arrives_over_kill_nine(tmp_path):
    """Rounds of alerts, of which each was acknowledged to its raiser, with the server killed at random moments."""
    house = AlertHouse()
    receiver = Receiver()
    house.start()
    try:
        house.apply(
            [{"name": "hook", "kind": "webhook", "url": receiver.url("/all")}, {"name": "slow", "kind": "webhook", "url": receiver.url("/slow")}],
            [{"to": ["hook", "slow"], "group-by": ["alert"]}])
        raised = []
        rounds = int(os.environ.get("ASSAY_KILL_ROUNDS", "8"))
        for round_number in range(rounds):
            receiver.answers["/slow"] = [503]
            for number in range(5):
                name = f"r{round_number}-{number}"
                assert house.raise_(name) == "fired"
                raised.append(f"test/{name}")
            time.sleep(0.05 * (round_number % 5))
            house.kill()
            house.start()
        for path in ("/all", "/slow"):
            def heard():
                return [alert["labels"]["alert"] for body in bodies(receiver.of(path)) for alert in body["alerts"]]

            eventually(lambda: set(heard()) == set(raised), 60)
            # In order, repeats aside, and a repeat has the id of what it repeats.
            first = list(dict.fromkeys(heard()))
            assert first == raised
            ids = {}
            for headers, body in receiver.of(path):
                ids.setdefault(json.loads(body)["alerts"][0]["labels"]["alert"], set()).add(headers["X-MLflow-Delivery-Id"])
            assert all(len(one) == 1 for one in ids.values())
        status, log = house.http("GET", "/api/assay/v1/log/entries?limit=1000", who="otto")
        assert status == 200
        fired = [one for one in log["entries"] if one["kind"] == "alert.fired"]
        assert [one["payload"]["key"] for one in fired] == raised
        house.stop()
        house.assay("audit", "verify", "--data-dir", str(house.data))
    finally:
        receiver.close()
        house.remove()


def test_no_secret_lies_anywhere(alert_house):
    time.sleep(0.5)
    alert_house.stop()
    try:
        for path in alert_house.folder.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                for secret in SERVER_SECRETS:
                    assert secret.encode() not in content, path
    finally:
        alert_house.start()
