"""How the server starts, and how it refuses to: each refusal is one sentence and exit status 2, with nothing half-written."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from house import BINARY, free_port


def start(*arguments, **options):
    return subprocess.Popen(
        [BINARY, "server", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def refused(*arguments, seconds=30, **options):
    """The one message of a server that does not start."""
    process = start(*arguments, **options)
    try:
        out, err = process.communicate(timeout=seconds)
    finally:
        process.kill()
    assert process.returncode == 2, (process.returncode, out, err)
    assert out == ""
    assert err.startswith("assay: ") and err.count("\n") == 1, err
    return err


@pytest.fixture
def running(tmp_path):
    port = free_port()
    process = start("--port", str(port), "--data-dir", str(tmp_path / "data"))
    line = process.stdout.readline()
    assert f"http://127.0.0.1:{port}" in line
    yield port, tmp_path / "data"
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


def test_a_port_in_use_is_named(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        message = refused("--port", str(port), "--data-dir", str(tmp_path / "data"))
    assert f"Port {port}" in message and "--port" in message


def test_a_second_server_on_the_directory_is_refused(running):
    _, data = running
    assert "Another assay process" in refused("--port", str(free_port()), "--data-dir", str(data))


@pytest.mark.skipif(not Path("/proc/sys").exists(), reason="needs /proc, where nobody can make folders, root included")
def test_a_directory_that_cannot_be_written_is_named():
    message = refused("--port", str(free_port()), "--data-dir", "/proc/assay-data")
    assert "/proc/assay-data" in message


def test_a_file_where_the_directory_should_be(tmp_path):
    (tmp_path / "data").write_text("not a folder")
    assert str(tmp_path / "data") in refused("--port", str(free_port()), "--data-dir", str(tmp_path / "data"))


def stopped_directory(tmp_path):
    data = tmp_path / "data"
    process = start("--port", str(free_port()), "--data-dir", str(data))
    process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    return data


def test_a_directory_of_a_newer_version_is_refused_and_untouched(tmp_path):
    data = stopped_directory(tmp_path)
    with sqlite3.connect(data / "assay.db") as database:
        database.execute("INSERT INTO grdb_migrations VALUES ('99 from the future')")
    database.close()
    before = (data / "assay.db").read_bytes()
    assert "newer version" in refused("--port", str(free_port()), "--data-dir", str(data))
    assert (data / "assay.db").read_bytes() == before


def test_a_database_that_is_not_one(tmp_path):
    data = stopped_directory(tmp_path)
    (data / "assay.db").write_bytes(b"this is not a database, whatever its name says" * 100)
    assert "assay.db" in refused("--port", str(free_port()), "--data-dir", str(data))


def test_an_mlflow_database_is_pointed_to_the_import(tmp_path):
    data = stopped_directory(tmp_path)
    for name in ["assay.db", "assay.db-wal", "assay.db-shm"]:
        (data / name).unlink(missing_ok=True)
    with sqlite3.connect(data / "assay.db") as database:
        database.execute("CREATE TABLE alembic_version (version_num TEXT)")
    database.close()
    assert "assay import mlflow" in refused("--port", str(free_port()), "--data-dir", str(data))
    assert "assay import mlflow" in refused("--backend-store-uri", "sqlite:///mlflow.db", "--data-dir", str(tmp_path / "other"))
    assert not (tmp_path / "other").exists()


def test_a_lost_master_key_is_not_replaced(tmp_path):
    data = stopped_directory(tmp_path)
    (data / "keys" / "master").unlink()
    assert "master" in refused("--port", str(free_port()), "--data-dir", str(data))
    assert not (data / "keys" / "master").exists()


def test_listening_beyond_this_machine_needs_a_word(tmp_path):
    assert "--trusted-proxy" in refused("--host", "0.0.0.0", "--data-dir", str(tmp_path / "data"))
    assert not (tmp_path / "data").exists()


def test_the_keys_are_for_the_owner_only(running):
    _, data = running
    for name in os.listdir(data / "keys"):
        assert (data / "keys" / name).stat().st_mode & 0o077 == 0, name
    assert data.stat().st_mode & 0o077 == 0
    for name in ["assay.db", "keys.db"]:
        assert (data / name).stat().st_mode & 0o077 == 0, name


@pytest.mark.parametrize(
    "headers, status",
    [
        ({}, 200),
        ({"Host": "localhost:{port}"}, 200),
        ({"Host": "evil.example"}, 403),
        ({"Host": "evil.example:{port}"}, 403),
        ({"Host": "127.0.0.1:{port}.evil.example"}, 403),
        ({"Origin": "http://127.0.0.1:{port}"}, 200),
        ({"Origin": "http://localhost:3000"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"X-Forwarded-For": "10.0.0.1"}, 403),
        ({"Forwarded": "for=10.0.0.1"}, 403),
    ],
)
def test_browsers_of_other_sites_are_refused(running, headers, status):
    port, _ = running
    sent = {name: value.format(port=port) for name, value in headers.items()}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/version", headers=sent)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            got, answered = answer.status, answer.headers
    except urllib.error.HTTPError as error:
        got, answered = error.code, error.headers
    assert got == status
    assert answered["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answered["Content-Security-Policy"]
    assert not [name for name in answered if name.lower().startswith("access-control")]


def test_json_bodies_must_say_so(running):
    port, _ = running
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/2.0/mlflow/experiments/create", b'{"name": "x"}', {"Content-Type": "text/plain"})
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(request, timeout=10)
    assert error.value.code == 400


OIDC = """identity:
  oidc:
    issuer: {issuer}
    client-id: assay
    redirect-uri: https://assay.example.org/login/provider/callback
    roles: {{makers: {role}}}
"""


@pytest.mark.parametrize("text, message", [
    ("", "holds no settings"), ("# identity:\n\n", "holds no settings"), ("{}\n", "holds no settings"),
    ("identity: ana\n", "must be a mapping"), ("idendity: {}\n", "'idendity' is not known"),
    (OIDC.format(issuer="http://login.example.org", role="validator"), "asked over https"),
    (OIDC.format(issuer="ftp://127.0.0.1", role="validator"), "asked over https"),
    (OIDC.format(issuer="http://127.0.0.1.example.org", role="validator"), "asked over https"),
    (OIDC.format(issuer="https://login.example.org", role="Validator"), "is no role's name"),
])
def test_settings_that_mean_nothing_are_refused(tmp_path, text, message):
    settings = tmp_path / "assay.yaml"
    settings.write_text(text)
    refusal = refused("--port", str(free_port()), "--data-dir", str(tmp_path / "data"), "--config", str(settings))
    assert message in refusal, refusal


LDAP = "identity:\n  ldap:\n    host: localhost\n    user-dn: 'uid={{name}},o=x'\n    roles: {{cn=risk: {role}}}\n"


@pytest.mark.parametrize("text, told", [
    (OIDC.format(issuer="http://127.0.0.1:1", role="validator"), None),
    (OIDC.format(issuer="https://login.example.org", role="validatr"), "validatr"),
    (LDAP.format(role="risk_people"), "risk_people"),
])
def test_a_role_that_a_mapping_gives_and_that_there_is_not_is_told(tmp_path, text, told):
    """Refusing would shut out those who can make the role."""
    settings = tmp_path / "assay.yaml"
    settings.write_text(text)
    port = free_port()
    process = start("--port", str(port), "--data-dir", str(tmp_path / "data"), "--config", str(settings))
    assert f"http://127.0.0.1:{port}" in process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=20)
    assert process.returncode == 0
    assert (f"role={told}" in log and "does not exist" in log) if told else "does not exist" not in log, log
