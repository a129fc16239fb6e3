"""One table in every form that is read: the results, the counts of missing values and the digests are the same as of its CSV."""

import gzip
import hashlib
import json
import os
import subprocess

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest

BINARY = os.environ["ASSAY_BINARY"]


def table(rows, seed):
    """Groups with text beyond ASCII, whole and broken numbers, booleans; each column but the label with missing values."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({
        "label": random.integers(0, 2, rows),
        "score": random.random(rows).round(6),
        "group": random.choice(["a", "é", "e\u0301", "Ω \"quoted\"", "back\\slash"], rows).astype(object),
        "member": random.integers(0, 2, rows).astype(bool).astype(object),
        "age": random.integers(18, 90, rows).astype(object),
    })
    for column in ["score", "group", "member", "age"]:
        frame.loc[random.random(rows) < 0.05, column] = None
    return frame


def arrow(frame):
    types = {"label": pa.int32(), "score": pa.float64(), "group": pa.string(), "member": pa.bool_(), "age": pa.int16()}
    columns = {
        name: pa.array([None if pd.isna(value) else value for value in frame[name].tolist()], type) for name, type in types.items()
    }
    columns["group"] = columns["group"].dictionary_encode()
    return pa.table(columns)


def json_lines(frame):
    lines = []
    for row in frame.to_dict("records"):
        # Missing as null, or left out.
        row = {name: None if pd.isna(value) else value.item() if hasattr(value, "item") else value for name, value in row.items()}
        lines.append(json.dumps({name: value for name, value in row.items() if value is not None or len(lines) % 2},
            ensure_ascii=len(lines) % 3 == 0))
    return "\n".join(lines) + "\n"


def written(frame, folder):
    """Paths of the table in every form."""
    paths = {}

    def path(name):
        paths[name] = folder / f"rows.{name}"
        return paths[name]

    frame.to_csv(path("csv"), index=False)
    path("jsonl").write_text(json_lines(frame), encoding="utf-8")
    pa.parquet.write_table(arrow(frame), path("parquet"), row_group_size=max(1, len(frame) // 3))
    with pa.ipc.new_file(path("arrow"), arrow(frame).schema) as file:
        file.write_table(arrow(frame), max_chunksize=1_000)
    with pa.ipc.new_stream(path("arrows"), arrow(frame).schema) as stream:
        stream.write_table(arrow(frame), max_chunksize=70_000)
    pa.feather.write_feather(arrow(frame), path("feather"), compression="zstd")
    text = paths["csv"].read_bytes()
    path("csv.gz").write_bytes(gzip.compress(text[: len(text) // 2]) + gzip.compress(text[len(text) // 2 :]))
    path("csv.zst").write_bytes(pa.Codec("zstd").compress(text, asbytes=True))
    path("jsonl.gz").write_bytes(gzip.compress(paths["jsonl"].read_bytes()))
    return paths


def run(*arguments, check=True):
    done = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True)
    if check:
        assert done.returncode == 0, done.stderr
    return done


def results(path, *more):
    out = run("fairness", path, "--label", "label", "--score", "score", "--sensitive", "group,member", "--privileged", "age>40",
        "--format", "json", *more)
    return json.loads(out.stdout)


@pytest.mark.parametrize("rows", [1, 2, 999, 65_535, 65_537])
def test_every_form_gives_the_same(tmp_path, rows):
    paths = written(table(rows, rows), tmp_path)
    expected = results(paths["csv"])
    for name, path in paths.items():
        found = results(path)
        assert found["results"] == expected["results"], name
        data = found["predicate"]["inputs"][0]
        assert data["rows"] == rows
        # Of the file as it is, compressed or not.
        assert data["digest"]["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest(), name


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet", "arrow", "csv.gz"])
def test_a_folder_is_one_table(tmp_path, form):
    frame = table(3_000, 5)
    expected = results(written(frame, tmp_path)["csv"])["results"]
    folder = tmp_path / "parts"
    (folder / "inner").mkdir(parents=True)
    (folder / "_SUCCESS").write_text("")
    (folder / ".part.crc").write_text("x")
    cuts = [0, 1, 1_200, 3_000]
    names = ["a", "inner/b", "z"]
    for name, first, last in zip(names, cuts, cuts[1:]):
        part = frame.iloc[first:last]
        if name == "z":
            part = part[["group", "label", "age", "member", "score"]]
        target = folder / f"{name}.{form}"
        if form == "csv":
            part.to_csv(target, index=False)
        elif form == "csv.gz":
            part.to_csv(target, index=False, compression="gzip")
        elif form == "jsonl":
            target.write_text(json_lines(part), encoding="utf-8")
        else:
            columns = arrow(part).select(list(part.columns))
            if form == "parquet":
                pa.parquet.write_table(columns, target)
            else:
                pa.feather.write_feather(columns, target)
    found = results(folder)
    assert found["results"] == expected
    listing = "".join(f"{hashlib.sha256((folder / f'{name}.{form}').read_bytes()).hexdigest()}  {name}.{form}\n" for name in names)
    data = found["predicate"]["inputs"][0]
    assert data["digest"]["sha256"] == hashlib.sha256(listing.encode()).hexdigest() and data["rows"] == 3_000


def test_types_of_a_folders_files_are_joined(tmp_path):
    folder = tmp_path / "parts"
    folder.mkdir()
    (folder / "1.csv").write_text("label,pred,g\n1,1,\n0,0,\n")
    (folder / "2.csv").write_text("label,pred,g\n1.0,0,x\n0,1,7\n")
    out = json.loads(run("fairness", folder, "--label", "label", "--prediction", "pred", "--sensitive", "g", "--format", "json").stdout)
    groups = out["results"][0]["groups"]
    assert [group["group"] for group in groups] == ["7", "x"] and out["results"][0]["excluded"]["missing_group"] == 2


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("mixed.jsonl", '{"label": 1, "score": 1}\n{"label": 0, "score": "x"}\n',
            "line 2, column 'score': the value is a text, where line 1 has a whole number"),
        ("twice.jsonl", '{"label": 1, "label": 0}\n', "line 1, column 'label': the name stands twice"),
        ("half.jsonl", '{"label": 1, "score": 0.5}\n{"label": 1, "sco', "line 2 ends in the middle of a text"),
        ("nan.jsonl", '{"label": 1, "score": NaN}\n', "line 1 has a value that is not JSON"),
        ("deep.jsonl", '{"label": 1, "score": {"a": [1, "}"]}}\n', "column 'score' has type nested"),
        ("two.jsonl", '{"label": 1} {"label": 2}\n', "line 1 has more than one JSON object"),
        ("half.txt", '{"label": 1, "score": "\\ud800"}\n', "half of a surrogate pair"),
        ("array.json", '[{"label": 1}]\n', "one JSON array"),
        ("wide.jsonl", '{"label": 1, "score": 0.5}\n{"label": 1, "score": 9007199254740993}\n', "digits"),
        ("blank.jsonl", '{"label": 1\n\n', "line 1"),
    ],
)
def test_broken_json_lines_are_named(tmp_path, name, content, words):
    path = tmp_path / name
    path.write_text(content)
    done = run("performance", path, "--label", "label", "--score", "score", check=False)
    assert done.returncode == 2 and words in done.stderr and name in done.stderr, done.stderr
    assert len(done.stderr.splitlines()) <= 3


def test_damaged_files_are_named(tmp_path):
    paths = written(table(5_000, 9), tmp_path)
    for name in ["csv.gz", "csv.zst", "arrow", "parquet"]:
        whole = paths[name].read_bytes()
        for kept in [len(whole) - 1, len(whole) // 2, 30]:
            path = tmp_path / f"cut-{kept}.{name}"
            path.write_bytes(whole[:kept])
            done = run("performance", path, "--label", "label", "--score", "score", check=False)
            assert done.returncode == 2 and path.name in done.stderr and done.stdout == "", (name, kept, done.stderr)
    random = np.random.default_rng(1)
    for name in ["arrow", "arrows", "feather", "csv.zst"]:
        whole = bytearray(paths[name].read_bytes())
        for _ in range(25):
            broken = bytearray(whole)
            for place in random.integers(0, len(broken), 8):
                broken[place] = random.integers(0, 256)
            path = tmp_path / f"broken.{name}"
            path.write_bytes(broken)
            done = run("performance", path, "--label", "label", "--score", "score", check=False)
            assert done.returncode in (0, 2), (name, done.returncode, done.stderr)


def test_folders_that_are_no_table(tmp_path):
    folder = tmp_path / "parts"
    folder.mkdir()
    done = run("performance", folder, "--label", "label", "--score", "score", check=False)
    assert done.returncode == 2 and "without a data file" in done.stderr
    (folder / "1.csv").write_text("label,score\n1,0.5\n0,0.1\n")
    (folder / "2.csv").write_text("label,score,more\n1,0.5,x\n")
    done = run("performance", folder, "--label", "label", "--score", "score", check=False)
    assert done.returncode == 2 and "2.csv has a column 'more' that" in done.stderr
    (folder / "2.csv").write_text("label,skore\n1,0.5\n")
    done = run("performance", folder, "--label", "label", "--score", "score", check=False)
    assert done.returncode == 2 and "2.csv" in done.stderr
