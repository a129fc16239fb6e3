"""Tokens: restricted, elevated, of programs; stolen, expired and revoked ones open nothing."""

import time

from asking import PASSWORDS, basic, bearer, run, send

ME = "/api/assay/v1/users/me"
TOKENS = "/api/assay/v1/tokens"


def create(house, who="ana", **fields):
    answer = send(house.url, "POST", TOKENS, fields, bearer(house.tokens[who]))
    assert answer.status == 200, answer.text
    return answer.json


def test_a_restricted_token_opens_only_what_it_names(house):
    token = create(house, label="reader", verbs=["read"])["token"]
    read = send(house.url, "GET", "/api/2.0/mlflow/registered-models/search?max_results=1", headers=bearer(token))
    assert read.status == 200
    for method, path, body in [
        ("POST", "/api/2.0/mlflow/experiments/create", {"name": "x"}),
        ("POST", "/api/2.0/mlflow/registered-models/create", {"name": "x"}),
        ("POST", "/api/assay/v1/users", {"name": "x", "roles": ["admin"]}),
        ("POST", TOKENS, {"label": "wider"}),
        ("PUT", f"{ME}/password", {"password": "a good password indeed", "old_password": PASSWORDS["ana"]}),
    ]:
        assert send(house.url, method, path, body, bearer(token)).status == 403, path
    unknown = send(house.url, "POST", TOKENS, {"verbs": ["everything"]}, bearer(house.tokens["ana"]))
    assert unknown.status == 400 and "There is no permission 'everything'" in unknown.json["message"]


def test_a_revoked_token_is_refused_at_once_everywhere(house):
    made = create(house, label="stolen")
    headers = bearer(made["token"])
    assert send(house.url, "GET", ME, headers=headers).status == 200
    run("token", "revoke", made["record"]["id"], "--server", house.url, env={"ASSAY_TOKEN": house.tokens["ana"]})
    for method, path, body in [("GET", ME, None), ("POST", "/api/2.0/mlflow/experiments/create", {"name": "y"}), ("GET", "/", None)]:
        assert send(house.url, method, path, body, headers).status == 401, path
    listed = run("token", "list", "--server", house.url, env={"ASSAY_TOKEN": house.tokens["ana"]}).stdout
    assert f"{made['record']['id']}  revoked" in listed


def test_part_of_a_token_is_none(house):
    token = house.tokens["ana"]
    kind, identifier, secret = token.split("_")[1:]
    forged = [
        f"assay_{kind}_{identifier}_{'0' * 64}", f"assay_service_{identifier}_{secret}", f"assay_{kind}_{'0' * 16}_{secret}",
        token.upper(), token + " ", token[:-1], f"{token}\x01",
    ]
    for text in forged:
        answer = send(house.url, "GET", ME, headers=bearer(text))
        assert answer.status in (400, 401) or answer.json["name"] == "ana" and text.strip() == token, text


def test_a_programs_account_answers_for_nothing(house):
    root = {"ASSAY_TOKEN": house.tokens["root"]}
    made = run("user", "create", "ci-bot", "--role", "validator", "--role", "data_scientist", "--service", "--server", house.url, env=root)
    token = next(word for word in made.stdout.split() if word.startswith("assay_service_"))
    assert send(house.url, "GET", ME, headers=bearer(token)).json["kind"] == "service"
    assert send(house.url, "POST", "/api/2.0/mlflow/experiments/create", {"name": "of the bot"}, bearer(token)).status == 200
    for path, body in [
        ("/api/assay/v1/approvals", {"request": "x"}), ("/api/assay/v1/adoptions", {"model": "m", "version": 1}),
        ("/api/assay/v1/requests", {"model": "m", "version": 1, "target": {"stage": "Production"}}),
        ("/api/assay/v1/policies", {"policy": "x"}), ("/api/assay/v1/users", {"name": "z", "roles": ["admin"]}), (TOKENS, {}),
    ]:
        assert send(house.url, "POST", path, body, bearer(token)).status in (401, 403), path
    no_password = run("user", "password", "ci-bot", "--server", house.url, stdin="a good password for it\n", env=root, check=2)
    assert "logs in by tokens only" in no_password.stderr


def test_an_elevated_token_needs_a_login_and_lives_minutes(house):
    refused = send(house.url, "POST", TOKENS, {"elevated": True}, bearer(house.tokens["vera"]))
    assert refused.status == 401 and "name and password" in refused.json["message"]
    others = send(house.url, "POST", TOKENS, {"elevated": True, "user": "ana"}, basic("root", PASSWORDS["root"]))
    assert others.status == 403
    made = run("token", "create", "--elevated", "--as", "vera", "--quiet", "--server", house.url, stdin=PASSWORDS["vera"] + "\n",
        env={"ASSAY_TOKEN": ""})
    token = made.stdout.strip()
    records = send(house.url, "GET", TOKENS, headers=bearer(token)).json["tokens"]
    record = next(record for record in records if record["id"] == token.split("_")[2])
    assert record["elevated"] and record["expires"] - time.time() * 1000 <= 15 * 60_000 + 1_000
