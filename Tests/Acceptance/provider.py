"""A small identity provider: discovery, keys that rotate, codes with PKCE, and tokens as wrong as a test wants them."""

import base64
import hashlib
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

# What GitHub's runner wants to hear from the job it runs.
RUNNER_SECRET = "runner-secret"
CLIENT, SECRET, AUDIENCE = "assay-web", "a secret of the client", "assay-api"


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value, length=None):
    return b64(value.to_bytes(length or (value.bit_length() + 7) // 8, "big"))


class Key:
    def __init__(self, kid, algorithm):
        self.kid, self.algorithm = kid, algorithm
        if algorithm in ("RS256", "PS256"):
            self.private = rsa.generate_private_key(65537, 2048)
        elif algorithm == "ES256":
            self.private = ec.generate_private_key(ec.SECP256R1())
        else:
            self.private = ed25519.Ed25519PrivateKey.generate()

    @property
    def jwk(self):
        public = self.private.public_key()
        if self.algorithm in ("RS256", "PS256"):
            numbers = public.public_numbers()
            fields = {"kty": "RSA", "n": number(numbers.n), "e": number(numbers.e)}
        elif self.algorithm == "ES256":
            numbers = public.public_numbers()
            fields = {"kty": "EC", "crv": "P-256", "x": number(numbers.x, 32), "y": number(numbers.y, 32)}
        else:
            raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
            fields = {"kty": "OKP", "crv": "Ed25519", "x": b64(raw)}
        return {"kid": self.kid, "use": "sig", "alg": self.algorithm, **fields}

    @property
    def pem(self):
        return self.private.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    def der(self, message):
        """ES256's signature as other protocols write it."""
        return self.private.sign(message, ec.ECDSA(hashes.SHA256()))

    def sign(self, message):
        if self.algorithm == "RS256":
            return self.private.sign(message, padding.PKCS1v15(), hashes.SHA256())
        if self.algorithm == "PS256":
            return self.private.sign(message, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
        if self.algorithm == "ES256":
            r, s = utils.decode_dss_signature(self.der(message))
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return self.private.sign(message)


def token(claims, key, header=None, signature=None):
    """A compact token; `header` takes the place of members of its header, `None` removes one."""
    fields = {"alg": key.algorithm, "typ": "JWT", "kid": key.kid, **(header or {})}
    fields = {name: value for name, value in fields.items() if value is not None}
    message = f"{b64(json.dumps(fields).encode())}.{b64(json.dumps(claims).encode())}"
    return f"{message}.{b64(key.sign(message.encode()) if signature is None else signature(message.encode()))}"


class Provider:
    def __init__(self):
        self.keys = [Key("rsa", "RS256"), Key("pss", "PS256"), Key("ec", "ES256"), Key("ed", "EdDSA")]
        self.key_requests = 0
        self.codes = {}
        self.person = {"sub": "subject-1", "preferred_username": "olga", "groups": ["risk"]}
        self.changes = {}
        # Claims of the run that asks as a job of GitHub's.
        self.job = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.port = self.server.server_port
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.claimed_issuer = self.issuer
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def claims(self, **changes):
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": AUDIENCE, "iat": now, "exp": now + 300, **self.person, **changes}
        return {name: value for name, value in claims.items() if value is not None}

    def bearer(self, key=0, header=None, signature=None, **changes):
        return token(self.claims(**changes), self.keys[key], header, signature)

    def run(self, key=0, **changes):
        """A token about a run of a CI system, which says nothing of people."""
        now = int(time.time())
        claims = {"iss": self.issuer, "iat": now, "nbf": now, "exp": now + 300, "jti": str(now), **changes}
        return token({name: value for name, value in claims.items() if value is not None}, self.keys[key])

    def log_in(self, address):
        """What a person's browser does here: the address it is sent back to."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert query["response_type"] == "code" and query["client_id"] == CLIENT and query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"].split() and int(query["max_age"]) > 0
        code = f"code-{len(self.codes)}"
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state'], 'iss': self.issuer})}"

    def exchange(self, fields, authorization):
        query = self.codes.pop(fields.get("code"), None)
        expected = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET.replace(' ', '%20')}".encode()).decode()
        if query is None or authorization != expected or fields.get("grant_type") != "authorization_code":
            return 400, {"error": "invalid_grant"}
        if b64(hashlib.sha256(fields["code_verifier"].encode()).digest()) != query["code_challenge"] or fields["redirect_uri"] != query["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        claims = self.claims(aud=CLIENT, nonce=query["nonce"], auth_time=int(time.time()))
        claims.update(self.changes)
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": token({n: v for n, v in claims.items() if v is not None}, self.keys[0])}

    def handler(provider):
        class Handler(BaseHTTPRequestHandler):
            def answer(self, status, value):
                body = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                if self.path == "/.well-known/openid-configuration":
                    base = provider.issuer
                    self.answer(200, {"issuer": provider.claimed_issuer, "authorization_endpoint": f"{base}/authorize",
                                      "token_endpoint": f"{base}/token", "jwks_uri": f"{base}/keys"})
                elif self.path == "/keys":
                    provider.key_requests += 1
                    self.answer(200, {"keys": [key.jwk for key in provider.keys]})
                elif self.path.startswith("/runner?"):
                    query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
                    if self.headers.get("Authorization") != f"Bearer {RUNNER_SECRET}" or query.get("api-version") != "2":
                        self.answer(401, {})
                    else:
                        self.answer(200, {"count": 1, "value": provider.run(aud=query["audience"], **provider.job)})
                else:
                    self.answer(404, {})

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                fields = {name: values[0] for name, values in parse_qs(body).items()}
                self.answer(*provider.exchange(fields, self.headers.get("Authorization")))

            def log_message(self, *_):
                pass

        return Handler


def hs256(secret):
    return lambda message: hmac.new(secret, message, hashlib.sha256).digest()
