"""The JSON Schemas that `assay policy schema` prints, held by jsonschema against what `assay policy lint` takes and refuses."""

import json
import os
import pathlib
import re
import subprocess

import pytest
import yaml

BINARY = os.environ["ASSAY_BINARY"]
ROOT = pathlib.Path(__file__).parents[2]

# Reads {"schema": …, "documents": […]} and answers, for each document, what is wrong with it.
VALIDATE = """
import json, sys
import jsonschema
task = json.load(sys.stdin)
jsonschema.Draft202012Validator.check_schema(task["schema"])
validator = jsonschema.Draft202012Validator(task["schema"])
print(json.dumps([[error.message for error in validator.iter_errors(one)] for one in task["documents"]]))
"""


def assay(*arguments):
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=120)


def validate(schema, documents):
    python = os.environ.get("ASSAY_VALIDATION_PYTHON")
    if not python or not os.path.exists(python):
        pytest.fail("jsonschema stands in ASSAY_VALIDATION_PYTHON: run scripts/setup and source scripts/lib/environment.sh")
    task = json.dumps({"schema": schema, "documents": documents})
    done = subprocess.run([python, "-c", VALIDATE], input=task, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def schema(*arguments):
    done = assay("policy", "schema", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert answer["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    return answer


def policies_of_the_pages():
    """The examples, and every policy of docs/policy.md."""
    texts = [(ROOT / path).read_text() for path in ("examples/loans/policy.yaml", "examples/diabetes/policy.yaml")]
    return texts + re.findall(r"```yaml\n(assay: policy/v1\n.*?)```", (ROOT / "docs/policy.md").read_text(), re.DOTALL)


def as_an_editor_reads(text):
    """Scalars by YAML's own rules, and all as text: editors differ, and both are policies."""
    return [yaml.safe_load(text), yaml.load(text, Loader=yaml.BaseLoader)]


WHOLE = """assay: policy/v1
name: whole
version: 1.10
description: |
  Several
  lines.
applies-to: {models: ["a-*"], tiers: [low, moderate, high], stages: [production], aliases: [], registration: false, retirement: true}
data:
  dataset: eval/a.parquet
  predictions: dataset
  label: y
  prediction: p
  score: s
  positive: 1
  weight: w
  rows: age > 30
  reference: r@sha256:DIGEST
accept: [supplied, attested]
fresh-within-days: 30
evaluators: [lab]
checks:
  - {id: fairness.demographic_parity_difference, column: race, above: 0, below: 1e-1, min-group: 0, judge: interval}
  - {id: aif360.statistical_parity_difference, column: age, privileged: "> 30", abs: true, max: 0.05}
  - {id: performance.accuracy, against: production, max-drop: 2%, if-none: pass}
  - {id: performance.accuracy, against: production, max-drop: 0}
  - {id: quality.column_absent, column: race, where: data}
  - {id: performance.recall, min: 0.5, slice: age > 3, for-each: "age:30,60", min-group: 5, fresh-within-days: 7}
  - {id: performance.recall, against: "models:/a b/7", max-drop: 1%, slice: x == 'y'}
  - {id: performance.precision, against: "models:/a@champion", max-drop: 1%}
  - {id: privacy.consent, column: ok, value: yes, min: 0.9}
  - {id: privacy.pii}
  - {id: quality.outlier_rate, method: z, factor: 3, max: 0.1}
  - {id: quality.representativeness, column: sex, population: "f=0.5,m=0.5", max: 0.1}
  - {id: drift.psi, column: age, max: 0.2}
  - {id: run.tag, name: owner}
  - {id: run.param, name: size, in: [small, large]}
  - {id: run.metric, name: auc, min: 0.8, abs: true}
monitoring:
  - {id: performance.recall, min: 0.5, for-each: region, window: 1000 rows, alert: [risk]}
  - {id: quality.outlier_rate, method: z, max: 0.1, window: batch, alert: [ana, otto]}
shadow: {predictions: 1000, agreement: {min: 0.95}, errors: {max: 0.01}, judge: interval, if-none: pass}
serving:
  explanations: always
  rules:
    - {name: young, when: "age < 18", outside-profile: [age], explained-most-by: [age], then: replace, value: 0, if-unknown: flag}
mutations:
  - {role: data_scientist, type: registered-model, request: "alias != 'prod'"}
  - {role: data_scientist, type: model-version, request: "tag_key != 'a'", resource: "tags.frozen != 'yes'"}
approvals: [{role: validator, count: 2}, {role: ethics, vote: majority}, {count: 1}]
separation-of-duties: false
approvals-expire-after-days: 3650
""".replace("DIGEST", "a" * 64)

# What stands in WHOLE, and what a mistake makes of it.
MISTAKES = [
    ("name: whole\n", ""), ("version: 1.10\n", ""), ("assay: policy/v1", "assay: policy/v2"), ("name: whole", "nmae: whole"),
    ("name: whole", "name: two words"), ("name: whole", "name: [a]"), ("name: whole", "name: .hidden"),
    ('models: ["a-*"]', "models: []"), ('models: ["a-*"]', "models: a"), ('models: ["a-*"]', "model: [a]"),
    ("then: replace", "then: warn"), ("then: replace, ", ""), ("name: young, ", ""), ("if-unknown: flag", "if-unknown: replace"),
    ("outside-profile: [age]", "outside-profile: age"), ("value: 0, if-unknown", "value: [0], if-unknown"), ("name: young", "name: two words"),
    ('models: ["a-*"]', "models: [a, a]"), ("tiers: [low, moderate, high]", "tiers: [prohibited]"),
    ("tiers: [low, moderate, high]", "tiers: [medium]"), ("stages: [production]", "stages: [Live]"),
    ("registration: false", "registration: 0"), ("predictions: dataset", "predictions: somewhere"), ("  label: y\n", "  labell: y\n"),
    ("reference: r@sha256:", "reference: r@sha256:zz"), ("  reference: r@", "  thresholds-key: k\n  reference: r@"),
    ("accept: [supplied, attested]", "accept: [trusted]"), ("accept: [supplied, attested]", "accept: []"),
    ("id: fairness.demographic_parity_difference, ", ""), ("id: privacy.pii", "id: privacy.nothing"),
    ("id: fairness.demographic_parity_difference, column: race", "id: fairness.demographic_parity_difference"),
    ("above: 0, below: 1e-1", "above: 0, min: 0"), ("above: 0, below: 1e-1", "between: [0]"), ("above: 0, below: 1e-1", "between: [0, 1], max: 1"),
    ("above: 0, below: 1e-1, ", ""), ("below: 1e-1", "below: ten"), ("below: 1e-1", "below: [0.1]"), ("min-group: 0", "min-group: -1"),
    ("min-group: 0", "min-group: 1.5"), ("judge: interval", "judge: middle"), ("judge: interval", "jugde: interval"),
    ('privileged: "> 30", ', ""), ("column: race, where: data", "column: race, where: everywhere"), ("abs: true", "abs: maybe"),
    ("against: production, max-drop: 2%, if-none: pass", "max-drop: 2%"), ("max-drop: 2%, if-none: pass", "if-none: pass"),
    ("max-drop: 2%, if-none: pass", "max-drop: 2%, if-none: fail"), ("against: production, max-drop: 0", "against: staging, max-drop: 0"),
    ("against: production, max-drop: 0}", "min: 0.5, if-none: pass}"), ("max-drop: 0}", "max-drop: -1}"),
    ("against: production, max-drop: 0}", "against: production, max-drop: 0, judge: interval}"),
    ("against: production, max-drop: 0}", "min: 0.5, column: race}"), ("against: production, max-drop: 0}", "min: 0.5, privileged: a}"),
    ("against: production, max-drop: 0}", "min: 0.5, min-group: 5}"), ("against: production, max-drop: 0}", "min: 0.5, where: data}"),
    ("against: production, max-drop: 0}", "min: 0.5, method: z}"), ("method: z", "method: median"), ("factor: 3", "factor: three"),
    ("window: 1000 rows", "window: 1000 cows"), ("window: 1000 rows, ", ""), (", alert: [risk]", ""), ("alert: [risk]", "alert: []"), ("alert: [risk]", "alert: risk"),
    ("min: 0.5, for-each: region", "for-each: region"), ("min: 0.5, for-each: region", "against: production, max-drop: 1, for-each: region"),
    ("method: z, max: 0.1, window", "methods: z, max: 0.1, window"), ("min: 0.5, for-each: region", "min: 0.5, waivable: true"),
    ('for-each: "age:30,60", min-group: 5', 'for-each: "age:30,60", column: race'), ("slice: age > 3", "slice: []"), ("within-days: 7", "within-days: 0"),
    ("fresh-within-days: 30", "fresh-within-days: young"), ("models:/a b/7", "models:/a b/latest"), ("models:/a@champion", "models:/a"),
    ('for-each: "age:30,60", min-group', 'against: production, max-drop: 1, for-each: age, min-group'), ("min: 0.5, slice: age > 3, for-each: \"age:30,60\", min-group: 5", "min: 0.5, min-group: 5"),
    ("column: race, where: data", "column: race, slice: a > 1"), ("column: race, where: data", "column: race, for-each: a"),
    ('population: "f=0.5,m=0.5", ', ""), ("count: 2", "count: 0"), ("count: 2", "count: 2, vote: majority"), ("vote: majority", "vote: all"),
    ("{role: ethics, vote: majority}", "{vote: majority}"), ("{count: 1}", "{number: 1}"),
    ("id: run.tag, name: owner", "id: run.tag"), ("id: run.tag, name: owner", "id: run.tags, name: owner"),
    ("id: run.tag, name: owner", "id: run.tag, name: owner, column: a"), ("in: [small, large]", "in: [small], equals: small"),
    ("in: [small, large]", "in: []"), ("in: [small, large]", "in: [small], max: 1"), ("min: 0.8, abs: true", "min: much"),
    ("min: 0.8, abs: true", "min: 0.8, waivable: false"), ("retirement: true", "retirement: maybe"),
    ("type: registered-model, request", "type: model, request"), ("type: registered-model, request", "request"),
    ("role: data_scientist, type: registered-model", "type: registered-model"), (", request: \"alias != 'prod'\"", ""),
    ("separation-of-duties: false", "separation-of-duties: never"), ("days: 3650", "days: 3651"),
]


def test_policies_that_lint_takes_are_taken(tmp_path):
    texts = policies_of_the_pages() + [WHOLE]
    assert len(texts) == 13
    for index, text in enumerate(texts):
        path = tmp_path / f"{index}.yaml"
        path.write_text(text)
        assert assay("policy", "lint", path).returncode == 0
    documents = [document for text in texts for document in as_an_editor_reads(text)]
    assert validate(schema(), documents) == [[]] * len(documents)


def test_mistakes_that_lint_refuses_are_refused(tmp_path):
    files, documents = [], []
    for index, (written, mistake) in enumerate(MISTAKES):
        assert written in WHOLE, written
        text = WHOLE.replace(written, mistake, 1)
        path = tmp_path / f"{index}.yaml"
        path.write_text(text)
        files.append(path)
        documents.append(yaml.safe_load(text))
    done = assay("policy", "lint", *files)
    assert done.returncode == 2
    refused_by_lint = {line.split(":")[0] for line in done.stderr.splitlines()}
    for path, (_, mistake), errors in zip(files, MISTAKES, validate(schema(), documents)):
        assert str(path) in refused_by_lint, mistake
        assert errors, mistake


CASES = """assay: policy-test/v1
policy: loan-approval
facts: {model: loan-a, frozen: true}
cases:
  - name: a
    facts:
      stage: production
      tier: high
      roles: {validator: [vera]}
      evidence:
        - {check: performance.accuracy, value: 0.9, interval: [0.8, 1], rows: 100}
        - {check: fairness.equal_opportunity_difference, column: race, undefined: no rows, groups: {a: 1, b: 2}, provenance: supplied}
        - {check: performance.roc_auc, value: 1, dataset: b.parquet, version: 2, definition: 1, with: {weight: w}}
      baseline: {version: 7, evidence: [{check: performance.accuracy, value: 1}]}
      approvals: [{by: vera, roles: [validator], days-ago: 3, for: [files]}]
    expect: {decision: incomplete, basis: policies, reasons: [{requirement: approvals, code: approval-missing}]}
"""

CASE_MISTAKES = [
    ("assay: policy-test/v1", "assay: policy/v1"), ("policy: loan-approval\n", ""), ("- name: a\n    facts", "- facts"), ("tier: high", "tier: huge"),
    ("stage: production", "stage: gone"), ("stage: production", "stage: production\n      alias: a"), ("validator: [vera]}", "validator: vera}"),
    ("check: performance.accuracy, value: 0.9", "check: performance.acuracy, value: 0.9"), ("value: 0.9, ", ""), ("value: 0.9", "value: much"),
    ("value: 0.9", "value: 0.9, undefined: x"), ("interval: [0.8, 1]", "interval: [0.8]"), ("groups: {a: 1, b: 2}", "groups: {}"),
    ("provenance: supplied", "provenance: found"), ("{version: 7, ", "{"), ("by: vera, ", ""), ("days-ago: 3", "days-ago: -3"),
    ("for: [files]", "for: [moon]"), ("decision: incomplete, ", ""), ("decision: incomplete", "decision: maybe"),
    ("basis: policies", "basis: rules"), ("code: approval-missing", "code: gone"), ("reasons: [", "reason: ["),
    ("approval-missing}]}", "approval-missing}], exactly: []}"), ("frozen: true}", "frozen: 1}"), ("requirement: approvals, ", ""),
]


def test_cases_and_their_mistakes(tmp_path):
    policy = ROOT / "examples/loans/policy.yaml"
    answer = schema("--tests")
    good = [(ROOT / "examples/loans/policy.test.yaml").read_text(), CASES]
    documents = [document for text in good for document in as_an_editor_reads(text)]
    assert validate(answer, documents) == [[]] * len(documents)
    path = tmp_path / "cases.yaml"
    path.write_text(CASES)
    assert assay("policy", "test", policy, "--cases", path).returncode in (0, 1)
    documents = []
    for written, mistake in CASE_MISTAKES:
        assert written in CASES, written
        text = CASES.replace(written, mistake, 1)
        path.write_text(text)
        assert assay("policy", "test", policy, "--cases", path).returncode == 2, mistake
        documents.append(yaml.safe_load(text))
    for (_, mistake), errors in zip(CASE_MISTAKES, validate(answer, documents)):
        assert errors, mistake
