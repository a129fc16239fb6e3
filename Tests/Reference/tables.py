"""Seeded random tables, written as CSV and Parquet, and a way to ask the `assay` that ASSAY_BINARY names about them.

A table is a dict of columns; None is a missing value. The same table is written in both formats, and every number must be
the same from both.
"""

import json
import os
import random
import subprocess
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

# Rows in a block of the engine: sums are folded and dictionaries grow at its borders.
BLOCK = 65_536

# Canonically equivalent forms of one letter are two groups; a comma, a quote and a space need care in CSV.
UNICODE_GROUPS = ["caf\u00e9", "cafe\u0301", "\u0433\u0440\u0443\u043f\u043f\u0430", "\u7d44", 'a,"b', "two words"]


@dataclass
class Table:
    columns: dict
    types: dict = field(default_factory=dict)

    @property
    def rows(self):
        return len(next(iter(self.columns.values())))

    def arrow(self):
        return pa.table({name: pa.array(values, self.types[name]) for name, values in self.columns.items()})

    def write(self, folder, kind):
        path = str(folder / f"table.{kind}")
        if kind == "csv":
            pyarrow.csv.write_csv(self.arrow(), path)
        else:
            # Small row groups, so that batches end elsewhere than blocks.
            pyarrow.parquet.write_table(self.arrow(), path, row_group_size=10_000)
        return path

    def complete(self, *names):
        """The rows in which none of the columns is missing, as lists by name."""
        keep = [row for row in range(self.rows) if all(self.columns[name][row] is not None for name in names)]
        return {name: [self.columns[name][row] for row in keep] for name in self.columns}


LABELS = {
    # kind: (negative, positive, Arrow type, whether --positive is needed)
    "integer": (0, 1, pa.int64(), False),
    "float": (0.0, 1.0, pa.float64(), False),
    "boolean": (False, True, pa.bool_(), False),
    "other": (0, 2, pa.int64(), False),
    "string": ("nein", "ja", pa.string(), True),
    "reversed": (1, 0, pa.int64(), True),
}


def make(rows, seed, label="integer", groups=("a", "b", "c"), group_type=pa.string(), missing=0.0, positive_rate=0.5,
         weights=False, one_class=False, skew=None, score_levels=None):
    draw = random.Random(seed)
    negative, positive, label_type, _ = LABELS[label]

    def maybe(value):
        return None if draw.random() < missing else value

    columns = {"label": [], "prediction": [], "score": [], "group": [], "weight": []}
    for _ in range(rows):
        group = draw.choices(groups, weights=skew)[0]
        truth = one_class or draw.random() < positive_rate
        score = min(1.0, max(0.0, draw.gauss(0.6 if truth else 0.4, 0.25)))
        if score_levels:
            score = round(score * score_levels) / score_levels
        guess = score + 0.1 * groups.index(group) > 0.55
        columns["label"].append(maybe(positive if truth else negative))
        columns["prediction"].append(maybe(positive if guess else negative))
        columns["score"].append(maybe(score))
        columns["group"].append(maybe(group))
        columns["weight"].append(draw.choice([0.0, 0.25, 1.0]) + draw.random() if weights else 1.0)
    return Table(columns, {"label": label_type, "prediction": label_type, "score": pa.float64(),
                           "group": group_type, "weight": pa.float64()})


def run(*arguments):
    return subprocess.run([os.environ["ASSAY_BINARY"], *map(str, arguments)], capture_output=True, text=True)


def ask(*arguments):
    """The JSON answer of a command that must succeed."""
    answer = run(*arguments, "--format", "json")
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


def by_id(answer, column=None):
    return {result["id"]: result for result in answer["results"] if column is None or result.get("column") == column}


def binary(values, positive):
    return [int(value == positive) for value in values]


# Unit roundoff of a double.
U = 2.0 ** -53


def counted_tolerance():
    """Quotients of whole numbers below 2**53, at most three roundings on either side of numbers up to 1."""
    return 1e-12


def summed_tolerance(rows):
    """A sum of n positive terms is off by at most n roundings, relatively, in any order of adding; a quotient of two such
    sums by twice that; both sides together by four times, and eight roundings for the arithmetic around."""
    return (4 * rows + 8) * U
