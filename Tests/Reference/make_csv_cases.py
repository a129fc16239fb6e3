"""Writes Tests/AssayDataTests/Fixtures/csv-cases.json: random one-column CSV files and how pandas reads them.

    $ASSAY_PYTHON Tests/Reference/make_csv_cases.py

The cells stay within what docs/design/data.md promises to read as pandas does. Two of its differences are applied here:
missing values turn neither integers into floats nor booleans into objects.
"""

import io
import json
import pathlib
import random
import re

import pandas as pd

OUTPUT = pathlib.Path(__file__).parent.parent / "AssayDataTests" / "Fixtures" / "csv-cases.json"
INTEGER = re.compile(r"[ \t]*[+-]?[0-9]+[ \t]*")

MISSING = ["", "NA", "nan", "NaN", "None", "null", "#N/A", "<NA>", "n/a", "-nan", '"NULL"', '""']
INTEGERS = ["0", "1", "-1", "+7", "007", " 12", "13 ", "\t4", '"5"', "2147483648", "9007199254740993", "-9223372036854775808"]
FLOATS = ["0.5", "-1.25", ".5", "1.", "1e5", "1E-3", "+2.5e+2", " 3.5 ", '"6.25"', "inf", "-inf", "Infinity", "0.1", "1e-320",
          "123456.789012345678", "2.2250738585072014e-308", "1.7976931348623157e308"]
BOOLEANS = ["True", "False", "true", "false", "TRUE", "FALSE", '"True"']
WORDS = ["a", "b c", "größe", "e\u0301", '"x,y"', '"say ""hi"""', '"two\nlines"', "yes", "NO", "0x10", "1_000", "1 2", "NAN", "N A",
         "-", ".", "1e", "--1", "１", "tRue", " True", "'1'", "1,5".join(['"', '"']), "2026-01-31"]


def cells(generator):
    kinds = generator.choice([
        [INTEGERS], [FLOATS], [BOOLEANS], [WORDS], [[c for c in INTEGERS if len(c) < 16], FLOATS], [BOOLEANS, INTEGERS[:6]],
        [INTEGERS, WORDS], [BOOLEANS, WORDS], [FLOATS, WORDS]])
    if generator.random() < 0.6:
        kinds = kinds + [MISSING]
    return [generator.choice(generator.choice(kinds)) for _ in range(generator.randint(1, 12))]


def expected(rows):
    text = "c,d\n" + "".join(f"{cell},0\n" for cell in rows)
    column = pd.read_csv(io.StringIO(text)).c
    present = column.dropna().tolist()
    raw = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False).c.tolist()
    shown = [cell for cell, missing in zip(raw, column.isna()) if not missing]
    if present and all(isinstance(value, bool) for value in present):
        kind, write = "boolean", lambda value: "true" if value else "false"
    elif pd.api.types.is_integer_dtype(column):
        kind, write = "int64", str
    elif present and column.dtype == float and all(INTEGER.fullmatch(cell) for cell in shown):
        # Read again without the missing rows: pandas' floats have lost digits here.
        again = pd.read_csv(io.StringIO("c\n" + "".join(cell + "\n" for cell in shown))).c
        return text, "int64", merge(column, [str(value) for value in again])
    elif column.dtype == float:
        kind, write = "double", repr
    else:
        kind, write = "text", str
    return text, kind, merge(column, [write(value) for value in present])


def merge(column, present):
    rest = iter(present)
    return [None if missing else next(rest) for missing in column.isna()]


def main():
    generator = random.Random(20261121)
    cases = []
    for _ in range(600):
        text, kind, values = expected(cells(generator))
        cases.append({"csv": text, "type": kind, "values": values})
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    OUTPUT.write_text('{"pandas": "%s", "cases": [\n%s\n]}\n' % (pd.__version__, lines), encoding="utf-8")


if __name__ == "__main__":
    main()
