"""Who is asking, and who may: tokens by every road the client has, people, and the log's names."""

import uuid

from generation import refused
from wire import ask, call, history


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


def test_control_characters_stand_in_no_list(url, house):
    """A label that would repaint a terminal, or write a line of its own into a list, is shown as what it is."""
    label = "ci\x1b[2J\nroot  admin\u202e"
    status, answer = ask(url, "POST", "/api/assay/v1/tokens", {"label": label}, authorization=f"Bearer {house.tokens['otto']}")
    assert status == 200, answer
    listed = house.assay("token", "list", "--server", url, who="otto").stdout
    line = next(line for line in listed.split("\n") if line.startswith(answer["record"]["id"]))
    assert "\x1b" not in listed and "\u202e" not in listed and "root  admin" in line, repr(listed)
    status, made = ask(url, "POST", "/api/assay/v1/roles", {
        "role": f"r{uuid.uuid4().hex[:8]}", "title": "reads\x1b]0;x\x07\nadmin", "grants": [{"verbs": ["read"], "resource": "everything"}],
    }, authorization=f"Bearer {house.tokens['root']}")
    assert status == 200, made
    shown = house.assay("role", "list", "--server", url, who="root").stdout
    assert "\x1b" not in shown and "\x07" not in shown and "reads" in shown


def test_whoever_has_no_role_is_told_what_to_ask_for(url, house):
    name = f"<b>nora</b>-{uuid.uuid4().hex[:8]}"
    status, answer = ask(url, "POST", "/api/assay/v1/users", {"name": name, "roles": ["end_user"]},
                         authorization=f"Bearer {house.tokens['root']}")
    assert status == 200, answer
    nora = {"Authorization": f"Bearer {answer['token']}"}
    status, _, page = call(url, "GET", "/account", headers=nora)
    assert status == 200 and b"Somebody else made the token" in page
    nora["Authorization"] = f"Bearer {house.own(answer['token'])}"
    for path in ["/", "/models", "/audit/access", "/log"]:
        status, headers, page = call(url, "GET", path, headers=nora)
        assert status == 403 and b"hold no role here yet" in page and b"assay role bind" in page, (path, status, page[:300])
        assert b"<b>nora" not in page and b'href="/account"' in page
    status, _, page = call(url, "GET", "/account", headers=nora)
    assert status == 200 and b"You hold no role here yet" in page and answer["token_id"].encode() not in page
    # Who has a role is told what is missing.
    status, _, page = call(url, "GET", "/audit/access", headers={"Authorization": f"Bearer {house.tokens['ana']}"})
    assert status == 403 and b"it needs the permission" in page and b"audit" in page and b"hold no role" not in page
    status, answer = ask(url, "GET", "/api/2.0/mlflow/experiments/search?max_results=1", authorization=nora["Authorization"])
    assert status == 403 and "permission" in answer["message"]
