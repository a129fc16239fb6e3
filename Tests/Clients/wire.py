"""Requests made by hand, for what no client sends."""

import http.client
import json
from urllib.parse import urlsplit


def call(url, method, path, body=None, headers=None):
    """Status, headers and bytes of a request."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
    if isinstance(body, (dict, list)):
        body = json.dumps(body)
        headers = {"Content-Type": "application/json", **(headers or {})}
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read()


def ask(url, method, path, body=None, authorization=None):
    """Status and JSON of a request."""
    status, _, content = call(url, method, path, body, {"Authorization": authorization} if authorization else None)
    return status, json.loads(content)


def history(client, name):
    """The entries of the log about a registered model."""
    status, answer = ask(client.tracking_uri, "GET", f"/api/assay/v1/models/{name}/history")
    assert status == 200, answer
    return answer["entries"]
