"""What documents of the API may name as the place of a secret: never what opens the server, whatever its starter allowed."""

import os

import pytest
import yaml
from alerts import AlertHouse, eventually
from webhooks import Receiver, receiver

CANARY = "canary-77ab"


@pytest.fixture(scope="module")
def house():
    house = AlertHouse()
    house.server_arguments += ["--secret-allow", f"file:{house.folder}/*"]
    house.secrets = {"ASSAY_SECRET_HOOK": "hook-hush", "OTHER_SECRET": CANARY, "ASSAY_OTHER": CANARY}
    house.start()
    house.client("ana").create_registered_model("loans")
    yield house
    house.remove()


def documents(place, url):
    """Every document that names a secret and where it is sent to."""
    start = {"kind": "argo", "url": url, "namespace": "ml", "template": "t", "token": place}
    hook = {"kind": "webhook", "url": url, "secret": place}
    for receiver in (
        {"kind": "pagerduty", "url": url, "routing-key": place}, {"kind": "alertmanager", "url": url, "token": place}, hook,
        {"kind": "slack", "url": place}, {"kind": "webhook", "url": place}, {"kind": "alertmanager", "url": place}, {"kind": "pagerduty", "url": place, "routing-key": "env:ASSAY_SECRET_HOOK"},
        {"kind": "email", "host": "127.0.0.1", "from": "a@b.c", "to": ["a@b.c"], "user": "u", "password": place},
    ):
        yield "/alerts/rules", {"rules": yaml.safe_dump({"assay": "alerts/v1", "receivers": [{"name": "r", **receiver}], "routes": []})}
    for begin in (start, hook, {"kind": "github", "url": url, "repository": "a/b", "workflow": "w.yml", "ref": "main", "token": place}):
        yield "/training/pipelines", {"pipelines": yaml.safe_dump(
            {"assay": "training/v1", "pipelines": [{"name": "p", "model": "loans", "start": begin}]})}


def test_no_document_takes_what_opens_the_server(house, receiver):
    link = house.folder / "link"
    link.symlink_to(house.data / "keys")
    [key] = [path for path in (house.data / "keys").iterdir() if "master" in path.name][:1]
    url = receiver.url("/taken")
    for place in (
        "env:ASSAY_MASTER_KEY", "env:ASSAY_OTHER", "env:OTHER_SECRET", "env:VAULT_TOKEN", f"file:{key}", f"file:{link}/{key.name}", "file:/etc/passwd",
        f"file:{house.folder}/../../etc/passwd", "file:/proc/self/environ", "vault:secret/root#token",
    ):
        for path, document in documents(place, url):
            status, answer = house.http("POST", "/api/assay/v1" + path, document, who="root")
            assert status == 400 and place.split("#")[0] in answer["message"] and CANARY not in str(answer), (path, document, status, answer)
            assert "receiver 'r'" in answer["message"] or "pipeline 'p'" in answer["message"], answer
    assert not receiver.of("/taken")
    assert house.http("GET", "/api/assay/v1/alerts/rules", who="root")[1]["rules"] is None


def test_rules_of_before_read_nothing_that_was_not_allowed(house, receiver):
    """A server that is started with less than its rules name: they stay in force, and their receiver is not sent to."""
    house.stop()
    house.server_arguments += ["--secret-allow", "env:OTHER_SECRET"]
    house.start()
    house.apply([{"name": "hook", "kind": "pagerduty", "url": receiver.url("/before"), "routing-key": "env:OTHER_SECRET"}], [{"to": ["hook"]}])
    house.stop()
    del house.server_arguments[-2:]
    house.start()
    house.raise_("before")
    [waiting] = eventually(lambda: [one for one in house.deliveries(receiver="hook") if one["attempts"] and one["attempts"][0]["error"]])
    assert waiting["attempts"][0]["error"] == "unreadable" and not receiver.of("/before")
    done = house.assay("alert", "test", "hook", "--server", house.url, who="root", check=None)
    assert done.returncode == 1 and "--secret-allow 'env:OTHER_SECRET'" in done.stdout and CANARY not in done.stdout, done.stdout


def test_the_names_for_secrets_need_no_leave(house, receiver):
    house.apply([{"name": "pager", "kind": "pagerduty", "url": receiver.url("/named"), "routing-key": "env:ASSAY_SECRET_HOOK"}], [{"to": ["pager"]}])
    house.assay("alert", "test", "pager", "--server", house.url, who="root")
    assert b"hook-hush" in receiver.of("/named")[0][1]


@pytest.mark.parametrize("place, words", [
    ("ASSAY", "is no place of secrets"), ("env:ASSAY_MASTER_KEY", "opens"), ("env:*", "is no place"), ("file:relative", "is no place"),
])
def test_the_server_does_not_start_with_a_place_that_is_none(house, tmp_path, place, words):
    done = house.assay("server", "--data-dir", str(tmp_path / "d"), "--secret-allow", place, check=2)
    assert "--secret-allow" in done.stderr and words in done.stderr, done.stderr
