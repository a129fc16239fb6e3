"""`assay drift` against scipy and Evidently 0.7.21, on seeded random tables.

Evidently needs pandas 2, so what it says is worked out by the interpreter that ASSAY_EVIDENTLY_PYTHON names
(drift_expected.py), for all tables of this file in one process.
"""

import json
import math
import os
import subprocess
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet
import pytest
from scipy import stats

from drift import ask, column_results
from tables import BLOCK, run

HERE = Path(__file__).parent

DISTANCES = {"wasserstein": "wasserstein", "psi": "psi", "jensenshannon": "jensen_shannon", "kl_div": "kl_divergence",
             "hellinger": "hellinger", "ed": "energy_distance"}
TESTS = {"ks": "ks", "chisquare": "chi_square", "z": "z", "anderson": "anderson",
         "cramer_von_mises": "cramer_von_mises", "mannw": "mann_whitney", "t_test": "t_test", "TVD": "total_variation",
         "fisher_exact": "fisher_exact", "es": "epps_singleton", "g_test": "g_test"}
METHODS = DISTANCES | TESTS


def table(rows, seed, shift=0.0, missing=0.0):
    draw = np.random.default_rng(seed)

    def maybe(values):
        gone = draw.random(rows) < missing
        return [None if lost else value for value, lost in zip(values.tolist(), gone)]

    heavy = draw.standard_cauchy(rows) * 1e8
    columns = {
        "normal": pa.array(maybe(draw.normal(shift, 1 + shift / 3, rows)), pa.float64()),
        "heavy": pa.array(maybe(heavy), pa.float64()),
        "small": pa.array(maybe(draw.normal(shift, 1, rows) * 1e-9), pa.float64()),
        "rounded": pa.array(maybe(np.round(draw.exponential(1 + shift, rows), 1)), pa.float64()),
        "halves": pa.array(maybe(draw.integers(0, 4, rows) / 2 + shift), pa.float64()),
        "ages": pa.array(maybe(draw.integers(18, 80 + int(10 * shift), rows)), pa.int64()),
        "grades": pa.array(maybe(draw.integers(0, 5 + int(4 * shift), rows)), pa.int64()),
        "flag": pa.array((draw.random(rows) < 0.3 + shift / 4).tolist(), pa.bool_()),
        "city": pa.array(maybe(draw.choice(["caf\u00e9", "cafe\u0301", "b,\"c", "\u7d44", "two words"], rows,
                                           p=[0.4 - shift / 4, 0.2 + shift / 4, 0.2, 0.1, 0.1])), pa.string()),
        "side": pa.array(maybe(draw.choice(["left", "right"], rows, p=[0.6 + shift / 5, 0.4 - shift / 5])), pa.string()),
        "constant": pa.array(["k"] * rows, pa.string()),
    }
    return pa.table(columns)


# name: (reference, current)
TABLES = {
    "twelve": (dict(rows=12, seed=1), dict(rows=12, seed=2)),
    "equal sizes": (dict(rows=300, seed=3), dict(rows=300, seed=4, shift=0.4)),
    "unequal, missing": (dict(rows=250, seed=5, missing=0.1), dict(rows=431, seed=6, missing=0.02)),
    "thousand": (dict(rows=1000, seed=7), dict(rows=700, seed=8, shift=0.2)),
    "thousand and one": (dict(rows=1001, seed=9), dict(rows=1001, seed=10)),
    "large reference": (dict(rows=20_000, seed=11), dict(rows=37, seed=12, shift=1.0)),
    "large": (dict(rows=12_345, seed=13, missing=0.05), dict(rows=9_000, seed=14, shift=0.1)),
    "block + 1": (dict(rows=BLOCK + 1, seed=15), dict(rows=BLOCK - 1, seed=16)),
}
# The permutation of TVD costs Evidently seconds for a thousand rows.
FOR_EACH_METHOD = ["twelve", "equal sizes", "large reference"]


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drift")
    paths = {}
    for name, sides in TABLES.items():
        paths[name] = []
        for side, arguments in zip(("reference", "current"), sides):
            path = folder / f"{name} {side}.parquet"
            pa.parquet.write_table(table(**arguments), path, row_group_size=10_000)
            paths[name].append(str(path))
    return paths


def ask_evidently(jobs, folder):
    python = os.environ.get("ASSAY_EVIDENTLY_PYTHON")
    if not python or not Path(python).exists():
        pytest.fail("ASSAY_EVIDENTLY_PYTHON names no interpreter; run scripts/setup and source scripts/lib/environment.sh")
    path = folder / "jobs.json"
    path.write_text(json.dumps(jobs))
    answer = subprocess.run([python, str(HERE / "drift_expected.py"), str(path)], capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr[-2000:]
    return json.loads(answer.stdout)


@pytest.fixture(scope="session")
def evidently(files, tmp_path_factory):
    """What Evidently says: of each table by its own choice, and of some by every method."""
    keys, jobs = [], []
    for name, (reference, current) in files.items():
        keys.append((name, None))
        jobs.append(dict(reference=reference, current=current))
        if name in FOR_EACH_METHOD:
            for method in METHODS:
                if method == "TVD" and name != "twelve":
                    continue
                keys.append((name, method))
                jobs.append(dict(reference=reference, current=current, method=method,
                                 columns=pa.parquet.read_schema(reference).names))
    return dict(zip(keys, ask_evidently(jobs, tmp_path_factory.mktemp("evidently"))))


# Display names by which Evidently reports what it chose.
SHOWN = {"K-S p_value": "ks", "Wasserstein distance (normed)": "wasserstein", "chi-square p_value": "chi_square",
         "Z-test p_value": "z", "Jensen-Shannon distance": "jensen_shannon"}


def tolerance(identifier, want):
    """Sums of at most 131,072 rounded terms and quotients of them: 1e-10 relatively is ten times what they can lose.

    What is a root of a difference near 0 (Jensen-Shannon, Hellinger, energy) loses half of the digits there. Evidently
    keeps the counts of its exact Cram\u00e9r-von Mises test in half or single precision: three digits.
    """
    if identifier.split(".")[1] in ("jensen_shannon", "hellinger", "energy_distance"):
        return max(1e-10 * abs(want), 3e-8 if abs(want) < 1e-3 else 0)
    return 1e-9 * abs(want) + 1e-14


@pytest.mark.parametrize("name", TABLES)
def test_default_choice_is_evidentlys(name, files, evidently):
    expected = evidently[name, None]
    answer = ask(*files[name], "--mode", "evidently")
    found = column_results(answer)
    for column, want in expected["columns"].items():
        result = found[column]
        assert result["id"] == "drift." + SHOWN[want["config"]["method"]], column
        assert result["details"]["threshold"] == want["config"]["threshold"], column
        assert result["value"] == pytest.approx(want["score"], rel=0, abs=tolerance(result["id"], want["score"])), column
    dataset = answer["results"][0]
    assert dataset["id"] == "drift.dataset"
    judged = {column for column, result in found.items() if result["value"] is not None}
    if judged == set(expected["columns"]):
        assert dataset["details"]["drifted_columns"] == expected["count"]
        assert dataset["value"] == pytest.approx(expected["share"], rel=1e-15)
        assert answer["status"] == (1 if expected["share"] >= 0.5 else 0)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", FOR_EACH_METHOD)
def test_every_method_is_evidentlys(name, method, files, evidently):
    if (name, method) not in evidently:
        pytest.skip("Evidently takes minutes for this one")
    found = column_results(ask(*files[name], "--mode", "evidently", "--method", method))
    compared = 0
    for column, want in evidently[name, method]["columns"].items():
        result = found.get(column)
        if "score" not in want or math.isnan(want["score"]):
            # It raised or gave NaN; we say why there is no value, or it is one of the kept differences.
            assert result is None or result["value"] is None or math.isnan(want.get("score", 0)), (column, want)
            continue
        assert result["id"] == "drift." + METHODS[method]
        limit = tolerance(result["id"], want["score"])
        if method == "cramer_von_mises" and name == "twelve":
            limit = 1e-3
        compared += 1
        if method == "TVD":
            # Evidently compares rounded sums, in the order of a Python set, and misses some ties that we count.
            assert want["score"] - 1e-12 <= result["value"] <= want["score"] + 0.15, column
            continue
        assert result["value"] == pytest.approx(want["score"], rel=0, abs=limit), column
    if method not in ("g_test", "fisher_exact"):
        assert compared > 0


@pytest.mark.parametrize("name", TABLES)
def test_strict_tests_are_scipys(name, files):
    answer = ask(*files[name])
    columns = {"reference": pa.parquet.read_table(files[name][0]), "current": pa.parquet.read_table(files[name][1])}
    raw, adjusted = [], []
    for result in answer["results"][1:]:
        if "adjusted_p_value" in result["details"]:
            raw.append(result["value"])
            adjusted.append(result["details"]["adjusted_p_value"])
        if result["id"] == "drift.ks" and result["value"] is not None:
            sides = [columns[side][result["column"]].drop_null().to_numpy() for side in ("reference", "current")]
            want = stats.ks_2samp(*sides)
            both = np.concatenate(sides)
            if len(np.unique(both)) == len(both):
                assert result["value"] == pytest.approx(want.pvalue, rel=1e-8, abs=1e-13), result["column"]
            else:
                # Among ties scipy gives an upper bound; TiedKolmogorovTests counts divisions.
                assert 0 <= result["value"] <= want.pvalue * (1 + 1e-8) + 1e-13, result["column"]
            assert result["details"]["statistic"] == pytest.approx(want.statistic, rel=1e-12)
        if result["id"] == "drift.chi_square" and result["value"] is not None:
            sides = [columns[side][result["column"]].drop_null().to_pylist() for side in ("reference", "current")]
            keys = sorted(set(sides[0]) | set(sides[1]))
            counts = np.array([[side.count(key) for key in keys] for side in sides])
            if counts.sum(axis=0).min() * min(counts.sum(axis=1)) / counts.sum() >= 5:
                want = stats.chi2_contingency(counts, correction=False)
                assert result["details"]["statistic"] == pytest.approx(want.statistic, rel=1e-9, abs=1e-12)
                assert result["value"] == pytest.approx(want.pvalue, rel=1e-9), result["column"]
    assert len(raw) == answer["results"][1]["details"].get("tests", len(raw))
    assert adjusted == pytest.approx(stats.false_discovery_control(raw), rel=1e-12)


def test_ties_are_regarded(tmp_path):
    """The share of drawn divisions that lie as far apart as the samples do; four deviations of 4,000 are 0.03."""
    draw = np.random.default_rng(31)
    values = np.round(draw.exponential(2, 500), 1)
    paths = [tmp_path / name for name in ("r.parquet", "c.parquet")]
    for path, side in zip(paths, (values[:260], values[260:])):
        pa.parquet.write_table(pa.table({"x": side}), path)
    result = next(one for one in ask(*paths)["results"] if one["id"] == "drift.ks")
    observed = stats.ks_2samp(values[:260], values[260:])
    far = 0
    for _ in range(4_000):
        draw.shuffle(values)
        grid = np.unique(values)
        left, right = (np.searchsorted(np.sort(side), grid, side="right") / len(side) for side in (values[:260], values[260:]))
        far += np.abs(left - right).max() >= observed.statistic - 1e-12
    assert result["value"] == pytest.approx(far / 4_000, abs=0.032)
    assert result["value"] < observed.pvalue


def psi_pair(folder, share):
    """Two categories, half and half in the reference, so that the index is (2 share - 1) ln(share / (1 - share))."""
    rows = 100_000
    for name, count in (("R", rows // 2), ("C", round(rows * share))):
        lines = ["kind"] + ["a"] * count + ["b"] * (rows - count)
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
    return folder / "R.csv", folder / "C.csv"


@pytest.mark.parametrize("extra", [[], ["--mode", "evidently", "--method", "psi"]])
@pytest.mark.parametrize("target, status", [(0.09, 0), (0.11, 1)])
def test_threshold_on_the_stability_index(tmp_path, target, status, extra):
    low, high = 0.5, 0.99
    while high - low > 1e-9:
        middle = (low + high) / 2
        index = (middle - 0.5) * math.log(middle / (1 - middle))
        low, high = (middle, high) if index < target else (low, middle)
    reference, current = psi_pair(tmp_path, low)
    answer = ask("--reference_data", reference, "--current_data", current, "--threshold", "0.1", *extra)
    value = next(result["value"] for result in answer["results"] if result["id"] == "drift.psi")
    assert value == pytest.approx(target, abs=0.001)
    assert answer["status"] == status


def test_the_order_of_rows_changes_nothing(tmp_path):
    rows = table(900, 21, missing=0.05)
    other = table(800, 22, shift=0.3)
    order = np.random.default_rng(1).permutation(900)
    paths = [tmp_path / name for name in ("a.parquet", "b.parquet", "c.parquet")]
    for path, content in zip(paths, (rows, rows.take(order), other)):
        pa.parquet.write_table(content, path)
    for mode in ("strict", "evidently"):
        first = ask(paths[0], paths[2], "--mode", mode)
        assert first["results"] == ask(paths[1], paths[2], "--mode", mode)["results"]


def test_the_same_data_do_not_drift(files):
    for name in ("twelve", "large"):
        for mode in ("strict", "evidently"):
            reference = files[name][0]
            answer = ask(reference, reference, "--mode", mode)
            assert answer["status"] == 0
            assert answer["results"][0]["value"] == 0


BAD = {
    "no columns in common": ("a\n1\n", "b\n1\n", [], 2, "no column in common"),
    "text against numbers": ("a\n1\n2\n", "a\nx\ny\n", [], 2, "holds numbers in the reference and text"),
    "ragged": ("a,b\n1,2\n", "a,b\n1,2\n3\n", [], 2, "C.csv"),
    "empty file": ("a\n1\n", "", [], 2, "C.csv"),
    "unknown column": ("a\n1\n", "a\n1\n", ["--columns", "b"], 2, "no column 'b'"),
    "unknown method": ("a\n1\n", "a\n1\n", ["--method", "kss"], 2, "there is no drift method 'kss'"),
    "share of nothing": ("a\n1\n", "a\n1\n", ["--drift-share", "0"], 2, "share of drifted columns"),
    "one file": (None, "a\n1\n", [], 2, "compares two data sets"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_named(tmp_path, name):
    reference, current, extra, status, message = BAD[name]
    files = []
    for file, content in (("R.csv", reference), ("C.csv", current)):
        if content is not None:
            (tmp_path / file).write_text(content)
            files.append(tmp_path / file)
    answer = run("drift", *files, *extra)
    assert answer.returncode == status, answer.stdout
    assert message in answer.stderr, answer.stderr
    assert answer.stdout == ""


def test_what_cannot_be_judged_says_why(tmp_path):
    (tmp_path / "R.csv").write_text("gone,endless,fine\n,inf,1\n,inf,2\n,-inf,3\n")
    (tmp_path / "C.csv").write_text("gone,endless,fine\n1,1,1\n2,2,2\n3,3,3\n")
    answer = ask(tmp_path / "R.csv", tmp_path / "C.csv")
    results = {}
    for result in answer["results"][1:]:
        results.setdefault(result["column"], result)
    assert results["gone"]["value"] is None and results["gone"]["undefined"] == "the reference has no value"
    assert results["endless"]["undefined"] == "the reference has no value"
    assert results["endless"]["details"]["infinite"] == 3


def rank_bound(profile, column):
    content = json.loads(Path(profile).read_text())
    found = next(entry for entry in content["columns"] if entry["name"] == column)
    return found.get("rank_bound", 0) / (found["rows"] - found["missing"] - found["infinite"])


@pytest.mark.parametrize("name", ["twelve", "thousand", "large", "block + 1"])
def test_a_profile_stands_for_its_rows(name, files, tmp_path):
    reference, current = files[name]
    profile = tmp_path / "reference.json"
    answer = run("profile", reference, "--write-profile", profile)
    assert answer.returncode == 0, answer.stderr
    whole, sketched = ask(reference, current), ask(profile, current)
    for want, found in zip(whole["results"][1:], sketched["results"][1:], strict=True):
        assert (want["id"], want["column"], want["rows"]) == (found["id"], found["column"], found["rows"])
        bound = rank_bound(profile, want["column"])
        if want["value"] is None:
            assert found["value"] is None and found["undefined"] == want["undefined"]
        elif bound == 0:
            assert want["value"] == pytest.approx(found["value"], rel=1e-12)
            assert want["details"].get("statistic") == found["details"].get("statistic")
        elif want["id"] == "drift.ks":
            assert found["details"]["reference_rank_error"] == pytest.approx(bound)
            assert abs(want["details"]["statistic"] - found["details"]["statistic"]) <= bound + 1e-12
            # Never more certain of a change than the rows themselves.
            assert found["value"] >= want["value"] - 1e-12
        elif want["id"] == "drift.psi":
            assert found["value"] == pytest.approx(want["value"], abs=20 * bound)


def test_profiles_of_parts_merge_to_the_whole(tmp_path):
    rows = table(30_000, 31, missing=0.02)
    parts = [rows.slice(0, 1), rows.slice(1, 12_000), rows.slice(12_001)]
    paths = []
    for index, part in enumerate([*parts, rows]):
        paths.append(tmp_path / f"{index}.parquet")
        pa.parquet.write_table(part, paths[-1])
    profiles = [tmp_path / f"{index}.json" for index in range(4)]
    for path, profile in zip(paths, profiles):
        assert run("profile", path, "--write-profile", profile).returncode == 0
    merged = tmp_path / "merged.json"
    assert run("profile", profiles[0], "--merge", profiles[1], "--merge", profiles[2], "--out", merged).returncode == 0
    one, other = (json.loads(path.read_text()) for path in (merged, profiles[3]))
    assert one["rows"] == other["rows"] == 30_000
    for left, right in zip(one["columns"], other["columns"], strict=True):
        for member in ("name", "type", "rows", "missing", "infinite", "texts", "counts", "values"):
            assert left.get(member) == right.get(member), (left["name"], member)
        if "buffers" in left:
            exact = np.sort(rows[left["name"]].drop_null().to_numpy())
            weighted = sorted((value, 2 ** level) for level, values in enumerate(left["buffers"]) for value in values)
            values = np.array([value for value, _ in weighted])
            ranks = np.cumsum([weight for _, weight in weighted])
            assert ranks[-1] == len(exact)
            true_ranks = np.searchsorted(exact, values, side="right")
            assert np.abs(ranks - true_ranks).max() <= left["rank_bound"]
            assert left["rank_bound"] <= 0.01 * len(exact)


@pytest.mark.parametrize("content, status, message", [
    ('{"assay":"drift-profile/v2"}', 2, "this build reads drift-profile/v1"),
    ('{"assay":"drift-profile/v1","rows":1', 2, "is no drift profile"),
    ('{"assay":"drift-profile/v1","rows":1,"sources":[],"columns":[]}', 2, "it has no columns"),
    ('{"assay":"drift-profile/v1","rows":3,"sources":[],"columns":[{"name":"a","type":"double","rows":3,"missing":0,'
     '"infinite":0,"values":[1],"counts":[2]}]}', 2, "do not add up"),
])
def test_a_bad_profile_is_named(tmp_path, content, status, message):
    (tmp_path / "P.json").write_text(content)
    (tmp_path / "C.csv").write_text("a\n1\n2\n")
    answer = run("drift", tmp_path / "P.json", tmp_path / "C.csv")
    assert answer.returncode == status
    assert message in answer.stderr, answer.stderr


def test_evidentlys_mode_wants_rows(files, tmp_path):
    reference, current = files["twelve"]
    assert run("profile", reference, "--write-profile", tmp_path / "P.json").returncode == 0
    answer = run("drift", tmp_path / "P.json", current, "--mode", "evidently")
    assert answer.returncode == 2 and "--mode strict" in answer.stderr


def test_false_alarms_keep_their_rate():
    """Few repetitions here; scripts/simulate makes many. At most 12 of 100 at a rate of 5 % is 1 chance in 700."""
    answer = subprocess.run(
        [os.environ["ASSAY_BINARY"], "drift-simulation", "--rows", "400,300", "--repetitions", "100", "--seed", "5"],
        capture_output=True, text=True, check=True).stdout.split()
    assert answer[0] == "strict" and 0 < float(answer[1]) <= 0.12
    assert answer[2] == "evidently" and float(answer[3]) > 0.3
