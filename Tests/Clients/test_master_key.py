"""The master key: kept by a file, a variable, Vault or Azure Key Vault; moved and rotated without writing a blob again; lost
and found at whatever moment a rotation is cut short."""

import hashlib
import json
import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from house import BINARY, free_port
from key_services import AzureKeyVault, Vault, environment


class Directory:
    """A data directory whose server is started for each look at it."""

    def __init__(self, folder, variables, *options):
        self.data = folder / "data"
        self.variables = variables
        self.options = options

    def run(self, *arguments, check=0):
        done = subprocess.run(
            [BINARY, *map(str, arguments), "--data-dir", str(self.data)], capture_output=True, text=True,
            env=environment(**self.variables), timeout=60)
        assert done.returncode == check, (arguments, done.stdout, done.stderr)
        return done.stdout if check == 0 else done.stderr

    def serve(self, use):
        import mlflow

        port = free_port()
        process = subprocess.Popen(
            [BINARY, "server", "--port", str(port), "--data-dir", str(self.data), *self.options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(**self.variables))
        try:
            line = process.stdout.readline()
            assert str(port) in line, process.stderr.read()
            mlflow.set_tracking_uri(f"http://127.0.0.1:{port}")
            # The client keeps the number of the experiment that an earlier test chose at another server.
            mlflow.set_experiment("Default")
            return use(mlflow)
        finally:
            process.terminate()
            assert process.wait(30) == 0
            self.errors = process.stderr.read()

    def log(self, text, tmp_path):
        (tmp_path / "note.txt").write_text(text)

        def use(mlflow):
            with mlflow.start_run() as run:
                mlflow.log_artifact(tmp_path / "note.txt")
            return run.info.run_id

        return self.serve(use)

    def read(self, run):
        return self.serve(lambda mlflow: mlflow.artifacts.load_text(f"runs:/{run}/note.txt"))

    @property
    def blobs(self):
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in self.data.glob("blobs/*/*")}

    def rows(self):
        with sqlite3.connect(self.data / "keys.db") as database:
            return dict(database.execute("SELECT domain, wrapped FROM wrapped_key"))


@pytest.fixture
def vault():
    service = Vault()
    yield service
    service.stop()


@pytest.fixture
def azure():
    service = AzureKeyVault()
    yield service
    service.stop()


def found(folder, *words):
    """The files below the folder that hold one of the words."""
    return [str(path) for path in folder.rglob("*") if path.is_file() for word in words if word in path.read_bytes()]


def test_a_rotation_wraps_every_key_and_writes_no_blob(tmp_path):
    place = Directory(tmp_path, {})
    run = place.log("canary-text", tmp_path)
    master, blobs, rows = (place.data / "keys/master").read_text(), place.blobs, place.rows()
    assert blobs and "file" in place.run("keys", "status")
    told = place.run("keys", "rotate")
    assert "Another master key is in force, in: file" in told
    assert (place.data / "keys/master").read_text() != master and (place.data / "keys/master").stat().st_mode & 0o777 == 0o600
    assert place.blobs == blobs
    assert {domain: wrapped != rows[domain] for domain, wrapped in place.rows().items() if domain in rows} == dict.fromkeys(rows, True)
    assert place.read(run) == "canary-text"
    # The old key opens nothing any more.
    new = (place.data / "keys/master").read_text()
    (place.data / "keys/master").write_text(master)
    assert "another master key" in place.run("keys", "status", check=2)
    (place.data / "keys/master").write_text(new)
    assert place.read(run) == "canary-text"


def test_vault_keeps_the_master_key(tmp_path, vault):
    place = Directory(
        tmp_path, {"VAULT_ADDR": vault.url, "VAULT_TOKEN": vault.token}, "--key-provider", "vault-transit:transit/assay")
    run = place.log("secret words", tmp_path)
    assert not (place.data / "keys/master").exists()
    assert json.loads((place.data / "keys/master.wrapped").read_text())["ciphertext"].startswith("vault:v1:")
    assert place.read(run) == "secret words"
    # Without Vault the copy of the directory is worth nothing.
    plain = Directory(tmp_path, {})
    assert "VAULT_ADDR is not set" in plain.run("keys", "status", check=2)
    vault.is_sealed = True
    assert "Vault is sealed" in place.run("keys", "status", check=2)
    vault.is_sealed = False
    # Vault rotates its own key; rewrap takes that up, and rotate puts another master key in force.
    vault.rotate()
    place.run("keys", "rewrap")
    assert json.loads((place.data / "keys/master.wrapped").read_text())["ciphertext"].startswith("vault:v2:")
    del vault.versions[0]
    vault.versions.insert(0, secrets.token_bytes(32))
    assert place.read(run) == "secret words"
    place.run("keys", "rotate")
    assert place.read(run) == "secret words"
    # Asked for nothing but its own work, under its own name.
    assert {path for _, path, _, _ in vault.asked} == {"/v1/transit/encrypt/assay", "/v1/transit/decrypt/assay"}


@pytest.mark.parametrize("who", ["token file", "approle"])
def test_vault_is_asked_as_its_own_client_asks(tmp_path, vault, who):
    variables = {"VAULT_ADDR": vault.url + "/", "VAULT_NAMESPACE": "risk"}
    vault.namespace = "risk"
    if who == "approle":
        variables |= {"VAULT_ROLE_ID": vault.role, "VAULT_SECRET_ID": vault.secret}
    else:
        (tmp_path / "token").write_text(vault.token + "\n")
        (tmp_path / "token").chmod(0o600)
        variables["VAULT_TOKEN_FILE"] = tmp_path / "token"
    place = Directory(tmp_path, variables, "--key-provider", "vault-transit:transit/assay")
    run = place.log("words", tmp_path)
    assert place.read(run) == "words"
    if who == "token file":
        (tmp_path / "token").chmod(0o644)
        assert "chmod 600" in place.run("keys", "status", check=2)
    else:
        place.variables["VAULT_SECRET_ID"] = "wrong"
        assert "invalid role or secret ID" in place.run("keys", "status", check=2)


def test_azure_keeps_the_master_key(tmp_path, azure):
    variables = {
        "AZURE_TENANT_ID": azure.tenant, "AZURE_CLIENT_ID": azure.client, "AZURE_CLIENT_SECRET": azure.secret,
        "AZURE_AUTHORITY_HOST": azure.url}
    place = Directory(tmp_path, variables, "--key-provider", f"azure-key-vault:{azure.key}")
    run = place.log("secret words", tmp_path)
    assert not (place.data / "keys/master").exists()
    azure.rotate()
    assert place.read(run) == "secret words"
    place.run("keys", "rewrap")
    assert azure.newest in (place.data / "keys/master.wrapped").read_text()
    assert place.read(run) == "secret words"
    # A vault that asks for a token of somebody else's gets none.
    before = len(azure.asked)
    azure.resource = "https://management.azure.com"
    assert "not its own domain" in place.run("keys", "status", check=2)
    assert all("Authorization" not in headers for _, _, headers, _ in azure.asked[before:])
    azure.resource = azure.url
    place.variables["AZURE_CLIENT_SECRET"] = "wrong"
    assert "invalid_client" in place.run("keys", "status", check=2)


def test_a_key_moves_between_keepers(tmp_path, vault):
    new, newer = secrets.token_hex(32), secrets.token_hex(32)
    place = Directory(tmp_path, {"ASSAY_MASTER_KEY": new})
    run = place.log("words", tmp_path)
    assert not list((place.data / "keys").glob("master*")) and "environment" in place.run("keys", "status")
    place.variables = {"ASSAY_MASTER_KEY": new, "VAULT_ADDR": vault.url, "VAULT_TOKEN": vault.token}
    place.run("keys", "rotate", "--provider", "vault-transit:transit/assay")
    del place.variables["ASSAY_MASTER_KEY"]
    assert place.read(run) == "words" and "vault-transit" in place.run("keys", "status")
    place.run("keys", "rotate", "--provider", "file")
    assert [path.name for path in (place.data / "keys").glob("master*")] == ["master"]
    assert "ASSAY_NEW_MASTER_KEY is to hold" in place.run("keys", "rotate", "--provider", "environment", check=2)
    place.variables = {"ASSAY_NEW_MASTER_KEY": newer}
    place.run("keys", "rotate", "--provider", "environment")
    assert not list((place.data / "keys").glob("master*"))
    assert "is missing" in Directory(tmp_path, {}).run("keys", "status", check=2)
    place.variables = {"ASSAY_MASTER_KEY": newer}
    assert place.read(run) == "words"
    assert "already" in Directory(tmp_path, {"ASSAY_MASTER_KEY": newer, "ASSAY_NEW_MASTER_KEY": newer}).run(
        "keys", "rotate", check=2)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_rotation_that_is_cut_short(tmp_path, moment):
    """Killed between its two writes: what was in force is what the data keys were wrapped with."""
    place = Directory(tmp_path, {})
    run = place.log("words", tmp_path)
    keys = place.data / "keys"
    old = (keys / "master").read_text()
    if moment == "before":
        # The new key is written, the data keys are not wrapped yet.
        (keys / "master.next").write_text(secrets.token_hex(32) + "\n")
        (keys / "master.next").chmod(0o600)
    else:
        # The data keys are wrapped, the new key has not taken its place yet.
        place.run("keys", "rotate")
        (keys / "master").rename(keys / "master.next")
        (keys / "master").write_text(old)
        (keys / "master").chmod(0o600)
        assert (keys / "master.next").read_text() != old
    assert place.read(run) == "words"
    assert ((keys / "master").read_text() == old) == (moment == "before")
    place.run("keys", "rotate")
    assert place.read(run) == "words"
    assert [path.name for path in keys.glob("master*")] == ["master"]


def test_what_is_wrong_with_keys_is_said(tmp_path, vault):
    place = Directory(tmp_path, {})
    run = place.log("words", tmp_path)
    master = place.data / "keys/master"
    master.chmod(0o640)
    assert "chmod 600" in place.run("keys", "status", check=2)
    master.chmod(0o600)
    for provider, words in [
        ("vault-transit:assay", "MOUNT/KEY"), ("vault-transit:transit/../x", "MOUNT/KEY"), ("aws:key", "No service 'aws:key'"),
        ("azure-key-vault:https://v/secrets/x", "names no key"), ("azure-key-vault:http://v.example/keys/x", "not https"),
    ]:
        place.variables = {"VAULT_ADDR": vault.url, "VAULT_TOKEN": "x"}
        assert words in place.run("keys", "rotate", "--provider", provider, check=2), provider
    place.variables = {"VAULT_ADDR": "http://vault.example.org:8200", "VAULT_TOKEN": "x"}
    assert "not https" in place.run("keys", "rotate", "--provider", "vault-transit:transit/assay", check=2)
    place.variables = {"VAULT_ADDR": vault.url, "VAULT_TOKEN": "canary-token"}
    told = place.run("keys", "rotate", "--provider", "vault-transit:transit/assay", check=2)
    assert "permission denied" in told and "canary-token" not in told
    place.variables = {}
    assert place.read(run) == "words"
    master.write_text("00\n")
    assert "not a master key" in place.run("keys", "status", check=2)
    master.unlink()
    assert "is missing" in place.run("keys", "status", check=2)


def test_nothing_of_the_content_or_the_keys_lies_about(tmp_path, vault):
    """Canaries in an artifact, a variable and a token: on the disk and in the log of the server there is none."""
    canary, token = secrets.token_hex(16), vault.token
    place = Directory(
        tmp_path, {"VAULT_ADDR": vault.url, "VAULT_TOKEN": token}, "--key-provider", "vault-transit:transit/assay")
    run = place.log(canary, tmp_path)
    assert place.read(run) == canary
    assert found(place.data, canary.encode(), token.encode()) == []
    assert token not in place.errors and canary not in place.errors
    file = Directory(tmp_path / "file", {})
    file.data.parent.mkdir()
    file.log(canary, tmp_path)
    master = (file.data / "keys/master").read_text().strip()
    shutil.rmtree(file.data / "keys")
    assert found(file.data, canary.encode(), bytes.fromhex(master), master.encode()) == []
