"""Schemas and anomalies against TensorFlow Data Validation 1.16.1, recorded by scripts/fixtures/tfdv_schemas.py."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from schema_tables import PAIRS, digest

BINARY = os.environ["ASSAY_BINARY"]
RECORDED = json.loads((Path(__file__).parents[1] / "Fixtures" / "schemas" / "tfdv.json").read_text())


def features(schema):
    """By name, with their domains in place of the domains' names, and numbers as numbers: 64 bits are strings in protobuf's JSON."""
    def plain(value):
        if isinstance(value, dict):
            return {name: plain(one) for name, one in value.items()}
        if isinstance(value, list):
            return [plain(one) for one in value]
        return float(value) if isinstance(value, (int, float)) or isinstance(value, str) and value.lstrip("-").isdecimal() else value

    domains = {domain["name"]: domain["value"] for domain in schema.get("string_domain", [])}
    found = {}
    for feature in schema["feature"]:
        texts = {"domain": domains[feature["domain"]]} if isinstance(feature.get("domain"), str) else {}
        found[feature["name"]] = {**{name: plain(value) for name, value in feature.items() if name not in ("name", "domain")}, **texts}
    return found


@pytest.mark.parametrize("name", PAIRS)
def test_schemas_and_anomalies_are_tfdvs(name, tmp_path):
    recorded = RECORDED[name]
    assert recorded["tables"] == [digest(frame) for frame in PAIRS[name]], "these are other tables now"
    first, second, schema = (tmp_path / file for file in ("first.parquet", "second.parquet", "schema.json"))
    for frame, path in zip(PAIRS[name], (first, second)):
        # A column without any value has no type of its own in pandas.
        empty = {column: "string" for column in frame if frame[column].isna().all()}
        frame.astype(empty).to_parquet(path, index=False)
    done = subprocess.run([BINARY, "profile", first, "--write-schema", schema], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert features(json.loads(schema.read_text())) == features(recorded["schema"])
    done = subprocess.run([BINARY, "validate", second, "--schema", schema, "--format", "json"], capture_output=True, text=True)
    assert done.returncode == (1 if recorded["anomalies"] else 0), done.stderr
    found = json.loads(done.stdout)["anomaly_info"]
    assert {column: [[reason["type"], reason["short_description"]] for reason in info["reason"]]
            for column, info in sorted(found.items())} == recorded["anomalies"]


def test_every_kind_of_difference_is_covered():
    kinds = {reason[0] for one in RECORDED.values() for reasons in one["anomalies"].values() for reason in reasons}
    assert kinds == {
        "SCHEMA_NEW_COLUMN", "SCHEMA_MISSING_COLUMN", "UNEXPECTED_DATA_TYPE", "FEATURE_TYPE_LOW_FRACTION_PRESENT",
        "FEATURE_TYPE_NOT_PRESENT", "INVALID_FEATURE_SHAPE", "ENUM_TYPE_UNEXPECTED_STRING_VALUES"}
