"""Segments of prediction records, written by the form's description alone (docs/design/records.md)."""

import os
import struct


def _text(text):
    data = text.encode()
    return struct.pack("<I", len(data)) + data


def _validity(values):
    words = [0] * ((len(values) + 63) // 64)
    for row, value in enumerate(values):
        if value is not None:
            words[row // 64] |= 1 << row % 64
    return struct.pack(f"<{len(words)}Q", *words)


def _column(name, kind, values):
    holed = any(value is None for value in values)
    out = _text(name) + bytes([{"bool": 1, "int": 2, "double": 3, "text": 4, "time": 5}[kind], holed])
    if holed:
        out += _validity(values)
    if kind == "text":
        texts = list(dict.fromkeys(value for value in values if value is not None))
        places = {text: place for place, text in enumerate(texts)}
        out += struct.pack("<I", len(texts)) + b"".join(map(_text, texts))
        return out + struct.pack(f"<{len(values)}I", *(0 if value is None else places[value] for value in values))
    form = {"bool": "B", "int": "q", "double": "d", "time": "q"}[kind]
    return out + struct.pack(f"<{len(values)}{form}", *(0 if value is None else value for value in values))


def predictions(model, version, manifest, columns, times, *, spool=None, number=1, ids=None, status=200, seconds=0.001):
    """A segment; `columns` are (name, kind, values), `times` microseconds a row."""
    rows = len(times)
    ids = ids or [os.urandom(16) for _ in range(rows)]
    halves = [struct.unpack(">qq", one) for one in ids]
    own = [("@id.high", "int", [high for high, _ in halves]), ("@id.low", "int", [low for _, low in halves]), ("@row", "int", [0] * rows),
           ("@time", "time", times), ("@seconds", "double", [seconds] * rows), ("@status", "int", [status] * rows)]
    return segment(1, model, version, bytes.fromhex(manifest), own + columns, rows, spool or os.urandom(16), number)


def segment(kind, model, version, manifest, columns, rows, spool, number):
    head = b"ASSAYPR1" + bytes([kind]) + _text(model) + struct.pack("<I", version) + manifest + spool
    head += struct.pack("<QIIH", number, 1_000_000, rows, len(columns))
    return head + b"".join(_column(*column) for column in columns)
