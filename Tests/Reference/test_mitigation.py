"""`assay mitigate reweigh` against AIF360's Reweighing on seeded random tables."""

import json
import os
import subprocess
import warnings

import numpy as np
import pandas as pd
import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from aif360.algorithms.preprocessing import Reweighing
    from aif360.datasets import BinaryLabelDataset

BINARY = os.environ["ASSAY_BINARY"]


def run(*arguments, check=0):
    done = subprocess.run([BINARY, "mitigate", "reweigh", *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == check, done.stderr
    return done


@pytest.mark.parametrize("rows", [4, 50, 65_537])
@pytest.mark.parametrize("is_weighted", [False, True])
def test_weights_are_aif360s(tmp_path, rows, is_weighted):
    random = np.random.default_rng(rows + is_weighted)
    sex = random.integers(0, 2, rows)
    frame = pd.DataFrame({"sex": sex, "label": (random.random(rows) < 0.3 + 0.4 * sex).astype(int), "own": random.random(rows) * 5})
    # Every group has both labels, since AIF360 divides by their counts.
    frame.loc[:3, ["sex", "label"]] = [[0, 0], [0, 1], [1, 0], [1, 1]]
    frame.to_csv(tmp_path / "rows.csv", index=False)
    more = ["--weight", "own"] if is_weighted else []
    for groups in (["--privileged", "sex=1"], ["--sensitive", "sex"]):
        out = run(tmp_path / "rows.csv", "--label", "label", *groups, *more, "--weights", tmp_path / "weights.csv", "--format", "json")
        found = pd.read_csv(tmp_path / "weights.csv")["weight"]
        data = BinaryLabelDataset(
            df=frame[["sex", "label"] + (["own"] if is_weighted else [])], label_names=["label"], protected_attribute_names=["sex"],
            instance_weights_name="own" if is_weighted else None)
        expected = Reweighing([{"sex": 0}], [{"sex": 1}]).fit_transform(data).instance_weights
        # Sums of n weights in another order: n ulps.
        np.testing.assert_allclose(found, expected, rtol=max(1e-12, rows * 2.3e-16))
        rates = [group["positive_rate"]["after"] for group in json.loads(out.stdout)["groups"]]
        assert rates[0] == pytest.approx(rates[1], rel=1e-10)


def test_any_number_of_groups_and_missing_rows(tmp_path):
    (tmp_path / "rows.csv").write_text("g,y\na,1\na,0\nb,1\n,1\nb,\nc,0\nb,0\nb,0\n")
    out = json.loads(run(tmp_path / "rows.csv", "--label", "y", "--sensitive", "g", "--weights", tmp_path / "w.csv", "--format",
        "json").stdout)
    weights = pd.read_csv(tmp_path / "w.csv")["weight"]
    assert len(weights) == 8 and list(weights.isna()) == [False, False, False, True, True, False, False, False]
    assert out["unweighed_rows"] == 2 and weights.sum() == pytest.approx(6 - 0, abs=2.1)
    by_name = {group["group"]: group for group in out["groups"]}
    assert by_name["c"]["factor"]["positive"] is None and by_name["c"]["positive_rate"] == {"before": 0, "after": 0}
    # P(a) P(1) / P(a, 1) = 2/6 * 2/6 / (1/6)
    assert by_name["a"]["factor"]["positive"] == pytest.approx(2 / 3)
    text = run(tmp_path / "rows.csv", "--label", "y", "--sensitive", "g", "--weights", tmp_path / "w.csv").stdout
    assert "2 rows miss their label or group" in text and max(map(len, text.splitlines())) <= 80
    for form in ("html", "markdown"):
        assert "reweigh" in run(tmp_path / "rows.csv", "--label", "y", "--sensitive", "g", "--weights", tmp_path / "w.csv", "--format",
            form).stdout.lower()


@pytest.mark.parametrize(
    ("content", "words"),
    [("g,y\na,1\na,0\n", "fewer than two groups"), ("g,y\na,1\nb,2\nb,3\n", "positive"), ("y,h\n1,a\n", "no column 'g'"),
        ("g,y\n", "fewer than two groups")],
)
def test_what_cannot_be_weighed_is_said(tmp_path, content, words):
    (tmp_path / "rows.csv").write_text(content)
    done = run(tmp_path / "rows.csv", "--label", "y", "--sensitive", "g", "--weights", tmp_path / "w.csv", check=2)
    assert words in done.stderr and not (tmp_path / "w.csv").exists() and done.stdout == ""
