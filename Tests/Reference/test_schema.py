"""`assay profile` against pandas and numpy, and `assay validate` with a schema and other data (case T22).

The schemas and anomalies are held against TensorFlow Data Validation's in test_schema_peer.py, the distances here against
independent computations in numpy and scipy."""

import json
import os
import subprocess

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import jensenshannon

BINARY = os.environ["ASSAY_BINARY"]


def assay(*arguments):
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=300)


def table(seed, size):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "whole": random.integers(-5, 6, size),
            "real": random.normal(size=size) * 10.0 ** random.integers(-3, 4, size),
            "large": random.integers(2**60, 2**60 + 7, size),
            "flag": random.random(size) < 0.5,
            "text": random.choice(["a", "é", "e\u0301", "Straße", "日本", "x y", "NO"], size) if size else pd.Series([], dtype=str),
            "constant": np.full(size, 3.5),
        })
    if size > 3:
        frame.loc[random.random(size) < 0.2, "real"] = np.nan
        frame["text"] = frame.text.where(random.random(size) > 0.1, None)
    return frame


def write(frame, path):
    if path.suffix == ".csv":
        frame.to_csv(path, index=False)
    else:
        frame.to_parquet(path, index=False)
    return path


@pytest.mark.parametrize(
    "size, suffix",
    [(size, suffix) for size in [0, 1, 2, 1_000, 65_535, 65_536, 65_537] for suffix in ["csv", "parquet"]] + [(300_000, "parquet")])
def test_the_profile_is_that_of_pandas(tmp_path, size, suffix):
    frame = table(size, size)
    done = assay("profile", write(frame, tmp_path / f"rows.{suffix}"), "--format", "json")
    assert done.returncode == 0, done.stderr
    columns = {column["name"]: column for column in json.loads(done.stdout)["columns"]}
    for name in frame:
        series, column = frame[name], columns[name]
        assert column["rows"] == size
        assert column["missing"] == int(series.isna().sum())
        assert column["distinct"] == series.nunique()
        present = series.dropna()
        top = [(pair["value"], pair["count"]) for pair in column["top"]]
        assert [count for _, count in top] == present.value_counts().head(10).tolist()
        if name == "text" or not len(present):
            if len(present):
                lengths = present.map(len)
                assert column["length"]["min"] == lengths.min() and column["length"]["max"] == lengths.max()
                assert column["length"]["mean"] == pytest.approx(lengths.mean(), rel=1e-15)
            else:
                assert column.get("min") is None and column.get("mean") is None
            continue
        numbers = present.astype(float)
        assert column["min"] == numbers.min() and column["max"] == numbers.max()
        assert column["zeros"] == int((numbers == 0).sum())
        # Block sums: (n / 8 + 10) ulp of the sum of magnitudes, over n.
        slack = (min(size, 65_536) / 8 + 20) * np.finfo(float).eps * float(numbers.abs().mean())
        assert column["mean"] == pytest.approx(numbers.mean(), abs=slack)
        if len(numbers) > 1:
            assert column["std"] == pytest.approx(numbers.std(), rel=1e-9, abs=1e-300)
        else:
            assert column["std"] is None
        for share, value in column["quantiles"].items():
            if column["quantile_rank_error"] == 0:
                assert value == pytest.approx(np.quantile(numbers, float(share)), rel=1e-15, abs=1e-300)
            else:
                low = (numbers < value).mean() - column["quantile_rank_error"] - 1 / len(numbers)
                high = (numbers <= value).mean() + column["quantile_rank_error"] + 1 / len(numbers)
                assert low <= float(share) <= high


def test_train_and_serving(tmp_path):
    random = np.random.default_rng(7)
    train = pd.DataFrame(
        {
            "age": random.integers(18, 80, 2_000), "income": random.normal(30_000, 5_000, 2_000).round(2),
            "gender": random.choice(["f", "m"], 2_000), "region": random.choice(["north", "south"], 2_000, p=[0.5, 0.5]),
            "zip": [f"{number:05d}" for number in random.integers(0, 99_999, 2_000)],
        })
    serving = train.head(1_000).copy()
    serving["income"] += 20_000
    serving.loc[:9, "gender"] = "x"
    serving["region"] = random.choice(["north", "south"], 1_000, p=[0.9, 0.1])
    serving.loc[serving.index[:50], "age"] = np.nan
    serving = serving.drop(columns="zip").assign(channel="web")
    train.to_csv(tmp_path / "train.csv", index=False)
    serving.to_csv(tmp_path / "serving.csv", index=False)
    # Of the file pandas wrote, since ages became fractions there.
    done = assay("profile", tmp_path / "train.csv", "--write-schema", tmp_path / "schema.json")
    assert done.returncode == 0, done.stderr
    schema = json.loads((tmp_path / "schema.json").read_text())
    by_name = {feature["name"]: feature for feature in schema["feature"]}
    assert {name: feature["type"] for name, feature in by_name.items()} == {
        "age": "INT", "income": "FLOAT", "gender": "BYTES", "region": "BYTES", "zip": "INT"}
    assert by_name["gender"]["presence"] == {"min_fraction": 1, "min_count": 1}
    assert {"name": "gender", "value": ["f", "m"]} in schema["string_domain"]

    done = assay("validate", tmp_path / "train.csv", "--schema", tmp_path / "schema.json")
    assert done.returncode == 0, done.stdout
    done = assay(
        "validate", tmp_path / "serving.csv", "--schema", tmp_path / "schema.json", "--against", tmp_path / "train.csv",
        "--format", "json")
    assert done.returncode == 1, done.stderr
    answer = json.loads(done.stdout)
    kinds = {name: [reason["type"] for reason in info["reason"]] for name, info in answer["anomaly_info"].items()}
    assert kinds == {
        "age": ["INVALID_FEATURE_SHAPE", "FEATURE_TYPE_LOW_FRACTION_PRESENT", "UNEXPECTED_DATA_TYPE"],
        "gender": ["ENUM_TYPE_UNEXPECTED_STRING_VALUES"], "zip": ["SCHEMA_MISSING_COLUMN"], "channel": ["SCHEMA_NEW_COLUMN"],
        "region": ["COMPARATOR_L_INFTY_HIGH"], "income": ["COMPARATOR_JENSEN_SHANNON_DIVERGENCE_HIGH"]}
    assert answer["success"] is False
    results = {result["column"]: result for result in answer["results"] if result["id"] == "quality.skew"}
    expected = abs((serving.region == "north").mean() - (train.region == "north").mean())
    assert results["region"]["value"] == pytest.approx(expected, abs=1e-15)
    edges = np.linspace(min(train.income.min(), serving.income.min()), max(train.income.max(), serving.income.max()), 11)
    p, q = np.histogram(train.income, edges)[0], np.histogram(serving.income, edges)[0]
    assert results["income"]["value"] == pytest.approx(jensenshannon(p, q, base=2) ** 2, rel=1e-9)
    done = assay("validate", tmp_path / "serving.csv", "--against", tmp_path / "train.csv")
    assert done.returncode == 1 and "Unexpected string values (ENUM_TYPE_UNEXPECTED_STRING_VALUES)" in done.stdout
    assert "'x' (10 rows)" in done.stdout


@pytest.mark.parametrize(
    "feature, values, kinds",
    [
        ({"type": "INT", "int_domain": {"min": "0", "max": 10}}, [0, 10], []),
        ({"type": "INT", "intDomain": {"min": "0", "max": 10}}, [-1, 11], ["INT_TYPE_SMALL_INT", "INT_TYPE_BIG_INT"]),
        ({"type": "FLOAT", "float_domain": {"min": 0.5, "max": 1}}, [0.25, 2.5], ["FLOAT_TYPE_SMALL_FLOAT", "FLOAT_TYPE_BIG_FLOAT"]),
        ({"type": "FLOAT", "float_domain": {"disallow_inf": True}}, [0.5, np.inf], ["FLOAT_TYPE_HAS_INF"]),
        ({"type": "INT", "bool_domain": {}}, [0, 2], ["BOOL_TYPE_BIG_INT"]),
        ({"type": "BYTES"}, [1, 2], ["UNEXPECTED_DATA_TYPE"]),
        ({"type": "BYTES", "presence": {"min_count": 3}}, ["a", None], ["FEATURE_TYPE_LOW_NUMBER_PRESENT"]),
        ({"type": "FLOAT", "presence": {"minCount": "1"}}, [None, None], ["FEATURE_TYPE_NOT_PRESENT"]),
        ({"type": "BYTES", "string_domain": {"value": ["a"]}, "distribution_constraints": {"min_domain_mass": 0.5}}, ["a", "b"], []),
        ({"type": "BYTES", "lifecycle_stage": "DEPRECATED"}, [1, 2], []),
    ])
def test_each_anomaly(tmp_path, feature, values, kinds):
    (tmp_path / "schema.json").write_text(json.dumps({"feature": [{"name": "x", **feature}], "tensor_representation_group": {}}))
    frame = pd.DataFrame({"x": pd.Series(values, dtype=float if values == [None, None] else None)})
    done = assay("validate", write(frame, tmp_path / "rows.parquet"), "--schema", tmp_path / "schema.json", "--format", "json")
    answer = json.loads(done.stdout)
    found = [reason["type"] for info in answer["anomaly_info"].values() for reason in info["reason"]]
    assert found == kinds and done.returncode == (1 if kinds else 0)
    assert answer["ignored"] == ["schema.tensor_representation_group"]


@pytest.mark.parametrize(
    "schema, words",
    [
        ("{", "not valid JSON"), ("[]", "a schema is a JSON object"), ('{"feature": 1}', "list of objects"),
        ('{"feature": [{"type": "INT"}]}', "schema.feature[0] needs 'name'"),
        ('{"feature": [{"name": "x", "type": "STRUCT"}]}', "INT, FLOAT or BYTES"),
        ('{"feature": [{"name": "x", "type": "BYTES", "domain": "d"}]}', "names the domain 'd'"),
        ('{"feature": [{"name": "x", "type": "INT"}, {"name": "x", "type": "INT"}]}', "another feature"),
    ])
def test_schemas_that_cannot_be_read(tmp_path, schema, words):
    (tmp_path / "schema.json").write_text(schema)
    (tmp_path / "rows.csv").write_text("x\n1\n")
    done = assay("validate", tmp_path / "rows.csv", "--schema", tmp_path / "schema.json")
    assert done.returncode == 2 and words in done.stderr
    assert assay("validate", tmp_path / "rows.csv").returncode == 2


def test_a_field_that_is_none_is_no_constraint_read_over(tmp_path):
    """A slip in a constraint's name must not read as a constraint that holds; what is only not checked is told, as skipped."""
    (tmp_path / "rows.csv").write_text("x\n1\n2\n")
    for text, words in (
        ('feature { name: "x" type: INT presense { min_count: 9 } }', "schema.feature[0] has no field 'presense'; did you mean 'presence'"),
        ('feature { name: "x" type: INT presence { min_counts: 9 } }', "schema.feature[0].presence has no field 'min_counts'"),
        ('feature { name: "x" type: INT lifecycle_stage: DEPRECATE }', "did you mean 'DEPRECATED'"),
        ('features { name: "x" type: INT }', "did you mean 'feature'"),
    ):
        (tmp_path / "schema.pbtxt").write_text(text)
        done = assay("validate", tmp_path / "rows.csv", "--schema", tmp_path / "schema.pbtxt")
        assert done.returncode == 2 and words in done.stderr, done.stderr
    (tmp_path / "schema.pbtxt").write_text('feature { name: "x" type: INT unique_constraints { max: 1 } }')
    done = assay("validate", tmp_path / "rows.csv", "--schema", tmp_path / "schema.pbtxt", "--format", "junit")
    assert done.returncode == 0 and 'skipped="1"' in done.stdout and "unique_constraints" in done.stdout


@pytest.mark.parametrize("words, is_held", [
    ("lifecycle_stage: PLANNED", False), ("lifecycle_stage: ALPHA", False), ("lifecycle_stage: BETA", True),
    ("lifecycle_stage: PRODUCTION", True), ("lifecycle_stage: DEBUG_ONLY", False), ("lifecycle_stage: DISABLED", False),
    ("lifecycle_stage: VALIDATION_DERIVED", True), ("deprecated: true", False),
    ("deprecated: true lifecycle_stage: PRODUCTION", False), ("deprecated: false lifecycle_stage: DEPRECATED", False),
])
def test_stages_of_features(tmp_path, words, is_held):
    """As TFDV 1.16 answers: only some stages ask for the column."""
    (tmp_path / "rows.csv").write_text("y\n1\n")
    (tmp_path / "schema.pbtxt").write_text(
        'feature { name: "x" type: INT presence { min_count: 1 } %s } feature { name: "y" type: INT }' % words)
    assert assay("validate", tmp_path / "rows.csv", "--schema", tmp_path / "schema.pbtxt").returncode == (1 if is_held else 0)
