"""The guides are walked: each command that a page prints in a block is run by whom the page is for, on one server, in the order of a story.

test_guide.py asks whether commands and options exist; here they have to do what the pages say they do.
"""

import pickle
import re
import shlex
import subprocess
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
from cases import uses
from house import BINARY, House
from sklearn.linear_model import LogisticRegression
from test_guide import lines_of_blocks

GUIDE = Path(__file__).parents[2] / "docs/guide"
PERSON = {"data-scientist": "ana", "validator": "vera", "compliance": "cleo", "auditor": "otto", "administrator": "root"}
POLICY = """
assay: policy/v1
name: consumer-credit
version: "1"
applies-to: {models: ["credit-*"], stages: [Production]}
data: {dataset: eval/holdout.parquet, predictions: from-model, label: approve}
checks:
  - {id: performance.accuracy, min: 0.7}
  - {id: fairness.demographic_parity_difference, column: region, max: 0.1}
approvals:
  - {role: validator, count: 1}
"""
CASES = """
assay: policy-test/v1
policy: consumer-credit
facts:
  evidence:
    - {check: performance.accuracy, value: 0.8}
    - {check: fairness.demographic_parity_difference, column: region, value: 0.05}
  approvals: [{by: vera, roles: [validator]}]
cases:
  - {name: within the limits, expect: {decision: pass}}
"""
# What ends otherwise than with 0 where the page has it, and why.
STATUSES = {"assay model promote": 1}


def blocks(page):
    """The commands of a page's blocks, in order, without comments and redirections."""
    for line in lines_of_blocks((GUIDE / f"{page}.md").read_text()):
        if re.match(r"(assay|assay-verify) ", line):
            yield line.split("   #")[0].strip()


def rows():
    random = np.random.default_rng(3)
    table = pd.DataFrame({"income": random.normal(size=200), "debts": random.normal(size=200)})
    table["region"] = np.where(np.arange(200) % 2, "north", "south")
    table["approve"] = (table.income - table.debts + random.normal(scale=0.5, size=200) > 0).astype(int)
    return table


@pytest.fixture(scope="module")
def bank():
    house = House(people={"ana": "data_scientist", "petra": "validator", "vera": "validator", "cleo": "compliance", "otto": "auditor"})
    house.start()
    for name, text in {"credit.yaml": POLICY, "credit.test.yaml": CASES, "notice.pdf": "We use a model."}.items():
        (house.folder / name).write_text(text)
    yield house
    house.remove()


def run(house, who, line):
    """A line as the page has it, with `> FILE`; both outputs."""
    line, _, target = line.partition(" > ")
    words = shlex.split(line.replace(" …", ""))
    program = Path(BINARY).with_name(words[0])
    done = subprocess.run(
        [program, *words[1:]], capture_output=True, text=True, cwd=house.folder, timeout=300,
        env=dict(house.environment(who), ASSAY_SERVER=house.url))
    expected = next((status for start, status in STATUSES.items() if line.startswith(start)), 0)
    assert done.returncode == expected, f"{who}: {line}: {done.returncode}: {done.stdout}{done.stderr}"
    if target:
        (house.folder / target.strip()).write_text(done.stdout)
    return done.stdout + done.stderr


def walk(house, page, start="", end=None, who=None, **words):
    """The page's commands from the one that begins with `start`, up to the one that begins with `end`, which is left out."""
    lines = list(blocks(page))
    first = next(number for number, line in enumerate(lines) if line.startswith(start))
    last = next((number for number, line in enumerate(lines) if end and line.startswith(end)), len(lines))
    assert lines[first:last], (page, start, end)
    said = []
    for line in lines[first:last]:
        for word, value in words.items():
            line = re.sub(rf"\b{word}\b", str(value), line)
        said.append(run(house, who or PERSON[page], line))
    return "\n".join(said)


def test_a_validator_writes_what_a_model_must_show(bank):
    said = walk(bank, "validator", end="assay model comment", who="petra")
    assert "all 1 cases hold" in said and "Published consumer-credit 1" in said


def test_a_data_scientist_asks_and_writes_down_why(bank):
    client, table = bank.client("ana"), rows()
    mlflow.set_experiment("credit")
    with mlflow.start_run():
        model = LogisticRegression().fit(table[["income", "debts"]], table.approve)
        mlflow.log_table(table, "eval/holdout.parquet")
        mlflow.sklearn.log_model(
            model, name="model", registered_model_name="credit-scores", input_example=table[["income", "debts"]][:2],
            pip_requirements=["scikit-learn"])
    assert client.get_model_version("credit-scores", "1").current_stage == "None"
    # The server's own folder has the name of the page's, beside which the file does no harm.
    table.to_csv(bank.folder / "data/holdout.csv", index=False)
    (bank.folder / "models").mkdir()
    (bank.folder / "models/candidate.pkl").write_bytes(pickle.dumps(model))
    said = walk(bank, "data-scientist")
    assert "approvals by validator: 0 of 1" in said and "Logistic regression" in said


def test_a_validator_asks_objects_and_approves(bank):
    said = walk(bank, "validator", start="assay model comment", end="assay model approve")
    assert "is stopped as it stands" in said
    run(bank, "vera", "assay model object credit-scores 1 --stage Production --withdraw")
    assert "vera approved credit-scores version 1" in walk(bank, "validator", start="assay model approve", end="assay model conditions")
    risk = run(bank, "cleo", "assay risk list").split()[0]
    run(bank, "cleo", f"assay risk accept {risk} --reason 'until the south is in the table'")
    bank.client("ana").transition_model_version_stage("credit-scores", "1", "Production")
    said = walk(bank, "validator", start="assay model conditions")
    assert "drift report of the first month" in said and "Calibration off above 0.9" in said


def test_a_compliance_officer_keeps_what_only_people_can_supply(bank):
    walk(bank, "compliance", end="assay model classify credit-scores")
    blank = bank.folder / "answers.yaml"
    assert "art-5-1-a:" in blank.read_text()
    blank.write_text(Path(uses.answers(bank, "credit-scores", "scores loans", places="eu", annex_3_5b="yes")).read_text())
    said = walk(bank, "compliance", start="assay model classify credit-scores")
    assert "EU AI Act for credit-scores/1" in said and "clk-gdpr-33" in said and "Notice to applicants" in said


def test_an_auditor_reconstructs_and_verifies_alone(bank):
    kept = run(bank, "otto", "assay audit checkpoint")
    (bank.folder / "checkpoint").write_text(kept.split("key: ")[0])
    said = walk(bank, "auditor", start="assay model history", VKEY=kept.split("key: ")[1].strip())
    assert "request.commented  vera  Which months are in the table?" in said, said
    assert "version 1 to Production: pass by consumer-credit 1" in said and "consistent; begins with the kept checkpoint" in said


def test_an_administrator_makes_accounts_and_copies(bank):
    walk(bank, "administrator", start="assay user create", end="assay keys", vera="viola")
    bank.stop()
    said = walk(
        bank, "administrator", start="assay keys", FOLDER=bank.folder / "copy", DIR=bank.data, NEW=bank.folder / "restored",
        KEYS=bank.data / "keys")
    assert "restored" in said and "consistent" in said
