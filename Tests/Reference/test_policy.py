"""`assay policy lint` and `assay check`, from outside: exit statuses, places of mistakes, and decisions on numbers that
scikit-learn and Fairlearn compute too."""

import json
import os
import pathlib
import subprocess

import numpy as np
import pandas as pd
import pytest

BINARY = os.environ["ASSAY_BINARY"]

HEAD = """assay: policy/v1
name: test
version: NO
"""


def assay(*arguments):
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=120)


def table(seed=5, size=800):
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({"x": random.normal(size=size), "z": random.normal(size=size), "g": random.choice(["f", "m"], size)})
    frame["y"] = (frame.x + (frame.g == "m") * 0.8 + random.normal(size=size) > 0).astype(int)
    return frame


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A logged folder of a model that reads x and z, and its own predictions by scikit-learn."""
    import mlflow
    from mlflow.models import infer_signature
    from sklearn.linear_model import LogisticRegression

    frame = table()
    fitted = LogisticRegression().fit(frame[["x", "z"]], frame.y)
    folder = tmp_path_factory.mktemp("model") / "logged"
    signature = infer_signature(frame[["x", "z"]], fitted.predict(frame[["x", "z"]]))
    mlflow.sklearn.save_model(fitted, str(folder), signature=signature, serialization_format="skops")
    return folder, fitted


def test_lint_says_where(tmp_path):
    good = tmp_path / "good.yaml"
    good.write_text(HEAD + "approvals: [{role: validator}]\n")
    bad = tmp_path / "bad.yaml"
    bad.write_text(HEAD + "checks:\n  - {id: performance.acuracy, min: 0.5}\n  - {id: performance.accuracy, min: 2}\n")
    done = assay("policy", "lint", good)
    assert (done.returncode, done.stderr) == (0, "")
    assert "test NO: 0 checks, 1 approval rule; sha256:" in done.stdout
    done = assay("policy", "lint", bad, good)
    assert done.returncode == 2
    lines = done.stderr.splitlines()
    assert lines[0].startswith(f"{bad}:4:1: error: checks need 'data'")
    assert lines[1].startswith(f"{bad}:5:10: error: there is no check 'performance.acuracy'; did you mean 'performance.accuracy'")
    assert lines[2].startswith(f"{bad}:6:32: error: no value can be min 2: performance.accuracy is at most 1")
    assert str(good) in done.stdout


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe", b"a: &a [*a]\n", b"name: \x00", b"[" * 100_000, b"a: " + b"x" * 300_000, "name: \u202e".encode("utf-16")])
def test_hostile_policies_end_with_2(tmp_path, content):
    path = tmp_path / "p.yaml"
    path.write_bytes(content)
    done = assay("policy", "lint", path)
    assert done.returncode == 2, done
    assert f"{path}:1:" in done.stderr
    assert assay("policy", "lint", tmp_path / "none.yaml").returncode == 2
    assert assay("policy", "lint", tmp_path).returncode == 2


@pytest.mark.parametrize("margin, code", [(1e-9, 0), (0.0, 0), (-1e-9, 1)])
def test_a_file_with_predictions(tmp_path, margin, code):
    from fairlearn.metrics import demographic_parity_difference

    frame = table()
    frame["p"] = (frame.x > 0.2 * (frame.g == "f")).astype(int)
    data = tmp_path / "rows.csv"
    frame.to_csv(data, index=False)
    gap = float(demographic_parity_difference(frame.y, frame.p, sensitive_features=frame.g))
    policy = tmp_path / "p.yaml"
    policy.write_text(
        HEAD + "data: {label: y, prediction: p}\naccept: [supplied]\nchecks:\n"
        f"  - {{id: fairness.demographic_parity_difference, column: g, max: {gap + margin!r}}}\n")
    done = assay("check", policy, "--data", data, "--format", "json")
    answer = json.loads(done.stdout)
    assert answer["results"][0]["value"] == pytest.approx(gap, abs=1e-12)
    # At the limit itself one unit in the last place may separate the two computations.
    if margin or answer["results"][0]["value"] == gap:
        assert done.returncode == code
    assert answer["decision"] == ("pass" if done.returncode == 0 else "fail")
    assert answer["policies"][0]["reasons"][0]["provenance"] == "supplied"


def test_predictions_in_a_file_are_not_accepted_as_recomputed(tmp_path):
    data = tmp_path / "rows.csv"
    table().assign(p=lambda frame: frame.y).to_csv(data, index=False)
    policy = tmp_path / "p.yaml"
    body = "data: {label: y, prediction: p}\naccept: [attested]\nchecks: [{id: performance.accuracy, min: 0.5}]\n"
    policy.write_text(HEAD + body)
    done = assay("check", policy, "--data", data)
    assert done.returncode == 1
    assert "incomplete" in done.stdout and "it is supplied and the policy accepts attested" in done.stdout


def test_the_model_itself_is_judged(tmp_path, model):
    from sklearn.metrics import accuracy_score, roc_auc_score

    folder, fitted = model
    frame = table(seed=6)
    # A column of perfect predictions beside the model changes nothing.
    data = tmp_path / "holdout.parquet"
    frame.assign(prediction=frame.y).to_parquet(data)
    accuracy = accuracy_score(frame.y, fitted.predict(frame[["x", "z"]]))
    area = roc_auc_score(frame.y, fitted.predict_proba(frame[["x", "z"]])[:, 1])
    policy = tmp_path / "p.yaml"
    policy.write_text(
        HEAD + "data: {dataset: eval/holdout.parquet, label: y}\nchecks:\n"
        "  - {id: performance.accuracy, min: 0.99}\n  - {id: performance.roc_auc, min: 0.5, judge: interval}\n"
        "  - {id: quality.column_absent, column: g, where: features}\n"
        "approvals: [{role: validator}]\n")
    done = assay("check", policy, "--data", data, "--model", folder, "--format", "json")
    assert done.returncode == 1, done
    answer = json.loads(done.stdout)
    values = {result["id"]: result["value"] for result in answer["results"]}
    assert values["performance.accuracy"] == pytest.approx(accuracy, abs=1e-12)
    assert values["performance.roc_auc"] == pytest.approx(area, abs=1e-12)
    reasons = answer["policies"][0]["reasons"]
    assert [reason["decision"] for reason in reasons] == ["fail", "pass", "pass"]
    assert {reason["provenance"] for reason in reasons} == {"recomputed"}
    assert answer["predicate"]["provenance"] == "recomputed"
    assert answer["subject"][0]["name"] == "logged"
    text = assay("check", policy, "--data", data, "--model", folder)
    assert text.returncode == 1
    assert "Approvals are given at the registry and were not judged here." in text.stdout


def test_what_the_command_line_must_give(tmp_path, model):
    folder, _ = model
    data = tmp_path / "rows.csv"
    table().to_csv(data, index=False)
    judged = tmp_path / "judged.yaml"
    judged.write_text(HEAD + "data: {label: y}\nchecks: [{id: performance.accuracy, min: 0.5}]\n")
    given = tmp_path / "given.yaml"
    given.write_text(HEAD + "data: {label: y, prediction: p}\naccept: [supplied]\nchecks: [{id: performance.accuracy, min: 0.5}]\n")
    approvals = tmp_path / "approvals.yaml"
    approvals.write_text(HEAD + "approvals: [{role: validator}]\n")
    pickle = tmp_path / "candidate.pkl"
    pickle.write_bytes(b"\x80\x04N.")
    for arguments, words in [
        ((judged,), "name the file with --data"),
        ((judged, "--data", data), "name it with --model"),
        ((given, "--data", data, "--model", folder), "leave --model out"),
        ((given, "--data", data), "'p'"),
        ((judged, "--data", tmp_path / "none.csv", "--model", folder), "none.csv"),
        ((judged, "--data", data, "--model", pickle, "--no-foreign"), "is a pickle"),
        ((judged, "--data", data, "--model", tmp_path / "none"), "no such file or folder"),
    ]:
        done = assay("check", *arguments)
        assert (done.returncode, done.stdout) == (2, ""), (arguments, done)
        assert words in done.stderr, done.stderr
    assert assay("check", approvals).returncode == 0


def test_output_is_a_whole_file_or_none(tmp_path, model):
    folder, _ = model
    data = tmp_path / "rows.csv"
    table().to_csv(data, index=False)
    policy = tmp_path / "p.yaml"
    policy.write_text(HEAD + "data: {label: y}\nchecks: [{id: performance.accuracy, min: 0.5}]\n")
    report = tmp_path / "report.json"
    done = assay("check", policy, "--data", data, "--model", folder, "--format", "json", "-o", report)
    assert (done.returncode, done.stdout) == (0, "")
    assert json.loads(report.read_text())["decision"] == "pass"
    done = assay("check", policy, "--data", data, "--model", folder, "-o", tmp_path / "none" / "report")
    assert done.returncode == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["p.yaml", "report.json", "rows.csv"]


def test_commands_of_a_server_that_is_not_there(tmp_path):
    policy = tmp_path / "p.yaml"
    policy.write_text(HEAD + "approvals: [{role: validator}]\n")
    for arguments in [
        ("policy", "publish", policy), ("model", "promote", "m", "1", "--stage", "Production"),
        ("model", "approve", "m", "1", "--alias", "champion"), ("model", "adopt", "m", "1"), ("model", "history", "m")]:
        done = assay(*arguments, "--server", "http://127.0.0.1:1")
        assert done.returncode == 2, done
        assert "no server answers there" in done.stderr
    assert "is no server's address" in assay("model", "history", "m", "--server", "localhost:5000").stderr
    assert "Name one place" in assay("model", "promote", "m", "1", "--server", "http://127.0.0.1:1").stderr


def test_explain_has_words_for_every_check_of_the_catalogue(tmp_path):
    """The ids come from the catalogue's own page, which a test of its own holds to the catalogue."""
    root = pathlib.Path(__file__).parents[2]
    page = (root / "docs/measures.md").read_text()
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in page.splitlines() if line.startswith("| `")]
    rows = [(row[0].split("`")[1], row[1].replace("\\|", "|"), row[2].split(", ")) for row in rows]
    # A policy compares with the model in production, never with a second column; before a version is served nothing is recorded.
    rows = [row for row in rows if not {"against", "recorded-traffic"} & set(row[2])]
    assert len(rows) > 100
    suite = json.dumps(json.loads((root / "examples/diabetes/suite.json").read_text())).replace("'", "''")
    options = {
        "aif360.consistency": "features: 'a,b'", "performance.silhouette": "features: 'a,b'", "performance.adjusted_rand": "other: b",
        "fairness.cluster_balance": "group: g", "quality.representativeness": "population: 'f=0.5,m=0.5'",
        "quality.expectations": f"suite: '{suite}'",
    }
    checks = []
    for identifier, _, needs in rows:
        fields = [f"id: {identifier}", "max: 1"]
        if {"sensitive", "column"} & set(needs):
            fields.append("column: c")
        if "privileged" in needs:
            fields.append("privileged: a")
        if identifier in options:
            fields.append(options[identifier])
        checks.append("  - {" + ", ".join(fields) + "}\n")
    path = tmp_path / "policy.yaml"
    data = f"data: {{label: y, prediction: p, score: s, reference: r@sha256:{'a' * 64}}}\naccept: [supplied]\nchecks:\n"
    path.write_text(HEAD + data + "".join(checks))
    done = assay("policy", "explain", path, "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    section = next(part for part in json.loads(done.stdout)["policies"][0]["sections"] if part["part"] == "checks")
    assert [item["name"] for item in section["items"]] == [identifier for identifier, _, _ in rows]
    for item, (_, sentence, _) in zip(section["items"], rows):
        assert item["sentences"][0] == "What is measured: " + sentence


def test_explain_in_each_form(tmp_path):
    policy = pathlib.Path(__file__).parents[2] / "examples/loans/policy.yaml"
    done = assay("policy", "explain", policy)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Policy loan-approval 1\nsha256:")
    assert "  Its value must be at most 0.1.\n" in done.stdout
    assert all(len(line) <= 80 or " " not in line.strip() for line in done.stdout.splitlines())
    markdown = assay("policy", "explain", policy, "--format", "markdown").stdout
    assert markdown.startswith("## Policy loan-approval 1") and "### Who has to approve" in markdown
    both = assay("policy", "explain", policy, pathlib.Path(__file__).parents[2] / "examples/diabetes/policy.yaml", "--format", "json")
    assert [p["name"] for p in json.loads(both.stdout)["policies"]] == ["loan-approval", "early-treatment"]
    lost = assay("policy", "explain", "no-such-policy")
    assert lost.returncode == 2 and "There is no file 'no-such-policy'" in lost.stderr and "ASSAY_SERVER" in lost.stderr


def test_diff_marks_and_exit_statuses(tmp_path):
    source = (pathlib.Path(__file__).parents[2] / "examples/loans/policy.yaml").read_text()
    old, looser, stricter = (tmp_path / name for name in ("old.yaml", "looser.yaml", "stricter.yaml"))
    old.write_text(source)
    looser.write_text(source.replace('"1"', '"2"').replace("max: 0.1}", "max: 0.2}", 1))
    stricter.write_text(source.replace("min: 0.85", "min: 0.9"))
    done = assay("policy", "diff", old, looser)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0] == "loan-approval 1 → loan-approval 2"
    assert lines[1] == "  other     title: version: 2, where it was 1"
    assert lines[2].startswith("  looser    checks: fairness.demographic_parity_difference on race: max 0.2")
    assert lines[3].startswith("0 stricter, 1 looser, 1 other: loan-approval 2 asks for less than loan-approval 1")
    done = assay("policy", "diff", old, stricter, "--format", "json")
    assert done.returncode == 0
    answer = json.loads(done.stdout)
    assert answer["counts"] == {"stricter": 1, "looser": 0, "other": 0}
    assert answer["differences"][0]["part"] == "checks"
    assert assay("policy", "diff", old, old).stdout.endswith("There is no difference.\n")
    assert "| looser | checks |" in assay("policy", "diff", old, looser, "--format", "markdown").stdout
    looser.write_text("assay: policy/v1\n")
    assert assay("policy", "diff", old, looser).returncode == 2
