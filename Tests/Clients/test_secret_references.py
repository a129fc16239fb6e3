"""Secrets that configuration names and does not hold: in a variable, in a file of its owner's, in Vault."""

import subprocess
import uuid

import pytest
from house import BINARY
from key_services import Vault, environment
from webhooks import admin, as_it_was, open_house, receiver, signature

SECRET = "canary-" + uuid.uuid4().hex


@pytest.mark.parametrize("kind", ["env", "file", "vault"])
def test_a_webhooks_secret_is_fetched_where_it_stands(kind, open_house, receiver, tmp_path):
    vault = Vault()
    vault.values = {"hooks/slack": {"signing": SECRET}}
    (tmp_path / "secret").write_text(SECRET + "\n")
    (tmp_path / "secret").chmod(0o600)
    place, variables = {
        "env": ("env:HOOK", {"HOOK": SECRET}), "file": (f"file:{tmp_path / 'secret'}", {}),
        "vault": ("vault:secret/hooks/slack#signing", {"VAULT_ADDR": vault.url, "VAULT_TOKEN": vault.token})}[kind]

    def assay(*arguments, **others):
        return subprocess.run(
            [BINARY, "webhook", *arguments, "--server", open_house.url], capture_output=True, text=True, timeout=60,
            env=environment(**variables, ASSAY_TOKEN=open_house.tokens["root"], **others))

    name = f"w{uuid.uuid4().hex}"
    try:
        done = assay("create", name, receiver.url(f"/{name}"), "--event", "registered_model.created", "--secret-from", place)
        assert done.returncode == 0 and SECRET not in done.stdout + done.stderr, done.stderr
        assert assay("test", done.stdout.split()[-1].rstrip(".")).returncode == 0
        headers, body = receiver.wait(f"/{name}", 1)[0]
        assert headers["X-MLflow-Signature"] == signature(SECRET, headers, body)
    finally:
        vault.stop()


@pytest.mark.parametrize("place, words", [
    (SECRET, "named and not written here"), ("env:NOBODY_SET_THIS", "is not set"), ("file:/nowhere/at/all", "is not there"),
    ("vault:secret#x", "named and not written here"), ("vault:secret/hooks#x", "VAULT_ADDR is not set"), ("env:", "named and not written"),
], ids=["the secret itself", "env", "file", "vault without a path", "vault nowhere", "env without a name"])
def test_what_names_no_secret_is_refused_without_being_repeated(place, words):
    done = subprocess.run(
        [BINARY, "webhook", "create", "w", "https://example.org/", "--event", "registered_model.created", "--secret-from", place,
         "--server", "http://127.0.0.1:1"], capture_output=True, text=True, env=environment(ASSAY_TOKEN="x"), timeout=60)
    assert done.returncode == 2 and words in done.stderr and SECRET not in done.stderr, done.stderr


def test_a_file_that_others_may_read_is_refused(tmp_path):
    (tmp_path / "secret").write_text(SECRET)
    (tmp_path / "secret").chmod(0o644)
    done = subprocess.run(
        [BINARY, "webhook", "create", "w", "https://example.org/", "--event", "registered_model.created",
         "--secret-from", f"file:{tmp_path / 'secret'}", "--server", "http://127.0.0.1:1"],
        capture_output=True, text=True, env=environment(ASSAY_TOKEN="x"), timeout=60)
    assert done.returncode == 2 and "chmod 600" in done.stderr
