"""Bodies that no client sends: refused whole, with the first bad field named."""

import json

import pytest
from wire import call


@pytest.mark.parametrize(
    "body, words",
    [
        ('{"run_id": "%s", "key": "m", "value": NaN, "timestamp": 1}', "'value'"),
        ('{"run_id": "%s", "key": "m", "value": 1, "timestamp": "x"}', "'timestamp'"),
        ('{"run_id": "%s", "key": "m", "value": 1, "timestamp": 1.5}', "'timestamp'"),
        ('{"run_id": "%s", "key": "m", "value": 1, "timestamp": 1', "'timestamp'"),
        ('[]', "must be a JSON object"),
        ('{"run_id": "%s", "key": "m\\u0000", "value": 1, "timestamp": 1}', "'key'"),
        ('{"run_id": "%s", "key": "m", "value": 1e999, "timestamp": 1}', "'value'"),
    ],
)
def test_half_valid_bodies_store_nothing(client, experiment, url, body, words):
    run = client.create_run(experiment).info.run_id
    body = body.replace("%s", run)
    status, _, answer = call(url, "POST", "/api/2.0/mlflow/runs/log-metric", body, {"Content-Type": "application/json"})
    answer = json.loads(answer)
    assert status == 400 and words in answer["message"], answer
    assert set(answer) == {"error_code", "message", "sqlstate", "error_class"}
    assert client.get_run(run).data.metrics == {}


def test_content_type_and_unknown_routes(url):
    assert call(url, "POST", "/api/2.0/mlflow/runs/create", "{}", {"Content-Type": "text/plain"})[0] == 400
    for method, path, status in [
        ("GET", "/api/2.0/mlflow/nothing", 404), ("DELETE", "/api/2.0/mlflow/runs/create", 405),
        ("POST", "/api/9.0/mlflow/runs/create", 404),
    ]:
        got, headers, body = call(url, method, path)
        assert got == status and headers["Content-Type"] == "application/json" and json.loads(body)["error_code"]


def test_a_search_in_the_address_and_in_the_body_is_refused(url):
    """Either alone is answered; of two nobody knows which was meant."""
    path = "/api/2.0/mlflow/runs/search"
    for place, body, status in (("", {"max_results": 1}, 200), ("?max_results=1", None, 200), ("?max_results=1", {"max_results": 2}, 400)):
        got, _, answer = call(url, "GET", path + place, body)
        assert got == status, answer
    assert "in the address and in the body" in json.loads(answer)["message"]
