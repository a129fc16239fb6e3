"""The `mlflow` command against a server: experiments, runs, artifacts, models."""

import csv
import io
import json
import os
import subprocess
import sys

import mlflow
import pytest
from click.testing import CliRunner
from generation import log_model, since_3
from mlflow.cli import cli
from sklearn.dummy import DummyClassifier


@pytest.fixture
def command(url, monkeypatch):
    """Runs the command in this process; loading it takes a process of its own longer than all it does."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", url)

    def run(*arguments, fails=False):
        result = CliRunner().invoke(cli, [str(argument) for argument in arguments])
        assert (result.exit_code != 0) == fails, f"{arguments}: {result.output}{result.exception!r}"
        return result.output

    return run


def test_experiments(command, client, mark):
    said = command("experiments", "create", "-n", mark)
    experiment = client.get_experiment_by_name(mark).experiment_id
    assert f"with id {experiment}" in said
    assert mark in command("experiments", "search", "--view", "active_only")
    command("experiments", "rename", "-x", experiment, "--new-name", f"{mark}-new")
    assert client.get_experiment(experiment).name == f"{mark}-new"
    command("experiments", "delete", "-x", experiment)
    assert client.get_experiment(experiment).lifecycle_stage == "deleted"
    assert mark in command("experiments", "search", "--view", "deleted_only")
    command("experiments", "restore", "-x", experiment)
    assert client.get_experiment(experiment).lifecycle_stage == "active"
    command("experiments", "create", "-n", f"{mark}-new", fails=True)


@since_3
def test_an_experiment_is_described(command, client, mark):
    experiment = client.create_experiment(mark)
    assert json.loads(command("experiments", "get", "-x", experiment, "--output", "json"))["name"] == mark


def test_a_table_of_runs(command, client, experiment, tmp_path):
    run = client.create_run(experiment, run_name="one").info.run_id
    client.log_param(run, "depth", 3)
    client.log_metric(run, "auc", 0.5)
    command("experiments", "csv", "-x", experiment, "-o", tmp_path / "runs.csv")
    (row,) = csv.DictReader(io.StringIO((tmp_path / "runs.csv").read_text()))
    assert (row["run_id"], row["params.depth"], row["metrics.auc"]) == (run, "3", "0.5")


def test_runs(command, client, experiment):
    run = client.create_run(experiment, run_name="the-run").info.run_id
    client.log_param(run, "depth", 3)
    assert run in command("runs", "list", "--experiment-id", experiment) and "the-run" in command(
        "runs", "list", "--experiment-id", experiment)
    described = json.loads(command("runs", "describe", "--run-id", run))
    assert described["info"]["run_id"] == run and described["data"]["params"] == {"depth": "3"}
    command("runs", "delete", "--run-id", run)
    assert run not in command("runs", "list", "--experiment-id", experiment)
    assert run in command("runs", "list", "--experiment-id", experiment, "--view", "deleted_only")
    command("runs", "restore", "--run-id", run)
    assert client.get_run(run).info.lifecycle_stage == "active"
    command("runs", "describe", "--run-id", "0" * 32, fails=True)


@since_3
def test_a_run_is_made(command, client, experiment):
    made = command("runs", "create", "--experiment-id", experiment, "--run-name", "made", "--tags", "k=v")
    (run,) = client.search_runs([experiment])
    assert run.info.run_id in made and (run.info.run_name, run.info.status, run.data.tags["k"]) == ("made", "FINISHED", "v")


def test_artifacts(command, client, experiment, tmp_path):
    run = client.create_run(experiment).info.run_id
    (tmp_path / "up" / "deep").mkdir(parents=True)
    (tmp_path / "up" / "a.txt").write_text("a")
    (tmp_path / "up" / "deep" / "b.txt").write_text("b")
    command("artifacts", "log-artifact", "-l", tmp_path / "up" / "a.txt", "-r", run, "-a", "one")
    command("artifacts", "log-artifacts", "-l", tmp_path / "up", "-r", run, "-a", "all")
    assert [item["path"] for item in json.loads(command("artifacts", "list", "-r", run))] == ["all", "one"]
    listed = json.loads(command("artifacts", "list", "-r", run, "-a", "all"))
    assert [(item["path"], item["is_dir"]) for item in listed] == [("all/a.txt", False), ("all/deep", True)]
    for number, source in enumerate([("-r", run, "-a", "all"), ("-u", f"runs:/{run}/all")]):
        target = tmp_path / f"down-{number}"
        target.mkdir()
        said = command("artifacts", "download", *source, "-d", target)
        assert (target / "all" / "deep" / "b.txt").read_text() == "b" and str(target) in said
    command("artifacts", "download", "-r", run, "-a", "nothing", "-d", tmp_path / "none", fails=True)


def test_models(command, here, mark, tmp_path):
    with mlflow.start_run():
        info = log_model(DummyClassifier(strategy="constant", constant=1).fit([[0.0], [1.0]], [0, 1]), registered_model_name=mark)
    (tmp_path / "input.json").write_text('{"dataframe_split": {"columns": ["a"], "data": [[0.5], [0.7]]}}')
    command("models", "predict", "-m", f"models:/{mark}/1", "-i", tmp_path / "input.json", "-o", tmp_path / "output.json",
            "--env-manager", "local")
    assert json.loads((tmp_path / "output.json").read_text()) == {"predictions": [1, 1]}
    command("models", "update-pip-requirements", "-m", info.model_uri, "add", "requests")
    assert "requests" in open(mlflow.pyfunc.get_model_dependencies(info.model_uri)).read()
    command("models", "update-pip-requirements", "-m", f"models:/{mark}/1", "add", "requests", fails=True)


def test_a_command_of_its_own(url, client, experiment):
    """Once as users run it: the same, in a process that knows the server by its environment only."""
    run = client.create_run(experiment).info.run_id
    environment = {**os.environ, "MLFLOW_TRACKING_URI": url}
    done = subprocess.run(
        [sys.executable, "-m", "mlflow", "runs", "list", "--experiment-id", experiment], env=environment, capture_output=True, text=True)
    assert done.returncode == 0 and run in done.stdout, done.stderr[-2000:]
