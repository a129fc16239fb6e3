"""Requests made by hand, by programs and by a browser."""

import base64
import http.client
import json
import os
import re
import ssl
import subprocess
from urllib.parse import urlencode, urlsplit

from house import BINARY

PASSWORDS = {"ana": "a mule and a stapler", "vera": "two horses, one battery", "root": "correct horse of ours"}


class Answer:
    def __init__(self, status, headers, content):
        self.status, self.headers, self.content = status, headers, content

    @property
    def json(self):
        return json.loads(self.content)

    @property
    def text(self):
        return self.content.decode()

    @property
    def cookies(self):
        """Name to (value, attributes) of what is set."""
        found = {}
        for line in self.headers.get_all("Set-Cookie") or []:
            pair, *attributes = [part.strip() for part in line.split(";")]
            name, value = pair.split("=", 1)
            found[name] = (value, attributes)
        return found


def send(url, method, path, body=None, headers=None, context=None):
    """One request over a connection of its own; a dictionary goes as JSON."""
    parts = urlsplit(url)
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(parts.hostname, parts.port, timeout=60, context=context or ssl._create_unverified_context())
    else:
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
    headers = dict(headers or {})
    if isinstance(body, (dict, list)):
        body = json.dumps(body)
        headers.setdefault("Content-Type", "application/json")
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    answer = Answer(answer.status, answer.headers, answer.read())
    connection.close()
    return answer


def basic(name, password):
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


class Browser:
    """Keeps cookies, sends forms as a page of ours would, follows nothing."""

    def __init__(self, url):
        self.url = url
        self.cookies = {}

    def send(self, method, path, body=None, headers=None):
        headers = dict(headers or {})
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        answer = send(self.url, method, path, body, headers)
        for name, (value, attributes) in answer.cookies.items():
            if value == "" or "Max-Age=0" in attributes:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return answer

    def get(self, path, headers=None):
        return self.send("GET", path, headers=headers)

    def form(self, path, fields, headers=None):
        origin = {"Origin": self.url, "Sec-Fetch-Site": "same-origin"}
        return self.send(
            "POST", path, urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded", **origin, **(headers or {})})

    def word(self, path, action="/logout"):
        """What the page's form for `action` sends back."""
        form = self.get(path).text.split(f'action="{action}"', 1)[1]
        return re.search(r'name="csrf" value="([0-9a-f]{64})"', form).group(1)

    def log_in(self, name, password, next="/"):
        return self.form("/login", {"csrf": self.word("/login", "/login"), "name": name, "password": password, "next": next})

    @property
    def session(self):
        return next((value for name, value in self.cookies.items() if name in ("assay", "__Host-assay")), None)


def set_password(house, name, password):
    """Their first one, by themselves."""
    answer = send(house.url, "PUT", "/api/assay/v1/users/me/password", {"password": password}, bearer(house.tokens[name]))
    assert answer.status == 200, answer.text


def run(*arguments, stdin=None, env=None, check=0):
    done = subprocess.run([BINARY, *arguments], input=stdin, capture_output=True, text=True, timeout=120, env={**os.environ, **(env or {})})
    assert done.returncode == check, f"{arguments} ended {done.returncode}: {done.stdout}{done.stderr}"
    return done
