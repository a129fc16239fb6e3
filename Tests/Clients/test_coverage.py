"""What of a framework's controls is covered, by the command line: joined with the classification, in every form, against NIST's models.

The OSCAL form is read by compliance-trestle, whose classes are made from NIST's own schema, in an interpreter of its own
(ASSAY_OSCAL_PYTHON; scripts/setup makes it).
"""

import json
import os
import re
import statistics
import subprocess
import time

import pytest
from house import House

LOG = """
import mlflow, numpy as np, pandas as pd
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression
random = np.random.default_rng(9)
table = pd.DataFrame({"a": random.normal(size=400), "sex": random.choice(["f", "m"], 400)})
table["approve"] = (table.a + random.normal(scale=.5, size=400) > 0).astype(int)
mlflow.set_experiment("coverage")
with mlflow.start_run():
    model = LogisticRegression().fit(table[["a"]], table.approve)
    mlflow.log_table(table, "eval/holdout.parquet")
    mlflow.sklearn.log_model(model, name="model", pip_requirements=["scikit-learn"], signature=infer_signature(table[["a"]], model.predict(table[["a"]])),
                             skops_trusted_types=["numpy.dtype"], registered_model_name="covered")
"""
POLICY = """
assay: policy/v1
name: covered
version: "1"
applies-to: {models: ["covered"], stages: [Production]}
data: {dataset: eval/holdout.parquet, predictions: from-model, label: approve, positive: "1"}
checks:
  - {id: performance.accuracy, min: 0.1}
  - {id: fairness.demographic_parity_difference, column: sex, max: 0.5}
"""
VALIDATE = """
import json, sys
from trestle.oscal.assessment_results import Model
read = Model.model_validate(json.load(open(sys.argv[1]))) if hasattr(Model, "model_validate") else Model.parse_file(sys.argv[1])
results = read.assessment_results
print(len(results.results[0].findings))
"""


@pytest.fixture(scope="module")
def house():
    house = House()
    house.start()
    (house.folder / "p.yaml").write_text(POLICY)
    house.assay("policy", "publish", "p.yaml", "--server", house.url, who="petra")
    house.python(LOG, who="ana")
    house.wait_for_evidence("covered", 1)
    yield house
    house.remove()


def coverage(house, *arguments, framework="eu-ai-act", form="json", who="otto", check=0):
    done = house.assay("control", "coverage", "covered", "1", "--framework", framework, "--format", form, *arguments,
                       "--server", house.url, who=who, check=check)
    return json.loads(done.stdout) if form in ("json", "oscal") and check == 0 else done.stdout + done.stderr


def classify(house, **given):
    """The blank answers with what asks for least, but where said otherwise."""
    lines, first, given = [], None, {key.replace("_", "-"): value for key, value in given.items()}
    for line in house.assay("questionnaire", "show", "--blank", "--server", house.url, who="otto").stdout.splitlines():
        option = re.match(r"  #     ([a-z0-9-]+): ", line)
        first = first or (option and option[1])
        question = re.match(r"  ([a-z0-9-]+):$", line)
        if question:
            line, first = f"{line} {given.pop(question[1], first or 'no')}", None
        lines.append(line.replace("purpose:", "purpose: scores loans") if line == "purpose:" else line)
    assert not given, given
    (house.folder / "answers.yaml").write_text("\n".join(lines) + "\n")
    house.assay("model", "classify", "covered", "--answers", "answers.yaml", "--server", house.url, who="carl")


def oscal(house, report):
    """What NIST's models make of the report."""
    interpreter = os.environ.get("ASSAY_OSCAL_PYTHON", "")
    if not os.path.exists(interpreter):
        pytest.fail("ASSAY_OSCAL_PYTHON names no interpreter; scripts/setup makes it")
    (house.folder / "oscal.json").write_text(json.dumps(report))
    (house.folder / "validate.py").write_text(VALIDATE)
    done = subprocess.run([interpreter, "validate.py", "oscal.json"], cwd=house.folder, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


def test_joined_with_the_classification(house):
    before = coverage(house, framework="hipaa")
    assert before["basis"] is None and before["counts"]["not-applicable"] == 0
    classify(house, places="eu", annex_3_5b="yes", art_50_1="unsure")
    after = coverage(house, framework="hipaa")
    assert after["counts"]["not-applicable"] == len(after["controls"]) and after["basis"].startswith("classification 1")
    act = {control["id"]: control for control in coverage(house, "--as-of", "2027-12-02")["controls"]}
    assert act["eu-ai-act/art-9"]["state"] == "missing" and act["eu-ai-act/art-53"]["state"] == "not-applicable"
    assert act["eu-ai-act/art-50-1"]["state"] == "uncertain"
    proofs = [part for part in act["eu-ai-act/art-10-2"]["parts"] if part["code"] == "fairness_report"][0]["proofs"]
    assert proofs and proofs[0]["provenance"] == "recomputed"
    # As of an earlier day the same control asks for nothing yet.
    early = {control["id"]: control for control in coverage(house, "--as-of", "2027-12-01")["controls"]}
    assert early["eu-ai-act/art-9"]["state"] == "not-yet-in-force"


@pytest.mark.parametrize("framework", ["eu-ai-act", "iso-42001", "ugesp"])
def test_oscal_is_read_by_the_models_of_nist(house, framework):
    report = coverage(house, framework=framework, form="oscal")
    status, said = oscal(house, report)
    assert status == 0, said[-3000:]
    assert int(said) == len(coverage(house, framework=framework)["controls"])
    assert report["assessment-results"]["metadata"]["oscal-version"] == "1.2.1"
    # The same report has the same identifiers, but for its moment.
    def strip(value):
        return {k: strip(v) for k, v in value.items() if k not in ("start", "last-modified", "collected")} if isinstance(value, dict) \
            else [strip(item) for item in value] if isinstance(value, list) else value
    assert strip(coverage(house, framework=framework, form="oscal")) == strip(report)
    satisfied = [finding for finding in report["assessment-results"]["results"][0]["findings"]
                 if finding["target"]["status"]["state"] == "satisfied"]
    for finding in satisfied:
        assert finding["related-observations"], finding


@pytest.mark.parametrize("path, value", [
    (("uuid",), "no-uuid"), (("metadata",), {}), (("results", 0, "findings", 0, "target", "status", "state"), "kept"),
    (("results", 0, "findings", 0, "surplus"), "x"), (("import-ap",), {}), (("results", 0, "start"), "yesterday"),
])
def test_what_is_no_oscal_is_told_apart(house, path, value):
    report = coverage(house, form="oscal")
    place = report["assessment-results"]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    status, said = oscal(house, report)
    assert status != 0, said


@pytest.mark.parametrize("form, signs", [
    ("text", ["which controls apply:", "missing", "An aid to people"]), ("markdown", ["## ", "| control |", "An aid to people"]),
    ("html", ["<!doctype html>", "<h1>", "An aid to people"]),
])
def test_forms_for_people(house, form, signs):
    said = coverage(house, form=form)
    for sign in signs:
        assert sign.lower() in said.lower(), (sign, said[:1500])


def test_who_may_not_read_the_model_learns_nothing(house):
    for who, framework in (("otto", "no-such"), ("otto", "../x")):
        assert "There is no framework" in coverage(house, framework=framework, who=who, check=2)


def test_a_report_is_quick(house):
    """Under 100 ms for one model: the server's own time, asked over one connection."""
    def ask():
        start = time.perf_counter()
        status, _ = house.http("GET", "/api/assay/v1/models/covered/versions/1/coverage?framework=eu-ai-act", who="otto")
        assert status == 200
        return time.perf_counter() - start
    ask()
    print("coverage took", round(statistics.median(ask() for _ in range(9)) * 1000, 1), "ms")
