"""Alerts by mail, to a mail server that others wrote (aiosmtpd): TLS of both kinds, logging in, and what is never sent in the open."""

import base64
import email
import email.policy
import json
import os
import socket
import subprocess
import threading
from pathlib import Path

import pytest
from alerts import AlertHouse, eventually


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder / "key.pem", "-out", folder / "cert.pem", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True)
    return str(folder / "cert.pem"), str(folder / "key.pem")


@pytest.fixture(scope="module")
def mail_house(certificate):
    house = AlertHouse("--webhook-allow", "::1", "--secret-allow", f"file:{certificate[0]}", environment={"MAIL_PASSWORD": "mail-hush-9", "WRONG_PASSWORD": "mail-hush-8"})
    house.start()
    yield house
    house.remove()


class MailServer:
    def __init__(self, mode, *certificate):
        python = os.environ.get("ASSAY_MAIL_PYTHON")
        if not python or not Path(python).exists():
            pytest.fail("ASSAY_MAIL_PYTHON names no interpreter with aiosmtpd; run scripts/setup")
        self.process = subprocess.Popen(
            [python, str(Path(__file__).with_name("mail_server.py")), mode, *certificate], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())
        self.messages = []
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.messages.append(json.loads(line))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()

    def receiver(self, **more):
        receiver = {
            "name": "mail", "kind": "email", "host": "localhost", "port": self.port, "from": "assay@example.com",
            "to": ["team@example.com"], **more}
        return {key: value for key, value in receiver.items() if value is not None}


def send(house, receiver, check=None):
    house.apply([receiver], [])
    return house.assay("alert", "test", receiver["name"], "--server", house.url, who="root", check=check)


def read(message):
    return email.message_from_string(message["content"], policy=email.policy.default)


def test_a_message_can_be_read(mail_house):
    with MailServer("plain") as server:
        mail_house.apply(
            [server.receiver(security="plain", to=["team@example.com", "boss@example.com"])], [{"to": ["mail"]}], address="https://assay.example")
        client = mail_house.client("ana")
        client.create_registered_model("Kredit-Prüfung")
        mail_house.raise_("mail", model="Kredit-Prüfung", roles=["validator"])
        [told] = eventually(lambda: server.messages[:1])
        assert told["to"] == ["team@example.com", "boss@example.com"] and told["from"] == "assay@example.com"
        message = read(told)
        assert message["Subject"] == "[FIRING] critical: Kredit-Prüfung: A test that somebody asked for"
        assert message["To"] == "team@example.com, boss@example.com" and message["Date"].datetime.year >= 2026
        assert message["Auto-Submitted"] == "auto-generated"
        [delivery] = eventually(lambda: [one for one in mail_house.deliveries(receiver="mail") if one["state"] == "delivered"])
        assert message["Message-ID"] == f"<{delivery['id']}@example.com>"
        assert delivery["attempts"][0]["status"] == 250
        text = message.get_content()
        assert "CRITICAL  Kredit-Prüfung: A test that somebody asked for" in text and "measured: 0.41 (limit 0.3)" in text
        assert "for:      validator" in text
        mail_house.raise_("mail", model="Kredit-Prüfung", state="resolved")
        over = read(eventually(lambda: server.messages[1:2])[0])
        assert over["Subject"].startswith("[RESOLVED]") and over["X-Assay-Group"] == message["X-Assay-Group"]
        assert all(len(line) <= 998 for line in told["content"].splitlines())


def test_tls_of_both_kinds_and_a_login(mail_house, certificate):
    with MailServer("starttls", *certificate) as server:
        assert send(mail_house, server.receiver(ca=certificate[0])).returncode == 0
        [told] = eventually(lambda: server.messages[:1])
        assert told["tls"] is True
    with MailServer("starttls", *certificate) as server:
        # The certificates themselves are no file of the server's.
        assert send(mail_house, server.receiver(ca=open(certificate[0]).read())).returncode == 0
        eventually(lambda: server.messages[:1])
    with MailServer("tls", *certificate) as server:
        done = send(mail_house, server.receiver(security="tls", ca=certificate[0], host="127.0.0.1"))
        assert done.returncode == 0, done.stdout
        eventually(lambda: server.messages[:1])
    with MailServer("auth", *certificate) as server:
        good = server.receiver(ca=certificate[0], user="assay", password="env:MAIL_PASSWORD")
        assert send(mail_house, good).returncode == 0
        assert eventually(lambda: server.messages[:1])[0]["login"] == "assay"
        done = send(mail_house, {**good, "password": "env:WRONG_PASSWORD"})
        assert done.returncode == 1 and "answered 535" in done.stdout, done.stdout
        done = send(mail_house, server.receiver(ca=certificate[0]))
        assert done.returncode == 1 and "answered 530" in done.stdout, done.stdout
        assert len(server.messages) == 1


def test_nothing_is_sent_where_tls_is_not_what_it_should_be(mail_house, certificate, tmp_path):
    with MailServer("starttls", *certificate) as server:
        # The certificate is nobody's that we believe.
        done = send(mail_house, server.receiver())
        assert done.returncode == 1 and "TLS could not be agreed on" in done.stdout, done.stdout
        assert not server.messages
    with MailServer("nostarttls") as server:
        done = send(mail_house, server.receiver())
        assert done.returncode == 1 and "offers no STARTTLS" in done.stdout, done.stdout
        assert not server.messages
    with MailServer("plain") as server:
        done = send(mail_house, server.receiver(security="tls"))
        assert done.returncode == 1, done.stdout
        nothing = tmp_path / "none.pem"
        done = send(mail_house, server.receiver(ca=str(nothing)))
        # Whoever applies rules names no file of the server that whoever starts it did not.
        assert done.returncode == 1 and "'ca': " in done.stdout and "--secret-allow" in done.stdout, done.stdout
        done = send(mail_house, server.receiver(ca="/etc/passwd"))
        assert done.returncode == 1 and "--secret-allow" in done.stdout, done.stdout
        done = send(mail_house, server.receiver(ca="-----BEGIN CERTIFICATE-----\nnothing\n-----END CERTIFICATE-----\n"))
        assert done.returncode == 1 and "'ca' cannot be read as certificates" in done.stdout, done.stdout


def test_what_is_said_between_starttls_and_tls_is_nobodys(mail_house):
    """Whoever stands on the way puts an answer behind STARTTLS's, in the same packet: it is not taken for the server's."""
    listener = socket.create_server(("127.0.0.1", 0))
    heard = []

    def serve():
        connection, _ = listener.accept()
        with connection, connection.makefile("rwb") as stream:
            stream.write(b"220 x\r\n")
            stream.flush()
            heard.append(stream.readline())
            stream.write(b"250-x\r\n250 STARTTLS\r\n")
            stream.flush()
            heard.append(stream.readline())
            stream.write(b"220 go\r\n250-x\r\n250 AUTH PLAIN\r\n")
            stream.flush()
            heard.append(stream.read())

    threading.Thread(target=serve, daemon=True).start()
    receiver = {
        "name": "mail", "kind": "email", "host": "127.0.0.1", "port": listener.getsockname()[1], "from": "a@b.c", "to": ["d@e.f"], "user": "assay",
        "password": "env:MAIL_PASSWORD"}
    done = send(mail_house, receiver)
    listener.close()
    assert done.returncode == 1 and "somebody spoke between STARTTLS and TLS" in done.stdout, done.stdout
    everything = b"".join(heard)
    assert base64.b64encode(b"\0assay\0mail-hush-9") not in everything and b"AUTH" not in everything and b"MAIL" not in everything


def test_servers_that_are_busy_refuse_or_talk_for_ever(mail_house):
    with MailServer("busy") as server:
        mail_house.apply([server.receiver(security="plain")], [{"to": ["mail"]}])
        mail_house.raise_("busy")
        assert eventually(lambda: server.messages[:1])
        [delivery] = eventually(lambda: [
            one for one in mail_house.deliveries(receiver="mail", key="test/busy") if one["state"] == "delivered"])
        assert [attempt["status"] for attempt in delivery["attempts"]] == [450, 250]
    with MailServer("refusing") as server:
        done = send(mail_house, server.receiver(security="plain", to=["gone@example.com", "team@example.com"]))
        assert done.returncode == 0 and eventually(lambda: server.messages[:1])[0]["to"] == ["team@example.com"]
        done = send(mail_house, server.receiver(security="plain", to=["gone@example.com"]))
        assert done.returncode == 1 and "answered 550" in done.stdout, done.stdout
    assert "refused some of those who are told" in mail_house.words
    for words in (b"220-" + b"x" * 100 + b"\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\0\xff" * 4_000):
        listener = socket.create_server(("127.0.0.1", 0))

        def serve():
            connection, _ = listener.accept()
            try:
                for _ in range(4_000):
                    connection.sendall(words)
            except OSError:
                pass

        threading.Thread(target=serve, daemon=True).start()
        receiver = {
            "name": "mail", "kind": "email", "host": "127.0.0.1", "port": listener.getsockname()[1], "security": "plain", "from": "a@b.c",
            "to": ["d@e.f"]}
        done = send(mail_house, receiver)
        listener.close()
        assert done.returncode == 1 and "no mail server" in done.stdout, done.stdout


def test_plain_goes_to_named_addresses_only(mail_house, tmp_path):
    rules = tmp_path / "rules.yaml"
    for security, words in (("plain", "without TLS messages go only to addresses"), ("starttls", "which is private")):
        rules.write_text(
            "assay: alerts/v1\nreceivers:\n  - {name: mail, kind: email, host: 10.9.8.7, security: " + security
            + ", from: a@b.c, to: [d@e.f]}\nroutes: []\n")
        done = mail_house.assay("alert", "apply", str(rules), "--server", mail_house.url, who="root", check=None)
        assert done.returncode == 2 and words in done.stderr, done.stderr
