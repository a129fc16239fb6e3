"""What `assay score` and `assay explain` write: Parquet beside CSV and JSON, block by block, and the report of explanations as a page."""

import html.parser
import json
import os
import pickle
import re
import resource
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pyarrow.parquet
import pytest
import skops.io
import xgboost
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from test_reasons import GROUPS, people, table

BINARY = os.environ.get("ASSAY_BINARY", ".build/debug/assay")
warnings.filterwarnings("ignore")


def run(*arguments, status=0):
    environment = {**os.environ, "ASSAY_MODEL_PYTHON": sys.executable}
    done = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=600, env=environment)
    assert done.returncode == status, done.stderr or done.stdout
    return done.stdout if status == 0 else done.stderr


@pytest.fixture(scope="module")
def booster(tmp_path_factory):
    folder = tmp_path_factory.mktemp("booster")
    rows = people(3)
    target = (rows.income - rows.debt + 90 * rows.years > 2200).astype(int)
    model = xgboost.XGBClassifier(n_estimators=20, max_depth=4).fit(rows, target)
    model.save_model(folder / "m.ubj")
    rows.to_csv(folder / "rows.csv", index=False)
    rows[:100].to_csv(folder / "background.csv", index=False)
    return folder, rows, model


@pytest.mark.parametrize("labels", ["numbers", "texts", "truth"])
def test_scores_as_parquet_are_those_of_csv(tmp_path, labels):
    rows = people(4)
    classes = {"numbers": [0, 1], "texts": ["né", "yes, \"so\""], "truth": [False, True]}[labels]
    model = RandomForestClassifier(8, max_depth=3, random_state=0).fit(rows, np.where(rows.income > rows.debt, classes[1], classes[0]))
    skops.io.dump(model, tmp_path / "m.skops")
    rows.to_csv(tmp_path / "rows.csv", index=False)
    for ending in ("csv", "jsonl", "parquet"):
        run("score", tmp_path / "m.skops", tmp_path / "rows.csv", "-o", tmp_path / f"o.{ending}")
    parquet = pd.read_parquet(tmp_path / "o.parquet")
    lines = [json.loads(line) for line in open(tmp_path / "o.jsonl")]
    assert list(parquet) == ["prediction", *(f"probability_{label}" for label in classes)] == list(lines[0])
    assert list(parquet.prediction) == [line["prediction"] for line in lines] == list(model.predict(rows))
    for place, name in enumerate(parquet.columns[1:]):
        assert parquet[name].tolist() == [line[name] for line in lines] == model.predict_proba(rows)[:, place].tolist()
    csv = pd.read_csv(tmp_path / "o.csv", keep_default_na=False)
    assert csv.astype(parquet.dtypes).equals(parquet)
    rows[:0].to_csv(tmp_path / "rows.csv", index=False)
    run("score", tmp_path / "m.skops", tmp_path / "rows.csv", "-o", tmp_path / "empty.parquet")
    empty = pyarrow.parquet.read_table(tmp_path / "empty.parquet")
    assert empty.num_rows == 0 and empty.schema.equals(pyarrow.parquet.read_schema(tmp_path / "o.parquet"))


def test_explained_rows_as_columns(booster, tmp_path):
    folder, rows, _ = booster
    common = ("explain", folder / "m.ubj", folder / "rows.csv", "--background", folder / "background.csv", "--reasons", table(tmp_path / "t.yaml", GROUPS, reasons=2))
    whole = json.loads(run(*common, "--format", "json"))
    run(*common, "-o", tmp_path / "o.parquet")
    run(*common, "-o", tmp_path / "o.csv")
    parquet = pd.read_parquet(tmp_path / "o.parquet")
    assert parquet.prediction.tolist() == [row["prediction"] for row in whole["rows"]]
    assert parquet.base_value.tolist() == [row["base_value"] for row in whole["rows"]]
    for place, name in enumerate(whole["feature_names"]):
        assert parquet[f"shap_{name}"].tolist() == [row["shap_values"][place] for row in whole["rows"]]
    for rank in (0, 1):
        given = [row["reasons"][rank] if len(row["reasons"]) > rank else None for row in whole["rows"]]
        assert [None if pd.isna(code) else code for code in parquet[f"reason_{rank + 1}"]] == [one and one["code"] for one in given]
        assert [None if pd.isna(text) else text for text in parquet[f"reason_{rank + 1}_text"]] == [one and one["text"] for one in given]
        assert [None if np.isnan(value) else value for value in parquet[f"reason_{rank + 1}_contribution"]] == [one and one["contribution"] for one in given]
    assert parquet.never_named.tolist() == [row["never_named"] for row in whole["rows"]]
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "o.csv"), parquet, check_dtype=False)


def test_columns_of_several_classes_and_of_a_kernel(tmp_path):
    rows = people(5, 60)
    kinds = pd.qcut(rows.income, 3, labels=list("abc")).astype(str)
    model = RandomForestClassifier(4, max_depth=3, random_state=0).fit(rows, kinds)
    (tmp_path / "m.pkl").write_bytes(pickle.dumps(model))
    rows[:4].to_csv(tmp_path / "rows.csv", index=False)
    common = ("explain", tmp_path / "m.pkl", tmp_path / "rows.csv", "--background", tmp_path / "rows.csv")
    whole = json.loads(run(*common, "--format", "json"))
    run(*common, "-o", tmp_path / "o.parquet")
    parquet = pd.read_parquet(tmp_path / "o.parquet")
    for place, label in enumerate("abc"):
        assert parquet[f"base_value_{label}"].tolist() == [row["base_value"][place] for row in whole["rows"]]
        for spot, name in enumerate(whole["feature_names"]):
            assert parquet[f"shap_{label}_{name}"].tolist() == [row["shap_values"][place][spot] for row in whole["rows"]]
    assert parquet.residual.tolist() == [row["residual"] for row in whole["rows"]]


def test_many_rows_in_bounded_memory(booster, tmp_path):
    """A table of a million rows costs no more memory than a tenth of it."""
    folder, rows, model = booster
    peaks = []
    for count in (100_000, 1_000_000):
        many = pd.concat([rows] * (count // len(rows)), ignore_index=True)
        many.to_parquet(tmp_path / "many.parquet", index=False)
        code = (
            "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True);"
            "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)")
        done = subprocess.run([sys.executable, "-c", code, BINARY, "score", folder / "m.ubj", tmp_path / "many.parquet", "-o", tmp_path / "o.parquet"],
                              capture_output=True, text=True, check=True, timeout=600)
        peaks.append(int(done.stdout.split()[-1]))
        scored = pyarrow.parquet.ParquetFile(tmp_path / "o.parquet")
        assert scored.metadata.num_rows == count and scored.metadata.num_row_groups == -(-count // 65_536)
    assert peaks[1] < peaks[0] * 1.5, peaks
    first = pd.read_parquet(tmp_path / "o.parquet")
    assert (first.iloc[:len(rows)].to_numpy() == first.iloc[-len(rows):].to_numpy()).all()


@pytest.mark.parametrize("arguments, words", [
    (("score", "-o", "x.txt"), ".csv, .jsonl or .parquet"), (("explain", "-o", "x.txt"), "a report as .html"),
    (("explain", "--report-rows", "1"), "belongs to a report"), (("explain", "-o", "x.html", "--report-rows", "1,,2"), "whole numbers from 0"),
    (("explain", "-o", "x.html", "--report-rows", "-1"), "report-rows"), (("score", "-o", "/no/such/folder/x.parquet"), "cannot be written"),
])
def test_wrong_files_are_refused(booster, tmp_path, arguments, words):
    folder, *_ = booster
    done = subprocess.run([BINARY, arguments[0], folder / "m.ubj", folder / "rows.csv", *arguments[1:]], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode in (2, 64) and words in done.stderr, done.stderr
    assert not list(tmp_path.iterdir())


def test_a_full_disk_leaves_nothing(booster, tmp_path):
    folder, *_ = booster
    code = ("import resource, subprocess, sys, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000)); sys.exit(subprocess.run(sys.argv[1:]).returncode)")
    done = subprocess.run([sys.executable, "-c", code, BINARY, "score", folder / "m.ubj", folder / "rows.csv", "-o", tmp_path / "o.parquet"], capture_output=True, text=True)
    assert done.returncode == 2 or done.returncode == 3, done.stderr
    assert "cannot be written" in done.stderr and not list(tmp_path.iterdir())


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.texts, self.open = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.texts.append(data)


def test_the_report_is_one_page_without_scripts(booster, tmp_path):
    folder, rows, model = booster
    common = ("explain", folder / "m.ubj", folder / "rows.csv", "--background", folder / "background.csv", "--reasons", table(tmp_path / "t.yaml", GROUPS))
    answer = json.loads(run(*common, "-o", tmp_path / "r.html", "--report-rows", "7,203", "--format", "json"))
    assert len(answer["rows"]) == 400
    text = (tmp_path / "r.html").read_text()
    page = Page(text)
    names = [tag for tag, _ in page.tags]
    assert not {"script", "link", "img", "iframe", "object"} & set(names) and "http" not in text.replace("http-equiv", "")
    assert all(not key.startswith("on") for _, attributes in page.tags for key in attributes)
    # Importance, a swarm, four dependences, two waterfalls.
    assert names.count("svg") == 8
    shares = {result["column"]: result["value"] for result in answer["results"]}
    for name, share in shares.items():
        assert name in page.texts and f"{share:.4f}" in text
    for place in (7, 203):
        assert any(one.startswith(f"Row {place}: answered {model.predict(rows)[place]}") for one in page.texts)
        row = answer["rows"][place]
        assert f"base {row['base_value']:.4f}".replace("-", "-") in text
        assert f"score {row['base_value'] + sum(row['shap_values']):.4f}" in text
        for reason in row["reasons"]:
            assert reason["code"] in page.texts and reason["text"] in page.texts
    # A dot for each row in each line of the swarm, and in each dependence.
    assert len(re.findall(r"M[-0-9.]+ [-0-9.]+h0", text)) == 400 * (6 + 4)
    assert answer["reason_codes"]["sha256"] in text and "Additivity" in page.texts
    again = json.loads(run(*common, "-o", tmp_path / "s.html", "--report-rows", "7,203", "--format", "json"))
    assert again["rows"] == answer["rows"] and (tmp_path / "s.html").read_text() == text


def test_reports_of_odd_tables(tmp_path):
    """Categories, missing values, several classes, names that are markup, no rows, and more rows than are drawn."""
    draw = np.random.default_rng(0)
    rows = pd.DataFrame({"<b>kind</b>": draw.choice(["a&b", "<script>", "ü"], 1500), "x": draw.normal(size=1500).round(3)})
    kinds = np.where(rows["<b>kind</b>"] == "ü", "one", np.where(rows.x > 0, "two", "three"))
    model = make_pipeline(make_column_transformer((OneHotEncoder(), ["<b>kind</b>"]), remainder="passthrough"), LogisticRegression()).fit(rows, kinds)
    skops.io.dump(model, tmp_path / "m.skops")
    rows.to_csv(tmp_path / "rows.csv", index=False)
    run("explain", tmp_path / "m.skops", tmp_path / "rows.csv", "-o", tmp_path / "r.html")
    text = (tmp_path / "r.html").read_text()
    assert "<script" not in text and "<b>kind" not in text and "&lt;script&gt;" in text
    assert "a sample of 1,000 of 1,500 rows" in text
    for label in ("one", "two", "three"):
        assert f"class {label}" in text
    rows[:0].to_csv(tmp_path / "rows.csv", index=False)
    run("explain", tmp_path / "m.skops", tmp_path / "rows.csv", "-o", tmp_path / "e.html")
    assert "No attribution differs from zero" in (tmp_path / "e.html").read_text()


def test_groups_losses_and_interactions(booster, tmp_path):
    """Base values of their own row by row, groups under their own names, and matrices, for which there is no column."""
    folder, rows, model = booster
    rows[:30].assign(y=model.predict(rows[:30])).to_csv(tmp_path / "rows.csv", index=False)
    common = ("explain", folder / "m.ubj", tmp_path / "rows.csv", "--background", folder / "background.csv")
    for more in (["--group", "money=income,debt"], ["--output-space", "log-loss", "--label", "y"]):
        whole = json.loads(run(*common, *more, "--format", "json"))
        run(*common, *more, "-o", tmp_path / "o.parquet")
        parquet = pd.read_parquet(tmp_path / "o.parquet")
        assert parquet.base_value.tolist() == [row["base_value"] for row in whole["rows"]]
        for place, name in enumerate(whole["feature_names"]):
            assert parquet[f"shap_{name}"].tolist() == [row["shap_values"][place] for row in whole["rows"]]
        run(*common, *more, "-o", tmp_path / "r.html")
        text = (tmp_path / "r.html").read_text()
        assert whole["feature_names"][0] in text and f"base {whole['rows'][0]['base_value']:.4f}" in text
    assert "money" in json.dumps(json.loads(run(*common, "--group", "money=income,debt", "--format", "json"))["feature_names"])
    assert "interaction values are matrices" in run(*common, "--interactions", "-o", tmp_path / "i.csv", status=2)
    run(*common, "--interactions", "-o", tmp_path / "i.jsonl")
    assert "shap_interaction_values" in json.loads(open(tmp_path / "i.jsonl").readline())
