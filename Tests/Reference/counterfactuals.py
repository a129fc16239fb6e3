"""Searches, distances and brute force, for the tests of counterfactuals."""

import itertools
import json
import os
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

BINARY = os.environ.get("ASSAY_BINARY", ".build/debug/assay")
warnings.filterwarnings("ignore")


def run(*arguments, status=0):
    environment = {**os.environ, "ASSAY_MODEL_PYTHON": sys.executable}
    done = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=600, env=environment)
    assert done.returncode == status, done.stderr or done.stdout
    return done.stdout if status == 0 else done.stderr


def search(model, rows, background, target, *more):
    return json.loads(run("counterfactual", model, rows, "--background", background, f"--target={target}", "--format", "json", *more))


def constraints(path, text):
    path.write_text("assay: counterfactual-constraints/v1\n" + text)
    return path


def units(background):
    """Median absolute deviation from the median; the mean one where that is 0; 1 where that is 0 too. `None` for categories."""
    found = {}
    for name in background:
        if background[name].dtype.kind not in "if":
            found[name] = None
            continue
        away = np.abs(background[name] - background[name].median())
        found[name] = away.median() or away.mean() or 1.0
    return found


def distance(before, after, unit):
    total = 0.0
    for name in before.index:
        if before[name] != after[name]:
            total += 1.0 if unit[name] is None else abs(after[name] - before[name]) / unit[name]
    return total


def brute(row, values, unit, reached, limit, count=1, allowed=lambda row, changed: True):
    """The nearest of each minimal set of inputs, by their number and then distance."""
    found = []
    for size in range(1, limit + 1):
        level = []
        for names in itertools.combinations(values, size):
            if any(set(known) <= set(names) for known, *_ in found):
                continue
            combinations = [chosen for chosen in itertools.product(*(values[name] for name in names)) if all(v != row[n] for n, v in zip(names, chosen))]
            combinations = [chosen for chosen in combinations if allowed(row, dict(zip(names, chosen)))]
            if not combinations:
                continue
            table = pd.DataFrame([row] * len(combinations)).reset_index(drop=True)
            for place, name in enumerate(names):
                table[name] = [chosen[place] for chosen in combinations]
            table = table.astype({name: type(row[name]) for name in names if isinstance(row[name], str)})
            good = [(distance(row, table.iloc[place], unit), names, combinations[place]) for place in np.flatnonzero(reached(table))]
            if good:
                level.append(min(good, key=lambda one: one[0]))
        found += [(names, gone, chosen) for gone, names, chosen in sorted(level)]
        if len(found) >= count:
            break
    return found[:count]


def changed(frame, place, answer):
    """The row with an answer's changes made."""
    row = frame.iloc[[place]].copy()
    for change in answer["changes"]:
        before = row[change["feature"]].iloc[0]
        assert change["from"] == before or (change["from"] is None and pd.isna(before))
        row[change["feature"]] = [change["to"]]
    return row


def hold_against_brute_force(answer, frame, background, reached, limit, count, allowed=lambda row, changed: True, values=None):
    unit = units(background)
    values = values or {name: sorted(background[name].unique()) for name in frame}
    found = 0
    for place, (_, row) in enumerate(frame.iterrows()):
        said = answer["rows"][place]
        if reached(frame.iloc[[place]])[0]:
            assert said["status"] == "already" and said["counterfactuals"] == []
            continue
        expected = brute(row, values, unit, reached, limit, count, allowed)
        assert [set(change["feature"] for change in one["changes"]) for one in said["counterfactuals"]] == [set(names) for names, *_ in expected]
        np.testing.assert_allclose([one["distance"] for one in said["counterfactuals"]], [gone for _, gone, _ in expected], rtol=1e-9)
        for one in said["counterfactuals"]:
            after = changed(frame, place, one)
            assert reached(after)[0] and one["optimal"] and one["changed"] == len(one["changes"])
            assert one["distance"] == pytest.approx(distance(row, after.iloc[0], unit), rel=1e-9)
        assert said["status"] == ("found" if expected else "none")
        found += bool(expected)
    return found


def small(seed, count, columns=4, levels=5):
    draw = np.random.default_rng(seed)
    return pd.DataFrame({f"c{place}": draw.choice(draw.normal(size=levels).round(3) * 10**place, count) for place in range(columns)})


def whole(seed=3):
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame({
        "age": draw.integers(20, 70, 300), "years": draw.integers(0, 20, 300), "income": draw.integers(10, 90, 300) * 100.0,
        "city": draw.choice(["Ulm", "Bonn", "Köln"], 300), "job": draw.choice(["a", "b", "c"], 300)})
    frame["region"] = frame.city.map({"Ulm": "south", "Bonn": "west", "Köln": "west"})
    target = frame.income / 1000 + frame.years / 4 + (frame.region == "west") * 2 > 9
    text = ["city", "job", "region"]
    model = make_pipeline(make_column_transformer((OneHotEncoder(), text), remainder=StandardScaler()), LogisticRegression(C=10)).fit(frame, target.astype(int))
    return frame, model


@pytest.fixture(scope="module")
def linked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("linked")
    frame, model = whole()
    skops.io.dump(model, folder / "m.skops")
    frame[:25].to_csv(folder / "rows.csv", index=False)
    frame[25:].to_csv(folder / "background.csv", index=False)
    return folder, frame[:25], frame[25:], model


def credit(seed, count=600):
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame({f"f{place}": draw.normal(size=count).round(4) * (place + 1) for place in range(10)})
    return frame, (frame.f0 + frame.f1 * frame.f2 / 4 - frame.f3 > 1).astype(int)
