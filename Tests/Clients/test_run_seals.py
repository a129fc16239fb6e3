"""Seals of runs as an auditor meets them: made by a running server, computed again here from docs/design/seals.md, and held
against a database that was changed while the server was stopped."""

import hashlib
import json
import sqlite3
import struct
import time
from contextlib import closing

import mlflow
import pytest
from house import House
from mlflow.data.meta_dataset import MetaDataset
from mlflow.data.http_dataset_source import HTTPDatasetSource
from mlflow.entities import Metric


class SealingHouse(House):
    """A server of its own, with an auditor, which can be stopped and started again on the same directory."""

    def audit(self, run_id):
        status, report = self.http("GET", f"/api/assay/v1/runs/{run_id}/seals")
        assert status == 200, report
        return report

    def audit_command(self, run_id, *where):
        return self.assay("audit", "run", run_id, *map(str, where), check=None)

    def seals(self, run_id, count):
        """The run's audit once it has so many published seals."""
        deadline = time.monotonic() + 60
        while True:
            report = self.audit(run_id)
            if len([seal for seal in report["seals"] if seal["state"] == "published"]) >= count:
                return report
            assert time.monotonic() < deadline, report
            time.sleep(0.1)

    def payloads(self, run_id):
        """What only an auditor may read: the seals with their salt, by entry."""
        found = {}
        after = 0
        while True:
            _, page = self.http("GET", f"/api/assay/v1/log/entries?limit=1000&after={after}", who="otto")
            for entry in page["entries"]:
                if entry["kind"] == "run.sealed" and entry["payload"]["run"] == run_id:
                    found[entry["id"]] = entry["payload"]
            if "next_after" not in page:
                return found
            after = page["next_after"]


@pytest.fixture
def server():
    house = SealingHouse(people={"otto": "auditor"})
    house.start()
    yield house
    house.remove()


@pytest.fixture
def client(server):
    return mlflow.MlflowClient(server.url)


def rich_run(client, experiment="0"):
    run = client.create_run(experiment).info.run_id
    client.log_batch(run, metrics=[
        Metric("loss", 0.1 * step, 1000 + step, step) for step in range(20)
    ] + [Metric("caf\u00e9", float("nan"), 5, -2), Metric("zero", -0.0, 5, 3), Metric("big", 1e300, 5, 3)])
    client.log_param(run, "lr", "0.1")
    client.log_param(run, "empty", "")
    client.set_tag(run, "team", "\U0001d11e cafe\u0301")
    client.log_text(run, "hello", "notes/a.txt")
    client.log_text(run, "", "empty.txt")
    dataset = MetaDataset(HTTPDatasetSource("http://example.org/x"), name="holdout", digest="12345678")
    client.log_inputs(run, datasets=[mlflow.entities.DatasetInput(
        dataset._to_mlflow_entity(), [mlflow.entities.InputTag("mlflow.data.context", "eval")])])
    return run


# MARK: - The form, read from docs/design/seals.md and from nowhere else

PREFIX = b"assay run seal v1\0"


def integer(value):
    return struct.pack(">q", value)


def number(value):
    return struct.pack(">d", value)


def text(value):
    return struct.pack(">I", len(value.encode())) + value.encode()


def optional(form, value):
    return b"\0" if value is None else b"\1" + form(value)


def part(code, salt, rows):
    body = b"".join(b"\1" + row for row in rows)
    digest = hashlib.sha256(PREFIX + code + salt + body + b"\0" + integer(len(rows))).digest()
    return len(rows), digest


def parts(database, run_id, salt, after, through):
    """All parts of a run, from the tables."""
    ask = lambda sql, *values: database.execute(sql, values).fetchall()
    bytes_of = lambda value: value.encode()
    (run,) = ask("SELECT number, id, experiment, name, userID, status, startTime, endTime, stage, artifactURI, createdBy"
                 " FROM run WHERE id = ?", run_id)
    key = run[0]
    metric = lambda row: text(row[0]) + integer(row[1]) + integer(row[2]) + number(row[3]) + bytes([row[4]])
    metrics = ask("SELECT metric.rowid, name, timestamp, step, value, isNaN FROM metric JOIN metricKey ON metricKey.id = key"
                  " WHERE run = ? AND metric.rowid > ? AND metric.rowid <= ? ORDER BY metric.rowid",
                  key, after if after is not None else -2**63, through)
    latest = ask("SELECT name, timestamp, step, value, isNaN FROM latestMetric JOIN metricKey ON metricKey.id = key"
                 " WHERE run = ?", key)
    pairs = lambda table: [text(k) + text(v) for k, v in sorted(
        ask(f"SELECT key, value FROM {table} WHERE run = ?", key), key=lambda pair: bytes_of(pair[0]))]
    datasets = []
    for row in sorted(ask(
            'SELECT input.id, name, digest, sourceType, source, "schema", profile FROM datasetInput AS input'
            " JOIN dataset ON dataset.id = input.dataset WHERE run = ?", key), key=lambda r: (bytes_of(r[1]), bytes_of(r[2]))):
        tags = sorted(ask("SELECT key, value FROM datasetInputTag WHERE input = ?", row[0]), key=lambda t: bytes_of(t[0]))
        datasets.append(
            b"".join(text(value) for value in row[1:5]) + optional(text, row[5]) + optional(text, row[6])
            + struct.pack(">I", len(tags)) + b"".join(text(k) + text(v) for k, v in tags))
    files = ask("SELECT path, size, digest, writtenBy, blob IS NOT NULL FROM file WHERE ownerKind = 'run' AND owner = ?", run_id)
    inputs = ask("SELECT model FROM runModelInput WHERE run = ?", key)
    outputs = ask("SELECT model, step FROM runModelOutput WHERE run = ?", key)
    return {
        "metrics": part(b"m", salt, [integer(row[0]) + metric(row[1:]) for row in metrics]),
        "info": part(b"r", salt, [
            text(run[1]) + integer(run[2]) + text(run[3]) + text(run[4]) + integer(run[5]) + integer(run[6])
            + optional(integer, run[7]) + text(run[8]) + text(run[9]) + text(run[10])]),
        "params": part(b"p", salt, pairs("runParam")),
        "tags": part(b"t", salt, pairs("runTag")),
        "latest": part(b"l", salt, [metric(row) for row in sorted(latest, key=lambda row: bytes_of(row[0]))]),
        "datasets": part(b"d", salt, datasets),
        "model_inputs": part(b"i", salt, [text(m) for m, in sorted(inputs, key=lambda row: bytes_of(row[0]))]),
        "model_outputs": part(b"o", salt, [
            text(m) + integer(s) for m, s in sorted(outputs, key=lambda row: (bytes_of(row[0]), row[1]))]),
        "files": part(b"f", salt, [
            text(path) + integer(size) + digest + text(writer) + bytes([held])
            for path, size, digest, writer, held in sorted(files, key=lambda row: bytes_of(row[0]))]),
    }


def whole(payload, salt, computed):
    place = lambda name: None if payload[name] is None else int(payload[name])
    status = {"RUNNING": 1, "SCHEDULED": 2, "FINISHED": 3, "FAILED": 4, "KILLED": 5}[payload["status"]]
    return hashlib.sha256(
        PREFIX + b"s" + salt + text(payload["run"]) + integer(payload["number"]) + optional(text, payload["previous"])
        + integer(status) + optional(integer, place("after")) + optional(integer, place("through"))
        + b"".join(integer(count) + digest for count, digest in computed.values())).hexdigest()


def test_a_seal_is_what_the_page_says(server, client):
    run = rich_run(client)
    client.set_terminated(run)
    report = server.seals(run, 1)
    (entry, payload), = server.payloads(run).items()
    salt = bytes.fromhex(payload["salt"])
    with closing(sqlite3.connect(f"file:{server.data}/assay.db?mode=ro", uri=True)) as database:
        computed = parts(database, run, salt, None, int(payload["through"]))
    for name, (count, digest) in computed.items():
        assert payload[name] == {"count": count, "sha256": digest.hex()}, name
    assert {name: count for name, (count, _) in computed.items()} == {
        "metrics": 23, "info": 1, "params": 2, "tags": 2, "latest": 4, "datasets": 1, "model_inputs": 0, "model_outputs": 0,
        "files": 2}
    assert payload["digest"] == whole(payload, salt, computed) == report["seals"][0]["digest"]
    # The published leaf vouches for it, and tells nothing.
    with closing(sqlite3.connect(f"file:{server.data}/assay.db?mode=ro", uri=True)) as database:
        (leaf,), = database.execute("SELECT leaf FROM ledgerEntry WHERE id = ?", (entry,)).fetchall()
    assert json.loads(leaf)["subjects"] == [{"digest": payload["digest"], "type": "run-seal"}]
    published = b"".join(file.read_bytes() for file in (server.data / "ledger").rglob("*") if file.is_file())
    assert leaf in published
    assert run.encode() not in published and b"holdout" not in published


def test_a_registration_seals_the_running_run(server, client):
    run = rich_run(client)
    client.log_text(run, "x", "model/MLmodel")
    client.create_registered_model("loans")
    client.create_model_version("loans", f"runs:/{run}/model", run_id=run)
    report = server.seals(run, 1)
    assert [(seal["number"], seal["reason"], seal["status"]) for seal in report["seals"]] == [(1, "registration", "RUNNING")]
    _, history = server.http("GET", "/api/assay/v1/models/loans/history")
    registered = next(entry for entry in history["entries"] if entry["kind"] == "version.registered")
    assert registered["payload"]["run_seal"] == report["seals"][0]["entry"]
    client.log_metric(run, "loss", 9, step=99)
    client.set_terminated(run)
    report = server.seals(run, 2)
    first, second = report["seals"]
    assert (second["number"], second["reason"], second["previous"]) == (2, "ended", first["entry"])
    assert (second["after"], second["metrics"]) == (first["through"], 1)
    assert second["changes"] == ["info", "latest"]
    assert report["consistent"] and report["unsealed"] == {"recorded": False, "metric_rows": 0, "changes": []}


@pytest.mark.parametrize("sql, finding", [
    ("UPDATE metric SET value = 0.35 WHERE step = 3 AND value < 1", "(seal 1): the 23 rows are not those that were sealed"),
    ("DELETE FROM metric WHERE step = 4", "(seal 1): 23 rows were sealed, and 22 are there"),
    ("INSERT INTO metric SELECT run, key, timestamp, step + 1000, value, isNaN FROM metric LIMIT 1",
     "1 row beyond place 23 stand in the database, and the server recorded no such change"),
    ("UPDATE runParam SET value = '0.2' WHERE key = 'lr'", "params: not what seal 1 covers"),
    ("UPDATE runTag SET value = 'none' WHERE key = 'team'", "tags: not what seal 1 covers"),
    ("UPDATE file SET digest = zeroblob(32) WHERE path = 'empty.txt'", "files: not what seal 1 covers"),
    ("DELETE FROM file WHERE path = 'empty.txt'", "files: not what seal 1 covers: 2 rows sealed, 1 there"),
])
def test_a_change_of_the_stopped_database_is_named(server, client, sql, finding):
    run = rich_run(client)
    client.set_terminated(run)
    server.seals(run, 1)
    server.stop()
    sound = server.audit_command(run, "--data-dir", server.data)
    assert sound.returncode == 0, sound.stdout + sound.stderr
    assert sound.stdout.splitlines()[0] == f"run {run}, experiment 0, FINISHED"
    assert sound.stdout.splitlines()[-1] == "every sealed row is as it was sealed"
    with closing(sqlite3.connect(server.data / "assay.db", isolation_level=None)) as database:
        database.execute(sql)
    stopped = server.audit_command(run, "--data-dir", server.data)
    assert stopped.returncode == 1, stopped.stdout + stopped.stderr
    found = [line for line in stopped.stdout.splitlines() if line.startswith("FINDING: ")]
    assert len(found) == 1 and finding in found[0], stopped.stdout
    assert stopped.stdout.splitlines()[-1] == "NOT as sealed: 1 finding"
    # The running server says the same, and its log is whole: the entries were not touched.
    server.start()
    running = server.audit_command(run, "--server", server.url)
    assert (running.returncode, running.stdout) == (1, stopped.stdout)
    server.assay("audit", "verify", "--server", server.url)


def test_what_the_server_changed_is_no_finding(server, client):
    run = rich_run(client)
    client.set_terminated(run)
    server.seals(run, 1)
    client.log_metric(run, "late", 1.0)
    client.log_text(run, "other words", "notes/a.txt")
    answer = server.audit_command(run, "--server", server.url)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "not sealed yet: 1 metric row, latest, files" in answer.stdout
    assert answer.stdout.splitlines()[-1] == "every sealed row is as it was sealed"


def test_a_crash_loses_no_seal(server, client):
    runs = [client.create_run("0").info.run_id for _ in range(30)]
    for run in runs:
        client.log_metric(run, "m", 1.0)
        client.set_terminated(run)
    server.process.kill()
    server.process.wait()
    server.start()
    for run in runs:
        report = server.seals(run, 1)
        assert [seal["metrics"] for seal in report["seals"]] == [1]
        assert report["consistent"]
    server.assay("audit", "verify", "--server", server.url)


def test_wrong_usage_and_unknown_runs_are_one_message(server):
    unknown = "0" * 32
    for where, words in [
        (("--data-dir", "/nonexistent"), "holds no runs"),
        ((), "either --data-dir DIR or --server URL"),
        (("--server", "http://127.0.0.1:1"), "no server answers there"),
        (("--server", server.url), f"Run with id={unknown} not found"),
        (("--data-dir", server.data), "Another assay process"),
    ]:
        answer = server.audit_command(unknown, *where)
        assert (answer.returncode, answer.stdout) == (2, ""), where
        assert words in answer.stderr
