"""What a monitor's window of a million recorded rows costs, on one core.

    python3 Benchmarks/monitors.py [rows]

Recorded predictions with late labels are handed to a server in segments, and a plan is tried on them (`monitors/backtest`), which judges a
window as the server's own look does: it finds the window's segments, opens and verifies them, joins labels, computes and judges. Printed per
check: seconds on the clock and of the processor, the best of five after one that is not counted, and the server's peak memory beside what it
held before. Each value is compared with numpy's, of the same rows.
"""

import os
import struct
import sys
import time
from pathlib import Path

import numpy
import requests

sys.path.insert(0, str(Path(__file__).parents[1] / "Tests" / "Acceptance"))

from house import House

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
SEGMENT = 125_000
ROUNDS = 5
HZ = os.sysconf("SC_CLK_TCK")
POLICY = """
assay: policy/v1
name: bench
version: "1"
applies-to: {models: ["*"], stages: [Production]}
approvals:
  - {role: validator, count: 1}
"""
LOG = """
import mlflow, numpy, pandas
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression
draw = numpy.random.default_rng(3)
rows = pandas.DataFrame({"income": draw.normal(size=500), "age": draw.normal(size=500)})
answer = (rows.income > 0).astype(int)
mlflow.set_experiment("bench")
with mlflow.start_run():
    mlflow.sklearn.log_model(LogisticRegression().fit(rows, answer), name="model", registered_model_name="watched",
                             signature=infer_signature(rows, answer))
"""


def text(value):
    data = value.encode()
    return struct.pack("<I", len(data)) + data


def column(name, kind, values):
    """As docs/design/records.md says; texts are (names, codes)."""
    head = text(name) + bytes([{"int": 2, "double": 3, "text": 4, "time": 5}[kind], 0])
    if kind == "text":
        names, codes = values
        return head + struct.pack("<I", len(names)) + b"".join(map(text, names)) + codes.astype("<u4").tobytes()
    return head + values.astype("<f8" if kind == "double" else "<i8").tobytes()


def segment(kind, version, manifest, columns, rows, number):
    head = b"ASSAYPR1" + bytes([kind]) + text("watched") + struct.pack("<I", version) + manifest + b"benchmarkmonitor"
    return head + struct.pack("<QIIH", number, 1_000_000, rows, len(columns)) + b"".join(column(*one) for one in columns)


def memory(pid, what):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(what):
            return int(line.split()[1]) / 1024
    return 0.0


def processor(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / HZ


def main():
    house = House()
    house.start()
    try:
        measure(house)
    finally:
        house.remove()


def measure(house):
    house.http("POST", "/api/assay/v1/policies", {"policy": POLICY}, who="petra")
    house.add("gate", "gateway")
    # A back-test tells what rows hold.
    house.add("tess", "data_engineer")
    house.python(LOG, who="ana")
    promote(house)
    listed = house.http("GET", "/api/assay/v1/deployments", who="gate")[1]["deployments"]
    manifest = bytes.fromhex(next(one["manifest"] for one in listed if one["model"] == "watched"))
    draw = numpy.random.default_rng(1)
    race, truth = draw.integers(0, 3, ROWS), draw.integers(0, 2, ROWS)
    score = draw.random(ROWS)
    predicted = (score + 0.1 * race > 0.55).astype(int)
    income, age = draw.normal(size=ROWS), draw.normal(size=ROWS)
    high, low = draw.integers(-2**63, 2**63 - 1, ROWS), draw.integers(-2**63, 2**63 - 1, ROWS)
    began = time.time_ns() // 1_000

    def post(path, body):
        answer = requests.post(f"{house.url}/api/assay/v1/predictions{path}", data=body, timeout=600, headers={
            "Content-Type": "application/vnd.assay.records", "Authorization": f"Bearer {house.tokens['gate']}"})
        assert answer.status_code in (200, 201), answer.text

    for number, first in enumerate(range(0, ROWS, SEGMENT)):
        part = slice(first, min(first + SEGMENT, ROWS))
        count = part.stop - part.start
        post("", segment(1, 1, manifest, [
            ("@id.high", "int", high[part]), ("@id.low", "int", low[part]), ("@row", "int", numpy.zeros(count, int)),
            ("@time", "time", numpy.full(count, began)), ("@seconds", "double", numpy.full(count, 0.001)), ("@status", "int", numpy.full(count, 200)),
            ("race", "text", (["white", "black", "other"], race[part])), ("income", "double", income[part]), ("age", "double", age[part]),
            ("@prediction", "int", predicted[part]), ("@score", "double", score[part]), ("@shap:income", "double", income[part]),
            ("@shap:age", "double", age[part])], count, 2 * number))
        names = [f"{h & (2**64 - 1):016x}{l & (2**64 - 1):016x}-0" for h, l in zip(high[part].tolist(), low[part].tolist())]
        post("/labels", segment(2, 0, bytes(32), [("@reference", "text", (names, numpy.arange(count))), ("@label", "int", truth[part])], count,
                                2 * number + 1))
    rates = [predicted[race == group].mean() for group in range(3)]
    checks = [
        ("quality.missing_rate", ", column: income", 0.0),
        ("fairness.demographic_parity_difference", ", column: race", max(rates) - min(rates)),
        ("service.errors", "", 0.0), ("estimated.accuracy", "", numpy.where(predicted == 1, score, 1 - score).mean()),
        ("performance.accuracy", "", (predicted == truth).mean()),
    ]
    for task in Path(f"/proc/{house.process.pid}/task").iterdir():
        os.sched_setaffinity(int(task.name), {0})
    before = memory(house.process.pid, "VmRSS")
    print(f"a window of {ROWS:,} rows in segments of {SEGMENT:,}, labels of each row; one core")
    print(f"{'check':42} {'seconds':>8} {'CPU':>8} {'value':>10}")
    for check, more, expected in checks:
        plan = f"assay: monitoring-plan/v1\nowner: ana\nmonitors:\n  - {{id: {check}{more}, min: 0, window: {ROWS} rows, alert: [risk]}}\n"
        best = (float("inf"), float("inf"))
        for round in range(ROUNDS + 1):
            clock, used = time.perf_counter(), processor(house.process.pid)
            status, answer = house.http("POST", "/api/assay/v1/monitors/backtest", {"model": "watched", "plan": plan}, who="tess")
            taken = (time.perf_counter() - clock, processor(house.process.pid) - used)
            assert status == 200, answer
            (result,) = answer["results"]
            assert result["rows"] == ROWS and abs(result["value"] - expected) < 1e-9, (check, result, expected)
            if round:
                best = min(best, taken)
        print(f"{check:42} {best[0]:8.3f} {best[1]:8.2f} {expected:10.6f}")
    print(f"memory: {before:,.0f} MiB before, {memory(house.process.pid, 'VmHWM'):,.0f} MiB at most")


def promote(house):
    asked = house.http("POST", "/api/assay/v1/requests", {"model": "watched", "version": 1, "target": {"stage": "Production"}}, who="ana")[1]
    status, answer = house.http("POST", "/api/assay/v1/approvals", {"request": asked["id"]}, who="vera")
    assert status == 201, answer
    status, answer = house.http("POST", "/api/2.0/mlflow/model-versions/transition-stage", {
        "name": "watched", "version": "1", "stage": "Production", "archive_existing_versions": True}, who="ana")
    assert status == 200, answer


if __name__ == "__main__":
    main()
