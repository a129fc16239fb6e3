"""`assay features` against pandas.merge_asof, on seeded random tables with ties, missing values, shuffled rows and time zones."""

import json
import os
import random
import subprocess
from datetime import datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest

ASSAY = os.environ["ASSAY_BINARY"]
START = datetime(2026, 1, 1, tzinfo=timezone.utc)
ZONES = [timezone.utc, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-8))]
FEATURES = ["visits", "spent", "segment", "active"]


def assay(*arguments, status=0):
    done = subprocess.run([ASSAY, "features", *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == status, done.stdout + done.stderr
    return done


def view(folder, source, *, validity="7 days", entity=(("customer", "text"),), name="behaviour", features=None, checks=""):
    features = features or [("visits", "int64"), ("spent", "double"), ("segment", "text"), ("active", "boolean")]
    lines = ["assay: feature-view/v1", f"name: {name}", "entity:"]
    lines += [f"  - {{name: {column}, type: {kind}}}" for column, kind in entity]
    lines += ["timestamp: at", f"validity: {validity}", f"source: {source}", "features:"]
    lines += [f"  - {{name: {column}, type: {kind}}}" for column, kind in features]
    path = folder / f"{name}.yaml"
    path.write_text("\n".join(lines) + "\n" + checks)
    return path


def written(time, draw):
    """A time as people write it: with an offset, with Z, or without one, which is UTC."""
    zone = draw.choice(ZONES + [None])
    if zone is None:
        return time.astimezone(timezone.utc).strftime("%Y-%m-%d %H:%M:%S.%f")
    text = time.astimezone(zone).isoformat()
    return text.replace("+00:00", "Z") if draw.random() < 0.5 else text


def tables(seed, kind, rows=400, sources=900):
    draw = random.Random(seed)
    names = [f"{n:03}" for n in range(25)] + ["é", "e\u0301", 'a,"b'] if kind == "text" else list(range(-3, 25))

    def entity():
        return None if draw.random() < 0.03 else draw.choice(names)

    def time():
        # Few seconds, so that times are equal often; every fifth a microsecond off.
        moment = START + timedelta(seconds=draw.randrange(600) * 3600)
        return moment + timedelta(microseconds=draw.choice([0, 0, 0, 0, draw.choice([-1, 1])]))

    def maybe(value):
        return None if draw.random() < 0.15 else value

    feature_rows = [
        dict(customer=entity(), at=None if draw.random() < 0.02 else time(), visits=maybe(draw.randrange(10**12)), spent=maybe(draw.uniform(-1e6, 1e6)),
             segment=maybe(draw.choice(["low", "high", "\u7d44"])), active=maybe(draw.random() < 0.5)) for _ in range(sources)]
    asked = [dict(id=n, customer=entity(), when=None if draw.random() < 0.02 else time()) for n in range(rows)]
    return asked, feature_rows, draw


def write(rows, path, draw, times, kind):
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    if path.suffix == ".csv":
        for name in times:
            columns[name] = [None if value is None else written(value, draw) for value in columns[name]]
        pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in columns.items()}).to_csv(path, index=False)
        return
    types = {"customer": pa.string() if kind == "text" else pa.int64(), "visits": pa.int64(), "spent": pa.float64(), "segment": pa.string(),
             "active": pa.bool_(), "id": pa.int64()} | {name: pa.timestamp("us", "Asia/Kolkata") for name in times}
    table = pa.table({name: pa.array(values, types[name]) for name, values in columns.items()})
    if path.suffix == ".parquet":
        pyarrow.parquet.write_table(table, path, row_group_size=100)
    elif path.suffix == ".arrow":
        pyarrow.feather.write_feather(table, path, compression="uncompressed")
    else:
        with open(path, "w") as file:
            for row in rows:
                file.write(json.dumps({name: written(value, draw) if name in times and value is not None else value for name, value in row.items()}) + "\n")


def expected(asked, feature_rows, tolerance):
    """By pandas, an entity at a time through `by`; it wants sorted rows without missing keys."""
    left = pd.DataFrame(asked)
    right = pd.DataFrame(feature_rows).astype({name: object for name in FEATURES})
    left = left.dropna(subset=["customer", "when"])
    right = right.dropna(subset=["customer", "at"])
    if not isinstance(left["customer"].iloc[0], str):
        left, right = left.astype({"customer": "int64"}), right.astype({"customer": "int64"})
    for table, column in ((left, "when"), (right, "at")):
        table[column] = pd.to_datetime(table[column], utc=True).astype("datetime64[us, UTC]")
    joined = pd.merge_asof(
        left.sort_values("when", kind="stable"), right.sort_values("at", kind="stable"), left_on="when", right_on="at", by="customer",
        tolerance=tolerance, direction="backward")
    found = {row["id"]: row for row in joined.to_dict("records")}
    gone = dict.fromkeys(FEATURES)
    return [{name: None if pd.isna(found.get(row["id"], gone)[name]) else found[row["id"]][name] for name in FEATURES} for row in asked]


def records(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", ["text", "int64"])
@pytest.mark.parametrize("suffix", ["csv", "parquet", "jsonl", "arrow"])
@pytest.mark.parametrize("validity", ["unlimited", "7 days", "3600 seconds"])
def test_joins_are_those_of_pandas(tmp_path, seed, kind, suffix, validity):
    asked, feature_rows, draw = tables(seed, kind)
    write(feature_rows, tmp_path / f"source.{suffix}", draw, ["at"], kind)
    write(asked, tmp_path / f"rows.{suffix}", draw, ["when"], kind)
    path = view(tmp_path, f"source.{suffix}", validity=validity, entity=[("customer", kind)])
    said = assay("join", tmp_path / f"rows.{suffix}", "--view", path, "--timestamp", "when", "-o", tmp_path / "out.jsonl").stdout
    tolerance = {"unlimited": None, "7 days": pd.Timedelta(days=7), "3600 seconds": pd.Timedelta(hours=1)}[validity]
    wanted = expected(asked, feature_rows, tolerance)
    answer = records(tmp_path / "out.jsonl")
    assert [{name: row[name] for name in FEATURES} for row in answer] == wanted
    assert [row["id"] for row in answer] == [row["id"] for row in asked]
    assay("join", tmp_path / f"rows.{suffix}", "--view", path, "--timestamp", "when", "-o", tmp_path / "out.parquet")
    table = pa.parquet.read_table(tmp_path / "out.parquet")
    assert table.column_names == list(answer[0])
    kept = [name for name in table.column_names if name != "when"]
    assert table.select(kept).to_pylist() == [{name: row[name] for name in kept} for row in answer]
    # Some are found, and some of each kind are not.
    matched = int(said.split(" of ")[0].split(": ")[1].replace(",", ""))
    assert 0 < matched < len(asked) and matched >= sum(any(value is not None for value in row.values()) for row in wanted)
    assert "without entity or time" in said and "rows without entity or timestamp left out" in said


@pytest.mark.parametrize("rows", [[("003", "2026-01-02T03:04:05+05:30"), ("010", "2026-01-03 00:00:00")], []])
def test_keys_and_times_keep_the_types_that_the_view_has(tmp_path, rows):
    (tmp_path / "source.csv").write_text("customer,at,visits\n003,2026-01-01,5\n3,2026-01-01,7\n")
    (tmp_path / "rows.csv").write_text("customer,when\n" + "".join(f"{key},{time}\n" for key, time in rows))
    path = view(tmp_path, "source.csv", features=[("visits", "int64")])
    assay("join", tmp_path / "rows.csv", "--view", path, "--timestamp", "when", "-o", tmp_path / "out.parquet")
    table = pa.parquet.read_table(tmp_path / "out.parquet")
    assert pa.types.is_string(table.schema.field("customer").type) and pa.types.is_timestamp(table.schema.field("when").type)
    assert pa.types.is_int64(table.schema.field("visits").type)
    assert table["customer"].to_pylist() == [key for key, _ in rows]
    moments = [pd.Timestamp(time) for _, time in rows]
    assert table["when"].cast(pa.timestamp("us")).to_pylist() == [
        (moment.tz_convert("UTC").tz_localize(None) if moment.tzinfo else moment).to_pydatetime() for moment in moments]
    assert table["visits"].to_pylist() == [5, None][:len(rows)]
    assay("join", tmp_path / "rows.csv", "--view", path, "--timestamp", "when", "-o", tmp_path / "out.jsonl")
    assert [row["customer"] for row in records(tmp_path / "out.jsonl")] == [key for key, _ in rows]


def test_entities_of_two_columns(tmp_path):
    draw = random.Random(7)
    feature_rows = [dict(shop=draw.choice(["a", "b", "ab"]), item=draw.randrange(3), at=START + timedelta(hours=draw.randrange(40)), visits=n)
                    for n in range(200)]
    asked = [dict(id=n, shop=draw.choice(["a", "b", "ab", "c"]), item=draw.randrange(4), when=START + timedelta(hours=draw.randrange(50)))
             for n in range(200)]
    pd.DataFrame(feature_rows).to_csv(tmp_path / "source.csv", index=False)
    pd.DataFrame(asked).to_csv(tmp_path / "rows.csv", index=False)
    path = view(tmp_path, "source.csv", validity="12 hours", entity=[("shop", "text"), ("item", "int64")], features=[("visits", "int64")])
    assay("join", tmp_path / "rows.csv", "--view", path, "--timestamp", "when", "-o", tmp_path / "out.csv")
    wanted = pd.merge_asof(
        pd.DataFrame(asked).sort_values("when", kind="stable"), pd.DataFrame(feature_rows).sort_values("at", kind="stable"), left_on="when",
        right_on="at", by=["shop", "item"], tolerance=pd.Timedelta(hours=12)).sort_values("id")
    answer = pd.read_csv(tmp_path / "out.csv")
    assert answer["visits"].isna().any()
    np.testing.assert_array_equal(answer["visits"].to_numpy(float), wanted["visits"].to_numpy(float))


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_microsecond_after_the_event_is_never_seen(tmp_path, suffix):
    draw = random.Random(3)
    events = [dict(id=n, customer=f"c{n % 7}", when=START + timedelta(microseconds=draw.randrange(10**9))) for n in range(300)]
    write(events, tmp_path / f"rows.{suffix}", draw, ["when"], "text")
    path = view(tmp_path, f"source.{suffix}", validity="unlimited", features=[("id", "int64")])
    for shift, sees in ((0, True), (1, False)):
        source = [dict(id=row["id"], customer=row["customer"], at=row["when"] + timedelta(microseconds=shift)) for row in events]
        write(source, tmp_path / f"source.{suffix}", draw, ["at"], "text")
        assay("join", tmp_path / f"rows.{suffix}", "--view", path, "--timestamp", "when", "--prefix", "-o", tmp_path / "out.jsonl")
        own = [row["behaviour__id"] == row["id"] for row in records(tmp_path / "out.jsonl")]
        times = {(row["customer"], row["when"]) for row in events}
        assert len(times) == len(events)
        assert all(own) if sees else not any(own)
        for row in records(tmp_path / "out.jsonl"):
            found = row["behaviour__id"]
            assert found is None or source[found]["at"] <= events[row["id"]]["when"]


def test_the_oldest_age_counts_and_ties_go_to_the_later_line(tmp_path):
    (tmp_path / "source.csv").write_text(
        "customer,at,visits\n007,2026-01-01T00:00:00Z,1\n007,2026-01-01T05:30:00+05:30,2\n7,2026-01-01,3\n007,2025-12-31,4\n")
    (tmp_path / "rows.csv").write_text(
        'customer,when,note\n007,2026-01-08T00:00:00Z,"NA, as it stands"\n007,2026-01-08T00:00:00.000001Z,1.0\n7,2026-01-01,True\n')
    path = view(tmp_path, "source.csv", features=[("visits", "int64")])
    assay("join", tmp_path / "rows.csv", "--view", path, "--timestamp", "when", "-o", tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_text() == (
        'customer,when,note,visits\n007,2026-01-08T00:00:00Z,"NA, as it stands",2\n007,2026-01-08T00:00:00.000001Z,1.0,\n7,2026-01-01,True,3\n')


def test_columns_of_one_name_are_told_apart(tmp_path):
    (tmp_path / "source.csv").write_text("customer,at,visits\na,2026-01-01,1\n")
    (tmp_path / "rows.csv").write_text("customer,when,visits\na,2026-01-02,9\n")
    path = view(tmp_path, "source.csv", features=[("visits", "int64")])
    said = assay("join", tmp_path / "rows.csv", "--view", path, "--timestamp", "when", status=2).stderr
    assert "the feature 'visits' of behaviour is called like another column" in said and "--prefix" in said
    assert assay("join", tmp_path / "rows.csv", "--view", path, "--timestamp", "when", "--prefix").stdout == (
        "customer,when,visits,behaviour__visits\na,2026-01-02,9,1\n")
    assert assay("join", tmp_path / "rows.csv", "--view", path, "--timestamp", "when", "--keep", "customer").stdout == "customer,visits\na,1\n"


def test_several_views_and_an_empty_source(tmp_path):
    (tmp_path / "one.csv").write_text("customer,at,visits\na,2026-01-01,1\n")
    (tmp_path / "two.csv").write_text("customer,at,spent\n")
    (tmp_path / "rows.csv").write_text("customer,when\na,2026-01-02\nb,2026-01-02\n")
    one = view(tmp_path, "one.csv", name="one", features=[("visits", "int64")])
    two = view(tmp_path, "two.csv", name="two", features=[("spent", "double")])
    done = assay("join", tmp_path / "rows.csv", "--view", one, "--view", two, "--timestamp", "when")
    assert done.stdout == "customer,when,visits,spent\na,2026-01-02,1,\nb,2026-01-02,,\n"
    assert "one: 1 of 2 rows matched (1 nothing known by then)" in done.stderr and "two: 0 of 2 rows matched" in done.stderr


def test_mistakes_are_told_with_line_and_column(tmp_path):
    (tmp_path / "wrong.yaml").write_text(
        "assay: feature-view/v2\nname: v\nentity: [{name: customer, type: double}]\ntimestamp: at\nvalidity: a week\n"
        "source: s.csv\nfeatures: [{name: at, type: int64}]\nowner: me\nchecks:\n  - {id: performance.accuracy, min: 0.5}\n"
        "  - {id: quality.leakage_auc, max: 0.9}\n  - {id: quality.missing_rate}\n")
    said = assay("lint", tmp_path / "wrong.yaml", status=2).stderr
    for line in ["1:8: error: 'assay' is 'feature-view/v1'", "3:33: error: 'type' cannot be 'double'", "5:11: error: 'validity' is a number of seconds",
                 "7:19: error: the column 'at' stands on line 4 already", "8:1: error: the feature view has no key 'owner'",
                 "10:5: error: performance.accuracy is no check of a feature view", "11:5: error: quality.leakage_auc looks at labels",
                 "12:5: error: this check has no limit"]:
        assert f"wrong.yaml:{line}" in said, said


@pytest.mark.parametrize("validity", ["0 days", "7 weeks", "1.5 days", "-1 days", "99999999 days", "7  days", "unlimited "])
def test_a_validity_is_a_number_and_a_unit(tmp_path, validity):
    assert "error: 'validity'" in assay("lint", view(tmp_path, "s.csv", validity=f'"{validity}"'), status=2).stderr


def test_bad_data_is_refused_by_name(tmp_path):
    (tmp_path / "source.csv").write_text("customer,at,visits\na,yesterday,1\n")
    (tmp_path / "rows.csv").write_text("customer,when\na,2026-01-02\n")
    path = view(tmp_path, "source.csv", features=[("visits", "int64")])
    join = ["join", tmp_path / "rows.csv", "--view", path, "--timestamp", "when", "-o", tmp_path / "out.csv"]
    assert "'at'" in assay(*join, status=2).stderr
    (tmp_path / "source.csv").write_text("customer,at,visit\na,2026-01-01,1\n")
    assert "'visits'" in assay(*join, status=2).stderr
    (tmp_path / "source.csv").write_text("customer,at,visits\na,2026-01-01,many\n")
    assert "'visits'" in assay(*join, status=2).stderr
    assert not (tmp_path / "out.csv").exists()


CHECKS = """checks:
  - {id: quality.missing_rate, column: visits, max: %s}
  - {id: privacy.pii, max: 0}
"""


def test_a_view_carries_its_own_checks(tmp_path):
    (tmp_path / "source.csv").write_text("customer,at,visits\na,2026-01-01,1\nb,2026-01-02,\n")
    features = [("visits", "int64")]
    said = assay("check", view(tmp_path, "source.csv", features=features, checks=CHECKS % 0.5)).stdout
    assert said.startswith("Feature view behaviour: pass\n")
    said = assay("check", view(tmp_path, "source.csv", features=features, checks=CHECKS % 0.1), status=1).stdout
    assert said.startswith("Feature view behaviour: fail\n") and "quality.missing_rate" in said
    (tmp_path / "source.csv").write_text("customer,at,visits\nanna@example.org,2026-01-01,1\n")
    said = assay("check", view(tmp_path, "source.csv", features=features, checks=CHECKS % 0.1), status=1).stdout
    assert "privacy.pii" in said
    assert "has no 'checks'" in assay("check", view(tmp_path, "source.csv", features=features), status=2).stderr


def test_skew_is_the_share_of_rows_that_differ(tmp_path):
    draw = random.Random(11)
    joined = [dict(customer=f"c{n}", at=(START + timedelta(hours=n)).isoformat(), visits=draw.randrange(9), spent=draw.uniform(0, 9)) for n in range(400)]
    served = [{"customer": row["customer"], "@time": row["at"], "visits": float(row["visits"]), "spent": row["spent"]} for row in joined]
    changed = draw.sample(range(400), 40)
    for n in changed:
        served[n]["spent"] += 0.5
    served[changed[0]]["spent"] = None
    for n in range(20):
        served.append({"customer": f"new{n}", "@time": START.isoformat(), "visits": 1.0, "spent": 0.0})
    draw.shuffle(served)
    pd.DataFrame(joined).to_csv(tmp_path / "joined.csv", index=False)
    pd.DataFrame(served).to_csv(tmp_path / "served.csv", index=False)
    path = view(tmp_path, "source.csv", features=[("visits", "int64"), ("spent", "double")])
    skew = ["skew", "--view", path, "--joined", tmp_path / "joined.csv", "--served", tmp_path / "served.csv", "--timestamp", "at"]
    answer = json.loads(assay(*skew, "--format", "json", status=1).stdout)
    assert (answer["rows"], answer["only_joined"], answer["only_served"], answer["skewed"]) == (400, 0, 20, True)
    visits, spent = answer["features"]
    assert (visits["differing"], visits["share"]) == (0, 0)
    assert (spent["differing"], spent["one_missing"], spent["share"]) == (40, 1, 0.1)
    assert spent["largest_difference"] == pytest.approx(0.5) and spent["drift"]["check"].startswith("drift.")
    assert "spent differs in 0.1000" in assay(*skew, "--max", "0.1").stdout
    assert assay(*skew, "--max", "0.0999", status=1)
    # Only the row with a value on one side is left.
    assert json.loads(assay(*skew, "--tolerance", "0.6", "--max", "0.01", "--format", "json").stdout)["features"][1]["differing"] == 1
    # The evaluation has no column @time, and what is no number is no tolerance.
    assert "--tolerance" in assay(*skew, "--tolerance", "nan", status=2).stderr
    assert assay("skew", "--view", path, "--joined", tmp_path / "joined.csv", "--served", tmp_path / "served.csv", status=2).stderr.count("'@time'") == 1


def test_rows_of_one_key_are_held_against_each_other_in_order(tmp_path):
    (tmp_path / "joined.csv").write_text("customer,@time,visits\na,2026-01-01,1\na,2026-01-01,2\nb,2026-01-01,3\n")
    (tmp_path / "served.csv").write_text("customer,@time,visits\na,2026-01-01T00:00:00Z,1\na,2026-01-01T01:00:00+01:00,2\na,2026-01-01,3\n")
    path = view(tmp_path, "source.csv", features=[("visits", "int64")])
    said = assay("skew", "--view", path, "--joined", tmp_path / "joined.csv", "--served", tmp_path / "served.csv").stdout
    assert said.startswith("2 rows in both files; 1 only in") and "visits differs in 0.0000" in said
    (tmp_path / "served.csv").write_text("customer,@time,visits\nz,2026-01-01,1\n")
    said = assay("skew", "--view", path, "--joined", tmp_path / "joined.csv", "--served", tmp_path / "served.csv", status=1).stdout
    assert "nothing was shown" in said


def test_the_example_joins(tmp_path):
    folder = os.path.join(os.path.dirname(__file__), "..", "..", "examples", "features")
    said = assay("join", f"{folder}/applications.csv", "--view", f"{folder}/behaviour.yaml", "--timestamp", "applied_at", "-o", tmp_path / "out.csv").stdout
    assert "behaviour: 3 of 5 rows matched (1 nothing known by then, 1 older than 30 days)" in said
    assert assay("check", f"{folder}/behaviour.yaml").stdout.startswith("Feature view behaviour: pass")


def test_the_newest_row_is_looked_up_while_it_is_valid(tmp_path):
    (tmp_path / "source.csv").write_text(
        "customer,at,visits,spent\n7,2026-01-05,1,0.5\n007,2026-01-03,2,\n007,2026-01-01,3,1.5\n7,2026-01-05T00:00:00Z,4,2.5\n,2026-01-09,5,1\nb,,6,1\n")
    path = view(tmp_path, "source.csv", features=[("visits", "int64"), ("spent", "double")])
    said = assay("materialize", path, "--store", tmp_path / "store").stdout
    assert said.startswith("behaviour: the newest of 6 rows for each of 2 entities, 2 rows without entity or timestamp left out.")
    first = (tmp_path / "store").read_bytes()
    assay("materialize", path, "--store", tmp_path / "store")
    assert (tmp_path / "store").read_bytes() == first

    def lookup(entity, at, status=0):
        done = assay("lookup", tmp_path / "store", entity, "--at", at, status=status)
        return json.loads(done.stdout)["features"] if status == 0 else done.stderr
    assert lookup("007", "2026-01-10") == {"visits": 2, "spent": None}
    assert lookup("7", "2026-01-05") == {"visits": 4, "spent": 2.5}
    assert "older than" in lookup("007", "2026-01-10T00:00:00.000001Z", status=1)
    assert "later than" in lookup("7", "2026-01-04T23:59:59.999999Z", status=1)
    assay("materialize", path, "--store", tmp_path / "store", "--at", "2026-01-02")
    assert lookup("007", "2026-01-02") == {"visits": 3, "spent": 1.5} and "nothing is known" in lookup("7", "2026-01-10", status=1)
    assert "--at" in assay("materialize", path, "--store", tmp_path / "store", "--at", "now", status=2).stderr
    (tmp_path / "store").write_bytes(first)
    assert "nothing is known" in lookup("b", "2026-01-05", status=1)
    (tmp_path / "store").write_bytes(first[:-20])
    assert "its end is missing" in lookup("nobody", "2026-01-05", status=2)
    (tmp_path / "store").write_bytes(first.replace(b"007", b"008"))
    assert "damaged" in lookup("nobody", "2026-01-05", status=2)
    assert "is no feature-store/v2" in assay("lookup", path, "7", status=2).stderr
