"""Searching runs: every comparator and quoting, orders with gaps, pages."""

import json
import math
import uuid

import pytest
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag
from mlflow.exceptions import MlflowException
from wire import call


@pytest.fixture(scope="module")
def population(url):
    client = MlflowClient(url)
    experiment = client.create_experiment(f"population-{uuid.uuid4().hex}")
    runs = []
    for number in range(12):
        run = client.create_run(experiment, start_time=1000 + number // 2, run_name=f"run-{number:02}").info.run_id
        params = [Param("depth", str(number)), Param("a b", "x%y_z" if number == 3 else "plain")]
        metrics = [Metric("auc", math.nan if number == 4 else number / 10, 1, 0)] if number % 5 else []
        tags = [RunTag("parity", "odd" if number % 2 else "even"), RunTag("Case", "Äbc" if number == 1 else "abc")]
        client.log_batch(run, metrics=metrics, params=params, tags=tags)
        if number == 7:
            client.set_terminated(run, "FAILED", end_time=5000)
        runs.append(run)
    return client, experiment, runs


@pytest.mark.parametrize(
    "filter, expected",
    [
        ("tags.parity = 'odd'", {1, 3, 5, 7, 9, 11}),
        ("tags.parity != 'odd'", {0, 2, 4, 6, 8, 10}),
        ("tags.parity = 'odd' AND metrics.auc > 0.3", {7, 9, 11}),
        ("metrics.auc >= 0.3 and metric.auc <= 0.7", {3, 6, 7}),
        ("metrics.auc != 0.3", {1, 2, 4, 6, 7, 8, 9, 11}),
        ("metrics.auc = 0", set()),
        ("params.depth = '3'", {3}),
        ('params."a b" = "x%y_z"', {3}),
        ("params.`a b` LIKE 'x%'", {3}),
        ("params.`a b` LIKE 'X%'", set()),
        ("params.`a b` ILIKE 'X%'", {3}),
        ("tags.Case ILIKE 'ABC'", {0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}),
        ("params.depth LIKE '_'", set(range(10))),
        ("params.depth LIKE '[0-9]'", set()),
        ("tags.nothing IS NULL AND params.depth = '5'", {5}),
        ("params.depth IS NOT NULL AND tags.parity IS NOT NULL", set(range(12))),
        ("attributes.status = 'FAILED'", {7}),
        ("status != 'FAILED'", set(range(12)) - {7}),
        ("attributes.start_time > 1003", {8, 9, 10, 11}),
        ("end_time = 5000", {7}),
        ("run_name = 'run-05'", {5}),
        ("attributes.`Run name` LIKE 'run-1%'", {10, 11}),
        ("tags.parity = 'x' ", set()),
        ("", set(range(12))),
    ],
)
def test_filters(population, filter, expected):
    client, experiment, runs = population
    found = client.search_runs([experiment], filter)
    assert {runs.index(run.info.run_id) for run in found} == expected


def test_run_id_lists(population):
    client, experiment, runs = population
    some = [runs[2], runs[9]]
    found = client.search_runs([experiment], f"run_id IN ('{some[0]}', '{some[1]}')")
    assert {run.info.run_id for run in found} == set(some)
    others = client.search_runs([experiment], f"attribute.run_id NOT IN ('{some[0]}')")
    assert len(others) == 11


@pytest.mark.parametrize(
    "order",
    [
        ["metrics.auc DESC"], ["metrics.auc ASC"], ["params.depth"], ["tags.parity DESC", "metrics.auc"],
        ["attributes.start_time ASC"], ["end_time DESC"], ["status", "run_name DESC"], [],
    ],
)
def test_pages_neither_repeat_nor_skip(population, order):
    client, experiment, runs = population
    whole = [run.info.run_id for run in client.search_runs([experiment], order_by=order)]
    assert sorted(whole) == sorted(runs)
    paged, token = [], None
    while True:
        page = client.search_runs([experiment], order_by=order, max_results=5, page_token=token)
        paged += [run.info.run_id for run in page]
        token = page.token
        if not token:
            break
    assert paged == whole


def test_orders(population):
    client, experiment, runs = population

    def numbers(*order):
        return [runs.index(run.info.run_id) for run in client.search_runs([experiment], order_by=list(order))]

    # Values, then NaN, then runs without the metric, whichever way the values go.
    assert numbers("metrics.auc DESC")[:8] == [11, 9, 8, 7, 6, 3, 2, 1] and numbers("metrics.auc DESC")[8] == 4
    assert numbers("metrics.auc ASC")[:9] == [1, 2, 3, 6, 7, 8, 9, 11, 4]
    assert numbers("params.depth ASC")[:4] == [0, 1, 10, 11]
    starts = [number // 2 for number in numbers()]
    assert starts == sorted(starts, reverse=True)


def test_search_refusals(population, url):
    client, experiment, _ = population
    with pytest.raises(MlflowException, match="Invalid clause"):
        client.search_runs([experiment], "tags.a = 'x' OR tags.b = 'y'")
    with pytest.raises(MlflowException, match="duplicate fields"):
        client.search_runs([experiment], order_by=["metrics.a", "metrics.a DESC"])
    with pytest.raises(MlflowException, match="Invalid value 50001 for parameter 'max_results'"):
        client.search_runs([experiment], max_results=50001)
    token = client.search_runs([experiment], max_results=5).token
    with pytest.raises(MlflowException, match="another search"):
        client.search_runs([experiment], "tags.parity = 'odd'", page_token=token)


def test_curl_search_reads_any_content_type(client, experiment, url):
    mark = uuid.uuid4().hex
    run = client.create_run(experiment, tags={"compliance": mark}).info.run_id
    status, _, body = call(
        url, "GET", "/api/2.0/mlflow/runs/search", json.dumps({"filter": f'tags.compliance = "{mark}"'}),
        {"Content-Type": "application/x-www-form-urlencoded"})
    answer = json.loads(body)
    assert status == 200 and [r["run_id"] for r in answer["runs"]] == [run]
    assert answer["runs"][0]["tags"]["compliance"] == mark and answer["runs"][0]["info"]["run_id"] == run
    status, _, body = call(url, "POST", "/api/2.0/mlflow/runs/search", {"filter": f"tags.compliance = '{mark}'"})
    assert (status, json.loads(body)) == (200, {})
