"""Numeric columns cut into ranges, for slices and groups, against pandas' cut and qcut."""

import random

import pandas as pd
import pyarrow as pa
import pytest

from tables import BLOCK, Table, ask, by_id, run


def table(rows, seed, kind="int", missing=0.0):
    draw = random.Random(seed)
    columns = {"label": [], "prediction": [], "age": [], "sex": []}
    for _ in range(rows):
        truth = int(draw.random() < 0.5)
        columns["label"].append(truth)
        columns["prediction"].append(truth if draw.random() < 0.7 else 1 - truth)
        age = draw.gauss(40, 15) if kind == "double" else draw.choice([18, 18, 18, 25, 30, 40, 41, 60, 77, 90])
        columns["age"].append(None if draw.random() < missing else age)
        columns["sex"].append(draw.choice("fm"))
    age_type = pa.float64() if kind == "double" else pa.int64()
    return Table(columns, {"label": pa.int64(), "prediction": pa.int64(), "age": age_type, "sex": pa.string()})


def expected(frame, bins):
    right = frame.assign(right=(frame.label == frame.prediction).astype(float), bin=bins).dropna(subset=["bin"])
    found = right.groupby("bin", observed=True).right.agg(["size", "mean"])
    return [(int(row["size"]), row["mean"]) for _, row in found.iterrows()]


def listed(result):
    return [(group["count"], group["value"]) for group in result["groups"]]


TABLES = {
    "one row": dict(rows=1, seed=1),
    "ten": dict(rows=10, seed=2),
    "ties": dict(rows=500, seed=3),
    "doubles": dict(rows=500, seed=4, kind="double"),
    "missing": dict(rows=500, seed=5, kind="double", missing=0.3),
    "block + 1": dict(rows=BLOCK + 1, seed=6, kind="double"),
}


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("count", [2, 4, 10])
@pytest.mark.parametrize("name", TABLES)
def test_quantile_bins_are_qcuts(name, count, kind, tmp_path):
    data = table(**TABLES[name])
    frame = pd.DataFrame(data.columns)
    answer = ask("performance", data.write(tmp_path, kind), "--label", "label", "--prediction", "prediction",
                 "--slice", f"age:{count}")
    result = by_id(answer, column=f"age:{count}")["performance.accuracy"]
    ages = frame.age.astype(float)
    if ages.nunique() < 2:
        assert [group["group"] for group in result["groups"]] == ["all"]
        return
    bins, edges = pd.qcut(ages, count, duplicates="drop", retbins=True)
    assert answer["predicate"]["parameters"]["bins"][f"age:{count}"] == pytest.approx(list(edges[1:-1]), rel=1e-15)
    for (count_here, value), (count_there, mean) in zip(listed(result), expected(frame, bins), strict=True):
        assert count_here == count_there and value == pytest.approx(mean, rel=1e-12)
    assert result["excluded"]["missing_group"] == int(ages.isna().sum())


@pytest.mark.parametrize("edges, infinite", [("25,40,60", [25, 40, 60]), ("<=40", [40]), ("60,25,25", [25, 60]),
                                             ("33.5", [33.5]), ("-1e3,0,1000", [-1000, 0, 1000])])
def test_given_edges_are_cuts(edges, infinite, tmp_path):
    data = table(rows=800, seed=7, missing=0.05)
    frame = pd.DataFrame(data.columns)
    answer = ask("fairness", data.write(tmp_path, "parquet"), "--label", "label", "--prediction", "prediction",
                 "--sensitive", f"age:{edges}", "--measure", "accuracy")
    result = by_id(answer)["fairness.accuracy"]
    bins = pd.cut(frame.age, [-float("inf"), *infinite, float("inf")])
    for (count, value), (count_there, mean) in zip(listed(result), expected(frame, bins), strict=True):
        assert count == count_there and value == pytest.approx(mean, rel=1e-12)


def test_ranges_are_named_by_their_edges(tmp_path):
    data = table(rows=400, seed=8)
    result = by_id(ask("performance", data.write(tmp_path, "csv"), "--label", "label", "--prediction", "prediction",
                       "--slice", "age:25,40,60,sex"), column="age:25,40,60")["performance.accuracy"]
    assert [group["group"] for group in result["groups"]] == ["<= 25", "(25, 40]", "(40, 60]", "> 60"]


def test_ranges_are_crossed_and_searched(tmp_path):
    data = table(rows=3000, seed=9)
    for row, (age, sex) in enumerate(zip(data.columns["age"], data.columns["sex"])):
        if age > 60 and sex == "f":
            data.columns["prediction"][row] = 1 - data.columns["label"][row]
    path = data.write(tmp_path, "parquet")
    arguments = ["performance", path, "--label", "label", "--prediction", "prediction"]
    crossed = by_id(ask(*arguments, "--slice", "age:25,60*sex"), column="age:25\\,60,sex")["performance.accuracy"]
    assert [group["group"] for group in crossed["groups"]][-2:] == ["> 60, f", "> 60, m"]
    assert crossed["groups"][-2]["value"] == 0
    weakest = by_id(ask(*arguments, "--search", "age:25,60,sex"))["performance.weakest_slice"]
    assert weakest["groups"][0]["group"] == "age > 60, sex=f"


def test_privileged_rows_stand_beside_ranges(tmp_path):
    data = table(rows=500, seed=10)
    answer = ask("fairness", data.write(tmp_path, "csv"), "--label", "label", "--prediction", "prediction", "--sensitive",
                 "age:30,60", "--privileged", "age>30")
    results = by_id(answer)
    assert results["aif360.disparate_impact"]["privileged"] == "age>30"
    assert len(results["fairness.selection_rate"]["groups"]) == 3


def test_a_range_of_text_is_refused(tmp_path):
    path = table(rows=20, seed=11).write(tmp_path, "csv")
    answer = run("performance", path, "--label", "label", "--prediction", "prediction", "--slice", "sex:4")
    assert answer.returncode == 2 and "'sex'" in answer.stderr and answer.stdout == ""
