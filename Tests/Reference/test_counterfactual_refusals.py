"""What is wrong with constraints and questions, and DiCE beside ours where an interpreter has it (counterfactuals.py has what all tests use)."""

import json
import os
import pickle
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

from counterfactuals import BINARY, changed, constraints, credit, distance, linked, run, search, small, units, whole


@pytest.mark.parametrize("text, words", [
    ("features: [{name: agee, change: never}]", "'agee', which is none of the inputs that the model uses; did you mean 'age'?"),
    ("features: [{name: age, change: sideways}]", "'change' cannot be 'sideways'"),
    ("features: [{name: age, change: never, range: [1, 2]}]", "'change: never' contradicts new values"),
    ("features: [{name: age, range: [2, 1]}]", "begins above its end"),
    ("features: [{name: age, range: [2]}]", "'range' is [LEAST, GREATEST]"),
    ("features: [{name: age, range: [nan, 3]}]", "'range' is [LEAST, GREATEST]"),
    ("features: [{name: age, step: 0}]", "'step' is a number above 0"),
    ("features: [{name: age, step: 0.5}]", "'age', which holds whole numbers, a step of 0.5"),
    ("features: [{name: age, range: [20.2, 20.8]}]", "'age', which holds whole numbers, a range without any"),
    ("features: [{name: age, allowed: [20.5]}]", "to be 20.5"),
    ("features: [{name: age, allowed: [old]}]", "'old' is none"),
    ("features: [{name: age, allowed: [20], step: 5}]", "'range' and 'step' say nothing beside it"),
    ("features: [{name: job, change: increase}]", "its values are no numbers"),
    ("features: [{name: age, change: any}, {name: age, change: never}]", "'age' stands under 'features' twice"),
    ("features: [{name: age}]", "'age' says nothing"),
    ("linked: [{features: [age, job], by: amount}]", "link 'job' by amount"),
    ("linked: [{features: [age]}]", "at least two features"),
    ("linked: [{features: [age, years]}, {features: [years, income]}]", "'years' stands in two links"),
    ("features: [{name: age, change: never}]\nlinked: [{features: [age, years]}]", "one of these may never change"),
    ("features: [{name: age, change: increase}, {name: years, change: decrease}]\nlinked: [{features: [age, years], by: amount}]", "one may only increase and another only decrease"),
    ("max-changes: 1\nlinked: [{features: [age, years], by: amount}]", "'max-changes' is 1"),
    ("others: increase", "'others' is any or never"),
    ("max-changes: 0", "'max-changes' is a whole number from 1"),
    ("", "the file says nothing"),
    ("features: [{name: income, range: [0, 1]}]", "has a value of 'income' outside of the range"),
])
def test_wrong_constraints_are_refused(linked, tmp_path, text, words):
    folder, *_ = linked
    rules = constraints(tmp_path / "c.yaml", text + "\n")
    error = run("counterfactual", folder / "m.skops", folder / "rows.csv", "--background", folder / "background.csv", "--target", 1, "--constraints", rules, status=2)
    assert words in error


@pytest.mark.parametrize("arguments, words", [
    (["--target", "2"], "has no class '2' to be the target; it has '0', '1'"),
    (["--target", "1..2"], "has no class '1..2'"),
    (["--target", "1", "--probability", "0"], "above 0 and at most 1"),
    (["--target", "1", "--probability", "nan"], "above 0 and at most 1"),
    (["--target", "1", "--count", "0"], "--count"),
    (["--target", "1", "--evaluations", "0"], "--evaluations"),
    (["--target", "1", "-o", "x.csv"], ".jsonl"),
    ([], "--target"),
])
def test_wrong_questions_are_refused(linked, arguments, words):
    folder, *_ = linked
    done = subprocess.run([BINARY, "counterfactual", folder / "m.skops", folder / "rows.csv", "--background", folder / "background.csv", *arguments], capture_output=True, text=True)
    assert done.returncode in (2, 64) and words in done.stderr


def test_wrong_targets_of_numbers(tmp_path):
    frame = small(1, 40)
    (tmp_path / "m.pkl").write_bytes(pickle.dumps(RandomForestRegressor(3).fit(frame, frame.c0)))
    frame.to_csv(tmp_path / "rows.csv", index=False)
    for target, words in (("..", "is a range"), ("5", "is a range"), ("a..b", "is a range"), ("nan..", "is a range"), ("..inf", "is a range"), ("3..2", "begins above its end"), ("0x1..", "is a range")):
        error = run("counterfactual", tmp_path / "m.pkl", tmp_path / "rows.csv", "--background", tmp_path / "rows.csv", f"--target={target}", status=2)
        assert words in error
    error = run("counterfactual", tmp_path / "m.pkl", tmp_path / "rows.csv", "--background", tmp_path / "rows.csv", "--target=1..", "--probability", 0.5, status=2)
    assert "gives no probabilities" in error
    infinite = frame[:2].copy()
    infinite.iloc[1, 0] = np.inf
    infinite.to_csv(tmp_path / "infinite.csv", index=False)
    error = run("counterfactual", tmp_path / "m.pkl", tmp_path / "infinite.csv", "--background", tmp_path / "rows.csv", "--target=1e9..", status=2)
    assert "infinite" in error


DICE = """
import json, pickle, sys, warnings
warnings.filterwarnings("ignore")
import dice_ml, numpy as np, pandas as pd
from sklearn.ensemble import RandomForestClassifier
train, rows, target = (pd.read_csv(path) for path in sys.argv[1:4])
names = list(train)
model = RandomForestClassifier(30, max_depth=5, random_state=0).fit(train, target.y)
data = dice_ml.Data(dataframe=train.assign(y=target.y), continuous_features=names, outcome_name="y")
explainer = dice_ml.Dice(data, dice_ml.Model(model=model, backend="sklearn"), method=sys.argv[5])
open(sys.argv[4], "wb").write(pickle.dumps(model))
found = []
for place in range(len(rows)):
    try:
        answer = explainer.generate_counterfactuals(rows[place:place + 1], total_CFs=1, desired_class=1, **({"random_seed": 0} if sys.argv[5] == "random" else {}))
        table = answer.cf_examples_list[0].final_cfs_df
    except Exception:
        table = None
    found.append(None if table is None or table.empty else [float(value) for value in table[names].iloc[0]])
print(json.dumps({"found": found, "threes": [float(v) for v in model.predict_proba(rows)[:, 1]]}))
"""


@pytest.mark.skipif("ASSAY_DICE_PYTHON" not in os.environ, reason="ASSAY_DICE_PYTHON names no interpreter with dice-ml")
@pytest.mark.parametrize("method", ["random", "genetic", "kdtree"])
def test_beside_dice(tmp_path, method):
    """DiCE's answers are valid in part and change more; each of ours is valid and changes no more than DiCE's."""
    frame, target = credit(21)
    rows = frame[(target == 0)][:10].reset_index(drop=True)
    train, labels = frame[200:], target[200:]
    for name, table in (("train", train), ("rows", rows), ("labels", labels.to_frame("y"))):
        table.to_csv(tmp_path / f"{name}.csv", index=False)
    script = tmp_path / "dice.py"
    script.write_text(DICE)
    python = os.environ["ASSAY_DICE_PYTHON"]
    done = subprocess.run([python, script, tmp_path / "train.csv", tmp_path / "rows.csv", tmp_path / "labels.csv", tmp_path / "m.pkl", method], capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    theirs = json.loads(done.stdout.splitlines()[-1])["found"]
    model = pickle.loads((tmp_path / "m.pkl").read_bytes())
    answer = search(tmp_path / "m.pkl", tmp_path / "rows.csv", tmp_path / "train.csv", 1)
    unit = units(train)
    ours_changed, theirs_changed, valid = [], [], 0
    for place, said in enumerate(answer["rows"]):
        if said["status"] == "already":
            continue
        (one,) = said["counterfactuals"]
        assert model.predict(changed(rows, place, one))[0] == 1
        ours_changed.append(one["changed"])
        if theirs[place] is None:
            continue
        other = pd.DataFrame([theirs[place]], columns=list(rows))
        if model.predict(other)[0] != 1:
            continue
        valid += 1
        count = sum(abs(a - b) > 1e-6 for a, b in zip(theirs[place], rows.iloc[place]))
        theirs_changed.append(count)
        assert one["changed"] <= count
        if one["changed"] == count:
            assert one["distance"] <= distance(rows.iloc[place], other.iloc[0], unit) + 0.2
    print(f"{method}: {len(ours_changed)} rows; ours valid {len(ours_changed)}, changed {np.mean(ours_changed):.2f}; DiCE valid {valid}, changed {np.mean(theirs_changed):.2f}")
