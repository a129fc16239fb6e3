"""Metrics: the latest one, numbers at the edges, histories whole and sampled."""

import json
import math

from mlflow.entities import Metric
from wire import call


def test_latest_metric_is_by_step_then_time_then_value(client, experiment):
    run = client.create_run(experiment).info.run_id
    for value, timestamp, step in [(1, 50, 5), (9, 99, 4), (2, 40, 5), (3, 50, 5), (2, 50, 5)]:
        client.log_metric(run, "m", value, timestamp, step)
    assert client.get_run(run).data.metrics == {"m": 3.0}
    history = [(m.timestamp, m.step, m.value) for m in client.get_metric_history(run, "m")]
    assert history == [(40, 5, 2), (50, 5, 1), (50, 5, 2), (50, 5, 3), (99, 4, 9)]
    client.log_metric(run, "m", 3, 50, 5)
    assert len(client.get_metric_history(run, "m")) == 5


def test_numbers_at_the_edges(client, experiment):
    run = client.create_run(experiment).info.run_id
    values = {
        "nan": math.nan, "up": math.inf, "down": -math.inf, "tiny": 5e-324, "third": 1 / 3, "huge": 1.7976931348623157e308,
        "big": float(2**53 + 2), "minus": -0.0,
    }
    for key, value in values.items():
        client.log_metric(run, key, value, timestamp=2**62, step=-(2**62))
    got = client.get_run(run).data.metrics
    assert math.isnan(got.pop("nan"))
    assert got.pop("up") == 1.7976931348623157e308 and got.pop("down") == -1.7976931348623157e308
    assert got == {key: value for key, value in values.items() if key in got} and len(got) == 5
    point = client.get_metric_history(run, "third")[0]
    assert (point.timestamp, point.step) == (2**62, -(2**62))


def test_a_batch_of_a_thousand(client, experiment):
    run = client.create_run(experiment).info.run_id
    client.log_batch(run, metrics=[Metric("m", step / 7, 1, step) for step in range(1000)])
    history = client.get_metric_history(run, "m")
    assert [m.value for m in history] == [step / 7 for step in range(1000)]
    pages, token = [], None
    while True:
        page = client._tracking_client.store.get_metric_history(run, "m", max_results=300, page_token=token)
        pages.append(len(page))
        token = page.token
        if not token:
            break
    assert pages == [300, 300, 300, 100]


def test_sampled_histories(client, experiment, url):
    runs = [client.create_run(experiment).info.run_id for _ in range(2)]
    for run in runs:
        client.log_batch(run, metrics=[Metric("m", float(step), 1, step) for step in range(500)])
    path = f"/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval?metric_key=m&max_results=10&run_ids={runs[0]}&run_ids={runs[1]}"
    points = json.loads(call(url, "GET", path)[2])["metrics"]
    for run in runs:
        steps = [point["step"] for point in points if point["run_id"] == run]
        assert len(steps) == 10 and steps[0] == 0 and steps[-1] == 499 and steps == sorted(steps)
    client.log_metric(runs[0], "n", math.nan)
    bulk = call(url, "GET", f"/ajax-api/2.0/mlflow/metrics/get-history-bulk?metric_key=n&run_id={runs[0]}")[2]
    assert b'"value":NaN' in bulk


def test_whole_numbers_in_every_form(client, experiment, url):
    run = client.create_run(experiment).info.run_id
    for index, (timestamp, step) in enumerate([(5, "6"), ("5", 6.0), (5.0, 6), (1e3, "0")]):
        body = {"run_id": run, "key": f"m{index}", "value": "1.5", "timestamp": timestamp, "step": step}
        assert call(url, "POST", "/api/2.0/mlflow/runs/log-metric", body)[0] == 200
    answer = json.loads(call(url, "GET", f"/api/2.0/mlflow/runs/get?run_id={run}")[2])
    assert {(m["timestamp"], m["step"]) for m in answer["run"]["data"]["metrics"]} == {(5, 6), (1000, 0)}
