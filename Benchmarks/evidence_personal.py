"""Personal data: `privacy.pii` against Presidio's pattern recognisers, on a generated corpus whose every cell is known.

Seven columns hold seven kinds, alone or within a few words, and four hold none (words, dashed codes, amounts, order numbers). The
peer looks at the first --peer-rows of the rows, in which it takes minutes; speeds are bytes of text a second, recall is the share of
a kind's cells that are found in its column, precision the share of right ones among the cells a kind is found in anywhere.

    ASSAY_BINARY=.build/release/assay ASSAY_VALIDATION_PYTHON=… python Benchmarks/evidence_personal.py [--rows N]
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from measuring import measure

sys.path.insert(0, str(Path(__file__).parents[1] / "Tests" / "Reference"))

POLICY = ('assay: policy/v1\nname: pii\nversion: "1"\naccept: [supplied]\ndata: {predictions: dataset}\n'
          "checks:\n  - {id: privacy.pii}\n")


def peer(path):
    import pandas
    from presidio_analyzer.predefined_recognizers import (
        CreditCardRecognizer, EmailRecognizer, EsNifRecognizer, IbanRecognizer, IpRecognizer, PhoneRecognizer, UsSsnRecognizer)

    recognisers = {"EMAIL_ADDRESS": EmailRecognizer(), "CREDIT_CARD": CreditCardRecognizer(), "IBAN_CODE": IbanRecognizer(),
                   "IP_ADDRESS": IpRecognizer(), "US_SSN": UsSsnRecognizer(), "PHONE_NUMBER": PhoneRecognizer(),
                   "ES_NIF": EsNifRecognizer()}
    frame = pandas.read_parquet(path)
    counts = {}
    start = time.perf_counter()
    for column in frame:
        for kind, recogniser in recognisers.items():
            counts[f"{column}: {kind}"] = sum(bool(recogniser.analyze(cell, [kind], None)) for cell in frame[column])
    print(json.dumps({"seconds": [time.perf_counter() - start], "counts": counts}))


def quality(counts, kinds, rows):
    held = {kind: column for column, kind in kinds.items() if kind}
    right = sum(counts.get(f"{column}: {kind}", 0) for kind, column in held.items())
    every = sum(count for name, count in counts.items() if name.split(": ")[1] in held)
    return right / (len(held) * rows), right / every


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rows", type=int, default=int(os.environ.get("ASSAY_BENCH_ROWS", 200_000)))
    arguments.add_argument("--peer-rows", type=int, default=300)
    arguments.add_argument("--peer")
    options = arguments.parse_args()
    if options.peer:
        return peer(options.peer)

    import pandas
    from test_pii import corpus

    binary, other = os.environ["ASSAY_BINARY"], os.environ["ASSAY_VALIDATION_PYTHON"]
    # Presidio sees the first of the rows; enough distinct cells for us to be measured on scanning, not on counting.
    columns, kinds = corpus(3, options.rows)
    few = {column: cells[:options.peer_rows] for column, cells in columns.items()}
    sizes = [sum(len(cell.encode()) for cells in table.values() for cell in cells) / 1e6 for table in (columns, few)]
    with tempfile.TemporaryDirectory() as folder:
        path, small, policy = (os.path.join(folder, name) for name in ("rows.parquet", "few.parquet", "pii.yaml"))
        pandas.DataFrame(columns).to_parquet(path, index=False)
        pandas.DataFrame(few).to_parquet(small, index=False)
        Path(policy).write_text(POLICY)

        def found(printed):
            return {group["group"]: group["count"] for group in printed["results"][0]["groups"]}

        mine = measure([binary, "check", policy, "--data", path, "--format", "json"], 3, expected=(1,))
        kernel = measure([binary, "kernel-timing", "personal-data", path, "--repetitions", "5"])
        same = measure([binary, "check", policy, "--data", small, "--format", "json"], expected=(1,))
        theirs = measure([other, __file__, "--peer", small])
    assert kernel[2]["counts"] == found(mine[2])
    ours, peers = quality(found(same[2]), kinds, options.peer_rows), quality(theirs[2]["counts"], kinds, options.peer_rows)
    assert ours[0] >= peers[0] and ours[1] >= peers[1]
    print(f"{len(columns)} columns of text, {sizes[0]:.1f} MB in {options.rows:,} rows, {sizes[1]:.2f} MB in {options.peer_rows:,} for the peer")
    print(f"{'':9}{'assay':>14}{'Presidio':>18}{'ratio':>9}   peak memory (MiB)")
    rates = [(sizes[0] / left, sizes[1] / right) for left, right in
             ((mine[0], theirs[0]), (min(kernel[2]["seconds"]), theirs[2]["seconds"][0]))]
    for name, run, (left, right) in zip(("process", "kernel"), (mine, kernel), rates):
        print(f"{name:9}{left:9.1f} MB/s{right:13.3f} MB/s{left / right:8.0f}x   {run[1]:.0f} against {theirs[1]:.0f}")
    print(f"recall {ours[0]:.3f} against {peers[0]:.3f}, precision {ours[1]:.3f} against {peers[1]:.3f}")


if __name__ == "__main__":
    sys.exit(main())
