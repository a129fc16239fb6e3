"""What monitors look at beside fixed limits on one window: groups with late labels, all traffic together, service, estimates, attributions, and
what happens when clocks, backlogs and documents are not as they should be."""

import json
import random
import sqlite3
import time

import numpy
import pandas
import pytest
import requests
from aif360.datasets import BinaryLabelDataset
from aif360.metrics import ClassificationMetric
from fairlearn.metrics import MetricFrame, demographic_parity_ratio, true_positive_rate
from sklearn.metrics import ndcg_score
from test_gateway import eventually
from test_monitors import HOUR, Watched, house, now  # noqa: F401




def results(watched, check):
    return {one["window"]: one for one in watched.results(check)}


def test_fairness_over_windows_with_late_labels_is_the_libraries(house):
    """Disparate impact, equal opportunity and average odds, at first of the labels that are there, at last of all."""
    watched = Watched(house, "fair", [
        "id: aif360.disparate_impact, column: race, privileged: race=white, between: [0, 9], window: 400 rows",
        "id: fairness.demographic_parity_ratio, column: race, min: 0, window: 400 rows",
        "id: aif360.equal_opportunity_difference, column: race, privileged: race=white, max: 1, window: 400 rows",
        "id: aif360.average_odds_difference, column: race, privileged: race=white, max: 1, window: 400 rows",
        "id: fairness.equal_opportunity_difference, column: race, max: 0.01, window: 400 rows"])
    draw = random.Random(21)
    ids = [bytes(draw.randrange(256) for _ in range(16)) for _ in range(400)]
    race = [draw.choice(["white", "black"]) for _ in ids]
    truth = [draw.randrange(2) for _ in ids]
    predicted = [int(draw.random() < (0.75 if value else 0.3) - (0.2 if one == "black" else 0)) for value, one in zip(truth, race)]
    for first in range(0, 400, 100):
        part = slice(first, first + 100)
        watched.send([("race", "text", race[part]), ("@prediction", "int", predicted[part])], [now()] * 100, ids=ids[part], number=first + 1)
    frame = pandas.DataFrame({"white": [int(one == "white") for one in race], "label": truth, "prediction": predicted})

    def aif360(rows):
        truth, answers = [BinaryLabelDataset(df=rows[["white", name]].rename(columns={name: "y"}), label_names=["y"],
                                             protected_attribute_names=["white"]) for name in ("label", "prediction")]
        return ClassificationMetric(truth, answers, unprivileged_groups=[{"white": 0}], privileged_groups=[{"white": 1}])

    def value(check):
        (one,) = results(watched, check).values()
        return one

    eventually(lambda: len(results(watched, "aif360.disparate_impact")) == 1)
    assert value("aif360.disparate_impact")["detail"]["value"] == pytest.approx(aif360(frame).disparate_impact(), abs=1e-12)
    assert value("fairness.demographic_parity_ratio")["detail"]["value"] == pytest.approx(
        demographic_parity_ratio(truth, predicted, sensitive_features=race), abs=1e-12)
    eventually(lambda: results(watched, "aif360.average_odds_difference"))
    assert value("aif360.average_odds_difference")["verdict"] == "incomplete"
    file = house.folder / "fair.csv"
    for through in (250, 400):
        rows = range(0 if through == 250 else 250, through)
        file.write_text("id,label\n" + "".join(f"{ids[row].hex()}-0,{truth[row]}\n" for row in rows))
        house.assay("labels", str(file), "--model", "fair", "--server", house.url, who="gate")
        for check in ("aif360.equal_opportunity_difference", "aif360.average_odds_difference", "fairness.equal_opportunity_difference"):
            eventually(lambda: value(check)["labelled"] == through)
        known = frame.head(through)
        assert value("aif360.equal_opportunity_difference")["detail"]["value"] == pytest.approx(aif360(known).equal_opportunity_difference(), abs=1e-12)
        assert value("aif360.average_odds_difference")["detail"]["value"] == pytest.approx(aif360(known).average_odds_difference(), abs=1e-12)
        rates = MetricFrame(metrics=true_positive_rate, y_true=known.label, y_pred=known.prediction, sensitive_features=race[:through])
        assert value("fairness.equal_opportunity_difference")["detail"]["value"] == pytest.approx(rates.difference(), abs=1e-12)
    eventually(lambda: [one["severity"] for one in watched.alerts() if one["state"] == "firing"] == ["critical"])


def test_a_backlog_is_worked_off_whole_and_rows_of_wrong_clocks_hurt_nobody(house):
    watched = Watched(house, "backlog", [])
    hour = now() // HOUR * HOUR
    # More windows than one look takes, rows of 1970 and of the year 2100, and of the hour before last.
    watched.send([("@prediction", "int", [1] * 4_500)], [hour - 2 * HOUR] * 4_500)
    watched.send([("@prediction", "int", [1] * 50)], [0] * 20 + [-5_000_000] * 10 + [4_102_444_800_000_000] * 20)
    watched.sign(["id: service.errors, max: 0.5, window: 10 rows", "id: service.errors, max: 0.5, window: 1 hours"])

    def kinds():
        found = {"rows": {}, "time": {}}
        with sqlite3.connect(f"file:{house.data}/assay.db?mode=ro", uri=True) as store:
            for window, rows in store.execute(
                    "SELECT window, rowCount FROM monitorResult WHERE modelId = (SELECT id FROM registeredModel WHERE name = 'backlog')"):
                found[window.split()[0]][int(window.split()[1])] = rows
        return found

    eventually(lambda: len(kinds()["rows"]) == 455, seconds=60)
    eventually(lambda: hour - 2 * HOUR in kinds()["time"], seconds=30)
    found = kinds()
    assert sorted(found["rows"]) == list(range(0, 4_550, 10)) and set(found["rows"].values()) == {10}
    assert found["time"][0] == 30 and found["time"][hour - 2 * HOUR] == 4_500
    # What lies ahead is in no window yet, and the years between 1970 and now are not told one by one.
    assert max(found["time"]) < hour and len(found["time"]) < 250
    # What comes late is judged with its window, however old.
    watched.send([("@prediction", "int", [1] * 7)], [30 * 24 * HOUR] * 7)
    eventually(lambda: kinds()["time"].get(30 * 24 * HOUR) == 7, seconds=30)
    done = house.assay("monitor", "run", "--model", "backlog", "--server", house.url, who="vera")
    assert "0 windows were judged." in done.stdout, done.stdout


def test_all_traffic_is_judged_together_at_a_chance_that_is_stated(house):
    watched = Watched(house, "together", ["id: quality.missing_rate, column: income, max: 0.3, window: 50 rows, anytime: 0.05",
                                          "id: quality.missing_rate, column: income, max: 0.3, window: 50 rows",
                                          "id: fairness.demographic_parity_difference, column: race, max: 0.1, window: 50 rows, anytime: 0.05"])
    draw = random.Random(4)
    race = [("white", "black")[row % 2] for row in range(50)]

    def send(number, share):
        predicted = [1] * share + [0] * (50 - share)
        draw.shuffle(predicted)
        watched.send([("race", "text", race), ("@prediction", "int", predicted), ("income", "double", [None if one else 1.0 for one in predicted])],
                     [now()] * 50, number=number)

    def newest(kind):
        with_all = [one for one in watched.results("quality.missing_rate") if ("anytime" in one["detail"]) == (kind == "all")]
        return max(with_all, key=lambda one: one["window"], default={"window": ""})

    # One bad window among good ones breaks the fixed limit and shows nothing about the model.
    for number, share in enumerate([14, 14, 18, 14]):
        send(number + 1, share)
    eventually(lambda: newest("all")["window"].endswith("150") and newest("window")["window"].endswith("150"))
    assert {one["verdict"] for one in watched.results("quality.missing_rate") if "anytime" not in one["detail"]} == {"kept", "broken"}
    assert newest("all")["verdict"] == "incomplete" and "reaches over the limit" in newest("all")["reason"]
    detail = newest("all")["detail"]
    assert detail["anytime"]["rows"] == 200 and newest("all")["detail"]["value"] == pytest.approx(60 / 200)
    assert detail["interval"]["low"] < 0.3 < detail["interval"]["high"] and detail["interval"]["level"] == 0.95
    # Half of all rows is more than three in ten, and is shown to be within some hundred.
    for number in range(5, 20):
        send(number, 25)
    fair = lambda: [one for one in watched.results("fairness.") if one["window"].endswith("900")]
    eventually(lambda: newest("all")["window"].endswith("900") and fair())
    assert newest("all")["verdict"] == "broken" and newest("all")["detail"]["interval"]["low"] > 0.3
    groups = fair()[0]
    assert groups["detail"]["anytime"]["rows"] == 950 and len(groups["detail"]["groups"]) == 2
    plan = house.folder / "together.yaml"
    plan.write_text(watched.plan(["id: quality.missing_rate, column: income, max: 0.3, window: 50 rows, anytime: 0.05"]))
    tested = house.assay("monitor", "backtest", str(plan), "--model", "together", "--server", house.url, "--format", "json", who="tess", check=1)
    assert json.loads(tested.stdout)["results"][-1]["value"] == pytest.approx(newest("all")["detail"]["value"], abs=1e-12)


def test_rates_within_classes_are_judged_together_too(house):
    checks = ["fairness.equal_opportunity_difference, column: race, max: 0.1", "fairness.equalized_odds_difference, column: race, max: 0.1",
              "performance.recall, min: 0.5", "performance.specificity, min: 0.5", "performance.precision, min: 0.5",
              "aif360.equal_opportunity_difference, column: race, privileged: 'race=white', min: -0.1, max: 0.1",
              "aif360.average_odds_difference, column: race, privileged: 'race=white', min: -0.1, max: 0.1"]
    watched = Watched(house, "classes", [f"id: {check}, window: 200 rows, anytime: 0.05" for check in checks])
    draw, counts, file = random.Random(9), {}, house.folder / "classes.csv"
    for number in range(6):
        race = [("white", "black")[row % 2] for row in range(200)]
        label = [draw.randrange(2) for _ in race]
        # The same of all for both classes of one group, less of the positives of the other.
        predicted = [int(draw.random() < (0.2 if not one else 0.9 if own == "white" else 0.55)) for one, own in zip(label, race)]
        ids = [bytes([4] * 12 + [number, row // 256, row % 256, 7]) for row in range(200)]
        for own, one, guess in zip(race, label, predicted):
            counts[own, one, guess] = counts.get((own, one, guess), 0) + 1
        watched.send([("race", "text", race), ("@prediction", "int", predicted)], [now()] * 200, ids=ids, number=number + 1)
        file.write_text("id,label\n" + "".join(f"{one.hex()}-0,{value}\n" for one, value in zip(ids, label)))
        house.assay("labels", str(file), "--model", "classes", "--server", house.url, who="gate")

    def newest(check):
        return max(watched.results(check), key=lambda one: one["window"], default={"window": ""})

    def rate(own, label, guess=1):
        among = {key: value for key, value in counts.items() if key[0] in own and key[1] == label}
        return sum(value for key, value in among.items() if key[2] == guess) / sum(among.values())

    eventually(lambda: all(newest(check.split(",")[0])["window"].endswith("1000") and "anytime" in newest(check.split(",")[0])["detail"] for check in checks))
    both = ("white", "black")
    opportunity = rate(("white",), 1) - rate(("black",), 1)
    fall_out = rate(("black",), 0) - rate(("white",), 0)
    right = sum(value for key, value in counts.items() if key[1] == 1 and key[2] == 1)
    expected = {
        "fairness.equal_opportunity_difference": opportunity, "fairness.equalized_odds_difference": max(opportunity, abs(fall_out)),
        "performance.recall": rate(both, 1), "performance.specificity": rate(both, 0, 0),
        "performance.precision": right / sum(value for key, value in counts.items() if key[2] == 1),
        "aif360.equal_opportunity_difference": -opportunity, "aif360.average_odds_difference": (fall_out - opportunity) / 2}
    for check, value in expected.items():
        found = newest(check)
        assert found["detail"]["value"] == pytest.approx(value, abs=1e-12), check
        interval = found["detail"]["interval"]
        assert interval["low"] < value < interval["high"] and interval["level"] == 0.95, check
    verdicts = {check: newest(check)["verdict"] for check in expected}
    assert verdicts["performance.recall"] == verdicts["performance.specificity"] == verdicts["performance.precision"] == "kept", verdicts
    assert verdicts["fairness.equal_opportunity_difference"] == verdicts["aif360.equal_opportunity_difference"] == "broken", verdicts
    # Rows of the class are counted, and of the odds those of both.
    assert newest("fairness.equal_opportunity_difference")["detail"]["anytime"]["rows"] == sum(value for key, value in counts.items() if key[1] == 1)
    assert newest("fairness.equalized_odds_difference")["detail"]["anytime"]["rows"] == 1200


def test_means_of_bounded_numbers_are_judged_together(house):
    brier_line = "id: performance.brier, max: 0.3, window: 100 rows, anytime: 0.05"
    lines = ["performance.mae, max: 2, range: 10", "performance.mse, max: 1, range: 10", "performance.mae, max: 5, range: 1"]
    chances = Watched(house, "chances", [brier_line])
    numbered = Watched(house, "numbered", [f"id: {line}, window: 100 rows, anytime: 0.05" for line in lines])
    draw, scores, numbers, truths = random.Random(11), [], [], []
    ids = [bytes([6] * 12 + [row // 256, row % 256, 1, 1]) for row in range(1_200)]
    for number in range(1, 13):
        part = ids[(number - 1) * 100:number * 100]
        truth = [draw.randrange(2) for _ in part]
        score = [min(1, max(0, one + draw.gauss(0, 0.3) * (1 - 2 * one))) for one in truth]
        said = [float(one + draw.choice([-3, -2, 0, 1, 2])) for one in truth]
        scores.extend(score), numbers.extend(said), truths.extend(truth)
        chances.send([("@score", "double", score), ("@prediction", "int", [round(one) for one in score])], [now()] * 100, ids=part, number=number)
        numbered.send([("@prediction", "double", said)], [now()] * 100, ids=part, number=number)

    def label(rows):
        for one in (chances, numbered):
            file = house.folder / f"{one.name}.csv"
            file.write_text("id,label\n" + "".join(f"{ids[row].hex()}-0,{truths[row]}\n" for row in rows))
            house.assay("labels", str(file), "--model", one.name, "--server", house.url, who="gate")

    def newest(watched, check, limit):
        found = [one for one in watched.results(check) if one["limit"].endswith(limit) and "anytime" in one["detail"]]
        return max(found, key=lambda one: one["detail"]["anytime"]["rows"], default={"detail": {"anytime": {"rows": 0}}})

    def counted(watched, check, limit):
        return newest(watched, check, limit)["detail"]["anytime"]["rows"]

    every = [(chances, "performance.brier", "0.3"), (numbered, "performance.mae", " 2"), (numbered, "performance.mse", " 1"),
             (numbered, "performance.mae", " 5")]
    # Half of each window first, the others late: each row counts once, when its label comes.
    label(range(0, 1_200, 2))
    eventually(lambda: all(counted(*one) == 600 for one in every))
    label(range(1, 1_200, 2))
    eventually(lambda: all(counted(*one) == 1_200 for one in every))
    brier = sum((score - truth) ** 2 for score, truth in zip(scores, truths)) / 1_200
    errors = [abs(one - truth) for one, truth in zip(numbers, truths)]
    for one, value in zip(every, [brier, sum(errors) / 1_200, sum(error ** 2 for error in errors) / 1_200]):
        found = newest(*one)["detail"]
        assert found["value"] == pytest.approx(value, abs=1e-9), (one, found)
        assert 0 <= found["interval"]["low"] < value < found["interval"]["high"], (one, found)
    assert [newest(*one)["verdict"] for one in every[:3]] == ["kept", "kept", "broken"]
    # What lies beyond the range stated is never shown to be inside of anything.
    short = newest(*every[3])
    assert short["detail"]["value"] == pytest.approx(sum(min(1, one) for one in errors) / 1_200) and short["verdict"] == "incomplete", short
    # Labels that say the same again count no row twice.
    label(range(100))
    house.assay("monitor", "run", "--model", "chances", "--server", house.url, who="vera", check=None)
    assert counted(*every[0]) == 1_200
    plan = house.folder / "chances.yaml"
    plan.write_text(chances.plan([brier_line]))
    tested = house.assay("monitor", "backtest", str(plan), "--model", "chances", "--server", house.url, "--format", "json", who="tess", check=None)
    assert json.loads(tested.stdout)["results"][-1]["value"] == pytest.approx(brier, abs=1e-9)


def labelled(watched, ids, truths, rows):
    file = watched.house.folder / f"{watched.name}.csv"
    file.write_text("id,label\n" + "".join(f"{ids[row].hex()}-0,{truths[row]}\n" for row in rows))
    watched.house.assay("labels", str(file), "--model", watched.name, "--server", watched.house.url, who="gate")


def test_a_row_of_a_mean_counts_once_by_its_first_label(house):
    """Rows that are labelled anew or erased while others get their first labels: nothing of that is booked on the others."""
    watched = Watched(house, "once", ["id: performance.mae, max: 2, range: 10, window: 100 rows, anytime: 0.05",
                                      "id: performance.mae, max: 2, range: 10, window: batch, anytime: 0.05"])
    ids = [bytes([8] * 12 + [0, row, 1, 1]) for row in range(100)]
    watched.send([("customer", "int", list(range(100))), ("@prediction", "double", [1.0] * 100), ("@batch", "text", ["all"] * 100)], [now()] * 100,
                 ids=ids)

    def counted(rows):
        found = [one["detail"] for one in watched.results("performance.mae")]
        return len(found) == 2 and all(one.get("anytime", {}).get("rows") == rows for one in found) and [one["value"] for one in found]

    labelled(watched, ids, [1] * 100, range(50))
    eventually(lambda: counted(50))
    assert counted(50) == [0, 0]
    # The labels of these turn to errors of nine, and ten others come, of an error of one.
    labelled(watched, ids, [10] * 50 + [2] * 50, range(60))
    eventually(lambda: counted(60))
    assert counted(60) == pytest.approx([10 / 60] * 2)
    # As many are erased as are labelled for the first time.
    house.assay("role", "create", "eraser", "--verb", "read,set_retention", "--server", house.url, who="root")
    house.add("kate", "eraser")
    answer = house.http("POST", "/api/assay/v1/predictions/erasure", {"model": "once", "column": "customer", "values": [str(one) for one in range(40)]},
                        who="kate")
    assert answer[0] == 200 and answer[1]["rows"] == 120, answer
    labelled(watched, ids, [2] * 100, range(60, 100))
    eventually(lambda: counted(100))
    assert counted(100) == pytest.approx([50 / 100] * 2)


def test_labels_that_lag_by_windows_raise_the_alarm_all_the_same(house):
    watched = Watched(house, "lagging", ["id: performance.accuracy, min: 0.8, window: 100 rows, anytime: 0.05"])
    ids = [bytes([9] * 12 + [row // 256, row % 256, 1, 1]) for row in range(400)]
    for number in range(1, 5):
        watched.send([("@prediction", "int", [1] * 100)], [now()] * 100, ids=ids[(number - 1) * 100:number * 100], number=number)
    eventually(lambda: len(watched.results("performance.accuracy")) == 4)
    assert not watched.alerts()
    # The newest window has no label; in the older ones half is wrong.
    labelled(watched, ids, [row % 2 for row in range(400)], range(300))
    eventually(lambda: [one["state"] for one in watched.alerts()] == ["firing"])
    newest = max(watched.results("performance.accuracy"), key=lambda one: one["window"])
    assert newest["verdict"] == "incomplete" and "no row of this window has a label yet" in newest["reason"], newest
    line = next(line for line in requests.get(house.url + "/metrics", headers={"Authorization": f"Bearer {house.tokens['vera']}"}, timeout=30).text.splitlines()
                if line.startswith("assay_monitor_value{") and 'model="lagging"' in line)
    assert float(line.rsplit(" ", 1)[1]) == pytest.approx(0.5), line


def test_service_is_watched_with_its_failures(house):
    watched = Watched(house, "served", ["id: service.errors, max: 0.2, window: 1 hours", "id: service.latency, quantile: 0.9, max: 1, window: 1 hours",
                                        "id: service.rate, min: 0.01, window: 1 hours", "id: service.slow, seconds: 0.5, max: 0.5, window: 1 hours",
                                        "id: quality.missing_rate, column: '@prediction', max: 0, window: 1 hours"])
    hour = now() // HOUR * HOUR - 3 * HOUR
    seconds = [0.001 * row for row in range(60)]
    for place, one in enumerate(seconds):
        watched.send([("@prediction", "int", [1])], [hour + place], seconds=one, number=place + 1)
    for place in range(20):
        watched.send([("@prediction", "int", [None])], [hour + HOUR - 1 - place], status=503, seconds=2.5, number=100 + place)
    window = f"time {hour:019d}"
    of = lambda: {one["check"].split(",")[0]: one for one in watched.results() if one["window"] == window}
    # Rows come while windows are judged; each of the five is judged anew until it has all of its own.
    eventually(lambda: sorted(one["rows"] for one in of().values()) == [60, 80, 80, 80, 80])
    found = of()
    assert found["service.errors"]["detail"]["value"] == 0.25 and found["service.errors"]["verdict"] == "broken" and found["service.errors"]["rows"] == 80
    assert found["service.latency"]["detail"]["value"] == pytest.approx(numpy.quantile(seconds + [2.5] * 20, 0.9), abs=1e-12)
    assert found["service.rate"]["detail"]["value"] == pytest.approx(80 / 3600, abs=1e-15)
    assert found["service.slow"]["detail"]["value"] == 0.25 and found["quality.missing_rate on @prediction"]["rows"] == 60
    # An hour without a request is a rate of 0, which is no secret.
    eventually(lambda: [one for one in watched.results("service.rate") if one["window"] == f"time {hour + HOUR:019d}"])
    (empty,) = [one for one in watched.results("service.rate") if one["window"] == f"time {hour + HOUR:019d}"]
    assert (empty["value"], empty["verdict"]) == ("0", "broken")
    eventually(lambda: any("silent" in one["key"] and one["state"] == "firing" for one in watched.alerts()))


def test_performance_is_estimated_and_attributions_are_compared_by_the_frozen_profile(house):
    from house import BINARY
    house.python(f"""
import mlflow, numpy, pandas, subprocess
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression
draw = numpy.random.default_rng(7)
rows = pandas.DataFrame({{"a": draw.normal(size=1500), "b": draw.normal(size=1500)}})
answer = (rows.a + 0.3 * rows.b + draw.normal(size=1500) > 0).astype(int)
model = LogisticRegression().fit(rows, answer)
held = rows.assign(answer=answer, score=model.predict_proba(rows)[:, 1] ** 2)
held.to_csv("held.csv", index=False)
rows.to_csv("rows.csv", index=False)
mlflow.set_experiment("guessed")
with mlflow.start_run():
    info = mlflow.sklearn.log_model(model, name="model", pip_requirements=["scikit-learn"], registered_model_name="first",
                                    signature=infer_signature(rows, answer))
    mlflow.artifacts.download_artifacts(info.model_uri, dst_path="copy")
    import os
    folder = next(root for root, _, files in os.walk("copy") if "MLmodel" in files)
    subprocess.run([{BINARY!r}, "profile", "held.csv", "--write-profile", "profile.json", "--label", "answer", "--score", "score"], check=True)
    subprocess.run([{BINARY!r}, "explain", folder, "rows.csv", "--background", "rows.csv", "--add-to-profile", "profile.json"], check=True)
    mlflow.log_artifact("profile.json")
    mlflow.sklearn.log_model(model, name="model", pip_requirements=["scikit-learn"], registered_model_name="guessed", signature=infer_signature(rows, answer))
import shutil
shutil.copy("profile.json", {str(house.folder / "guessed.json")!r})
shutil.copy("held.csv", {str(house.folder / "guessed.csv")!r})
""", who="ana")
    watched = Watched.__new__(Watched)
    watched.house, watched.name = house, "guessed"
    from test_gateway import promote
    promote(house, "guessed", 1, {"stage": "Production"})
    listed = house.http("GET", "/api/assay/v1/deployments", who="gate")[1]["deployments"]
    watched.manifest = next(one["manifest"] for one in listed if one["model"] == "guessed")
    watched.sign(["id: estimated.accuracy, min: 0.99, window: 300 rows", "id: estimated.roc_auc, calibration: never, min: 0, window: 300 rows",
                  "id: drift.attribution, min: 0.9, window: 300 rows"])
    profile = json.loads((house.folder / "guessed.json").read_text())
    shares = {one["name"]: one["share"] for one in profile["attributions"]}
    assert sum(shares.values()) == pytest.approx(1) and profile["calibration"]["needed"]
    held = pandas.read_csv(house.folder / "guessed.csv").head(300)
    # What mattered least matters most now.
    moved = {"a": [0.1] * 300, "b": [-2.0] * 300}
    watched.send([("a", "double", list(held.a)), ("b", "double", list(held.b)), ("@prediction", "int", [int(one >= 0.5) for one in held.score]),
                  ("@score", "double", list(held.score)), ("@shap:a", "double", moved["a"]), ("@shap:b", "double", moved["b"])], [now()] * 300)
    eventually(lambda: len(watched.results()) == 3)
    calibrated = numpy.interp(held.score, profile["calibration"]["scores"], profile["calibration"]["probabilities"])
    expected = numpy.where(held.score >= 0.5, calibrated, 1 - calibrated).mean()
    (accuracy,) = watched.results("estimated.accuracy")
    assert accuracy["detail"]["value"] == pytest.approx(expected, abs=1e-9) and accuracy["verdict"] == "broken"
    assert watched.results("estimated.roc_auc")[0]["verdict"] == "kept"
    (attribution,) = watched.results("drift.attribution")
    means = {name: numpy.abs(values).mean() for name, values in moved.items()}
    assert attribution["detail"]["value"] == pytest.approx(ndcg_score([[shares["a"], shares["b"]]], [[means["a"], means["b"]]]), abs=1e-9)
    assert attribution["verdict"] == ("broken" if attribution["detail"]["value"] < 0.9 else "kept")


def test_pipelines_that_cannot_be_read_stop_no_monitor(house):
    watched = Watched(house, "unread", ["id: quality.missing_rate, column: income, max: 0.1, window: batch"])
    status, answer = house.http("POST", "/api/assay/v1/training/pipelines", {"pipelines": """
assay: training/v1
pipelines:
  - {name: again, model: unread, on: {monitor: [quality.missing_rate]}, start: {kind: command, run: ["true"]}}
"""}, who="root")
    house.stop()
    with sqlite3.connect(house.data / "assay.db") as store:
        if status != 201:
            store.execute("INSERT INTO trainingRules VALUES (1, zeroblob(32), x'3f', 'nobody', 5)")
        store.execute("UPDATE trainingRules SET source = x'3f3f', digest = zeroblob(32)")
    try:
        house.start()
        watched.send([("income", "double", [None] * 40), ("@prediction", "int", [1] * 40), ("@batch", "text", ["x"] * 40)], [now()] * 40)
        eventually(lambda: [one["verdict"] for one in watched.results()] == ["broken"])
        eventually(lambda: any(one["key"].startswith("training/unreadable/") and one["state"] == "firing" for one in watched.alerts()))
        eventually(lambda: any(one["key"].startswith("monitor/") and one["state"] == "firing" for one in watched.alerts()))
        assert "The stored pipelines cannot be read" in (house.folder / "server.log").read_text()
    finally:
        house.stop()
        with sqlite3.connect(house.data / "assay.db") as store:
            store.execute("DELETE FROM trainingRules")
        house.start()
