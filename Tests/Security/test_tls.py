"""TLS as clients see it: versions, names, cookies, and a certificate that changes while the server serves."""

import http.client
import os
import signal
import socket
import ssl
import subprocess
import time

import mlflow
import pytest
from asking import BINARY, PASSWORDS, Browser, bearer, send
from house import House, free_port


def certificate(folder, name, days=3):
    """A fresh pair in PEM form for localhost; the paths."""
    cert, key = folder / f"{name}.pem", folder / f"{name}.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", str(days), "-subj",
         f"/CN={name}", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)],
        check=True, capture_output=True)
    key.chmod(0o600)
    return cert, key


class SecureHouse(House):
    """Serves https with a pair that the test may replace."""

    def __init__(self, folder):
        first_cert, first_key = certificate(folder, "first")
        self.cert, self.key = folder / "serving.pem", folder / "serving.key"
        self.cert.write_bytes(first_cert.read_bytes())
        self.key.write_bytes(first_key.read_bytes())
        self.key.chmod(0o600)
        super().__init__("--tls-cert", str(self.cert), "--tls-key", str(self.key), people={})
        self.url = f"https://127.0.0.1:{self.port}"

    def replace(self, pair):
        for source, target in zip(pair, (self.cert, self.key)):
            fresh = target.with_suffix(".new")
            fresh.write_bytes(source.read_bytes())
            fresh.chmod(0o600)
            os.replace(fresh, target)

    def name(self):
        """The common name in the certificate that new connections get."""
        done = subprocess.run(
            ["openssl", "s_client", "-connect", f"127.0.0.1:{self.port}"], input="", capture_output=True, text=True, timeout=30)
        return next(line.split("CN")[1].strip(" =") for line in done.stdout.splitlines() if line.startswith("subject="))

    def logged(self, text):
        return text in (self.folder / "server.log").read_text()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("tls")


@pytest.fixture(scope="module")
def secure(folder):
    house = SecureHouse(folder)
    house.start()
    yield house
    house.remove()


def wait_for(condition):
    for _ in range(150):
        if condition():
            return True
        time.sleep(0.1)
    return False


def test_the_real_client_speaks_to_it_and_checks_the_certificate(secure, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", secure.tokens["root"])
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    monkeypatch.setenv("MLFLOW_TRACKING_SERVER_CERT_PATH", str(secure.cert))
    client = mlflow.MlflowClient(secure.url, registry_uri=secure.url)
    client.search_experiments()
    monkeypatch.delenv("MLFLOW_TRACKING_SERVER_CERT_PATH")
    with pytest.raises(mlflow.exceptions.MlflowException, match="(?i)certificate"):
        client.search_experiments()


@pytest.mark.parametrize("version, is_spoken", [("TLSv1", False), ("TLSv1_1", False), ("TLSv1_2", True), ("TLSv1_3", True)])
def test_old_versions_are_not_spoken(secure, version, is_spoken):
    context = ssl._create_unverified_context()
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = getattr(ssl.TLSVersion, version)
    with socket.create_connection(("127.0.0.1", secure.port), 10) as raw:
        if is_spoken:
            with context.wrap_socket(raw, server_hostname="localhost") as spoken:
                assert spoken.version() == version.replace("_", ".")
        else:
            with pytest.raises((ssl.SSLError, ConnectionError)):
                context.wrap_socket(raw, server_hostname="localhost")


def test_plain_http_is_not_answered(secure):
    with socket.create_connection(("127.0.0.1", secure.port), 10) as raw:
        raw.sendall(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        raw.settimeout(10)
        assert not raw.recv(64).startswith(b"HTTP/1.1 200")


def test_cookies_are_of_this_host_only(secure):
    answer = send(secure.url, "PUT", "/api/assay/v1/users/root/password", {"password": PASSWORDS["root"]}, bearer(secure.tokens["root"]))
    assert answer.status == 200, answer.text
    browser = Browser(secure.url)
    answer = browser.log_in("root", PASSWORDS["root"])
    value, attributes = answer.cookies["__Host-assay"]
    assert {"Secure", "HttpOnly", "Path=/"} <= set(attributes) and not any(part.startswith("Domain") for part in attributes)
    assert browser.get("/api/assay/v1/users/me").json["name"] == "root"
    browser.cookies = {"assay": value}
    assert browser.get("/api/assay/v1/users/me").json["name"] == "", "a cookie without the prefix was taken"


def test_a_new_certificate_is_served_and_open_connections_stay(secure, folder):
    context = ssl._create_unverified_context()
    kept = http.client.HTTPSConnection("127.0.0.1", secure.port, timeout=60, context=context)
    kept.request("GET", "/health")
    kept.getresponse().read()
    before = kept.sock
    secure.replace(certificate(folder, "second"))
    secure.process.send_signal(signal.SIGHUP)
    assert wait_for(lambda: secure.name() == "second")
    kept.request("GET", "/health")
    assert kept.getresponse().read() and kept.sock is before
    # Without a signal the files are looked at now and then.
    secure.replace(certificate(folder, "third"))
    assert wait_for(lambda: secure.name() == "third")


def test_a_broken_pair_leaves_the_earlier_one(secure, folder):
    serving = secure.name()
    other, _ = certificate(folder, "other")
    _, key = certificate(folder, "another")
    for pair, reason in [((other, key), "is not the key of"), ((key, key), "cannot be read as certificates"), ((other, other), "private key")]:
        secure.replace(pair)
        secure.process.send_signal(signal.SIGHUP)
        assert wait_for(lambda: secure.logged(reason)), reason
        assert secure.name() == serving
    good = certificate(folder, "good")
    secure.replace(good)
    secure.key.chmod(0o644)
    secure.process.send_signal(signal.SIGHUP)
    assert wait_for(lambda: secure.logged("may be read by everyone")) and secure.name() == serving
    secure.replace(good)
    secure.process.send_signal(signal.SIGHUP)
    assert wait_for(lambda: secure.name() == "good")


def start(folder, *arguments):
    return subprocess.run(
        [BINARY, "server", "--port", str(free_port()), "--data-dir", str(folder / f"data-{free_port()}"), *arguments],
        capture_output=True, text=True, timeout=60)


def test_what_would_open_the_server_does_not_start(folder):
    cert, key = certificate(folder, "start")
    open_listener = start(folder, "--host", "0.0.0.0")
    assert open_listener.returncode == 2 and "without users and TLS" in open_listener.stderr
    nobody = start(folder, "--host", "0.0.0.0", "--tls-cert", str(cert), "--tls-key", str(key))
    assert nobody.returncode == 2 and "needs users" in nobody.stderr
    half = start(folder, "--tls-cert", str(cert))
    assert half.returncode == 2 and "named together" in half.stderr
    key.chmod(0o644)
    readable = start(folder, "--tls-cert", str(cert), "--tls-key", str(key))
    assert readable.returncode == 2 and "may be read by everyone" in readable.stderr
