"""Parts of the rows, versions that a policy names, and the age of evidence: at the gate with MLflow's client, in a job with `assay check`."""

import json
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
from house import House
from mlflow.exceptions import MlflowException
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score

HEAD = """assay: policy/v1
name: {name}
version: "1"
applies-to: {{models: ["{name}*"], stages: [Production]}}
data: {{dataset: eval/holdout.parquet, label: approve}}
approvals: [{{count: 1}}]
"""


def people():
    """Three regions; in the south the income says nothing, and the east has few rows."""
    random = np.random.default_rng(5)
    table = pd.DataFrame({"income": random.normal(size=900), "age": random.integers(18, 90, size=900)})
    table["region"] = np.repeat(["north", "south", "east"], [450, 430, 20])
    noise = random.normal(scale=np.where(table["region"] == "south", 5, 0.1))
    table["approve"] = (table["income"] + noise > 0).astype(int)
    return table


@pytest.fixture(scope="module")
def house():
    house = House()
    house.start()
    yield house
    house.remove()


def publish(house, name, checks, more=""):
    text = HEAD.format(name=name) + more + "checks:\n" + "".join(f"  - {check}\n" for check in checks)
    status, answer = house.http("POST", "/api/assay/v1/policies", text.encode(), who="petra", headers={"Content-Type": "application/yaml"})
    return status, answer


def register(house, name, sign=1, who="ana", table=None):
    client = house.client(who)
    table = people() if table is None else table
    model = LogisticRegression().fit(table[["income"]], table["approve"] if sign > 0 else 1 - table["approve"])
    mlflow.set_experiment("parts")
    with mlflow.start_run():
        mlflow.log_table(table, "eval/holdout.parquet")
        info = mlflow.sklearn.log_model(
            model, name="model", pip_requirements=["scikit-learn"], signature=infer_signature(table[["income"]], model.predict(table[["income"]])),
            registered_model_name=name)
    return client, str(info.registered_model_version), model


def promote(house, client, name, version):
    """The refusal once all evidence is there: nobody approves here."""
    for _ in range(2):
        house.wait_for_evidence(name, version)
        with pytest.raises(MlflowException) as refused:
            client.transition_model_version_stage(name, version, "Production")
        assert refused.value.error_code == "PERMISSION_DENIED", refused.value
    return refused.value.message


def test_a_slice_and_each_group(house):
    table = people()
    assert publish(house, "parts", [
        "{id: performance.accuracy, min: 0.6}",
        "{id: performance.accuracy, min: 0.6, slice: region == 'south'}",
        "{id: performance.accuracy, min: 0.9, slice: region == 'north' and age >= 30}",
        "{id: performance.accuracy, min: 0.6, for-each: region}",
        "{id: performance.accuracy, min: 0.01, for-each: \"age:40,60\"}",
        "{id: performance.accuracy, min: 0.01, slice: region == 'east'}",
    ])[0] == 201
    client, version, model = register(house, "parts-1")
    refusal = promote(house, client, "parts-1", version)
    south = table[table["region"] == "south"]
    value = accuracy_score(south["approve"], model.predict(south[["income"]]))
    assert value < 0.6
    assert f"performance.accuracy where region == 'south' is {value:.4f}"[:50] in refusal, refusal
    assert "performance.accuracy for each region is" in refusal and "not met by 'south'" in refusal
    assert "the slice has 20 rows that count; at least 30 are needed" in refusal
    assert "age >= 30" not in refusal and "for each age" not in refusal


def test_a_named_version_of_another_model(house):
    client, version, _ = register(house, "yardstick")
    check = "{{id: performance.accuracy, against: \"{}\", max-drop: 0.05, if-none: pass}}"
    status, answer = publish(house, "named", [check.format("models:/yardstick/1")])
    assert status == 400 and "which files are meant" in answer["message"], answer
    pinned = answer["message"].split('"')[1]
    assert publish(house, "named", [check.format("models:/yardstik/1")])[1]["message"].endswith("there is no such version.")
    assert "other files" in publish(house, "named", [check.format("models:/yardstick/1@sha256:" + "0" * 64)])[1]["message"]
    assert publish(house, "named", [check.format(pinned)])[0] == 201
    client, version, model = register(house, "named-1", sign=-1)
    refusal = promote(house, client, "named-1", version)
    table = people()
    assert "against models:/yardstick/1; the values of models:/yardstick/1 are not told here" in refusal, refusal
    assert f"{accuracy_score(table['approve'], 1 - model.predict(table[['income']])):.3f}" not in refusal
    client, version, _ = register(house, "named-2")
    refusal = promote(house, client, "named-2", version)
    assert "models:/yardstick/1 is this version itself or has the same files" in refusal or "performance" not in refusal, refusal
    # The name given to other files, or to nothing, changes nothing.
    client.rename_registered_model("yardstick", "yardstick-old")
    register(house, "yardstick", sign=-1)
    client, version, _ = register(house, "named-3", sign=-1)
    assert "against models:/yardstick/1" in promote(house, client, "named-3", version)
    client.delete_registered_model("yardstick")
    client.delete_registered_model("yardstick-old")
    with pytest.raises(MlflowException) as refused:
        client.transition_model_version_stage("named-3", version, "Production")
    assert "against models:/yardstick/1" in refused.value.message, refused.value
    assert publish(house, "nowhere", ["{id: performance.accuracy, against: \"models:/none@best\", max-drop: 0.05}"])[0] == 201
    client, version, _ = register(house, "nowhere-1")
    assert "models:/none@best is no version that is there" in promote(house, client, "nowhere-1", version)


def test_an_alias_that_anybody_sets_is_no_baseline(house):
    client, version, _ = register(house, "reference")
    client.set_registered_model_alias("reference", "agreed", version)
    assert publish(house, "by-alias", ["{id: performance.accuracy, against: \"models:/reference@agreed\", max-drop: 0.05, if-none: pass}"])[0] == 201
    client, version, _ = register(house, "by-alias-1", sign=-1)
    assert "no policy gates that alias" in promote(house, client, "by-alias-1", version)
    text = HEAD.format(name="guard").replace("guard*", "reference").replace("stages: [Production]", "aliases: [agreed]")
    assert house.http("POST", "/api/assay/v1/policies", {"policy": text}, who="petra")[0] == 201
    assert "against models:/reference@agreed" in promote(house, client, "by-alias-1", version)


def test_groups_that_drop_out_are_told(house):
    """Rows without a value, and ranges that the policy names and nobody is in, hide nothing."""
    assert publish(house, "whole", ["{id: performance.accuracy, min: 0.01, for-each: region}", "{id: performance.accuracy, min: 0.01, for-each: \"age:40,90\"}"])[0] == 201
    table = people()
    table.loc[table["region"] == "south", "region"] = None
    table.loc[table["region"] == "east", "region"] = "north"
    client, version, _ = register(house, "whole-1", table=table)
    refusal = promote(house, client, "whole-1", version)
    assert "have no value of 'region' and are in no group" in refusal, refusal
    assert "1 of the 3 ranges of 'age:40,90' have no rows" in refusal, refusal


def test_young_evidence_passes(house):
    assert publish(house, "young", ["{id: performance.accuracy, min: 0.6, fresh-within-days: 7}"], "fresh-within-days: 30\n")[0] == 201
    client, version, _ = register(house, "young-1")
    refusal = promote(house, client, "young-1", version)
    assert "approvals by" in refusal and "performance.accuracy" not in refusal, refusal
    # What asks for less waits for a second person.
    text = (HEAD.format(name="young") + "checks: [{id: performance.accuracy, min: 0.6, fresh-within-days: 8}]\n").replace('"1"', '"2"')
    status, answer = house.http("POST", "/api/assay/v1/policies/impact", text.encode(), who="petra", headers={"Content-Type": "application/yaml"})
    assert status == 200 and "evidence younger than 8 days, where it asked" in json.dumps(answer), answer


@pytest.mark.parametrize("check, words", [
    ("{id: performance.accuracy, min: 0.6, slice: region =}", "cannot be read"),
    ("{id: performance.accuracy, min: 0.6, fresh-within-days: 0}", "'fresh-within-days' is a whole number from 1 to 3650"),
    ("{id: performance.accuracy, against: models:/a/latest, max-drop: 0.1}", "models:/NAME/7"),
    ("{id: performance.accuracy, min: 0.6, for-each: \"age:\"}", "no list of numbers"),
    ("{id: performance.accuracy, min: 0.6, for-each: \"age:60,30\"}", "ascending order"),
    ("{id: performance.accuracy, min: 0.6, for-each: \"age:30,30\"}", "ascending order"),
    ("{id: performance.accuracy, min: 0.6, for-each: \"age:<=1e999\"}", "no list of numbers"),
    ("{id: fairness.demographic_parity_difference, column: region, max: 1, for-each: region}", "is not told apart by a column"),
])
def test_mistakes_are_told_where_they_stand(house, check, words):
    status, answer = publish(house, "wrong", [check])
    assert status == 400 and words in answer["message"] and "policy:8:" in answer["message"], answer


JOB = """assay: policy/v1
name: job
version: "1"
data: {label: approve, prediction: p}
accept: [supplied]
checks:
  - {id: performance.accuracy, min: 0.5}
  - {id: performance.accuracy, min: 0.9, slice: region == 'north'}
  - {id: performance.accuracy, min: LEAST, for-each: region, min-group: 20}
  - {id: performance.accuracy, against: "models:/a/1", max-drop: 1%, if-none: pass}
"""


@pytest.mark.parametrize("least, code", [("0.1", 0), ("0.9", 1)])
def test_in_a_job(house, tmp_path, least, code):
    table = people()
    table["p"] = (table["income"] > 0).astype(int)
    table.to_csv(tmp_path / "rows.csv", index=False)
    (tmp_path / "job.yaml").write_text(JOB.replace("LEAST", least))
    done = house.assay("check", str(tmp_path / "job.yaml"), "--data", str(tmp_path / "rows.csv"), "--format", "json", check=code)
    answer = json.loads(done.stdout)
    north = table[table["region"] == "north"]
    reasons = answer["policies"][0]["reasons"]
    assert [reason["decision"] for reason in reasons] == ["pass", "pass", "fail" if code else "pass", "pass"]
    assert reasons[1]["slice"] == "region == 'north'"
    assert reasons[1]["result"]["value"] == pytest.approx(accuracy_score(north["approve"], north["p"]), abs=1e-12)
    groups = {group["group"]: group["value"] for group in reasons[2]["result"]["groups"]}
    assert groups == pytest.approx({name: accuracy_score(rows["approve"], rows["p"]) for name, rows in table.groupby("region")}, abs=1e-12)
    # The whole and the slice are two statements.
    assert answer["predicate"]["parameters"].get("rows") is None
    assert [one["predicate"]["parameters"]["rows"] for one in answer["slices"]] == ["region == 'north'"]
    text = house.assay("check", str(tmp_path / "job.yaml"), "--data", str(tmp_path / "rows.csv"), check=code).stdout
    assert "performance.accuracy where region == 'north' is" in text
    for form in ["junit", "sarif", "markdown", "html"]:
        house.assay("check", str(tmp_path / "job.yaml"), "--data", str(tmp_path / "rows.csv"), "--format", form, check=code)


CASES = """assay: policy-test/v1
policy: job
facts:
  evidence:
    - {check: performance.accuracy, value: 0.9}
    - {check: performance.accuracy, value: 0.95, slice: region == 'north'}
    - {check: performance.accuracy, value: 0.9, for-each: region, group-values: {north: 0.95, south: 0.6}}
cases:
  - {name: all is well, expect: {decision: pass}}
  - name: the slice breaks
    facts: {evidence: [{check: performance.accuracy, value: 0.8, slice: region == 'north'}]}
    expect: {decision: fail, exactly: [{requirement: performance.accuracy, code: limit-broken, slice: region == 'north'}]}
  - name: one group breaks
    facts: {evidence: [{check: performance.accuracy, value: 0.9, for-each: region, group-values: {north: 0.95, south: 0.4}}]}
    expect: {decision: fail, exactly: [{requirement: performance.accuracy, code: limit-broken, column: region}]}
  - name: a small group
    facts: {evidence: [{check: performance.accuracy, value: 0.9, for-each: region, groups: {north: 500, south: 19}}]}
    expect: {decision: incomplete, reasons: [{requirement: performance.accuracy, code: group-too-small}]}
  - name: a few rows of the slice
    facts: {evidence: [{check: performance.accuracy, value: 0.95, slice: region == 'north', rows: 29}]}
    expect: {decision: incomplete, reasons: [{requirement: performance.accuracy, code: rows-too-few}]}
  - name: old evidence
    facts: {evidence: [{check: performance.accuracy, value: 0.9, days-ago: 30}]}
    expect: {decision: incomplete, reasons: [{requirement: performance.accuracy, code: evidence-stale}]}
  - name: worse than the version that is named
    facts: {baselines: {"models:/a/1": {evidence: [{check: performance.accuracy, value: 0.95}]}}}
    expect: {decision: fail, exactly: [{requirement: performance.accuracy, code: limit-broken}]}
  - name: compared with itself
    facts: {baselines: {"models:/a/1": {same-files: true}}}
    expect: {decision: incomplete, exactly: [{requirement: performance.accuracy, code: baseline-missing}]}
"""


def test_the_example_by_the_command_that_its_page_names(house):
    example = Path(__file__).parents[2] / "examples/loans/policy.yaml"
    assert "not ok" not in house.assay("policy", "test", str(example), check=0).stdout


def test_cases_of_a_policy(house, tmp_path):
    (tmp_path / "job.yaml").write_text(JOB.replace("LEAST", "0.5") + "fresh-within-days: 30\nseparation-of-duties: false\n")
    (tmp_path / "job.test.yaml").write_text(CASES)
    done = house.assay("policy", "test", str(tmp_path / "job.yaml"), check=0)
    assert "not ok" not in done.stdout, done.stdout
    (tmp_path / "job.test.yaml").write_text(CASES.replace("south: 0.4", "south: 0.6"))
    assert "not ok" in house.assay("policy", "test", str(tmp_path / "job.yaml"), check=1).stdout


def test_words_and_differences(house, tmp_path):
    job = JOB.replace("LEAST", "0.5")
    (tmp_path / "a.yaml").write_text(job)
    (tmp_path / "b.yaml").write_text(job.replace("for-each: region", "for-each: age") + "fresh-within-days: 30\n")
    words = " ".join(house.assay("policy", "explain", str(tmp_path / "b.yaml")).stdout.split())
    assert "The rows are told apart by the column 'age'" in words and "younger than 30 days" in words and "version 1 of the model 'a'" in words
    done = house.assay("policy", "diff", str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml"), check=1)
    assert "looser" in done.stdout and "for each region" in done.stdout and "for each age" in done.stdout
