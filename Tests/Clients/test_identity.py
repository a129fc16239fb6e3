"""Who is asking, and who may: tokens by every road the client has, people, and the log's names."""

import uuid

from generation import refused
from wire import ask, history


def test_who_is_asking(url, house):
    for token, name in [(f"Bearer {house.tokens['ana']}", "ana"), (None, "")]:
        status, me = ask(url, "GET", "/api/assay/v1/users/me", authorization=token)
        assert (status, me["name"]) == (200, name)
    wrong = house.tokens["ana"][:-1] + ("0" if house.tokens["ana"][-1] != "0" else "1")
    for header in [f"Bearer {wrong}", "Bearer", "Basic !!!", "Digest x", f"Basic {house.tokens['ana']}"]:
        status, answer = ask(url, "GET", "/api/2.0/mlflow/registered-models/search", authorization=header)
        assert (status, answer["error_code"]) == (401, "UNAUTHENTICATED"), header


def test_the_client_sends_who_it_is(client, name, house, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", house.tokens["ana"])
    client.create_registered_model(name)
    monkeypatch.delenv("MLFLOW_TRACKING_TOKEN")
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "ana")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", house.tokens["ana"])
    client.set_registered_model_tag(name, "k", "v")
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "vera")
    refused("UNAUTHENTICATED", "token is not known", client.set_registered_model_tag, name, "k", "w")
    assert [entry["actor_name"] for entry in history(client, name)] == ["ana", "ana"]


def test_only_an_administrator_makes_people(url, house):
    body = {"name": f"eve-{uuid.uuid4().hex}", "roles": ["validator"]}
    for who, status in [(None, 401), ("ana", 403), ("vera", 403), ("root", 200)]:
        token = f"Bearer {house.tokens[who]}" if who else None
        got, answer = ask(url, "POST", "/api/assay/v1/users", body, authorization=token)
        assert got == status, answer
    # What the administrator knows makes nothing that they do not know.
    given = f"Bearer {answer['token']}"
    status, refused_too = ask(url, "POST", "/api/assay/v1/tokens", {"label": "ci"}, authorization=given)
    assert status == 403 and "assay token replace" in refused_too["message"]
    own = f"Bearer {house.own(answer['token'])}"
    assert ask(url, "GET", "/api/assay/v1/tokens", authorization=given)[0] == 401
    status, mine = ask(url, "POST", "/api/assay/v1/tokens", {"label": "ci"}, authorization=own)
    assert status == 200
    fresh = f"Bearer {mine['token']}"
    assert ask(url, "GET", "/api/assay/v1/tokens", authorization=fresh)[1]["tokens"][-1]["label"] == "ci"
    assert ask(url, "DELETE", f"/api/assay/v1/tokens/{mine['record']['id']}", authorization=fresh)[0] == 200
    assert ask(url, "GET", "/api/assay/v1/tokens", authorization=fresh)[0] == 401


def test_history_of_nobody(url):
    status, answer = ask(url, "GET", "/api/assay/v1/models/nobody-has-this-name/history")
    assert (status, answer["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")
