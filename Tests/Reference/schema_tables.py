"""Seeded pairs of tables, what was there first and what is held against its schema; no library but numpy and pandas."""

import hashlib

import numpy as np
import pandas as pd


def rows(seed, count, **changed):
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame({
        "whole": draw.integers(-5, 60, count), "real": draw.normal(size=count).round(4),
        "state": draw.choice(["new", "open", "closed"], count),
        "city": [f"city {number}" for number in draw.integers(0, 400, count)], "flagged": draw.choice(["yes", "no"], count), "constant": 7})
    return frame.assign(**changed)


def gaps(frame, column, share, seed):
    gone = np.random.default_rng(seed).random(len(frame)) < share
    values = frame[column].astype(object).where(~gone, None)
    return frame.assign(**{column: values if frame[column].dtype.kind not in "if" else values.astype(float)})


def every(frame, column, step, value):
    return frame.assign(**{column: frame[column].where(frame.index % step > 0, value)})


PAIRS = {
    "same": (rows(1, 500), rows(2, 400)),
    "a new value": (rows(3, 500), every(rows(4, 400), "state", 10, "lost")),
    "several new values": (rows(3, 500), every(every(rows(4, 400), "state", 7, "lost"), "state", 5, "found")),
    "a new column": (rows(5, 300), rows(6, 300, extra=1)),
    "a column gone": (rows(5, 300), rows(6, 300).drop(columns="real")),
    "text for whole numbers": (rows(7, 300), rows(8, 300, whole="x")),
    "text for fractions": (rows(7, 300), rows(8, 300, real="x")),
    "fractions for whole numbers": (rows(7, 300), rows(8, 300, whole=0.5)),
    "whole numbers for fractions": (rows(7, 300), rows(8, 300, real=1)),
    "numbers for text": (rows(7, 300), rows(8, 300, state=5)),
    "gaps": (rows(9, 400), gaps(rows(10, 400), "state", 0.3, 1)),
    "gaps of numbers": (rows(9, 400), gaps(rows(10, 400), "real", 0.3, 1)),
    "gaps from the beginning": (gaps(rows(9, 400), "state", 0.3, 1), gaps(rows(10, 400), "state", 0.5, 2)),
    "gaps of numbers from the beginning": (gaps(rows(9, 400), "whole", 0.3, 1), gaps(rows(10, 400), "whole", 0.5, 2)),
    "all gone": (rows(11, 200), gaps(rows(12, 200), "city", 1.1, 1)),
    "all gone from the beginning": (gaps(rows(11, 200), "city", 1.1, 1), rows(12, 200)),
    "one row": (rows(13, 1), rows(14, 1)),
    "two forms of one letter": (every(rows(15, 200), "state", 2, "\u00e9"), every(rows(16, 200), "state", 2, "e\u0301")),
    "a hundred values": (rows(17, 400, city=[f"c{n % 100}" for n in range(400)]), rows(18, 400, city=[f"c{n % 101}" for n in range(400)])),
    "more than a hundred values": (rows(17, 404, city=[f"c{n % 101}" for n in range(404)]),
        rows(18, 404, city=[f"c{n % 102}" for n in range(404)])),
}


def digest(frame):
    """Of the values, as every pandas prints them."""
    lines = [",".join(frame.columns)]
    lines += [",".join("" if value is None or value != value else repr(value.item() if hasattr(value, "item") else value) for value in row)
              for row in frame.astype(object).itertuples(index=False)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
