"""The wire itself: names of fields, types, bodies, headers, addresses, methods."""

import json

import pytest

from .helpers import experiment, read_run, run

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def number(pair, fresh):
    return run(pair, experiment(pair, fresh("wire")))


def test_camel_case(pair, number, fresh):
    made = pair.post("runs/create", {"experimentId": "0", "runName": "camel", "startTime": 5, "userId": "u"},
        new={"run.info.run_id": "run"})
    read_run(pair, made.body["run"]["info"]["run_id"])
    pair.post("runs/log-metric", {"run_id": number, "key": "m", "value": 1, "timestamp": 1, "modelId": ""}, status=200)
    pair.post("runs/log-metric", {"run_id": number, "runId": number, "key": "m", "value": 1, "timestamp": 1}, status=400)
    pair.post("runs/update", {"run_id": number, "endTime": 7, "runName": "x"}, status=200)
    pair.post("runs/search", {"experimentIds": ["0"], "maxResults": 1, "filter": "run_name = 'camel'"}, status=200)
    pair.post("runs/search", {"experiment_ids": ["0"], "experimentIds": ["0"]}, status=400)
    pair.post("experiments/create", {"name": fresh(), "artifactLocation": "s3://b/x"}, status=200)
    pair.post("logged-models", {"experiment_id": "0", "name": "m", "modelType": "t"}, new={"model.info.model_id": "model"}, status=200)
    pair.get("runs/get", {"runId": number})
    read_run(pair, number)
    pair.post("runs/log-metric", {"runId": number, "key": "m", "value": 1, "timestamp": 1}, kept="camel-case")
    pair.post("runs/log-batch", {"runId": number, "params": [{"key": "a", "value": "b"}]}, kept="camel-case")
    renamed, name = experiment(pair, fresh()), fresh()
    pair.post("experiments/update", {"experimentId": renamed, "newName": name}, kept="camel-case")
    pair.post("experiments/update", {"experiment_id": renamed, "new_name": name}, status=200)


def test_types(pair, number):
    for value in (5, 1.5, True, [], {}, ["x"], {"a": 1}):
        pair.post("runs/log-parameter", {"run_id": number, "key": value, "value": "x"})
        pair.post("runs/set-tag", {"run_id": number, "key": "t", "value": value})
        pair.post("experiments/create", {"name": value})
        pair.post("registered-models/create", {"name": value})
        pair.post("runs/log-batch", {"run_id": value})
        pair.post("runs/search", {"experiment_ids": ["0"], "filter": value})
    for value in ("x", 5, {}, True):
        pair.post("runs/search", {"experiment_ids": value})
        pair.post("runs/search", {"experiment_ids": ["0"], "order_by": value})
        pair.post("experiments/create", {"name": "tags", "tags": value})
    read_run(pair, number)


@pytest.mark.parametrize("text,kept", [
    ("", None), ("null", None), ("{}", None), ('"{\\"experiment_id\\": \\"0\\"}"', None),
    ('{"experiment_id": "0", "experiment_id": "1"}', None),
    ('{"experiment_id": "0"}\n\n', None), ('{"experiment_id"\t:\r\n"0"}', None),
    ("[]", "no-5xx"), ("5", "no-5xx"), ("true", "no-5xx"), ('"x"', "no-5xx"), ('""', "no-5xx"), ('"{}"', None),
] + [(text, "half-parsed-words") for text in (
    " ", "{", "}", "{]", '{"a"}', '{"a":}', '{"a":1,}', "{'a':1}", '{"experiment_id": "0"} x', '\ufeff{"experiment_id": "0"}',
    '{"experiment_id": NaN}',
    '{"experiment_id": "\\ud800"}', '{"experiment_id": "\\u0000"}', "[" * 200, '{"a":' * 200, '{"experiment_id": "0" /* c */}', "\x00",
    '{"experiment_id": "a\tb"}',
    '{"experiment_id": "a\\qb"}', '{"experiment_id": 01}', '{"experiment_id": "\\x30"}')])
def test_bodies(pair, text, kept):
    pair.post("experiments/delete-experiment-tag", raw=text, kept=kept)


def test_bytes_that_are_no_text(pair):
    for content in (b"\xff\xfe", b'{"key": "\xff"}', b'{"key": "\xed\xa0\x80"}', '{"experiment_id": "0"}'.encode("utf-16")):
        pair.post("experiments/delete-experiment-tag", raw=content, kept="half-parsed-words")


@pytest.mark.parametrize("content_type", [
    "application/json", "application/json; charset=utf-8", "application/json;charset=latin-1", "text/plain",
    "application/x-www-form-urlencoded", "", None, "application/jsonx",
    "application/problem+json", "multipart/form-data", "text/json", "application/json, text/plain",
])
def test_content_types(pair, content_type):
    headers = {} if content_type is None else {"Content-Type": content_type}
    is_json = (content_type or "").startswith("application/json") and "," not in content_type and content_type != "application/jsonx"
    pair.post("experiments/delete-experiment-tag", raw='{"experiment_id": "0", "key": "never"}', headers=headers)
    kept = None if is_json else "content-types"
    pair.patch("registered-models/update", raw='{"name": "nobody"}', headers=headers, kept=kept)
    pair.delete("registered-models/delete", raw='{"name": "nobody"}', headers=headers, kept=kept)


def test_media_types_have_no_case(pair, fresh):
    number = experiment(pair, fresh())
    body = json.dumps({"experiment_id": number, "key": "k", "value": "v"})
    pair.post("experiments/set-experiment-tag", raw=body, headers={"Content-Type": "APPLICATION/JSON"}, kept="content-types")


def test_gets_with_bodies(pair, number):
    pair.send("GET", "runs/get", {"run_id": number}, status=200)
    pair.send("GET", "experiments/get", {"experiment_id": "0"}, headers={}, status=200)
    pair.send("GET", "experiments/get", {"experiment_id": "0"}, query={"experiment_id": "99999"}, status=404)
    pair.send("GET", "metrics/get-history", {"run_id": number, "metric_key": "m"}, status=200)
    pair.send("GET", "registered-models/search", {"max_results": 1, "filter": "name = 'x'"}, status=200)
    pair.send("GET", "registered-models/get", {"name": "nobody"})
    pair.send("GET", "experiments/search", {"max_results": 1, "filter": "experiment_id = '0'"}, status=200)
    pair.send("GET", "artifacts/list", {"run_id": number}, status=200)
    for headers in (JSON, {}):
        pair.send("GET", "registered-models/get", headers=headers)
        pair.send("GET", "experiments/get", headers=headers)


def test_fields_in_the_wrong_place(pair):
    pair.delete("registered-models/delete", query={"name": "nobody"}, headers=JSON)
    pair.post("runs/delete", query={"run_id": "nobody"}, headers=JSON)


@pytest.mark.parametrize("query", [
    "experiment_id=0&experiment_id=1", "experiment_id=%30", "experiment_id=", "experiment_id", "", "&&", "experiment_id=0&",
    "&experiment_id=0", "experiment_id=%2B0",
    "EXPERIMENT_ID=0", "experiment_id=0;x=1", "experiment_id==0",
])
def test_queries(pair, query):
    pair.get(f"experiments/get?{query}", headers=JSON)


@pytest.mark.parametrize("query", ["experiment_id=%", "experiment_id=%zz", "experiment_id=%ff", "%ff=0"])
def test_broken_queries(pair, query):
    pair.get(f"experiments/get?{query}", headers=JSON, kept="percent-encodings")


@pytest.mark.parametrize("method,path,kept", [
    ("GET", "/api/2.0/mlflow/never", "json-errors"), ("POST", "/api/2.0/mlflow/never", "json-errors"),
    ("GET", "/api/1.0/mlflow/experiments/get", "json-errors"),
    ("GET", "/api/2.0/mlflow", "json-errors"), ("GET", "/never", "json-errors"),
    ("GET", "/API/2.0/mlflow/experiments/get", "json-errors"),
    ("GET", "/api/2.0/preview/mlflow/experiments/get", "json-errors"), ("DELETE", "/api/2.0/mlflow/runs/get", "json-errors"),
    ("PUT", "/api/2.0/mlflow/runs/create", "json-errors"),
    ("GET", "/api/2.0/mlflow/runs/create", "json-errors"), ("POST", "/api/2.0/mlflow/runs/get", "json-errors"),
    ("PATCH", "/api/2.0/mlflow/runs/update", "json-errors"),
    ("POST", "/api/2.0/mlflow/registered-models/update", "json-errors"), ("GET", "/api/2.0/mlflow/logged-models", "json-errors"),
    ("PUT", "/health", "json-errors"),
    ("TRACE", "/api/2.0/mlflow/runs/create", "json-errors"), ("OPTIONS", "/api/2.0/mlflow/runs/create", "no-cors"),
    ("GET", "/api/2.0/mlflow/experiments/get/", "extra-slashes"),
    ("GET", "/api/2.0/mlflow//experiments/get", "extra-slashes"), ("GET", "/api/2.0/mlflow/metrics/get-history-bulk", "both-prefixes"),
])
def test_addresses_that_are_none(pair, method, path, kept):
    pair.send(method, path, headers=JSON, kept=kept)


def test_status_pages(pair):
    pair.get("/health", status=200)
    pair.get("/version", status=200)
    for api in ("api", "ajax-api"):
        pair.get(f"/{api}/3.0/mlflow/server-info", kept="no-gateway")


def test_numbers_are_answered_as_numbers(pair, number):
    for value in (9007199254740993, 9223372036854775807, "9223372036854775807", 1e3, 7.0):
        pair.post("runs/log-metric", {"run_id": number, "key": "big", "value": 1, "timestamp": value, "step": value}, status=200)
    pair.get("metrics/get-history", {"run_id": number, "metric_key": "big"}, status=200)
    read_run(pair, number, status=200)


def test_zero_characters_are_refused(pair, number):
    pair.post("runs/log-parameter", {"run_id": number, "key": "zero", "value": "a\u0000b"}, kept="no-zero-character")
    pair.post("runs/set-tag", {"run_id": number, "key": "zero", "value": "\u0000"}, kept="no-zero-character")
    pair.post("runs/update", {"run_id": number, "run_name": "a\u0000"}, kept="no-zero-character")


def test_names_do_not_end_in_a_line_feed(pair, number):
    for path in ("log-parameter", "set-tag"):
        pair.post(f"runs/{path}", {"run_id": number, "key": "a\n", "value": "x"}, kept="no-line-feed-in-keys")


def test_the_audit_query(pair, fresh):
    """GET runs/search, whatever the content type, without naming experiments: people write it with curl."""
    value = fresh("GDPR")
    run(pair, tags=[{"key": "compliance", "value": value}])
    query = {"filter": f"tags.compliance = '{value}'"}
    for options in ({"query": query}, {"body": query},
            {"raw": json.dumps(query), "headers": {"Content-Type": "application/x-www-form-urlencoded"}},
                    {"raw": json.dumps(query), "headers": {}}):
        found = pair.send("GET", "runs/search", kept="get-runs-search", **options)
        assert found.status == 200 and [each["tags"]["compliance"] for each in found.body["runs"]] == [value]
