"""`privacy.pii` on a generated corpus whose every cell is known, against Presidio's own pattern recognisers on the same cells:
recall and precision, kind by kind, are at least theirs. Presidio runs in the environment of scripts/requirements/validation.txt."""

import json
import os
import subprocess

import numpy as np
import pandas as pd
import pytest

BINARY = os.environ["ASSAY_BINARY"]

PEER = """
import json, sys
from presidio_analyzer.predefined_recognizers import (
    CreditCardRecognizer, EmailRecognizer, EsNifRecognizer, IbanRecognizer, IpRecognizer, PhoneRecognizer, UsSsnRecognizer)
recognisers = {"EMAIL_ADDRESS": EmailRecognizer(), "CREDIT_CARD": CreditCardRecognizer(), "IBAN_CODE": IbanRecognizer(),
               "IP_ADDRESS": IpRecognizer(), "US_SSN": UsSsnRecognizer(), "PHONE_NUMBER": PhoneRecognizer(), "ES_NIF": EsNifRecognizer()}
found = {}
for column, cells in json.load(open(sys.argv[1])).items():
    found[column] = {}
    for entity, recogniser in recognisers.items():
        found[column][entity] = [bool(recogniser.analyze(cell, [entity], None)) for cell in cells]
json.dump(found, open(sys.argv[2], "w"))
"""


def luhn(digits):
    total = sum(d if i % 2 else (2 * d - 9 if d > 4 else 2 * d) for i, d in enumerate(reversed(digits)))
    return digits + [(-total) % 10]


def iban(random, country, length):
    body = "".join(map(str, random.integers(0, 10, length - 4)))
    number = int("".join(str(int(c, 36)) for c in body + country + "00"))
    return f"{country}{98 - number % 97:02d}{body}"


def corpus(seed, size):
    """Columns of cells, and for each column the kind it holds (None: nothing personal)."""
    random = np.random.default_rng(seed)
    digits = lambda count: "".join(map(str, random.integers(0, 10, count)))
    words = ["order", "shipped", "late", "blue", "Berlin", "invoice", "42", "n/a", "v1.2", "3.14", "2024-01-31", "10:30", "x-ray"]
    names = ["anna.smith", "bob_7", "c+tag", "d.e.f"]

    def card():
        plain = "".join(map(str, luhn([4, *random.integers(0, 10, 14)])))
        return plain if random.random() < 0.5 else "-".join(plain[i:i + 4] for i in range(0, 16, 4))

    def spaced(text):
        return text if random.random() < 0.5 else " ".join(text[i:i + 4] for i in range(0, len(text), 4))

    def nif():
        number = int(random.integers(10_000_000, 99_999_999))
        return f"{number}{'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23]}"

    makers = {
        "EMAIL_ADDRESS": lambda: "{}{}@{}.{}".format(
            random.choice(names), digits(2), random.choice(["mail", "firm-a"]), random.choice(["com", "co.uk", "de"])),
        "CREDIT_CARD": card,
        "IBAN_CODE": lambda: spaced(iban(random, *[("DE", 22), ("NL", 18), ("GB", 22)][0])),
        "IP_ADDRESS": lambda: (
            ".".join(map(str, random.integers(1, 255, 4))) if random.random() < 0.7 else f"2001:db8::{random.integers(1, 9999):x}"),
        "US_SSN": lambda: f"{random.integers(1, 665):03d}-{random.integers(1, 99):02d}-{random.integers(1, 9999):04d}",
        "PHONE_NUMBER": lambda: (
            f"({random.integers(212, 219)}) {random.integers(555, 599)}-{digits(4)}"
            if random.random() < 0.5 else f"+49 30 {digits(8)}"),
        "ES_NIF": nif,
    }
    columns, kinds = {}, {}
    for kind, make in makers.items():
        columns[kind.lower()] = [
            f"{random.choice(words)} {make()}, {random.choice(words)}" if random.random() < 0.5 else make() for _ in range(size)]
        kinds[kind.lower()] = kind
    columns["notes"] = [" ".join(random.choice(words, 6)) for _ in range(size)]
    columns["codes"] = [f"{digits(4)}-{digits(2)}-{digits(2)}" for _ in range(size)]
    columns["amounts"] = [f"{digits(5)}.{digits(2)}" for _ in range(size)]
    columns["orders"] = [f"A{digits(9)}" for _ in range(size)]
    for column in ["notes", "codes", "amounts", "orders"]:
        kinds[column] = None
    return columns, kinds


def ours(path, column=None):
    policy = path.parent / "pii.yaml"
    policy.write_text(
        'assay: policy/v1\nname: pii\nversion: "1"\naccept: [supplied]\ndata: {predictions: dataset}\nchecks:\n  - {id: privacy.pii'
        + (f", column: {column}" if column else "") + "}\n")
    done = subprocess.run([BINARY, "check", policy, "--data", path, "--format", "json"], capture_output=True, text=True, timeout=300)
    assert done.returncode in (0, 1), done.stderr
    result = json.loads(done.stdout)["results"][0]
    return done.returncode, result, {group["group"]: group["count"] for group in result["groups"]}


def test_recall_and_precision_are_at_least_presidios(tmp_path):
    peer = os.environ.get("ASSAY_VALIDATION_PYTHON")
    if not peer or not os.path.exists(peer):
        pytest.fail("ASSAY_VALIDATION_PYTHON names no interpreter: run scripts/setup and source scripts/lib/environment.sh")
    size = 400
    columns, kinds = corpus(11, size)
    data = tmp_path / "corpus.parquet"
    pd.DataFrame(columns).to_parquet(data, index=False)
    status, result, counts = ours(data)
    assert status == 1 and result["value"] >= 7 * size
    (tmp_path / "cells.json").write_text(json.dumps(columns))
    subprocess.run([peer, "-c", PEER, tmp_path / "cells.json", tmp_path / "found.json"], check=True, capture_output=True, timeout=900)
    theirs = json.loads((tmp_path / "found.json").read_text())
    print()
    for kind in [kind for kind in kinds.values() if kind]:
        right = kind.lower()
        mine = {column: counts.get(f"{column}: {kind}", 0) for column in columns}
        peers = {column: sum(theirs[column][kind]) for column in columns}
        wrong, peers_wrong = (sum(count for column, count in found.items() if column != right) for found in (mine, peers))
        print(f"{kind}: recall {mine[right] / size:.3f} (Presidio {peers[right] / size:.3f}), wrong cells {wrong} ({peers_wrong})")
        assert mine[right] == size
        assert mine[right] >= peers[right] and wrong <= peers_wrong, kind
    for column in ["notes", "codes", "amounts", "orders"]:
        assert not [group for group in counts if group.startswith(f"{column}: ")]


@pytest.mark.parametrize(
    "kind, cells, expected",
    [
        ("CREDIT_CARD", ["4111111111111111", "4111 1111 1111 1111", "4111111111111112", "1234"], 2),
        ("CREDIT_CARD", [4111111111111111, 5500005555555559, 340000000000009, 6011000000000004], 4),
        ("US_SSN", ["078-05-1120", "000-12-3456", "666-12-3456", "912-12-3456", "123-00-4567"], 1),
        ("US_SSN", [123456789, 218456780, 219001234, 7], 2),
        ("IBAN_CODE", ["DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432", "DE89370400440532013001"], 2),
        ("IP_ADDRESS", ["192.168.0.1", "256.1.1.1", "1.2.3", "::1", "2001:db8::8a2e:370:7334", "10:30:20"], 3),
        ("EMAIL_ADDRESS", ["a@b.co", "a@b", "@b.co", "Ask me: o'neil@example.org.", "müller@straße.de", "a@@b.co"], 3),
        ("UK_NHS", ["943 476 5919", "943 476 5918"], 1),
        ("PL_PESEL", ["44051401359", "44051401358"], 1),
        ("IN_AADHAAR", ["2363 1111 1112", "2363 1111 1113"], None),
        ("FI_PERSONAL_IDENTITY_CODE", ["131052-308T", "131052-308U"], 1),
        ("SG_NRIC_FIN", ["S1234567D", "S1234567A"], 1),
        ("ES_NIF", ["12345678Z", "12345678A", "X1234567L"], 2),
    ])
def test_check_digits(tmp_path, kind, cells, expected):
    pd.DataFrame({"x": cells}).to_parquet(tmp_path / "x.parquet", index=False)
    _, _, counts = ours(tmp_path / "x.parquet")
    found = counts.get(f"x: {kind}", 0)
    assert found == expected if expected is not None else found <= 1


def test_names_by_hint_and_by_majority(tmp_path):
    frame = pd.DataFrame(
        {"first_name": ["Zoë", "Q7", "Xi"], "contact": ["Anna Smith", "John Doe", "n/a"], "city": ["Paris", "Rome", "Oslo"],
         "a_number": [1, 2, 3]})
    frame.to_csv(tmp_path / "x.csv", index=False)
    status, _, counts = ours(tmp_path / "x.csv")
    assert status == 1 and counts == {"first_name: PERSON": 2, "contact: PERSON": 2}
    frame[["city", "a_number"]].to_csv(tmp_path / "x.csv", index=False)
    status, result, counts = ours(tmp_path / "x.csv")
    assert (status, result["value"], counts) == (0, 0, {})


def test_samples_are_masked_in_the_profile(tmp_path):
    (tmp_path / "x.csv").write_text("mail\nanna@example.org\nbob@example.org\n")
    done = subprocess.run([BINARY, "profile", tmp_path / "x.csv", "--format", "json"], capture_output=True, text=True, timeout=60)
    column = json.loads(done.stdout)["columns"][0]
    assert column["personal_data"] == [
        {"entity_type": "EMAIL_ADDRESS", "count": 2, "rate": 1, "samples": ["a***@*******.***", "b**@*******.***"]}]
