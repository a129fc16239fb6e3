"""A policy about the evaluation rows alone gates a promotion: personal data in any column, and a suite of expectations that stands in
the policy, patterns included. The server has both computed by its confined child, which opens no file by itself."""

import json
import os

import mlflow
import pandas as pd
import pytest
from house import House
from mlflow.exceptions import MlflowException
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression

SUITE = {"name": "rows", "expectations": [
    {"type": "expect_column_values_to_match_regex", "kwargs": {"column": "code", "regex": "^[A-Z]-[0-9]{3}$"}},
    {"type": "expect_column_values_to_be_between", "kwargs": {"column": "income", "min_value": 0, "max_value": 10}},
    {"type": "expect_column_values_to_be_unique", "kwargs": {"column": "code"}},
    {"type": "expect_column_values_to_not_match_regex", "kwargs": {"column": "code", "regex": "^X", "row_condition": "income > 3",
                                                                   "condition_parser": "pandas"}},
    {"type": "expect_column_median_to_be_between", "kwargs": {"column": "income", "min_value": 1}},
]}

POLICY = """
assay: policy/v1
name: rows
version: "1"
applies-to: {models: ["table*"], stages: [Production]}
accept: [supplied]
data: {dataset: eval/holdout.parquet, predictions: dataset}
checks:
  - {id: privacy.pii}
  - id: quality.expectations
    suite: |
""" + "\n".join("      " + line for line in json.dumps(SUITE, indent=1).splitlines()) + "\n"


def rows(kind):
    table = pd.DataFrame({"income": [float(number % 9) for number in range(200)], "code": [f"A-{number:03}" for number in range(200)]})
    table["approve"] = (table["income"] > 4).astype(int)
    table["note"] = ["seen" if kind == "clean" or number != 7 else "ask anna@example.org" for number in range(200)]
    if kind == "broken":
        table["note"] = "seen"
        table.loc[3, "code"] = "a-3"
        table.loc[4, "code"] = table.loc[5, "code"]
    return table


@pytest.fixture(scope="module")
def house():
    house = House()
    house.start()
    before = {name: os.environ.get(name) for name in ("MLFLOW_TRACKING_URI", "MLFLOW_TRACKING_TOKEN")}
    status, answer = house.http(
        "POST", "/api/assay/v1/policies", POLICY.encode(), who="petra", headers={"Content-Type": "application/yaml"})
    assert status == 201, answer
    yield house
    house.remove()
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    mlflow.set_tracking_uri(os.environ.get("MLFLOW_TRACKING_URI", ""))


def register(house, kind):
    client = house.client("ana")
    table = rows(kind)
    model = LogisticRegression().fit(table[["income"]], table["approve"])
    mlflow.set_experiment("rows")
    with mlflow.start_run():
        mlflow.log_table(table, "eval/holdout.parquet")
        info = mlflow.sklearn.log_model(
            model, name="model", pip_requirements=["scikit-learn"], signature=infer_signature(table[["income"]], model.predict(table[["income"]])),
            registered_model_name=f"table-{kind}")
    house.wait_for_evidence(f"table-{kind}", str(info.registered_model_version))
    return lambda: client.transition_model_version_stage(f"table-{kind}", info.registered_model_version, "Production")


def test_clean_rows_pass(house):
    promote = register(house, "clean")
    assert promote().current_stage == "Production"


@pytest.mark.parametrize("kind, check, other", [("personal", "privacy.pii", "quality.expectations"),
                                                ("broken", "quality.expectations", "privacy.pii")])
def test_others_do_not(house, kind, check, other):
    promote = register(house, kind)
    with pytest.raises(MlflowException) as caught:
        promote()
    assert caught.value.error_code == "PERMISSION_DENIED"
    assert check in caught.value.message and other not in caught.value.message, caught.value.message
    if kind == "broken":
        # Three of the five expectations are met.
        assert "0.6" in caught.value.message, caught.value.message


def test_another_suite_is_another_policy(house):
    changed = POLICY.replace('"max_value": 10', '"max_value": 11')
    assert changed != POLICY
    status, answer = house.http(
        "POST", "/api/assay/v1/policies", changed.encode(), who="petra", headers={"Content-Type": "application/yaml"})
    assert status == 400, answer
