"""Prints, as JSON, everything a real MlflowClient sees behind a URI: PYTHON mlflow_dump.py URI [--files]

Run once against an MLflow store and once against the server that imported it; both outputs must say the same. Where MLflow's own
stores disagree with each other about the same content, values are brought to one form here, each with its reason.
"""

import hashlib
import json
import math
import os
import sys
import tempfile
from pathlib import Path

os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"

import mlflow  # noqa: E402
from mlflow import MlflowClient  # noqa: E402
from mlflow.entities import ViewType  # noqa: E402


def number(value):
    # A database keeps infinities as the greatest doubles, a file store as infinities; JSON has no NaN.
    if math.isnan(value):
        return "NaN"
    return max(min(value, sys.float_info.max), -sys.float_info.max) + 0.0


def point(metric, files):
    # The file store's reader takes the step of a point that names a dataset for 0, though the file has it.
    step = None if files and metric.key == "model metric" else metric.step
    return [metric.key, metric.timestamp, step, number(metric.value)]


def text(value):
    # Some stores answer None for a text that others answer as empty.
    return value or ""


def hashed(folder):
    files = [path for path in sorted(Path(folder).rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def download(uri):
    with tempfile.TemporaryDirectory() as folder:
        try:
            local = mlflow.artifacts.download_artifacts(artifact_uri=uri, dst_path=folder)
        except Exception as error:  # noqa: BLE001
            return f"not there: {type(error).__name__}"
        return hashed(local)


def run_files(client, run_id):
    found = {}

    def walk(path):
        for entry in client.list_artifacts(run_id, path):
            if entry.is_dir:
                walk(entry.path)
            else:
                with tempfile.TemporaryDirectory() as folder:
                    local = client.download_artifacts(run_id, entry.path, folder)
                    found[entry.path] = [entry.file_size or 0, hashlib.sha256(Path(local).read_bytes()).hexdigest()]

    walk(None)
    return found


def run(client, run_id, files):
    run = client.get_run(run_id)
    info = run.info
    histories = []
    for key in sorted(run.data.metrics):
        # The file store keeps an exact repeat of a point, the database does not.
        histories += sorted({json.dumps(point(metric, files)) for metric in client.get_metric_history(run_id, key)})
    inputs = run.inputs
    datasets = sorted(
        [
            [item.dataset.name, item.dataset.digest, item.dataset.source_type, item.dataset.source, text(item.dataset.schema),
             text(item.dataset.profile), sorted([tag.key, tag.value] for tag in item.tags)]
            for item in inputs.dataset_inputs
        ])
    return {
        "info": [info.experiment_id, info.run_name, info.user_id, info.status, info.start_time, info.end_time, info.lifecycle_stage],
        "params": run.data.params, "tags": run.data.tags,
        "latest": {key: number(value) for key, value in run.data.metrics.items()}, "histories": histories, "datasets": datasets,
        "model inputs": sorted(item.model_id for item in getattr(inputs, "model_inputs", None) or []),
        "model outputs": sorted([item.model_id, item.step] for item in getattr(run, "outputs", None) and run.outputs.model_outputs or []),
        "files": run_files(client, run_id),
    }


def logged_model(client, model_id, files):
    model = client.get_logged_model(model_id)
    # The file store answers only the latest point of each dataset.
    metrics = [] if files else sorted(
        [metric.key, metric.timestamp, metric.step, number(metric.value), metric.run_id, text(metric.dataset_name),
            text(metric.dataset_digest)]
        for metric in model.metrics or [])
    return {
        "attributes": [model.experiment_id, model.name, text(model.model_type), text(model.source_run_id), model.status.name,
                       model.creation_timestamp, model.last_updated_timestamp],
        "params": model.params, "tags": model.tags, "metrics": metrics,
        "files": download(f"models:/{model_id}") if model.status.name == "READY" else {},
    }


def version(client, version):
    version = client.get_model_version(version.name, version.version)
    return {
        "attributes": [int(version.version), text(version.description), version.current_stage, version.source, text(version.run_id),
                       text(version.run_link), version.status, version.creation_timestamp, version.last_updated_timestamp],
        "tags": version.tags, "aliases": sorted(version.aliases),
        # What a version's files are is frozen when it comes over, so it is the same as long as nobody writes there.
        "files": download(f"models:/{version.name}/{version.version}") if version.source.startswith(("/", "models:/m-", "runs:/")) else {},
    }


def main(uri, files):
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    client = MlflowClient(uri, uri)
    experiments = client.search_experiments(ViewType.ALL)
    out = {"experiments": {}, "runs": {}, "logged models": {}, "prompts": {}, "registered models": {}, "versions": {}}
    for experiment in experiments:
        out["experiments"][experiment.experiment_id] = [
            experiment.name, experiment.lifecycle_stage, experiment.creation_time, experiment.last_update_time, experiment.tags]
        for found in client.search_runs([experiment.experiment_id], run_view_type=ViewType.ALL, max_results=1000):
            out["runs"][found.info.run_id] = run(client, found.info.run_id, files)
        if hasattr(client, "search_logged_models"):
            for model in client.search_logged_models([experiment.experiment_id]):
                out["logged models"][model.model_id] = logged_model(client, model.model_id, files)
    if hasattr(client, "search_prompts"):
        for prompt in client.search_prompts():
            found = client.get_prompt_version(prompt.name, "1")
            out["prompts"][prompt.name] = [found.template, text(found.commit_message), found.tags, prompt.tags]
    for model in client.search_registered_models(max_results=100):
        out["registered models"][model.name] = [text(model.description), model.creation_timestamp, model.last_updated_timestamp,
            model.tags, {
            alias: int(number) for alias, number in model.aliases.items()}]
        for number in range(1, 12):
            try:
                found = client.get_model_version(model.name, str(number))
            except mlflow.exceptions.MlflowException:
                continue
            out["versions"][f"{model.name}/{number}"] = version(client, found)
    print(json.dumps(out, sort_keys=True, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1], "--files" in sys.argv)
