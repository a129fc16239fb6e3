"""`drift.*` in policies: the numbers of `assay drift` against a profile that the policy binds by its digest."""

import hashlib
import json
import os
import subprocess

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest

from tables import BLOCK, run

POLICY = """assay: policy/v1
name: stable-inputs
version: "1"
accept: [supplied]
data:
  predictions: dataset
  reference: {name}@sha256:{digest}
checks:
{checks}
"""


def columns(seed, shift, rows):
    draw = np.random.default_rng(seed)
    return {
        "age": pa.array(draw.integers(18, 80, rows), pa.int64()), "income": draw.normal(shift, 1, rows),
        "city": draw.choice(["a", "b", "c"], rows, p=[0.5 - shift / 4, 0.3 + shift / 4, 0.2]),
    }


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("policies")
    files = {}
    for name, seed, shift, rows in (("reference", 1, 0, 700), ("still", 2, 0, 600), ("moved", 3, 0.6, BLOCK + 1)):
        files[name] = str(folder / f"{name}.parquet")
        pa.parquet.write_table(pa.table(columns(seed, shift, rows)), files[name], row_group_size=10_000)
    profile = folder / "reference.json"
    assert run("profile", files["reference"], "--write-profile", profile).returncode == 0
    return folder, files, profile


def policy(folder, profile, *checks):
    path = folder / "policy.yaml"
    digest = hashlib.sha256(profile.read_bytes()).hexdigest()
    path.write_text(POLICY.format(name="reference", digest=digest, checks="\n".join(f"  - {check}" for check in checks)))
    return path


def check(world, data, *checks, extra=()):
    folder, files, profile = world
    return run("check", policy(folder, profile, *checks), "--data", files[data], "--reference", profile, *extra)


@pytest.mark.parametrize("data, status", [("still", 0), ("moved", 1)])
def test_a_policy_requires_stillness(world, data, status):
    answer = check(world, data, "{id: drift.dataset, max: 0}", "{id: drift.psi, column: income, max: 0.1}",
                   "{id: drift.dataset, column: age, max: 0}", extra=("--format", "json"))
    assert answer.returncode == status, answer.stdout + answer.stderr
    value = json.loads(answer.stdout)
    assert value["decision"] == ("pass" if status == 0 else "fail")
    roles = {entry["role"]: entry for entry in value["predicate"]["inputs"]}
    assert roles["reference"]["digest"]["sha256"] == hashlib.sha256(world[2].read_bytes()).hexdigest()
    assert roles["reference"]["rows"] == 700


@pytest.mark.parametrize("method", ["psi", "jensen_shannon", "hellinger", "total_variation", "wasserstein", "energy_distance"])
def test_distances_are_those_of_drift(world, method):
    _, files, profile = world
    column = "city" if method == "total_variation" else "income"
    found = json.loads(check(world, "moved", f"{{id: drift.{method}, column: {column}, min: 0}}", extra=("--format", "json")).stdout)
    whole = json.loads(run("drift", profile, files["moved"], "--method", method, "--format", "json").stdout)
    want = next(result for result in whole["results"] if result["id"] == f"drift.{method}" and result["column"] == column)
    assert found["results"][0]["value"] == want["value"]
    share = json.loads(check(world, "moved", "{id: drift.dataset, max: 0}", extra=("--format", "json")).stdout)["results"][0]
    default = json.loads(run("drift", profile, files["moved"], "--format", "json").stdout)
    assert share["value"] == default["results"][0]["value"] and share["details"]["drifted_names"] == ["income", "city"]


def test_what_cannot_be_judged_is_incomplete(world):
    answer = check(world, "still", "{id: drift.psi, column: gone, max: 0.1}", "{id: drift.wasserstein, column: city, max: 1}")
    assert answer.returncode == 1
    assert "the data has no column 'gone'" in answer.stdout and "not for the column's values" in answer.stdout
    assert "incomplete" in answer.stdout.splitlines()[0]


def test_the_profile_is_bound(world, tmp_path):
    folder, files, profile = world
    other = tmp_path / "other.json"
    assert run("profile", files["still"], "--write-profile", other).returncode == 0
    path = policy(folder, profile, "{id: drift.dataset, max: 0}")
    for arguments, message in (
        (["--reference", other], "is another reference"), ([], "--reference"),
        (["--reference", files["reference"]], "is no reference profile"),
    ):
        answer = run("check", path, "--data", files["still"], *arguments)
        assert answer.returncode == 2 and message in answer.stderr, answer.stderr


@pytest.mark.parametrize("data, check, message", [
    ("", "{id: drift.dataset, max: 0}", "needs 'reference' in 'data'"),
    ("  reference: profile.json\n", "{id: drift.dataset, max: 0}", "binds a profile by its digest"),
    ("  reference: p@sha256:" + "0" * 64 + "\n", "{id: drift.psi, max: 0}", "needs 'column'"),
    ("  reference: p@sha256:" + "0" * 64 + "\n", "{id: drift.psi, column: a, bins: 1, max: 0}", "'bins'"),
])
def test_lint_says_what_is_missing(tmp_path, data, check, message):
    path = tmp_path / "policy.yaml"
    path.write_text(
        "assay: policy/v1\nname: p\nversion: \"1\"\naccept: [supplied]\ndata:\n  label: y\n" + data + "checks:\n  - " + check + "\n")
    answer = subprocess.run([os.environ["ASSAY_BINARY"], "policy", "lint", path], capture_output=True, text=True)
    assert answer.returncode == 2 and message in answer.stderr, answer.stderr
