"""Runs written by SQL into each server's own tables, as that server would have written them over HTTP.

`check` proves the latter: 1,000 runs are sent to a server over HTTP and written by SQL into another one's database, and the
tables of both must hold the same rows but for ids that servers choose.

Run i of N starts at 1,700,000,000,000 + i ms. It has metrics m1, m2, m3 (uniform in 0 to 1, six decimals, one point each at step 1),
params p1 (i modulo 100), p2 (i modulo 7), p3 (uniform in 0 to 9), and a tag team (team-0 to team-19, uniform). Uniform draws are
MD5 of "<name> <i>", so every server gets the same ones on every machine.
"""

import hashlib
import sqlite3
import sys

from servers import Assay, FastTrackML, MLflow, running

FIRST_START = 1_700_000_000_000
METRICS = ("m1", "m2", "m3")


def draw(name, index):
    return int.from_bytes(hashlib.md5(f"{name} {index}".encode()).digest()[:7]) / 2**56


class SeedRun:
    def __init__(self, index):
        self.id = hashlib.md5(f"run {index}".encode()).hexdigest()
        self.name = f"run-{index}"
        self.start = FIRST_START + index
        self.end = self.start + 1000
        self.metrics = [(name, round(draw(name, index), 6)) for name in METRICS]
        self.params = [("p1", str(index % 100)), ("p2", str(index % 7)), ("p3", str(int(draw("p3", index) * 10)))]
        self.tags = [("team", f"team-{int(draw('team', index) * 20)}")]

    def send(self, server):
        body = {"experiment_id": "0", "run_name": self.name, "user_id": "bench", "start_time": self.start}
        run = server.post("/runs/create", body)["run"]["info"]["run_id"]
        server.post(
            "/runs/log-batch",
            {"run_id": run,
             "metrics": [{"key": key, "value": value, "timestamp": self.start, "step": 1} for key, value in self.metrics],
             "params": [{"key": key, "value": value} for key, value in self.params],
             "tags": [{"key": key, "value": value} for key, value in self.tags]})
        server.post("/runs/update", {"run_id": run, "status": "FINISHED", "end_time": self.end})


class MLflowRows:
    """MLflow 3.17.2. `root` is where the server keeps the artifacts of experiment 0."""

    columns = {
        "runs": ("run_uuid", "name", "source_type", "source_name", "entry_point_name", "user_id", "status", "start_time", "end_time",
                 "deleted_time", "source_version", "lifecycle_stage", "artifact_uri", "experiment_id"),
        "metrics": ("key", "value", "timestamp", "run_uuid", "step", "is_nan"),
        "latest_metrics": ("key", "value", "timestamp", "step", "is_nan", "run_uuid"),
        "params": ("key", "value", "run_uuid"),
        "tags": ("key", "value", "run_uuid"),
    }
    source_type = "UNKNOWN"

    def __init__(self, connection):
        self.root = connection.execute("SELECT artifact_location FROM experiments WHERE experiment_id = 0").fetchone()[0]

    def rows(self, run):
        yield "runs", (
            run.id, run.name, self.source_type, "", "", "bench", "FINISHED", run.start, run.end, None, "", "active",
            f"{self.root}/{run.id}/artifacts", 0)
        for key, value in run.metrics:
            yield "metrics", (key, value, run.start, run.id, 1, 0)
            yield "latest_metrics", (key, value, run.start, 1, 0, run.id)
        for key, value in run.params:
            yield "params", (key, value, run.id)
        for key, value in run.tags + [("mlflow.runName", run.name)]:
            yield "tags", (key, value, run.id)


class FastTrackMLRows(MLflowRows):
    """FastTrackML 0.6.0: MLflow's tables with a row number, a context and a place in each metric's history; the name of
    a run is no tag."""

    columns = {
        "runs": MLflowRows.columns["runs"] + ("row_num",),
        "metrics": ("key", "value", "timestamp", "run_uuid", "step", "is_nan", "iter", "context_id"),
        "latest_metrics": ("key", "value", "timestamp", "step", "is_nan", "run_uuid", "last_iter", "context_id"),
        "params": ("key", "value_str", "value_int", "value_float", "run_uuid"),
        "tags": MLflowRows.columns["tags"],
    }

    def __init__(self, connection):
        super().__init__(connection)
        self.next = 0
        self.context = connection.execute("SELECT min(id) FROM contexts").fetchone()[0]

    def rows(self, run):
        for table, row in super().rows(run):
            if table == "tags" and row[0] == "mlflow.runName":
                continue
            if table == "runs":
                row += (self.next,)
                self.next += 1
            elif table == "metrics":
                row += (1, self.context)
            elif table == "latest_metrics":
                row += (1, self.context)
            elif table == "params":
                row = (row[0], row[1], None, None, row[2])
            yield table, row


class AssayRows:
    columns = {
        "metricKey": ("id", "name"),
        "run": ("number", "id", "experiment", "name", "userID", "status", "startTime", "endTime", "stage", "deletedTime", "artifactURI",
                "createdBy"),
        "metric": ("run", "key", "timestamp", "step", "value", "isNaN"),
        "latestMetric": ("run", "key", "timestamp", "step", "value", "isNaN"),
        "runParam": ("run", "key", "value"),
        "runTag": ("run", "key", "value"),
    }

    def __init__(self, connection):
        self.number = 0

    def rows(self, run):
        if self.number == 0:
            for index, name in enumerate(METRICS):
                yield "metricKey", (index + 1, name)
        self.number += 1
        yield "run", (
            self.number, run.id, 0, run.name, "bench", 3, run.start, run.end, "active", None,
            f"mlflow-artifacts:/0/{run.id}/artifacts", "anonymous")
        for index, (_, value) in enumerate(run.metrics):
            point = (self.number, index + 1, run.start, 1, value, 0)
            yield "metric", point
            yield "latestMetric", point
        for key, value in run.params:
            yield "runParam", (self.number, key, value)
        for key, value in run.tags + [("mlflow.runName", run.name)]:
            yield "runTag", (self.number, key, value)


ROWS = {Assay: AssayRows, MLflow: MLflowRows, FastTrackML: FastTrackMLRows}


def seed(server, count):
    """Writes `count` runs into the database of a server that has been stopped."""
    with sqlite3.connect(server.database, isolation_level=None) as connection:
        writer = ROWS[type(server)](connection)
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -262144")
        connection.execute("BEGIN")
        statements = {
            table: f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
            for table, columns in writer.columns.items()}
        rows = {table: [] for table in statements}
        for index in range(count):
            for table, row in writer.rows(SeedRun(index)):
                rows[table].append(row)
            if index % 10_000 == 9_999 or index == count - 1:
                for table, batch in rows.items():
                    connection.executemany(statements[table], batch)
                    batch.clear()
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def rows_by_name(server):
    """All rows of a database, ids replaced by what they stand for, sorted."""
    names = {}
    found = {}
    with sqlite3.connect(f"file:{server.database}?mode=ro", uri=True) as connection:
        kinds = ROWS[type(server)].columns
        table = "run" if "run" in kinds else "runs"
        for identifiers in connection.execute(f"SELECT {'number, id' if table == 'run' else 'run_uuid, run_uuid'}, name FROM {table}"):
            names[identifiers[0]], names[identifiers[1]] = identifiers[2], identifiers[2]
        keys = dict(connection.execute("SELECT id, name FROM metricKey")) if table == "run" else {}
        for table, columns in kinds.items():
            shown = []
            for row in connection.execute(f"SELECT {', '.join(columns)} FROM {table}"):
                cells = []
                for column, value in zip(columns, row):
                    if column in ("run", "run_uuid") or (table, column) in (("run", "number"), ("run", "id")):
                        value = names[value]
                    elif column.lower().startswith("artifact"):
                        parts = value.split("/")
                        value = (names[parts[-2]], parts[-1])
                    elif (table, column) in (("metric", "key"), ("latestMetric", "key")):
                        value = keys[value]
                    elif (table, column) in (("metricKey", "id"), ("runs", "row_num")):
                        value = None
                    cells.append(value)
                shown.append(tuple(cells))
            found[table] = sorted(shown, key=repr)
    connection.close()
    return found


def check(kind, count=1000):
    """Exits with the first difference between runs sent and runs seeded."""
    with running(kind) as (sent,):
        for index in range(count):
            SeedRun(index).send(sent)
        sent.stop()
        by_http = rows_by_name(sent)
    with running(kind) as (seeded,):
        seeded.stop()
        seed(seeded, count)
        by_sql = rows_by_name(seeded)
    for table, rows in by_http.items():
        if rows == by_sql[table]:
            continue
        if len(rows) != len(by_sql[table]):
            sys.exit(f"{kind.name}: {table} has {len(rows)} rows when sent and {len(by_sql[table])} when seeded")
        different = next(pair for pair in zip(rows, by_sql[table]) if pair[0] != pair[1])
        sys.exit(f"{kind.name}: {table}: sent {different[0]}, seeded {different[1]}")
    print(f"  {kind.name:12} {count} runs seeded by SQL are the rows of {count} runs sent over HTTP")


if __name__ == "__main__":
    for kind in (Assay, FastTrackML, MLflow):
        check(kind)
