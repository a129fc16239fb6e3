"""Small stand-ins that speak the APIs of Vault (transit, KV v2, AppRole) and of Azure Key Vault with its identity platform.

Each keeps its own keys, checks who asks as the real one does, and remembers what it was asked.
"""

import base64
import json
import os
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class Service:
    def __init__(self):
        service = self

        class Handler(BaseHTTPRequestHandler):
            def handle_any(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                service.asked.append((self.command, self.path, dict(self.headers), body))
                status, answer, headers = service.answer(self.command, self.path, self.headers, body)
                data = json.dumps(answer).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PUT = handle_any

            def log_message(self, *_):
                pass

        self.asked = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Vault(Service):
    """`transit/assay` with versions, `secret/…` and one AppRole."""

    def __init__(self):
        super().__init__()
        self.token = "hvs." + secrets.token_hex(12)
        self.role, self.secret = secrets.token_hex(8), secrets.token_hex(8)
        self.versions = [secrets.token_bytes(32)]
        self.values = {}
        self.namespace = None
        self.is_sealed = False

    def rotate(self):
        self.versions.append(secrets.token_bytes(32))

    def answer(self, method, path, headers, body):
        if self.is_sealed:
            return 503, {"errors": ["Vault is sealed"]}, {}
        path = urlsplit(path).path
        fields = json.loads(body) if body else {}
        if path == "/v1/auth/approle/login":
            if (fields.get("role_id"), fields.get("secret_id")) != (self.role, self.secret):
                return 400, {"errors": ["invalid role or secret ID"]}, {}
            return 200, {"auth": {"client_token": self.token, "lease_duration": 60}}, {}
        if headers.get("X-Vault-Token") != self.token or headers.get("X-Vault-Namespace") != self.namespace:
            return 403, {"errors": ["permission denied"]}, {}
        bound = base64.b64decode(fields.get("associated_data", ""))
        if (method, path) == ("POST", "/v1/transit/encrypt/assay"):
            nonce = secrets.token_bytes(12)
            sealed = nonce + AESGCM(self.versions[-1]).encrypt(nonce, base64.b64decode(fields["plaintext"]), bound)
            return 200, {"data": {"ciphertext": f"vault:v{len(self.versions)}:{base64.b64encode(sealed).decode()}"}}, {}
        if (method, path) == ("POST", "/v1/transit/decrypt/assay"):
            _, version, text = fields["ciphertext"].split(":")
            sealed = base64.b64decode(text)
            try:
                plain = AESGCM(self.versions[int(version[1:]) - 1]).decrypt(sealed[:12], sealed[12:], bound)
            except (InvalidTag, IndexError):
                return 400, {"errors": ["cipher: message authentication failed"]}, {}
            return 200, {"data": {"plaintext": base64.b64encode(plain).decode()}}, {}
        if method == "GET" and path.startswith("/v1/secret/data/") and path[16:] in self.values:
            return 200, {"data": {"data": self.values[path[16:]], "metadata": {"version": 1}}}, {}
        return 404, {"errors": []}, {}


class AzureKeyVault(Service):
    """One key with versions, and the directory that gives tokens for it."""

    def __init__(self):
        super().__init__()
        self.tenant, self.client, self.secret = "contoso", secrets.token_hex(8), secrets.token_hex(8)
        self.token = secrets.token_hex(16)
        self.versions = {}
        self.resource = self.url
        self.rotate()

    @property
    def key(self):
        return f"{self.url}/keys/assay"

    def rotate(self):
        self.newest = secrets.token_hex(16)
        self.versions[self.newest] = rsa.generate_private_key(65537, 2048)

    def answer(self, method, path, headers, body):
        parts = urlsplit(path)
        if parts.path == f"/{self.tenant}/oauth2/v2.0/token":
            given = {name: values[0] for name, values in parse_qs(body.decode()).items()}
            wanted = {"grant_type": "client_credentials", "client_id": self.client, "client_secret": self.secret,
                      "scope": f"{self.resource}/.default"}
            return (200, {"access_token": self.token, "expires_in": 3600}, {}) if given == wanted else (
                401, {"error": "invalid_client"}, {})
        if parse_qs(parts.query).get("api-version") != ["7.4"]:
            return 400, {"error": {"code": "BadParameter", "message": "api-version"}}, {}
        if headers.get("Authorization") != f"Bearer {self.token}":
            challenge = f'Bearer authorization="{self.url}/{self.tenant}", resource="{self.resource}"'
            return 401, {"error": {"code": "Unauthorized"}}, {"WWW-Authenticate": challenge}
        fields = json.loads(body)
        names = parts.path.strip("/").split("/")
        version = names[2] if len(names) == 4 else self.newest
        if names[:2] != ["keys", "assay"] or version not in self.versions or fields["alg"] != "RSA-OAEP-256":
            return 404, {"error": {"code": "KeyNotFound", "message": "A key with this name was not found"}}, {}
        oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
        value = base64.urlsafe_b64decode(fields["value"] + "==")
        key = self.versions[version]
        try:
            answer = key.public_key().encrypt(value, oaep) if names[-1] == "wrapkey" else key.decrypt(value, oaep)
        except ValueError:
            return 400, {"error": {"code": "BadParameter", "message": "decryption failed"}}, {}
        text = base64.urlsafe_b64encode(answer).decode().rstrip("=")
        return 200, {"kid": f"{self.key}/{version}", "value": text}, {}


def environment(**variables):
    """This process's, without what would name another service."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("VAULT_", "AZURE_", "ASSAY_"))}
    return {**kept, **{name: str(value) for name, value in variables.items()}}
