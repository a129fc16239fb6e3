"""Names and passwords: the real client sends them with every request; guesses are slowed and tell nothing."""

import time

import mlflow
import pytest
from asking import PASSWORDS, basic, bearer, run, send

ME = "/api/assay/v1/users/me"


def test_the_real_client_logs_in_with_name_and_password(house, monkeypatch):
    for name in ("MLFLOW_TRACKING_TOKEN", "ASSAY_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "ana")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", PASSWORDS["ana"])
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    client = mlflow.MlflowClient(house.url, registry_uri=house.url)
    begun = time.monotonic()
    client.create_registered_model("by-password")
    hashed = time.monotonic() - begun
    begun = time.monotonic()
    for number in range(50):
        client.set_registered_model_tag("by-password", "k", str(number))
    # The first request waited for the hash. Were each one hashed anew, the others would take as long, however slow the machine is.
    assert time.monotonic() - begun < 50 * hashed / 2
    history = send(house.url, "GET", "/api/assay/v1/models/by-password/history").json["entries"]
    assert {entry["actor_name"] for entry in history} == {"ana"}
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", "not her horse battery")
    with pytest.raises(mlflow.exceptions.MlflowException, match="name or the password is not right"):
        client.set_registered_model_tag("by-password", "k", "other")


def test_who_does_not_exist_is_refused_in_the_same_words(house):
    answers = [send(house.url, "GET", ME, headers=basic(name, "wrong horse battery")) for name in ("vera", "nobody-has-this-name", "ANA")]
    assert {answer.status for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1


def test_an_unknown_name_is_hashed_for_too(house):
    """The work is the same: without it the unknown would be answered a hundred times sooner, not a few per cent."""
    def took(name, number):
        begun = time.perf_counter()
        assert send(house.url, "GET", ME, headers=basic(name, f"wrong horse battery {number}")).status == 401
        return time.perf_counter() - begun

    known = min(took("vera", number) for number in range(2))
    unknown = min(took(f"nobody-{number}", number) for number in range(2))
    assert unknown > known / 5 and known > unknown / 5


def test_guessing_is_slowed_and_others_are_not(house):
    run("user", "create", "gus", "--role", "auditor", "--password-stdin", "--server", house.url, stdin="his own horse battery\n",
        env={"ASSAY_TOKEN": house.tokens["root"]})
    statuses = [send(house.url, "GET", ME, headers=basic("gus", f"guess number {number:04}")).status for number in range(12)]
    assert 429 in statuses and statuses[0] == 401
    refused = send(house.url, "GET", ME, headers=basic("gus", "his own horse battery"))
    assert refused.status == 429 and refused.json["error_code"] == "REQUEST_LIMIT_EXCEEDED" and "seconds" in refused.json["message"]
    assert send(house.url, "GET", ME, headers=basic("vera", PASSWORDS["vera"])).status == 200
    for _ in range(40):
        time.sleep(0.5)
        if send(house.url, "GET", ME, headers=basic("gus", "his own horse battery")).status == 200:
            break
    else:
        pytest.fail("the right password was not taken within 20 seconds")


def test_passwords_are_changed_from_the_command_line_and_end_what_was(house):
    root, server = {"ASSAY_TOKEN": house.tokens["root"]}, ["--server", house.url]
    made = run("user", "create", "paula", "--role", "auditor", "--password-stdin", *server, stdin="her first password here\n", env=root)
    token = next(word for word in made.stdout.split() if word.startswith("assay_user_"))
    assert send(house.url, "GET", ME, headers=basic("paula", "her first password here")).json["method"] == "password"
    refused = run("user", "password", *server, stdin="not the present one\nanother good password\n", env={"ASSAY_TOKEN": token}, check=2)
    assert "not right" in refused.stderr
    changed = run("user", "password", *server, stdin="her first password here\nanother good phrase\n", env={"ASSAY_TOKEN": token})
    assert "changed" in changed.stdout
    assert send(house.url, "GET", ME, headers=basic("paula", "her first password here")).status == 401
    assert send(house.url, "GET", ME, headers=basic("paula", "another good phrase")).status == 200
    run("user", "password", "paula", *server, stdin="set by the administrator\n", env=root)
    assert send(house.url, "GET", ME, headers=basic("paula", "another good phrase")).status == 401
    run("user", "password", "root", *server, stdin="taken over by somebody\n", env={"ASSAY_TOKEN": token}, check=1)
    run("user", "disable", "paula", *server, env=root)
    assert send(house.url, "GET", ME, headers=basic("paula", "set by the administrator")).status == 401
    assert send(house.url, "GET", ME, headers=bearer(token)).status == 401
    assert "(disabled)" in run("user", "list", *server, env=root).stdout
    run("user", "enable", "paula", *server, env=root)
    assert send(house.url, "GET", ME, headers=bearer(token)).status == 200


def test_secrets_stand_in_no_file_of_the_server(house):
    run("user", "create", "carla", "--role", "auditor", "--password-stdin", "--server", house.url, stdin="canary-7f3a of a password\n",
        env={"ASSAY_TOKEN": house.tokens["root"]})
    send(house.url, "GET", ME, headers=basic("carla", "canary-7f3a of a password"))
    send(house.url, "GET", ME, headers=basic("carla", "canary-7f3a but wrong"))
    send(house.url, "GET", ME, headers=basic("canary-7f3a typed as name", "x"))
    files = [path for path in house.folder.rglob("*") if path.is_file()]
    assert any(path.name == "assay.db" for path in files)
    for path in files:
        assert b"canary-7f3a" not in path.read_bytes(), path


@pytest.mark.parametrize("name", ["a\r\nSet-Cookie: x=y", "a\tb", "x\x00y", "a:b", "\u202eanimda", " ana", "me", "anonymous", "x" * 129])
def test_names_that_would_forge_headers_or_mislead_are_refused(house, name):
    answer = send(house.url, "POST", "/api/assay/v1/users", {"name": name, "roles": ["auditor"]}, bearer(house.tokens["root"]))
    assert answer.status == 400 and "name" in answer.json["message"]
    assert "Set-Cookie" not in answer.headers
