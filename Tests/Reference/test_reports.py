"""Reports of drift and validation, from outside: what CI systems and pages are told is what was found."""

import json
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from tables import run


def write(path, columns):
    pa.parquet.write_table(pa.table(columns), path)
    return path


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """Two columns that moved, three that did not, one of times that nothing judges."""
    folder = tmp_path_factory.mktemp("pair")

    def columns(seed, shift, rows):
        draw = np.random.default_rng(seed)
        return {
            "still": draw.normal(0, 1, rows), "moved": draw.normal(shift, 1, rows), "heavy": draw.standard_cauchy(rows),
            "pick": draw.choice(["a<b>", "c|d", "e&f"], rows, p=[0.6 - shift / 2, 0.3 + shift / 2, 0.1]),
            "ages": draw.integers(18, 80, rows), "at": pa.array(np.arange(rows), pa.timestamp("us")),
        }

    return write(folder / "reference.parquet", columns(1, 0, 4000)), write(folder / "current.parquet", columns(2, 0.5, 3000))


def verdicts(pair):
    answer = run("drift", *pair, "--format", "json")
    assert answer.returncode == 1, answer.stderr
    found = {}
    for result in json.loads(answer.stdout)["results"]:
        if "column" in result and "drifted" in result.get("details", {}):
            found[result["column"]] = found.get(result["column"], False) or result["details"]["drifted"]
    return found


def test_junit_has_a_case_for_each_column(pair):
    answer = run("drift", *pair, "--format", "junit")
    assert answer.returncode == 1
    suite = ElementTree.fromstring(answer.stdout).find("testsuite")
    cases = {re.search(r"\[(.*)\]", case.get("name")).group(1): case for case in suite.findall("testcase")}
    found = verdicts(pair)
    assert found == {"still": False, "moved": True, "heavy": False, "pick": True, "ages": False}
    assert set(cases) == set(found) | {"at"}
    for column, drifted in found.items():
        assert (cases[column].find("failure") is not None) == drifted, column
    assert cases["at"].find("skipped") is not None
    assert (suite.get("failures"), suite.get("errors"), suite.get("skipped")) == ("2", "0", "1")
    assert "adjusted p" in cases["moved"].find("failure").get("message")


def test_sarif_has_a_result_for_each_column(pair):
    answer = run("drift", *pair, "--format", "sarif")
    log = json.loads(answer.stdout)["runs"][0]
    kinds = {re.search(r"\((\w+)\)", result["message"]["text"]).group(1): result["kind"] for result in log["results"]}
    assert kinds == {"still": "pass", "moved": "fail", "heavy": "pass", "pick": "fail", "ages": "pass", "at": "notApplicable"}
    rules = log["tool"]["driver"]["rules"]
    assert all(rule["shortDescription"]["text"] != "A requirement of the policy." for rule in rules)
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in log["results"])


def test_pages_draw_what_drifted_first(pair):
    page = run("drift", *pair, "--format", "html").stdout
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", page)
    assert captions == ["moved", "pick", "still", "heavy", "ages"]
    assert page.count("<svg ") == 5 and "a&lt;b&gt;" in page and "a<b>" not in page
    assert "<script" not in page and "http:" not in page and "https:" not in page
    markdown = run("drift", *pair, "--format", "markdown").stdout
    rows = {line.split(" | ")[0].lstrip("| "): line for line in markdown.splitlines() if re.search("[▁▂▃▄▅▆▇█]{5}", line)}
    assert {"moved", "still", "heavy", "ages"} <= set(rows)
    shapes = [cell for cell in rows["ages"].split(" | ") if re.fullmatch("[▁▂▃▄▅▆▇█·]+", cell)]
    assert len(shapes) == 2 and len(shapes[0]) == len(shapes[1]) >= 10


def test_nothing_to_judge_is_no_pass(tmp_path):
    times = {"at": pa.array(np.arange(50), pa.timestamp("us"))}
    paths = [write(tmp_path / f"{name}.parquet", times) for name in "ab"]
    answer = run("drift", *paths)
    assert answer.returncode == 1 and "No column could be judged" in answer.stdout
    page = run("drift", *paths, "--format", "markdown").stdout
    assert "**incomplete**" in page


def test_a_validation_names_each_anomaly(tmp_path):
    train = write(tmp_path / "train.parquet", {"age": np.arange(200), "city": ["a", "b"] * 100, "gone": np.ones(200)})
    serve = write(tmp_path / "serve.parquet", {"age": np.arange(200), "city": ["a", "z"] * 100, "new": np.ones(200)})
    schema = tmp_path / "schema.json"
    assert run("profile", train, "--write-schema", schema).returncode == 0
    answer = run("validate", serve, "--schema", schema, "--format", "junit")
    assert answer.returncode == 1
    cases = {}
    for case in ElementTree.fromstring(answer.stdout).iter("testcase"):
        failure = case.find("failure")
        cases[case.get("name")] = None if failure is None else failure.get("message")
    assert cases["quality.schema_anomalies [age]"] is None
    assert "ENUM_TYPE_UNEXPECTED_STRING_VALUES" in cases["quality.schema_anomalies [city]"]
    assert "SCHEMA_NEW_COLUMN" in cases["quality.schema_anomalies [new]"]
    assert "quality.schema_anomalies [gone]" in cases
    page = run("validate", serve, "--schema", schema, "--against", train, "--format", "html").stdout
    assert "COMPARATOR_L_INFTY_HIGH" in page and "<svg " in page
    sarif = json.loads(run("validate", serve, "--schema", schema, "--format", "sarif").stdout)
    assert sum(result["kind"] == "fail" for result in sarif["runs"][0]["results"]) == 3


def test_a_suite_names_each_expectation(tmp_path):
    data = write(tmp_path / "data.parquet", {"age": np.arange(100)})
    suite = tmp_path / "suite.json"
    suite.write_text(json.dumps({"name": "s", "expectations": [
        {"type": "expect_column_values_to_be_between", "kwargs": {"column": "age", "min_value": 0, "max_value": 49}},
        {"type": "expect_column_to_exist", "kwargs": {"column": "age"}}]}))
    answer = run("validate", data, "--suite", suite, "--format", "junit")
    assert answer.returncode == 1
    cases = {case.get("name"): case.find("failure") for case in ElementTree.fromstring(answer.stdout).iter("testcase")}
    assert cases["quality.expectations [expect_column_to_exist age]"] is None
    failed = cases["quality.expectations [expect_column_values_to_be_between age]"]
    assert "50 of 100 rows are unexpected" in failed.get("message")


def test_a_page_of_65_columns_stays_under_a_megabyte(tmp_path):
    """Evidently's page of such a table had 600 MB (its issue 47)."""
    def columns(seed):
        draw = np.random.default_rng(seed)
        table = {}
        for index in range(65):
            kind = index % 5
            table[f"column {index}"] = (
                draw.normal(index % 3 * seed, 1, 150_000) if kind < 2 else draw.standard_cauchy(150_000) if kind == 2
                else draw.integers(0, 1000, 150_000) if kind == 3
                else draw.choice([f"a rather long category name {value}" for value in range(30)], 150_000))
        return table

    paths = [write(tmp_path / f"{seed}.parquet", columns(seed)) for seed in (1, 2)]
    answer = run("drift", *paths, "--format", "html", "-o", tmp_path / "page.html")
    assert answer.returncode == 1, answer.stderr
    page = (tmp_path / "page.html").read_bytes()
    assert page.count(b"<figure>") == 65 and len(page) < 1 << 20
