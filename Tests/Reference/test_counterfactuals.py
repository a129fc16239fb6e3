"""`assay counterfactual` beside brute force over the same values, and beside DiCE.

Brute force tries every combination of the background's values with the real library and takes, of the fewest changed inputs, the nearest: so what is said
to be optimal is. For trees that assay reads the thresholds are values too, and what is found is at least as good. Answers are scored by the real library.

DiCE is run where ASSAY_DICE_PYTHON names an interpreter that has dice-ml: `python3 -m venv D && D/bin/pip install dice-ml`.
"""

import json
import pickle

import numpy as np
import pandas as pd
import pytest
import skops.io
import xgboost
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from counterfactuals import brute, changed, constraints, credit, distance, hold_against_brute_force, linked, run, search, small, units


@pytest.mark.parametrize("seed, count", [(0, 1), (1, 1), (2, 3), (3, 5), (4, 2)])
def test_the_optimum_of_a_linear_model(tmp_path, seed, count):
    frame = small(seed, 60)
    weights = np.random.default_rng(seed).normal(size=4) / frame.std().to_numpy()
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(frame, frame @ weights > (frame @ weights).quantile(0.75))
    skops.io.dump(model, tmp_path / "m.skops")
    rows, background = frame[:12].reset_index(drop=True), frame[12:]
    rows.to_csv(tmp_path / "rows.csv", index=False)
    background.to_csv(tmp_path / "background.csv", index=False)
    answer = search(tmp_path / "m.skops", tmp_path / "rows.csv", tmp_path / "background.csv", "True", "--count", count)
    assert hold_against_brute_force(answer, rows, background, lambda table: model.predict(table), 4, count) >= 4
    assert answer["summary"]["rows"] == 12


@pytest.mark.parametrize("seed", range(4))
def test_the_optimum_of_a_model_of_another_library(tmp_path, seed):
    """Asked in a process of its own, as kernel SHAP asks; with categories, and a probability to reach."""
    draw = np.random.default_rng(seed)
    frame = small(seed, 80, columns=2)
    frame["kind"] = draw.choice(["a", "b", "ü"], 80)
    frame["owner"] = draw.choice(["yes", "no"], 80)
    target = (frame.c0 > frame.c0.median()) & (frame.kind != "a") | (frame.owner == "yes") & (frame.c1 > frame.c1.median())
    model = make_pipeline(make_column_transformer((OneHotEncoder(), ["kind", "owner"]), remainder="passthrough"), RandomForestClassifier(8, random_state=seed))
    model.fit(frame, np.where(target, "good", "bad"))
    (tmp_path / "m.pkl").write_bytes(pickle.dumps(model))
    rows, background = frame[:8].reset_index(drop=True), frame[8:]
    rows.to_csv(tmp_path / "rows.csv", index=False)
    background.to_csv(tmp_path / "background.csv", index=False)
    least = 0.75
    answer = search(tmp_path / "m.pkl", tmp_path / "rows.csv", tmp_path / "background.csv", "good", "--probability", least, "--count", 2)
    place = list(model.classes_).index("good")
    assert hold_against_brute_force(answer, rows, background, lambda table: model.predict_proba(table)[:, place] >= least, 4, 2) >= 2
    for row in answer["rows"]:
        for one in row["counterfactuals"]:
            assert one["probability"] >= least


def test_ranges_of_numbers(tmp_path):
    frame = small(7, 70)
    model = RandomForestRegressor(6, random_state=0).fit(frame, frame.c0 * 3 + frame.c1)
    (tmp_path / "m.pkl").write_bytes(pickle.dumps(model))
    rows, background = frame[:6].reset_index(drop=True), frame[6:]
    rows.to_csv(tmp_path / "rows.csv", index=False)
    background.to_csv(tmp_path / "background.csv", index=False)
    answers = model.predict(background)
    for low, high in ((np.quantile(answers, 0.8), None), (None, np.quantile(answers, 0.1)), tuple(np.quantile(answers, [0.4, 0.5]))):
        target = "..".join("" if end is None else repr(float(end)) for end in (low, high))
        answer = search(tmp_path / "m.pkl", tmp_path / "rows.csv", tmp_path / "background.csv", target)

        def reached(table):
            said = model.predict(table)
            return (said >= (-np.inf if low is None else low)) & (said <= (np.inf if high is None else high))

        hold_against_brute_force(answer, rows, background, reached, 4, 1)


RULES = [
    ("features: [{name: c0, change: never}]", lambda row, new: "c0" not in new),
    ("features: [{name: c0, change: increase}, {name: c1, change: decrease}]", lambda row, new: new.get("c0", row.c0) >= row.c0 and new.get("c1", row.c1) <= row.c1),
    ("others: never\nfeatures: [{name: c2, change: any}, {name: c3, change: any}]", lambda row, new: set(new) <= {"c2", "c3"}),
    ("max-changes: 1", lambda row, new: len(new) <= 1),
]


@pytest.mark.parametrize("text, allowed", RULES)
def test_constraints_hold_and_the_best_within_them_is_found(tmp_path, text, allowed):
    frame = small(11, 90)
    model = RandomForestClassifier(10, max_depth=4, random_state=1).fit(frame, frame.c0 / 1 + frame.c1 / 10 - frame.c2 / 100 > frame.c3 / 1000)
    (tmp_path / "m.pkl").write_bytes(pickle.dumps(model))
    rows, background = frame[:8].reset_index(drop=True), frame[8:]
    rows.to_csv(tmp_path / "rows.csv", index=False)
    background.to_csv(tmp_path / "background.csv", index=False)
    rules = constraints(tmp_path / "c.yaml", text + "\n")
    wanted = 0
    for target in ("True", "False"):
        answer = search(tmp_path / "m.pkl", tmp_path / "rows.csv", tmp_path / "background.csv", target, "--constraints", rules)
        wanted += hold_against_brute_force(answer, rows, background, lambda table: model.predict(table) == (target == "True"), 4, 1, allowed)
        assert all(row["exhaustive"] == (row["status"] == "none") for row in answer["rows"])
        assert {"role": "constraints", "name": str(rules)} == {key: answer["predicate"]["inputs"][1][key] for key in ("role", "name")}
    assert wanted >= 3


def test_steps_ranges_lists_and_links(linked, tmp_path):
    folder, rows, background, model = linked
    rules = constraints(tmp_path / "c.yaml", """
features:
  - {name: income, change: increase, range: [1000, 9000], step: 250}
  - {name: job, allowed: [b, c]}
linked:
  - {features: [age, years], by: amount}
  - {features: [city, region]}
""")
    answer = search(folder / "m.skops", folder / "rows.csv", folder / "background.csv", 1, "--constraints", rules, "--count", 6)
    places = {(city, region) for city, region in zip(background.city, background.region)}
    seen = set()
    for place, row in enumerate(answer["rows"]):
        for one in row["counterfactuals"]:
            after, before = changed(rows, place, one).iloc[0], rows.iloc[place]
            assert model.predict(after.to_frame().T.astype(rows.dtypes))[0] == 1
            assert after.income == before.income or (after.income > before.income and after.income <= 9000 and (after.income - before.income) % 250 == 0)
            assert after.job in (before.job, "b", "c")
            assert after.age - before.age == after.years - before.years
            assert (after.city, after.region) in places
            seen |= {change["feature"] for change in one["changes"]}
    assert {"income", "age", "years", "city", "region"} <= seen


def test_steps_from_the_rows_own_value_are_complete(tmp_path):
    """One input, a step that no value of the background is on: the answer is the first step beyond the boundary."""
    frame = pd.DataFrame({"x": np.arange(40) / 4})
    model = LogisticRegression(C=1e6).fit(frame, frame.x > 5)
    skops.io.dump(model, tmp_path / "m.skops")
    pd.DataFrame({"x": [0.1, 4.9, 2.05]}).to_csv(tmp_path / "rows.csv", index=False)
    frame.to_csv(tmp_path / "background.csv", index=False)
    rules = constraints(tmp_path / "c.yaml", "features: [{name: x, step: 0.3}]\n")
    answer = search(tmp_path / "m.skops", tmp_path / "rows.csv", tmp_path / "background.csv", "true", "--constraints", rules)
    boundary = -model.intercept_[0] / model.coef_[0, 0]
    for start, row in zip((0.1, 4.9, 2.05), answer["rows"]):
        (one,) = row["counterfactuals"]
        steps = np.ceil((boundary - start) / 0.3)
        assert one["changes"][0]["to"] == pytest.approx(start + steps * 0.3, abs=1e-9)
        assert len(repr(one["changes"][0]["to"])) < 8


@pytest.mark.parametrize("seed", range(3))
def test_trees_by_their_thresholds(tmp_path, seed):
    """Every answer is the library's too, and no worse than the best single change by the background's values."""
    frame, target = credit(seed)
    model = xgboost.XGBClassifier(n_estimators=30, max_depth=4, random_state=0).fit(frame, target)
    model.save_model(tmp_path / "m.ubj")
    rows, background = frame[target == 0][:12].reset_index(drop=True), frame[300:]
    rows.to_csv(tmp_path / "rows.csv", index=False)
    background.to_csv(tmp_path / "background.csv", index=False)
    answer = search(tmp_path / "m.ubj", tmp_path / "rows.csv", tmp_path / "background.csv", 1, "--count", 3, "--values", 200, "--probability", 0.6)
    unit = units(background)
    for place, said in enumerate(answer["rows"]):
        if said["status"] == "already":
            continue
        for one in said["counterfactuals"]:
            assert model.predict_proba(changed(rows, place, one))[0, 1] >= 0.6
            assert model.predict_proba(changed(rows, place, one))[0, 1] == pytest.approx(one["probability"], abs=1e-6)
        values = {name: [background[name].sort_values().iloc[spot * (len(background) - 1) // 199] for spot in range(200)] for name in frame}
        best = brute(rows.iloc[place], values, unit, lambda table: model.predict_proba(table)[:, 1] >= 0.6, 1)
        if best:
            first = said["counterfactuals"][0]
            assert first["changed"] == 1 and first["distance"] <= best[0][1] * (1 + 1e-9) and first["optimal"]


def test_what_is_not_found_is_not_said_not_to_be(tmp_path):
    frame, target = credit(5)
    model = xgboost.XGBClassifier(n_estimators=20, max_depth=3).fit(frame, target)
    model.save_model(tmp_path / "m.ubj")
    frame[target == 0][:4].to_csv(tmp_path / "rows.csv", index=False)
    frame[300:].to_csv(tmp_path / "background.csv", index=False)
    common = (tmp_path / "m.ubj", tmp_path / "rows.csv", tmp_path / "background.csv", 1, "--probability", 1)
    few = search(*common, "--evaluations", 500)
    assert [row["status"] for row in few["rows"]] == ["none"] * 4
    for row in few["rows"]:
        assert not row["exhaustive"] and row["evaluations"] <= 500 and row["tried"] < 10
    text = run("counterfactual", *common[:2], "--background", common[2], "--target", 1, "--probability", 1, "--evaluations", 500)
    assert "there may be one all the same" in text
    rules = constraints(tmp_path / "c.yaml", "others: never\nfeatures: [{name: f0, change: any}]\n")
    every = search(*common, "--constraints", rules)
    assert all(row["exhaustive"] and row["tried"] == 1 and row["evaluations"] > 0 for row in every["rows"])
    text = run("counterfactual", *common[:2], "--background", common[2], "--target", 1, "--probability", 1, "--constraints", rules)
    assert "every allowed combination of the values was tried" in text


def test_many_changes_by_the_beam(tmp_path):
    """Far more combinations than evaluations, and no answer with few changes: what is found is true, minimal, and not called optimal."""
    draw = np.random.default_rng(0)
    frame = pd.DataFrame(draw.normal(size=(400, 30)).round(4), columns=[f"f{place}" for place in range(30)])
    total = frame.sum(axis=1)
    model = LogisticRegression(C=100).fit(frame, total > 0)
    skops.io.dump(model, tmp_path / "m.skops")
    rows = frame[total < -6][:5].reset_index(drop=True)
    rows.to_csv(tmp_path / "rows.csv", index=False)
    frame.to_csv(tmp_path / "background.csv", index=False)
    common = (tmp_path / "m.skops", tmp_path / "rows.csv", tmp_path / "background.csv", "True", "--evaluations", 20_000, "--probability", 0.99)
    answer = search(*common)
    place = list(model.classes_).index(True)
    found = [(spot, one) for spot, row in enumerate(answer["rows"]) for one in row["counterfactuals"]]
    assert any(not one["optimal"] and one["changed"] > 2 for _, one in found)
    for spot, one in found:
        after = changed(rows, spot, one)
        assert model.predict_proba(after)[0, place] >= 0.99
        for change in one["changes"] if not one["optimal"] else []:
            without = after.copy()
            without[change["feature"]] = rows.iloc[spot][change["feature"]]
            assert model.predict_proba(without)[0, place] < 0.99
    assert all(row["evaluations"] <= 20_000 for row in answer["rows"])
    assert search(*common)["rows"] == answer["rows"]
    rows[2:3].to_csv(tmp_path / "rows.csv", index=False)
    assert search(*common)["rows"][0] == {**answer["rows"][2], "row": 0}


def test_missing_values_and_no_rows(tmp_path):
    """A missing value may become any value of the background, at a distance of 1, unless it would have to be above or below what is not there."""
    frame, target = credit(9)
    holed = frame.mask(np.random.default_rng(0).random(frame.shape) < 0.2)
    model = xgboost.XGBClassifier(n_estimators=20, max_depth=3).fit(holed, target)
    model.save_model(tmp_path / "m.ubj")
    rows = holed[target == 0][:15].reset_index(drop=True)
    rows.to_csv(tmp_path / "rows.csv", index=False)
    holed.to_csv(tmp_path / "background.csv", index=False)
    answer = search(tmp_path / "m.ubj", tmp_path / "rows.csv", tmp_path / "background.csv", 1, "--count", 5)
    gained = 0
    for place, row in enumerate(answer["rows"]):
        for one in row["counterfactuals"]:
            assert model.predict(changed(rows, place, one))[0] == 1
            assert all(change["to"] is not None for change in one["changes"])
            fresh = [change for change in one["changes"] if change["from"] is None]
            gained += len(fresh)
            if len(fresh) == one["changed"] == 1:
                assert one["distance"] == 1
    assert gained > 0
    rules = constraints(tmp_path / "c.yaml", "features:\n" + "".join(f"  - {{name: f{place}, change: increase}}\n" for place in range(10)))
    answer = search(tmp_path / "m.ubj", tmp_path / "rows.csv", tmp_path / "background.csv", 1, "--count", 5, "--constraints", rules)
    for row in answer["rows"]:
        assert all(change["from"] is not None and change["to"] > change["from"] for one in row["counterfactuals"] for change in one["changes"])
    rows[:0].to_csv(tmp_path / "rows.csv", index=False)
    assert search(tmp_path / "m.ubj", tmp_path / "rows.csv", tmp_path / "background.csv", 1)["rows"] == []


def test_rows_in_a_file(linked, tmp_path):
    folder, *_ = linked
    answer = search(folder / "m.skops", folder / "rows.csv", folder / "background.csv", 1)
    run("counterfactual", folder / "m.skops", folder / "rows.csv", "--background", folder / "background.csv", "--target", 1, "-o", tmp_path / "o.jsonl")
    assert [json.loads(line) for line in open(tmp_path / "o.jsonl")] == answer["rows"]
    text = run("counterfactual", folder / "m.skops", folder / "rows.csv", "--background", folder / "background.csv", "--target", 1)
    assert f"found for {answer['summary']['found']}, so already {answer['summary']['already']}" in text
