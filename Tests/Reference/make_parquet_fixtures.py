"""Writes the Parquet files under Tests/AssayDataTests/Fixtures.

    $ASSAY_PYTHON Tests/Reference/make_parquet_fixtures.py

The files are committed, so that the Swift tests need no Python; this says how they were made.
"""

import datetime
import decimal
import pathlib

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe

FOLDER = pathlib.Path(__file__).parent.parent / "AssayDataTests" / "Fixtures"


def types():
    day = datetime.date(2026, 1, 31)
    moment = datetime.datetime(2026, 1, 31, 9, 30, 0, 123456)
    columns = {
        "boolean": pa.array([True, None, False, True], pa.bool_()),
        "int8": pa.array([-128, None, 127, 0], pa.int8()),
        "int16": pa.array([-32768, None, 32767, 0], pa.int16()),
        "int32": pa.array([-(2**31), None, 2**31 - 1, 0], pa.int32()),
        "int64": pa.array([-(2**63), None, 2**63 - 1, 2**53 + 1], pa.int64()),
        "uint8": pa.array([255, None, 0, 1], pa.uint8()),
        "uint32": pa.array([2**32 - 1, None, 0, 1], pa.uint32()),
        "uint64": pa.array([2**63 - 1, None, 0, 1], pa.uint64()),
        "float": pa.array([0.5, None, float("nan"), float("inf")], pa.float32()),
        "double": pa.array([0.1, None, float("nan"), float("-inf")], pa.float64()),
        "decimal": pa.array([decimal.Decimal("12.34"), None, decimal.Decimal("-0.01"), decimal.Decimal("0.00")], pa.decimal128(10, 2)),
        "text": pa.array(["b", None, "", "größe"], pa.string()),
        "large text": pa.array(["b", None, "a", "b"], pa.large_string()),
        "category": pa.array(["x", None, "y", "x"], pa.string()).dictionary_encode(),
        "numbers category": pa.array([7, None, 8, 7], pa.int16()).dictionary_encode(),
        "date": pa.array([day, None, datetime.date(1969, 12, 31), day], pa.date32()),
        "seconds": pa.array([moment.replace(microsecond=0), None, moment.replace(microsecond=0), None], pa.timestamp("s")),
        "nanoseconds": pa.array([1769851800123456789, None, -1000, 0], pa.timestamp("ns", tz="Europe/Paris")),
        "nothing": pa.nulls(4),
    }
    pq.write_table(pa.table(columns), FOLDER / "types.parquet", row_group_size=3)


def blocks():
    rows = 150_000
    table = pa.table({
        "thousands": pa.array([row // 1000 for row in range(rows)], pa.int32()),
        "parity": pa.array(["odd" if row // 5000 % 2 else "even" for row in range(rows)]),
    })
    pq.write_table(table, FOLDER / "blocks.parquet", row_group_size=40_000, compression="zstd")
    pq.write_table(table.slice(0, 0), FOLDER / "empty.parquet")


def refused():
    pq.write_table(pa.table({"id": pa.array([2**63], pa.uint64()), "n": pa.array([1])}), FOLDER / "uint64.parquet")
    pq.write_table(
        pa.table({
            "n": pa.array([1, 2]), "list": pa.array([[1], [2, 3]]), "struct": pa.array([{"a": 1}, {"a": 2}]),
            "bytes": pa.array([b"\xff", b"a"]), "after": pa.array(["x", "y"]),
        }),
        FOLDER / "nested.parquet")
    pq.write_table(pa.table([pa.array([1]), pa.array([2])], names=["a", "a"]), FOLDER / "duplicate.parquet")


class PlainKms(pe.KmsClient):
    """Keys in the clear: the fixtures only have to be encrypted, not secret."""

    def __init__(self, configuration):
        super().__init__()

    def wrap_key(self, key, name):
        return key.hex()

    def unwrap_key(self, key, name):
        return bytes.fromhex(key)


def encrypted():
    factory = pe.CryptoFactory(lambda configuration: PlainKms(configuration))
    table = pa.table({"secret": pa.array([1, 2]), "n": pa.array([3, 4])})
    for name, plain in [("encrypted", False), ("encrypted-column", True)]:
        configuration = pe.EncryptionConfiguration(footer_key="k", column_keys={"k": ["secret"]}, plaintext_footer=plain)
        properties = factory.file_encryption_properties(pe.KmsConnectionConfig(), configuration)
        with pq.ParquetWriter(FOLDER / f"{name}.parquet", table.schema, encryption_properties=properties) as writer:
            writer.write_table(table)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    types()
    blocks()
    refused()
    encrypted()
