"""`assay score` with models that only their own library reads: that library's own answers, and what is refused in words."""

import json
import pickle
import subprocess
import sys

import numpy as np
import pytest
from test_foreign_models import fitted, flavours, table
from test_foreign_serving import COLUMNS, evil, interpreter, place, refused, score  # noqa: F401


def test_score_is_the_librarys_own(place):
    answers, model, frame = score(place / "forest.pkl", place / "rows.csv"), fitted(), table()
    assert list(answers[0]) == ["prediction", "probability_0", "probability_1"]
    assert [int(row["prediction"]) for row in answers] == list(model.predict(frame[COLUMNS]))
    np.testing.assert_array_equal(
        [[float(row["probability_0"]), float(row["probability_1"])] for row in answers], model.predict_proba(frame[COLUMNS]))


def test_score_words_numbers_and_files(place, tmp_path):
    import joblib
    from sklearn.ensemble import RandomForestRegressor

    model = fitted(words=True)
    joblib.dump(model, tmp_path / "words.joblib")
    assert [row["prediction"] for row in score(tmp_path / "words.joblib", place / "rows.csv")] == list(model.predict(table()[COLUMNS]))
    frame = table(2)
    model = RandomForestRegressor(5, random_state=0).fit(frame[["z"]], frame.x)
    (tmp_path / "numbers.pkl").write_bytes(pickle.dumps(model))
    target = tmp_path / "out.jsonl"
    score(tmp_path / "numbers.pkl", place / "rows.csv", "-o", target)
    written = [json.loads(line) for line in target.read_text().splitlines()]
    assert [set(row) for row in written] == [{"prediction"}] * 900
    np.testing.assert_array_equal([row["prediction"] for row in written], model.predict(table()[["z"]]))


@pytest.mark.parametrize("name", ["pyfunc", "xgboost", "booster", "lightgbm", "sklearn-cloudpickle"])
def test_score_flavours_of_mlflow(place, tmp_path, name):
    predict = flavours()[name](str(tmp_path / "model"))
    answers = score(tmp_path / "model", place / "rows.csv")
    assert [int(row["prediction"]) for row in answers] == list(np.asarray(predict(table()[["x", "z"]])))


def test_score_models_without_names(place, tmp_path):
    from sklearn.tree import DecisionTreeClassifier

    frame = table(1)
    model = DecisionTreeClassifier(max_depth=3).fit(frame[["z", "x"]].to_numpy(), frame.y)
    (tmp_path / "m.pkl").write_bytes(pickle.dumps(model))
    assert "--features" in score(tmp_path / "m.pkl", place / "rows.csv", status=2)
    wanted = list(model.predict(table()[["z", "x"]].to_numpy()))
    assert [int(row["prediction"]) for row in score(tmp_path / "m.pkl", place / "rows.csv", "--features", "z,x")] == wanted
    # A file with exactly its columns binds by their order.
    table()[["z", "x"]].to_csv(tmp_path / "two.csv", index=False)
    assert [int(row["prediction"]) for row in score(tmp_path / "m.pkl", tmp_path / "two.csv")] == wanted
    assert "leave --features out" in score(place / "forest.pkl", place / "rows.csv", "--features", "z,x", status=2)


def test_an_interpreter_behind_a_script_and_one_without_libraries(place, tmp_path):
    shim = tmp_path / "python3"
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    shim.chmod(0o755)
    assert score(place / "forest.pkl", place / "rows.csv", "--python", shim) == score(place / "forest.pkl", place / "rows.csv")
    bare = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", bare], check=True)
    lacking = score(place / "forest.pkl", place / "rows.csv", "--python", bare / "bin" / "python", status=2)
    assert "numpy and pandas" in lacking and "--python" in lacking


def test_score_refusals(place, tmp_path, evil):
    refused = score(place / "forest.pkl", place / "rows.csv", "--no-foreign", status=2)
    assert "--no-foreign" in refused and "skops" in refused
    assert "--python" in score(place / "forest.pkl", place / "rows.csv", "--python", tmp_path / "none", status=2)
    (tmp_path / "short.csv").write_text("x,z\n1,2\n")
    assert "region" in score(place / "forest.pkl", tmp_path / "short.csv", status=2)
    (tmp_path / "words.csv").write_text("x,z,region\nword,2,north\n")
    assert "ValueError" in score(place / "forest.pkl", tmp_path / "words.csv", status=2)
    (tmp_path / "broken.pkl").write_bytes(b"\x80\x04nonsense")
    assert "cannot load" in score(tmp_path / "broken.pkl", place / "rows.csv", status=2)
    output = tmp_path / "out.csv"
    score(evil("raise ValueError('the row of Mrs Canary')"), place / "rows.csv", "-o", output, status=2)
    assert not output.exists()
    assert "too long" in score(evil("time.sleep(3600)"), place / "rows.csv", "--foreign-seconds", "3", status=2)
