"""Stores that the real clients of both generations write, brought over with `assay import mlflow` and compared through the real
client on both sides; and everything that can go wrong on the way."""

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from house import BINARY, free_port

ROOT = Path(__file__).parents[2]
STORE = ROOT / "scripts" / "fixtures" / "mlflow_store.py"
DUMP = Path(__file__).with_name("mlflow_dump.py")


def python(generation):
    if generation == "3.17":
        return sys.executable
    interpreter = os.environ.get("ASSAY_PYTHON2")
    if not interpreter:
        pytest.fail("ASSAY_PYTHON2 does not name the Python with MLflow 2.22; run scripts/setup")
    return interpreter


def run(*command, check=0, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=300, **options)
    assert check is None or done.returncode == check, (command, done.returncode, done.stdout[-3000:], done.stderr[-3000:])
    return done


def bring(source, data, *arguments, check=0):
    done = run(BINARY, "import", "mlflow", source, "--data-dir", data, "--format", "json", *arguments, check=check)
    return json.loads(done.stdout) if done.stdout else done.stderr


class Server:
    """Assay over a data directory, for the length of a `with` block."""

    def __init__(self, data):
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        self.process = subprocess.Popen(
            [BINARY, "server", "--port", str(self.port), "--data-dir", str(self.data)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True)
        assert self.url in self.process.stdout.readline()
        return self.url

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(30) == 0


def make(generation, kind, folder):
    """A store, and the URI by which both MLflow and the import open it."""
    run(python(generation), STORE, kind, folder, cwd=folder.parent)
    return f"sqlite:///{folder}/mlflow.db" if kind == "sqlite" else str(folder / "mlruns")


def dump(generation, uri, kind):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MLFLOW_TRACKING")}
    return json.loads(run(python(generation), DUMP, uri, *(["--files"] if kind == "files" else []), env=environment).stdout)


def fingerprint(folder):
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def same(there, here):
    """Section by section, so that a difference is readable."""
    assert there.keys() == here.keys()
    for section in there:
        assert there[section].keys() == here[section].keys(), section
        for name in there[section]:
            assert there[section][name] == here[section][name], (section, name)


@pytest.mark.parametrize("kind", ["sqlite", "files"])
@pytest.mark.parametrize("generation", ["2.22", "3.17"])
def test_the_real_client_sees_the_same_on_both_sides(generation, kind, tmp_path):
    uri = make(generation, kind, tmp_path / "store")
    there = dump(generation, uri, kind)
    assert len(there["runs"]) == 6 and len(there["versions"]) == (6 if generation == "3.17" else 5)
    assert list(there["prompts"]) == (["greeting"] if generation == "3.17" else [])
    before = fingerprint(tmp_path / "store")

    report = bring(uri, tmp_path / "data")
    assert report["whole"] and report["changed"], report
    assert report["counts"]["here"] == report["counts"]["source"]
    assert fingerprint(tmp_path / "store") == before, "the source was changed"
    with Server(tmp_path / "data") as url:
        same(there, dump(generation, url, kind))

    again = bring(uri, tmp_path / "data")
    assert again["whole"] and not again["changed"] and again["digest"] == report["digest"]

    run(python(generation), STORE, "grow", tmp_path / "store", cwd=tmp_path)
    grown = bring(uri, tmp_path / "data")
    assert grown["whole"] and grown["counts"]["new"]["runs"] == 1 and grown["counts"]["changed"]["runs"] == 1, grown
    with Server(tmp_path / "data") as url:
        there, here = dump(generation, uri, kind), dump(generation, url, kind)
        # These stay what they were when they were frozen, which is what freezing is for.
        for side in (there, here):
            for version in side["versions"].values():
                version.pop("files")
        same(there, here)
    assert not bring(uri, tmp_path / "data")["changed"]


def test_runs_go_on_here(tmp_path):
    """What came over is alive: a run that had not ended is continued, a new version gets the next number."""
    import mlflow

    uri = make("3.17", "sqlite", tmp_path / "store")
    bring(uri, tmp_path / "data")
    with Server(tmp_path / "data") as url:
        client = mlflow.MlflowClient(url, url)
        loans = client.get_experiment_by_name("loans")
        open_run = client.search_runs([loans.experiment_id], "run_name = 'never ended'")[0].info.run_id
        client.log_metric(open_run, "loss", 0.5, step=3)
        client.log_text(open_run, "more\n", "more.txt")
        client.set_terminated(open_run)
        first = client.search_runs([loans.experiment_id], "run_name = 'first' and tags.compliance = 'GDPR' and metrics.loss < 0.1")[0]
        made = client.create_model_version("loan-approval", f"runs:/{first.info.run_id}/model", first.info.run_id)
        assert made.version in (7, "7")
        assert client.get_model_version_by_alias("loan-approval", "champion").version in (3, "3")
        fresh = client.create_run(loans.experiment_id)
        assert fresh.info.artifact_uri.startswith("mlflow-artifacts:/")
        history = run(BINARY, "model", "history", "loan-approval", "--server", url).stdout
        assert "stage.imported" in history and "alias.imported" in history and "local-operator" in history


# The import writes one line for each phase where it is not watched on a terminal; the process is killed at each of them.
PHASES = ["experiments", "runs", "logged models", "files of runs and logged models", "registered models", "verification"]


def large(folder):
    """Enough for each phase to take a moment."""
    uri = make("3.17", "sqlite", folder)
    with sqlite3.connect(folder / "mlflow.db") as database:
        for number in range(300):
            run_id = f"{number:032x}"
            database.execute(
                "INSERT INTO runs (run_uuid, name, user_id, status, start_time, lifecycle_stage, artifact_uri, experiment_id) "
                "VALUES (?, 'bulk', 'u', 'FINISHED', 1, 'active', ?, 1)", (run_id, f"{folder}/artifacts/loans/{run_id}/artifacts"))
            database.executemany(
                "INSERT INTO metrics (key, value, timestamp, run_uuid, step, is_nan) VALUES ('m', ?, ?, ?, ?, 0)",
                [(step / 7, step, run_id, step) for step in range(100)])
            database.execute(
                "INSERT INTO latest_metrics (key, value, timestamp, step, is_nan, run_uuid) VALUES ('m', ?, 99, 99, 0, ?)",
                (99 / 7, run_id))
            (folder / "artifacts" / "loans" / run_id / "artifacts").mkdir(parents=True)
            (folder / "artifacts" / "loans" / run_id / "artifacts" / "a.txt").write_text(run_id)
    return uri


def test_killed_at_any_moment_and_finished_by_the_next(tmp_path):
    uri = large(tmp_path / "store")
    whole = bring(uri, tmp_path / "at once")
    assert whole["whole"], whole
    for phase in PHASES:
        process = subprocess.Popen(
            [BINARY, "import", "mlflow", uri, "--data-dir", str(tmp_path / "data")], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            text=True)
        for line in process.stderr:
            if line == f"assay: {phase}\n":
                break
        process.kill()
        assert process.wait(30) == -signal.SIGKILL
    report = bring(uri, tmp_path / "data")
    assert report["whole"] and report["digest"] == whole["digest"] and report["counts"]["here"] == whole["counts"]["here"]
    assert not list((tmp_path / "data").glob("import*")), "a copy of the database was left behind"
    for folder in ("at once", "data"):
        assert "\nconsistent" in run(BINARY, "audit", "verify", "--data-dir", tmp_path / folder).stdout
        history = run(BINARY, "audit", "verify", "--data-dir", tmp_path / folder, "--format", "json").stdout
        # 21 of the import, and the one by which a new log names the key of evidence.
        assert json.loads(history)["size"] == 22, history


def test_a_store_that_is_being_written(tmp_path):
    """A live writer is not held up, and what it had written at one moment is what comes."""
    uri = make("3.17", "sqlite", tmp_path / "store")
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, uri], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert writer.stdout.readline() == "writing\n"
    for _ in range(3):
        report = bring(uri, tmp_path / "data")
        assert report["whole"], report
    out, err = writer.communicate("\n", timeout=120)
    assert writer.returncode == 0, err
    report = bring(uri, tmp_path / "data")
    assert report["whole"], report
    with sqlite3.connect(tmp_path / "store" / "mlflow.db") as database:
        assert report["counts"]["here"]["metrics"] == database.execute("SELECT count(*) FROM metrics").fetchone()[0]
        assert int(out.split()[-1]) > 0


WRITER = """
import sys, threading
import mlflow
client = mlflow.MlflowClient(sys.argv[1])
run = client.create_run("1").info.run_id
stop = threading.Event()
threading.Thread(target=lambda: (sys.stdin.readline(), stop.set()), daemon=True).start()
print("writing", flush=True)
step = 0
while not stop.is_set() or step < 20:
    client.log_metric(run, "live", step / 3, step=step)
    client.set_tag(run, "at", str(step))
    step += 1
print(step)
"""


def test_bad_input_is_named_and_the_rest_comes(tmp_path):
    uri = make("2.22", "files", tmp_path / "store")
    runs = sorted(Path(uri).glob("*/*/meta.yaml"))
    victim = next(path for path in runs if "run_name: child" in path.read_text())
    victim.write_text("run_id: [unfinished")
    first = next(path for path in runs if "run_name: first" in path.read_text()).parent
    (first / "artifacts" / "passwords").symlink_to("/etc/passwd")
    (first / "params" / "zero").write_bytes(b"a\0b")
    (Path(os.fsdecode(os.fsencode(first / "artifacts") + b"/\xff\xfe"))).write_bytes(b"x")
    report = bring(uri, tmp_path / "data", check=1)
    messages = [f"{problem['object']}: {problem['message']}" for problem in report["problems"]]
    for words in (f"{victim.relative_to(uri)}: it is not valid YAML", "passwords': it is a link that leads out", "'zero': it holds U+0000",
        "its name is not UTF-8"):
        assert any(words in message for message in messages), (words, messages)
    assert report["counts"]["here"]["runs"] == 5 and not report["differences"]
    again = bring(uri, tmp_path / "data", check=1)
    assert again["problems"] == report["problems"] and not again["changed"]


def test_what_cannot_be_imported_is_refused_before_anything_is_made(tmp_path):
    (tmp_path / "text.db").write_text("not a database" * 100)
    (tmp_path / "folder").mkdir()
    for source, words in [
        ("postgresql://me:secret@db/mlflow", "scripts/mlflow-to-sqlite"), ("mysql://db/mlflow", "scripts/mlflow-to-sqlite"),
        ("http://127.0.0.1:5000", "--backend-store-uri"), (f"sqlite:///{tmp_path}/none.db", "no database"),
        (tmp_path / "none", "no MLflow store"),
    ]:
        message = bring(source, tmp_path / "data", check=2)
        assert words in message and message.startswith("assay: ") and "secret" not in message, message
        assert not (tmp_path / "data").exists()
    for source, words in [(tmp_path / "text.db", "not a SQLite database"), (tmp_path / "folder", "no MLflow file store")]:
        assert words in bring(source, tmp_path / "data", check=2)


def test_a_directory_in_use_and_a_database_as_a_directory(tmp_path):
    uri = make("3.17", "sqlite", tmp_path / "store")
    with Server(tmp_path / "data"):
        message = bring(uri, tmp_path / "data", check=2)
        assert "Another assay process is using" in message and "Stop it first" in message
    # A server that is given an MLflow database says how to bring it over, and that is so.
    (tmp_path / "wrong").mkdir()
    shutil.copy(tmp_path / "store" / "mlflow.db", tmp_path / "wrong" / "assay.db")
    refused = run(BINARY, "server", "--port", free_port(), "--data-dir", tmp_path / "wrong", check=2).stderr
    command = refused[refused.index("assay import mlflow"):].split()
    assert run(BINARY, *command[1:], "--data-dir", tmp_path / "right", check=0).stdout


def test_a_database_server_by_way_of_a_copy(tmp_path):
    """The copying script, tried on the one database that is at hand everywhere."""
    uri = make("3.17", "sqlite", tmp_path / "store")
    run(sys.executable, ROOT / "scripts" / "mlflow-to-sqlite", uri, tmp_path / "copy.db")
    direct, copied = bring(uri, tmp_path / "direct"), bring(f"sqlite:///{tmp_path}/copy.db", tmp_path / "copied")
    assert copied["whole"] and copied["digest"] == direct["digest"]
    assert run(sys.executable, ROOT / "scripts" / "mlflow-to-sqlite", uri, tmp_path / "copy.db", check=1).stderr


def test_moved_stores_find_their_artifacts(tmp_path):
    uri = make("2.22", "sqlite", tmp_path / "store")
    (tmp_path / "store" / "artifacts").rename(tmp_path / "moved")
    report = bring(uri, tmp_path / "without")
    assert report["counts"]["here"]["files"] == 0 and any("--artifacts" in note for note in report["notes"])
    assert any("loan-approval version 3 is not frozen" in note for note in report["notes"]), report["notes"]
    report = bring(uri, tmp_path / "data", "--artifacts", tmp_path / "moved")
    assert report["whole"] and report["counts"]["here"]["files"] == 5
    files = make("3.17", "files", tmp_path / "files")
    shutil.move(files, tmp_path / "elsewhere")
    report = bring(tmp_path / "elsewhere", tmp_path / "data2")
    assert report["whole"] and report["counts"]["here"]["files"] == 7, report
