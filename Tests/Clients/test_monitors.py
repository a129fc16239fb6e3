"""Monitors: what a signed plan watches is judged window by window, again when labels come, and nothing is made up where there is no data."""

import json
import random
import time

import numpy
import pandas
import pytest
import requests
import segments
from house import House
from sklearn.metrics import accuracy_score
from test_gateway import POLICY, eventually, promote

LOG = """
import mlflow, numpy, pandas, subprocess
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression
draw = numpy.random.default_rng(3)
rows = pandas.DataFrame({"a": draw.normal(size=2000), "b": draw.normal(size=2000)})
answer = (rows.a > 0).astype(int)
rows.to_csv("training.csv", index=False)
subprocess.run([BINARY, "profile", "training.csv", "--write-profile", "profile.json"], check=True)
mlflow.set_experiment("watched")
with mlflow.start_run():
    mlflow.log_artifact("profile.json")
    model = LogisticRegression().fit(rows, answer)
    mlflow.sklearn.log_model(model, name="model", registered_model_name=NAME, signature=infer_signature(rows, answer))
"""
HOUR = 3_600_000_000


@pytest.fixture(scope="module")
def house():
    house = House()
    house.start()
    status, answer = house.http("POST", "/api/assay/v1/policies", {"policy": POLICY}, who="petra")
    assert status == 201, answer
    house.add("gate", "gateway")
    yield house
    house.remove()


class Watched:
    def __init__(self, house, name, monitors):
        from house import BINARY
        self.house, self.name = house, name
        house.python(f"BINARY, NAME = {BINARY!r}, {name!r}\n" + LOG, who="ana")
        promote(house, name, 1, {"stage": "Production"})
        listed = house.http("GET", "/api/assay/v1/deployments", who="gate")[1]["deployments"]
        self.manifest = next(one["manifest"] for one in listed if one["model"] == name)
        if monitors:
            self.sign(monitors)

    def plan(self, monitors):
        return "assay: monitoring-plan/v1\nowner: ana\nmonitors:\n" + "".join(f"  - {{{one}, alert: [risk]}}\n" for one in monitors)

    def sign(self, monitors):
        self.house.assay("record", "add", "monitoring_plan", "--title", "Watched", "--model", self.name, "--text", self.plan(monitors),
                         "--server", self.house.url, who="vera")

    def send(self, columns, times, **more):
        return self.post("", segments.predictions(self.name, 1, self.manifest, columns, times, **more))

    def post(self, path, body):
        answer = requests.post(f"{self.house.url}/api/assay/v1/predictions{path}", data=body, timeout=120, headers={
            "Content-Type": "application/vnd.assay.records", "Authorization": f"Bearer {self.house.tokens['gate']}"})
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def results(self, check=None):
        found = self.house.http("GET", f"/api/assay/v1/monitors/results?model={self.name}", who="vera")[1]["results"]
        return [one for one in found if check is None or one["check"].startswith(check)]

    def alerts(self):
        return [one for one in self.house.http("GET", "/api/assay/v1/alerts", who="root")[1]["alerts"] if one["model"] == self.name]


def now():
    return int(time.time() * 1_000_000)


def test_windows_of_rows_and_labels_that_come_late(house):
    watched = Watched(house, "late", ["id: performance.accuracy, min: 0.8, window: 100 rows", "id: performance.recall, min: 0, window: 100 rows"])
    draw = random.Random(5)
    ids = [bytes(draw.randrange(256) for _ in range(16)) for _ in range(250)]
    predicted = [draw.randrange(2) for _ in ids]
    for first in (0, 130):
        part = slice(first, first + 130)
        watched.send([("a", "double", [0.0] * len(ids[part])), ("@prediction", "int", predicted[part])], [now()] * len(ids[part]), ids=ids[part],
                     number=first + 1)
    # A failure and a shadow are no answers, and stand in no window.
    watched.send([("@prediction", "int", [None])], [now()], status=500)
    watched.send([("@prediction", "int", [1] * 60), ("@arm", "text", ["shadow"] * 60)], [now()] * 60)
    eventually(lambda: len(watched.results("performance.accuracy")) == 2)
    for one in watched.results("performance.accuracy"):
        assert one["verdict"] == "incomplete" and "no row of this window has a label yet" in one["reason"], one
    assert not watched.alerts()
    # Eight in ten are right in the first window, seven in ten in the second.
    truth = [value if place % 10 < (8 if place < 100 else 7) else 1 - value for place, value in enumerate(predicted)]
    file = house.folder / "late.csv"

    def label(rows):
        file.write_text("id,label\n" + "".join(f"{ids[row].hex()}-0,{truth[row]}\n" for row in rows))
        house.assay("labels", str(file), "--model", "late", "--server", house.url, who="gate")

    label(range(0, 60))
    by_window = lambda: {one["window"]: one for one in watched.results("performance.accuracy")}
    first, second = "rows " + "0" * 19, "rows " + "0" * 16 + "100"
    eventually(lambda: by_window()[first]["labelled"] == 60)
    assert float(by_window()[first]["value"]) == pytest.approx(accuracy_score(truth[:60], predicted[:60]), abs=1e-12)
    label(range(60, 250))
    eventually(lambda: by_window()[second]["labelled"] == 100 and by_window()[first]["labelled"] == 100)
    assert (by_window()[first]["verdict"], by_window()[second]["verdict"]) == ("kept", "broken"), by_window()
    assert float(by_window()[second]["value"]) == pytest.approx(accuracy_score(truth[100:200], predicted[100:200]), abs=1e-12)
    assert by_window()[first]["revision"] >= 2
    eventually(lambda: [one["state"] for one in watched.alerts()] == ["firing"])
    done = house.assay("monitor", "run", "--model", "late", "--server", house.url, who="vera", check=None)
    assert done.returncode == 1 and "broken" in done.stdout and "0.7" in done.stdout, (done.stdout, done.stderr)
    assert "performance.accuracy" in house.assay("monitor", "history", "--model", "late", "--server", house.url, who="vera").stdout
    assert house.assay("monitor", "run", "--model", "late", "--server", house.url, who="gate", check=None).returncode == 1


def test_windows_of_time_say_when_there_is_no_data(house):
    watched = Watched(house, "hourly", ["id: drift.psi, column: a, max: 0.2, window: 1 hours"])
    draw = numpy.random.default_rng(8)
    # Four hours ago as in training, three hours ago shifted, then nothing.
    start = now() // HOUR * HOUR - 4 * HOUR
    for hour, shift in ((0, 0.0), (1, 2.0)):
        values = [float(value) for value in draw.normal(shift, 1, size=500)]
        watched.send([("a", "double", values), ("@prediction", "int", [1] * 500)], [start + hour * HOUR + place * 1_000 for place in range(500)])
    eventually(lambda: len(watched.results()) >= 3)
    verdicts = [one["verdict"] for one in sorted(watched.results(), key=lambda one: one["window"])]
    assert verdicts[:2] == ["kept", "broken"] and set(verdicts[2:]) == {"incomplete"}, [one["reason"] for one in watched.results()]
    assert "nothing was recorded in this window" in watched.results()[0]["reason"]
    eventually(lambda: any("silent" in one["key"] and one["state"] == "firing" for one in watched.alerts()))
    # Rows that come late are judged with their window.
    late = sorted(one["window"] for one in watched.results())[-1]
    values = [float(value) for value in draw.normal(0, 1, size=400)]
    watched.send([("a", "double", values), ("@prediction", "int", [1] * 400)], [int(late.split()[1]) + place for place in range(400)])
    eventually(lambda: {one["window"]: one for one in watched.results()}[late]["verdict"] == "kept")
    eventually(lambda: not any("silent" in one["key"] and one["state"] == "firing" for one in watched.alerts()))


def test_a_plan_is_tried_on_history_before_anybody_signs_it(house):
    watched = Watched(house, "history", [])
    races = ["white", "black"] * 100
    predicted = [1 if place % 2 == 0 or place % 4 == 1 else 0 for place in range(200)]
    watched.send([("race", "text", races), ("@prediction", "int", predicted)], [now()] * 200)
    plan = house.folder / "plan.yaml"
    plan.write_text(watched.plan(["id: fairness.demographic_parity_difference, column: race, max: 0.4, window: 100 rows",
                                  "id: fairness.demographic_parity_difference, column: race, max: 0.6, window: 100 rows",
                                  "id: performance.roc_auc, min: 0.5, window: 200 rows", "id: drift.psi, column: c, max: 0.1, window: 200 rows",
                                  "id: quality.missing_rate, column: income, max: 0.1, window: 200 rows"]))
    done = house.assay("monitor", "backtest", str(plan), "--model", "history", "--server", house.url, who="vera", check=1)
    assert "2 of 7 windows would have raised an alarm." in done.stdout, done.stdout
    assert "'income' is recorded with no row" in done.stdout and "no row of this window has a label yet" in done.stdout, done.stdout
    assert not watched.results() and not watched.alerts()
    plan.write_text("assay: monitoring-plan/v1\nowner: ana\nmonitors:\n  - {id: performance.accurcy, min: 1, window: 5 rows, alert: [x]}\n")
    done = house.assay("monitor", "backtest", str(plan), "--model", "history", "--server", house.url, who="vera", check=None)
    assert done.returncode == 2 and ":4:" in done.stderr and "performance.accuracy" in done.stderr, done.stderr
    for name, words in [("nobody", "not found"), ("late-nobody", "not found")]:
        done = house.assay("monitor", "backtest", str(plan), "--model", name, "--server", house.url, who="vera", check=None)
        assert done.returncode != 0, words


def test_rows_that_are_erased_count_no_more(house):
    watched = Watched(house, "erased", ["id: quality.missing_rate, column: income, max: 0.5, window: batch"])
    house.assay("role", "create", "keeper", "--verb", "read,set_retention", "--server", house.url, who="root")
    house.add("kim", "keeper")
    watched.send([("income", "double", [None] * 40), ("@prediction", "int", [1] * 40), ("@batch", "text", ["x"] * 40),
                  ("customer", "int", list(range(40)))], [now()] * 40)
    eventually(lambda: [one["verdict"] for one in watched.results()] == ["broken"])
    said = house.assay("predictions", "erase", "--model", "erased", "--where", "customer=3", "--server", house.url, who="kim").stdout
    assert "Erased 1 row in 1 segment" in said
    assert watched.results()[0]["verdict"] == "broken"
