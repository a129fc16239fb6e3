"""Monitors: what a signed plan watches is judged window by window, again when labels come, and nothing is made up where there is no data."""

import json
import random
import sqlite3
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
    mlflow.sklearn.log_model(model, name="model", pip_requirements=["scikit-learn"], registered_model_name=NAME, signature=infer_signature(rows, answer))
"""
HOUR = 3_600_000_000


@pytest.fixture(scope="module")
def house():
    house = House()
    house.start()
    status, answer = house.http("POST", "/api/assay/v1/policies", {"policy": POLICY}, who="petra")
    assert status == 201, answer
    house.add("gate", "gateway")
    # Whoever may see values of rows.
    house.assay("role", "create", "seer", "--verb", "read,read_sensitive", "--server", house.url, who="root")
    house.add("tess", "seer")
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
    watched = Watched(house, "hourly", ["id: drift.psi, column: a, max: 0.2, window: 1 hour"])
    draw = numpy.random.default_rng(8)
    # Four hours ago as in training, three hours ago shifted, then nothing.
    start = now() // HOUR * HOUR - 4 * HOUR
    for hour, shift in ((0, 0.0), (1, 2.0)):
        values = [float(value) for value in draw.normal(shift, 1, size=500)]
        watched.send([("a", "double", values), ("@prediction", "int", [1] * 500)], [start + hour * HOUR + place * 1_000 for place in range(500)])
    told = lambda: [one["verdict"] for one in sorted(watched.results(), key=lambda one: one["window"])]
    # The second hour is judged anew where it was looked at before its rows came.
    eventually(lambda: len(told()) >= 3 and told()[:2] == ["kept", "broken"])
    verdicts = told()
    assert set(verdicts[2:]) == {"incomplete"}, [one["reason"] for one in watched.results()]
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
    # Whoever chooses columns and how small a group may be, may see rows.
    done = house.assay("monitor", "backtest", str(plan), "--model", "history", "--server", house.url, who="vera", check=1)
    assert "read_sensitive" in done.stderr and not done.stdout, (done.stdout, done.stderr)
    done = house.assay("monitor", "backtest", str(plan), "--model", "history", "--server", house.url, who="tess", check=1)
    assert "2 of 7 windows would have raised an alarm." in done.stdout, done.stdout
    assert "'income' is recorded with no row" in done.stdout and "no row of this window has a label yet" in done.stdout, done.stdout
    assert not watched.results() and not watched.alerts()
    plan.write_text("assay: monitoring-plan/v1\nowner: ana\nmonitors:\n  - {id: performance.accurcy, min: 1, window: 5 rows, alert: [x]}\n")
    done = house.assay("monitor", "backtest", str(plan), "--model", "history", "--server", house.url, who="tess", check=None)
    assert done.returncode == 2 and ":4:" in done.stderr and "performance.accuracy" in done.stderr, done.stderr
    for name, words in [("nobody", "not found"), ("late-nobody", "not found")]:
        done = house.assay("monitor", "backtest", str(plan), "--model", name, "--server", house.url, who="tess", check=None)
        assert done.returncode != 0, words
    # Even then few people are no group.
    watched.send([("customer", "text", ["Ada Lovelace"] * 3 + ["Alan Turing"] * 40), ("@prediction", "int", [1] * 43),
                  ("@batch", "text", ["people"] * 43)], [now()] * 43, number=9)
    plan.write_text(watched.plan(["id: fairness.demographic_parity_difference, column: customer, min-group: 1, max: 0.4, window: batch"]))
    done = house.assay("monitor", "backtest", str(plan), "--model", "history", "--format", "json", "--server", house.url, who="tess", check=None)
    (people,) = [one for one in json.loads(done.stdout)["results"] if one["window"] == "batch people"]
    assert [one["group"] for one in people["groups"]] == ["Alan Turing"] and people["small_groups"] == 1 and "Ada" not in done.stdout, people


def test_rows_that_are_erased_count_no_more(house):
    watched = Watched(house, "erased", ["id: quality.missing_rate, column: income, max: 0.5, window: batch",
                                        "id: performance.accuracy, min: 0.5, window: batch"])
    house.assay("role", "create", "keeper", "--verb", "read,set_retention", "--server", house.url, who="root")
    house.add("kim", "keeper")
    ids = [bytes([9] * 15 + [row]) for row in range(40)]
    file = house.folder / "erased.csv"

    def label(some):
        file.write_text("id,label\n" + "".join(f"{one.hex()}-0,0\n" for one in some))
        house.assay("labels", str(file), "--model", "erased", "--server", house.url, who="gate")

    def verdicts():
        return {one["check"].split(".")[0]: (one["verdict"], one["rows"], one["revision"]) for one in watched.results()}

    label(ids[:30])
    watched.send([("income", "double", [None] * 40), ("@prediction", "int", [1] * 40), ("@batch", "text", ["x"] * 40),
                  ("customer", "int", list(range(40)))], [now()] * 40, ids=ids)
    eventually(lambda: verdicts() == {"quality": ("broken", 40, 0), "performance": ("broken", 40, 0)})
    # Labels of others change nothing, and nothing is written.
    label([bytes(16)])
    house.assay("monitor", "run", "--model", "erased", "--server", house.url, who="vera", check=1)
    assert verdicts() == {"quality": ("broken", 40, 0), "performance": ("broken", 40, 0)}
    said = house.assay("predictions", "erase", "--model", "erased", "--where", "customer=3", "--server", house.url, who="kim").stdout
    assert "Erased 2 rows in 2 segments" in said, said
    # What remains knows more with further labels.
    label(ids[30:])
    eventually(lambda: verdicts()["performance"] == ("broken", 39, 1))
    # What is gone is not said to have never been: the verdict stands, whatever comes later.
    status, answer = house.http(
        "POST", "/api/assay/v1/predictions/erasure", {"model": "erased", "column": "customer", "values": [str(one) for one in range(40)]}, who="kim")
    assert (status, answer["rows"]) == (200, 78), answer
    label([bytes([1] * 16)])
    house.assay("monitor", "run", "--model", "erased", "--server", house.url, who="vera", check=1)
    assert verdicts() == {"quality": ("broken", 40, 0), "performance": ("broken", 39, 1)}


def test_erasing_one_row_moves_no_other_to_another_window(house):
    watched = Watched(house, "steady", [])
    # Windows of thirty rows: in the second all have no income, in the third none; failures stand among the first.
    income = [1.0] * 30 + [None] * 30 + [1.0] * 30
    watched.send([("income", "double", income), ("@prediction", "int", [1] * 90), ("customer", "int", list(range(90)))], [now()] * 90)
    watched.send([("income", "double", [None] * 30), ("@prediction", "int", [1] * 30), ("customer", "int", list(range(90, 120)))], [now()] * 30, number=2)
    house.assay("role", "create", "eraser", "--verb", "read,set_retention", "--server", house.url, who="root")
    house.add("kate", "eraser")
    for customer in (3, 7, 40):
        house.assay("predictions", "erase", "--model", "steady", "--where", f"customer={customer}", "--server", house.url, who="kate")
    watched.sign(["id: quality.missing_rate, column: income, max: 0.5, window: 30 rows"])
    eventually(lambda: len(watched.results()) == 4)
    found = {int(one["window"].split()[1]): (one["rows"], one["detail"]["value"], one["verdict"]) for one in watched.results()}
    assert found == {0: (28, 0, "kept"), 30: (29, 1, "broken"), 60: (30, 0, "kept"), 90: (30, 1, "broken")}, found
    plan = house.folder / "steady.yaml"
    plan.write_text(watched.plan(["id: quality.missing_rate, column: income, max: 0.5, window: 30 rows"]))
    tested = house.assay("monitor", "backtest", str(plan), "--model", "steady", "--server", house.url, "--format", "json", who="tess", check=1)
    assert [(one["rows"], one["value"]) for one in json.loads(tested.stdout)["results"]] == [(28, 0), (29, 1), (30, 0), (30, 1)]
    # The place is the registry's own matter.
    printed = house.assay("predictions", "export", "-m", "steady", "--server", house.url, who="tess").stdout.splitlines()
    assert len(printed) == 118 and "@position" not in printed[0], printed[0]


def test_batches_that_follow_one_another_are_all_judged(house):
    """Six of them, so close that something is always too new to be judged."""
    watched = Watched(house, "batches", ["id: quality.missing_rate, column: income, max: 0.5, window: batch"])
    for number in range(6):
        watched.send([("income", "double", [1.0] * 40), ("@prediction", "int", [1] * 40), ("@batch", "text", [f"part {number}"] * 40)],
                     [now()] * 40, number=number + 1)
        time.sleep(2.2)
    eventually(lambda: {one["window"] for one in watched.results()} == {f"batch part {number}" for number in range(6)})
    assert all((one["verdict"], one["revision"], one["rows"]) == ("kept", 0, 40) for one in watched.results())


def test_alerts_name_nobody(house):
    watched = Watched(house, "unnamed", ["id: performance.accuracy, for-each: name, min: 0.9, window: batch"])
    ids = [bytes([7] * 15 + [row]) for row in range(80)]
    names = ["Ada Lovelace"] * 31 + ["Alan Turing"] * 40 + ["Grace Hopper"] * 9
    watched.send([("name", "text", names), ("@prediction", "int", [1] * 80), ("@batch", "text", ["of Mr Babbage"] * 80)], [now()] * 80, ids=ids)
    file = house.folder / "unnamed.csv"
    file.write_text("id,label\n" + "".join(f"{one.hex()}-0,{int(row >= 31)}\n" for row, one in enumerate(ids)))
    house.assay("labels", str(file), "--model", "unnamed", "--server", house.url, who="gate")
    eventually(lambda: [one["state"] for one in watched.alerts()] == ["firing"])
    told = json.dumps(watched.alerts())
    assert "not met by 1 group of 2" in told, told
    assert not any(word in told for word in ("Ada", "Alan", "Grace", "Babbage")), told
    # Whoever may see rows finds who it is on the result; of few people nobody does.
    (unnamed,) = watched.results()
    assert {one["group"] for one in unnamed["detail"]["groups"]} == {None} and "Ada" not in json.dumps(unnamed)
    (named,) = house.http("GET", "/api/assay/v1/monitors/results?model=unnamed", who="tess")[1]["results"]
    assert {one["group"] for one in named["detail"]["groups"]} == {"Ada Lovelace", "Alan Turing"} and "Grace" not in json.dumps(named)


def test_a_segment_that_cannot_be_read_stops_its_windows_alone(house):
    watched = Watched(house, "torn", [])
    other = Watched(house, "whole", ["id: quality.missing_rate, column: income, max: 0.5, window: 40 rows"])
    hour = now() // HOUR * HOUR - 3 * HOUR
    segment = [watched.send([("income", "double", [1.0] * 40), ("@prediction", "int", [1] * 40)], [hour + place * HOUR] * 40, number=place + 1)["segment"]
               for place in range(2)][0]
    house.stop()
    with sqlite3.connect(house.data / "assay.db") as store:
        assert store.execute("UPDATE predictionSegment SET digest = zeroblob(32) WHERE id = ?", [segment]).rowcount == 1
    house.start()
    watched.sign([f"id: quality.missing_rate, column: income, max: 0.5, window: {window}" for window in ("40 rows", "1 hour")])
    other.send([("income", "double", [1.0] * 40), ("@prediction", "int", [1] * 40)], [now()] * 40)
    eventually(lambda: len(watched.results()) >= 4 and len(other.results()) == 1)
    found = {one["window"]: one for one in watched.results()}
    for window, verdict in [(f"rows {0:019d}", "incomplete"), (f"rows {40:019d}", "kept"), (f"time {hour:019d}", "incomplete"),
                            (f"time {hour + HOUR:019d}", "kept")]:
        assert found[window]["verdict"] == verdict, found[window]
        assert verdict == "kept" or "not what its digest says" in found[window]["reason"]
    assert other.results()[0]["verdict"] == "kept"
    done = house.assay("monitor", "run", "--server", house.url, who="vera", check=None)
    assert "torn 1 cannot be looked at: the segment" in done.stdout, done.stdout


def test_numbers_of_what_is_watched_no_more_go(house):
    """A rule over /metrics would fire for ever on the last value of a line that nobody signs any more."""
    watched = Watched(house, "gone", [])
    columns = {name: f"id: quality.missing_rate, column: {name}, max: 0.5, window: 30 rows" for name in "ab"}

    def sign(*names):
        status, answer = house.http("POST", "/api/assay/v1/records", {
            "type": "monitoring_plan", "title": "Watched", "model": "gone", "text": watched.plan([columns[name] for name in names])}, who="vera")
        assert status in (200, 201), answer
        return answer["id"]

    def told(family):
        text = requests.get(house.url + "/metrics", headers={"Authorization": f"Bearer {house.tokens['vera']}"}, timeout=30).text
        return [line for line in text.splitlines() if line.startswith(family + "{") and 'model="gone"' in line]

    first = sign("a", "b")
    watched.send([("a", "double", [0.0] * 30), ("b", "double", [0.0] * 30), ("@prediction", "int", [1] * 30), ("@batch", "text", ["one"] * 30)],
                 [now()] * 30)
    eventually(lambda: len(told("assay_monitor_value")) == 2 and len(told("assay_monitor_limit")) == 2)
    # Two plans that watch the same, and two lines of one plan, have a number each.
    twin = house.http("POST", "/api/assay/v1/records", {"type": "monitoring_plan", "title": "Twin", "model": "gone", "text": watched.plan(
        [columns["a"], columns["a"].replace("0.5", "0.4"), columns["a"].replace("30 rows", "batch")])}, who="vera")[1]["id"]
    eventually(lambda: len(told("assay_monitor_value")) == 5 and len(told("assay_monitor_limit")) == 5)
    ours = [line for line in told("assay_monitor_limit") if f'plan="{twin}"' in line]
    assert sorted(line.rsplit(" ", 1)[1] for line in ours) == ["0.4", "0.5", "0.5"] and sum('window="batch"' in line for line in ours) == 1, ours
    assert len([line for line in told("assay_monitor_value") if f'plan="{first}"' in line]) == 2
    house.assay("record", "withdraw", twin, "--reason", "enough", "--server", house.url, who="vera")
    eventually(lambda: len(told("assay_monitor_value")) == 2 and len(told("assay_monitor_limit")) == 2)
    second = sign("a")
    house.assay("record", "withdraw", first, "--reason", "another plan", "--server", house.url, who="vera")
    eventually(lambda: len(told("assay_monitor_value")) == 1 and len(told("assay_monitor_limit")) == 1)
    assert "on a" in told("assay_monitor_value")[0]
    house.assay("record", "withdraw", second, "--reason", "nothing is watched", "--server", house.url, who="vera")
    eventually(lambda: not told("assay_monitor_value") and not told("assay_monitor_limit"))
