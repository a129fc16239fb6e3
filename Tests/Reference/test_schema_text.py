"""Schemas in Protocol Buffers' text format: TFDV's own text is read as its JSON is, what Assay writes is read by TFDV's parser
(where scripts/setup --bench has made its environment) and by Assay, and what nothing looks at is named."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from schema_tables import PAIRS
from test_schema_peer import RECORDED, features

BINARY = os.environ["ASSAY_BINARY"]

PARSE = """
import json, sys
from google.protobuf import json_format, text_format
from tensorflow_metadata.proto.v0 import schema_pb2
schema = text_format.Parse(open(sys.argv[1], encoding="utf-8").read(), schema_pb2.Schema())
print(json.dumps(json_format.MessageToDict(schema, preserving_proto_field_name=True)))
"""


def validate(data, schema):
    done = subprocess.run([BINARY, "validate", data, "--schema", schema, "--format", "json"], capture_output=True, text=True, timeout=60)
    return done, json.loads(done.stdout) if done.stdout else None


def parquet(frame, path):
    empty = {column: "string" for column in frame if frame[column].isna().all()}
    frame.astype(empty).to_parquet(path, index=False)
    return path


@pytest.mark.parametrize("name", PAIRS)
def test_the_peers_text_is_read(name, tmp_path):
    second = parquet(PAIRS[name][1], tmp_path / "second.parquet")
    schema = tmp_path / "schema.pbtxt"
    schema.write_text(RECORDED[name]["text"])
    done, answer = validate(second, schema)
    assert done.returncode == (1 if RECORDED[name]["anomalies"] else 0), done.stderr
    assert {column: [[reason["type"], reason["short_description"]] for reason in info["reason"]]
            for column, info in sorted(answer["anomaly_info"].items())} == RECORDED[name]["anomalies"]
    assert answer["ignored"] == []


@pytest.mark.parametrize("name", ["same", "two forms of one letter", "gaps", "more than a hundred values"])
@pytest.mark.parametrize("ranges", [False, True])
def test_what_is_written_is_read_by_the_peer(name, ranges, tmp_path):
    first = parquet(PAIRS[name][0], tmp_path / "first.parquet")
    schema, plain = tmp_path / "schema.pbtxt", tmp_path / "schema.json"
    for path in (schema, plain):
        subprocess.run(
            [BINARY, "profile", first, "--write-schema", path] + (["--ranges"] if ranges else []), check=True, capture_output=True)
    answers = [validate(parquet(PAIRS["several new values"][1], tmp_path / "second.parquet"), path)[1]["anomaly_info"]
               for path in (schema, plain)]
    assert answers[0] == answers[1]
    peer = os.environ.get("ASSAY_TFDV_PYTHON", "")
    if not os.path.exists(peer):
        pytest.skip("ASSAY_TFDV_PYTHON names no interpreter: run scripts/setup --bench")
    done = subprocess.run([peer, "-W", "ignore", "-c", PARSE, schema], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert features(json.loads(done.stdout)) == features(json.loads(plain.read_text()))
    if not ranges:
        assert features(json.loads(done.stdout)) == features(RECORDED[name]["schema"])


def test_the_formats_forms(tmp_path):
    (tmp_path / "rows.csv").write_text("age,name,é\n30,a\"b,x\n120,c,y\n")
    (tmp_path / "schema.pbtxt").write_text(r"""
# A comment, and every form of bracket, list, number and string.
feature < name: "age", type: INT; int_domain { min: 0x0 max: 0100 is_categorical: true } annotation { tag: "x" tag: "y" } >
feature: {
  name: 'na' "me"   type: BYTES
  string_domain { value: ["a\"b", "c"] }
  presence { min_fraction: 1.0f min_count: 1 }
}
feature { name: "\303\251" type: BYTES domain: "letters" value_count { min: 1 max: 1 } }
string_domain { name: "letters" value: "x" value: "\x79" }
default_environment: "TRAINING" default_environment: "SERVING"
[tfx.extension] { level: -1.5e-3 }
""")
    done, answer = validate(tmp_path / "rows.csv", tmp_path / "schema.pbtxt")
    assert done.returncode == 1, done.stderr
    assert list(answer["anomaly_info"]) == ["age"]
    assert sorted(answer["ignored"]) == [
        "schema.[tfx.extension]", "schema.default_environment", "schema.feature[0].annotation",
        "schema.feature[0].int_domain.is_categorical"]
    shown = subprocess.run(
        [BINARY, "validate", tmp_path / "rows.csv", "--schema", tmp_path / "schema.pbtxt"], capture_output=True, text=True).stdout
    assert "is_categorical" in shown


@pytest.mark.parametrize(
    "text, words",
    [
        ("feature { name: \"a\"\n  type: INT", "line 2 of the schema's text ends within a message"),
        ("feature { name \"a\" }", "lacks a colon between 'name' and its value"),
        ("feature {\n name: \"a }", "line 2 of the schema's text has a string of 'name' without its end"),
        ("feature { name: \"\\q\" }", "an escape in 'name'"),
        ("feature { name: \"\\377\" }", "not valid UTF-8"),
        ("feature { name: 12z }", "no number"),
        ("} feature", "no name of a field"),
        ("feature { name: [\"a\" }", "a list of 'name' without its end"),
        ("a { " * 100, "nested deeper than 32"),
        ("feature { name: \"a\" type: STRUCT }", "columns of a table are INT, FLOAT or BYTES"),
        ("feature { name: \"a\" name: \"b\" type: INT }", "needs 'name', a string"),
        ("", "the schema is empty"), ("\n \n", "the schema is empty"),
    ])
def test_what_is_no_schema_is_refused_with_its_line(tmp_path, text, words):
    (tmp_path / "rows.csv").write_text("a\n1\n")
    (tmp_path / "schema.pbtxt").write_text(text)
    done, _ = validate(tmp_path / "rows.csv", tmp_path / "schema.pbtxt")
    assert done.returncode == 2 and words in done.stderr, done.stderr
