"""What CI systems read of `assay check`: SARIF by an independent model of its schema, JUnit by the rules of its schema, GitHub's
annotations by their grammar, GitLab's report by its documented members, and a comment that is short. Each in one run of the command."""

import json
import os
import pathlib
import re
import subprocess
import xml.etree.ElementTree as ElementTree

import numpy as np
import pandas as pd
import pytest

BINARY = os.environ["ASSAY_BINARY"]
POLICY = """assay: policy/v1
name: odd-names
version: "1"
data: {label: y, prediction: p}
accept: [supplied]
checks:
  - {id: performance.accuracy, min: 0.99}
  - {id: performance.precision, min: 0.1}
  - {id: fairness.demographic_parity_difference, column: "g:r,o%up", max: 0.0001}
  - {id: fairness.demographic_parity_difference, column: "one", max: 0.1}
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """One run, every form: a failed check, one that holds, one on a column with an odd name, one that cannot be judged."""
    folder = tmp_path_factory.mktemp("formats")
    draw = np.random.default_rng(3)
    rows = pd.DataFrame({"g:r,o%up": draw.choice(["a", "b"], 600), "one": "same"})
    rows["y"] = draw.integers(0, 2, 600)
    rows["p"] = np.where(draw.random(600) < 0.8, rows.y, 1 - rows.y)
    rows.to_csv(folder / "rows.csv", index=False)
    (folder / "policy.yaml").write_text(POLICY)
    forms = ["json", "junit", "sarif", "gitlab", "comment", "markdown", "html", "text"]
    also = [word for form in forms for word in ("--also", f"{form}={folder / form}")]
    done = subprocess.run(
        [BINARY, "check", "policy.yaml", "--data", "rows.csv", "--format", "github", *also], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 1, done.stderr
    return {"github": done.stdout, **{form: (folder / form).read_text() for form in forms}}


def outcomes(answers):
    return [(reason["requirement"], reason.get("column", ""), reason["decision"]) for reason in
            json.loads(answers["json"])["policies"][0]["reasons"]]


def test_the_run_is_what_the_forms_are_held_against(answers):
    assert [decision for _, _, decision in outcomes(answers)].count("fail") == 2
    assert [decision for _, _, decision in outcomes(answers)].count("incomplete") == 1
    assert [decision for _, _, decision in outcomes(answers)].count("pass") == 1


def test_sarif_by_an_independent_model(answers):
    """sarif-pydantic holds the schema as types; what it reads and writes again is the same, so nothing was left unread."""
    python = os.environ.get("ASSAY_PIPELINES_PYTHON")
    if not python or not os.path.exists(python):
        pytest.fail("ASSAY_PIPELINES_PYTHON names no interpreter with sarif-pydantic; run scripts/setup")
    log = json.loads(answers["sarif"])
    program = ("import sys, sarif_pydantic; print(sarif_pydantic.Sarif.model_validate_json(sys.stdin.read())"
               ".model_dump_json(by_alias=True, exclude_none=True))")
    done = subprocess.run([python, "-c", program], input=answers["sarif"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr

    def plain(value):
        if isinstance(value, dict):
            return {name: plain(inner) for name, inner in value.items() if inner is not None}
        return [plain(inner) for inner in value] if isinstance(value, list) else value

    again = plain(json.loads(done.stdout))

    def covers(whole, part, path=""):
        if isinstance(part, dict):
            for name, inner in part.items():
                assert name in whole, f"{path}/{name} is no member of the schema"
                covers(whole[name], inner, f"{path}/{name}")
        elif isinstance(part, list):
            assert len(whole) == len(part)
            for index, inner in enumerate(part):
                covers(whole[index], inner, f"{path}/{index}")
        else:
            assert whole == part, path

    covers(again, plain(log))


def test_sarif_by_the_rules_that_code_hosts_rely_on(answers):
    log = json.loads(answers["sarif"])
    assert log["version"] == "2.1.0" and len(log["runs"]) == 1
    run = log["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    kinds = {"fail": "fail", "incomplete": "open", "pass": "pass"}
    assert [result["kind"] for result in run["results"]] == [kinds[decision] for _, _, decision in outcomes(answers)]
    for result in run["results"]:
        # Section 3.27.10: a level other than none is for failures only.
        assert (result["level"] == "none") == (result["kind"] != "fail")
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert uri == "policy.yaml" and result["message"]["text"]


def test_junit_by_the_rules_of_its_schema(answers):
    """The rules of the schema that Jenkins' plugin holds reports against (junit-10.xsd): which elements, which attributes, what order."""
    root = ElementTree.fromstring(answers["junit"])
    assert root.tag == "testsuites" and set(root.attrib) <= {"name", "time", "tests", "failures", "disabled", "errors"}
    (suite,) = root
    assert suite.tag == "testsuite" and "name" in suite.attrib and "tests" in suite.attrib
    assert set(suite.attrib) <= {"name", "tests", "failures", "errors", "time", "disabled", "skipped", "timestamp", "hostname", "id",
                                 "package", "file", "log", "url", "version", "group"}
    tags = [child.tag for child in suite]
    assert tags == sorted(tags, key=["properties", "testcase", "system-out", "system-err"].index)
    for property in suite.iter("property"):
        assert set(property.attrib) == {"name", "value"}
    cases = suite.findall("testcase")
    for case in cases:
        assert {"name", "classname"} <= set(case.attrib) <= {"name", "classname", "time", "assertions", "status", "group", "file", "line"}
        assert all(child.tag in {"skipped", "error", "failure", "system-out", "system-err"} for child in case)
        for problem in list(case.iter("failure")) + list(case.iter("error")):
            assert set(problem.attrib) == {"type", "message"}
    found = ["fail" if case.find("failure") is not None else "incomplete" if case.find("error") is not None else "pass" for case in cases]
    assert found == [decision for _, _, decision in outcomes(answers)]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("4", "2", "1")


COMMAND = re.compile(r"::(error|warning|notice) ((?:[a-z]+=[^,:\r\n]*,?)*)::([^\r\n]*)")


def test_github_annotations_by_their_grammar(answers):
    """Each line is one command; decoded as the runner decodes it, the names are what the policy says."""
    def decoded(text, property=False):
        for code, character in ([("%3A", ":"), ("%2C", ",")] if property else []) + [("%0D", "\r"), ("%0A", "\n"), ("%25", "%")]:
            text = text.replace(code, character)
        return text

    lines = answers["github"].splitlines()
    read = [COMMAND.fullmatch(line) for line in lines]
    assert all(read), lines
    properties = [dict(part.split("=", 1) for part in match[2].split(",")) for match in read]
    titles = [decoded(part["title"], True) for part in properties]
    want = [f"{id} ({column})" if column else id for id, column, decision in outcomes(answers) if decision != "pass"]
    assert titles == want + ['Policy odd-names 1']
    assert [match[1] for match in read] == ["error"] * 3 + ["notice"]
    assert all(part["file"] == "policy.yaml" for part in properties[:-1])


def test_a_name_cannot_begin_a_command_of_its_own(tmp_path):
    """A column's name with a line end stays in its line."""
    pd.DataFrame({"a\n::set-env name=X::y": ["a", "b"] * 60, "y": [0, 1] * 60, "p": [0, 1] * 60}).to_parquet(tmp_path / "rows.parquet")
    (tmp_path / "policy.yaml").write_text(
        'assay: policy/v1\nname: n\nversion: "1"\ndata: {label: y, prediction: p}\naccept: [supplied]\nchecks:\n'
        '  - {id: fairness.demographic_parity_difference, column: "a\\n::set-env name=X::y", max: 0.1}\n')
    done = subprocess.run([BINARY, "check", "policy.yaml", "--data", "rows.parquet", "--format", "github"], cwd=tmp_path,
                          capture_output=True, text=True)
    assert all(COMMAND.fullmatch(line) for line in done.stdout.splitlines()), done.stdout
    assert not any(line.startswith("::set-env") for line in done.stdout.splitlines())


def test_gitlab_report(answers):
    issues = json.loads(answers["gitlab"])
    assert [issue["check_name"] for issue in issues] == [id for id, _, decision in outcomes(answers) if decision != "pass"]
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert issue["location"] == {"path": "policy.yaml", "lines": {"begin": 1}}


def test_a_comment_is_read_in_twenty_seconds(answers):
    """At 250 words a minute: the part that is not folded away has at most 83 words; what failed stands first."""
    comment = answers["comment"]
    shown = re.sub(r"<details>.*?</details>", "", comment, flags=re.S)
    words = [word for word in re.sub(r"<[^>]+>", " ", shown).split() if re.search(r"\w", word)]
    assert len(words) <= 83, f"{len(words)} words"
    lines = [line for line in comment.splitlines() if line.startswith("- ")]
    assert [line[2] for line in lines] == ["❌", "❌", "❓", "✅"]
    assert comment.startswith("### ❌ Policy odd-names 1: failed")


def test_forms_that_are_none_are_refused(tmp_path):
    for word in ("junit", "junit=", "=x", "pdf=x"):
        done = subprocess.run([BINARY, "check", "p.yaml", "--also", word], capture_output=True, text=True, cwd=tmp_path)
        assert done.returncode == 2 and "also" in done.stderr
