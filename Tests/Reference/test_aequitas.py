"""Aequitas' disparities against Aequitas itself, which has an environment of its own."""

import json
import os
import pathlib
import subprocess

import pytest

from tables import ask, by_id, make, run

NAMES = ["pprev", "tpr", "tnr", "fpr", "fnr", "fdr", "for", "precision", "npv"]


def expected(path, reference):
    python = os.environ.get("ASSAY_AEQUITAS_PYTHON")
    if not python or not os.access(python, os.X_OK):
        pytest.fail("ASSAY_AEQUITAS_PYTHON names no interpreter; run scripts/setup and source scripts/lib/environment.sh")
    script = pathlib.Path(__file__).with_name("aequitas_expected.py")
    answer = subprocess.run([python, script, path, reference], capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


@pytest.mark.parametrize("reference", ["", "a", "c"])
@pytest.mark.parametrize("rows, seed", [(60, 1), (900, 2), (5000, 3)])
def test_disparities_are_aequitas(rows, seed, reference, tmp_path):
    path = make(rows=rows, seed=seed, skew=[5, 2, 3]).write(tmp_path, "parquet")
    results = by_id(ask("fairness", path, "--label", "label", "--prediction", "prediction", "--sensitive", "group",
                        "--reference", f"group={reference}" if reference else "group"))
    want = expected(path, reference)
    for name in NAMES:
        result = results[f"aequitas.{name}_disparity"]
        got = {group["group"]: group["value"] for group in result["groups"]}
        assert set(got) == set(want[name])
        for group, value in want[name].items():
            # Aequitas puts 10 in the place of a division by 0, and ours is undefined there.
            if got[group] is None:
                assert value is None or value == 10.0
            else:
                assert got[group] == pytest.approx(value, rel=1e-9), (name, group)
        assert result["measure"] == f"ratio to {reference or 'a'}"
        assert result["value"] == pytest.approx(min(min(v, 1 / v) for v in got.values() if v), rel=1e-12)


@pytest.mark.parametrize("reference, word", [("group=z", None), ("other=a", "--sensitive"), ("group>a", "--reference")])
def test_a_reference_must_be_there(reference, word, tmp_path):
    path = make(rows=60, seed=4).write(tmp_path, "csv")
    answer = run("fairness", path, "--label", "label", "--prediction", "prediction", "--sensitive", "group", "--reference",
                 reference, "--format", "json")
    if word:
        assert answer.returncode == 2 and word in answer.stderr
    else:
        assert answer.returncode == 0, answer.stderr
        result = by_id(json.loads(answer.stdout))["aequitas.tpr_disparity"]
        assert result["value"] is None and "'z'" in result["undefined"]
