"""A registered version keeps the files it was made of, however it is asked for and whatever is written later."""

import json
from pathlib import Path

import mlflow
from generation import log_model
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository
from sklearn.linear_model import LogisticRegression
from wire import call, history


def trained(constant=0.0):
    """A model whose prediction tells which one it is."""
    return LogisticRegression().fit([[0.0], [1.0]], [0, 1] if constant == 0 else [1, 0])


def publish(name, constant=0.0):
    mlflow.set_experiment(f"experiment-{name}")
    with mlflow.start_run() as run:
        info = log_model(trained(constant), registered_model_name=name)
    return run.info.run_id, info


def put(url, path, data):
    return call(url, "PUT", f"/api/2.0/mlflow-artifacts/artifacts/{path}", data)[0]


def test_a_late_write_shows_in_no_form_of_loading(client, name, url):
    """The registered files stay what they were, however they are asked for; the run and the logged model change."""
    run_id, info = publish(name)
    client.set_registered_model_alias(name, "champion", "1")
    client.transition_model_version_stage(name, "1", "Staging")
    model_id = info.model_id
    model = client.get_logged_model(model_id)
    root = model.artifact_location.removeprefix("mlflow-artifacts:/")

    # The other model is trained on the opposite labels.
    _, other = publish(name + "-other", constant=1.0)
    other_files = get_artifact_repository(other.model_uri).download_artifacts("")
    with open(f"{other_files}/model.skops", "rb") as file:
        opposite = file.read()
    assert put(url, f"{root}/model.skops", opposite)== 200
    assert put(url, f"{root}/backdoor.py", b"print()") == 200

    frozen = mlflow.sklearn.load_model(f"models:/{name}/1").predict([[1.0]])[0]
    assert frozen == 1
    for uri in [f"models:/{name}/1", f"models:/{name}@champion", f"models:/{name}/Staging", f"models:/{name}/latest"]:
        assert mlflow.sklearn.load_model(uri).predict([[1.0]])[0] == 1, uri
        assert mlflow.pyfunc.load_model(uri).predict([[1.0]])[0] == 1, uri
        folder = mlflow.artifacts.download_artifacts(uri)
        assert not (Path(folder) / "backdoor.py").exists(), uri
    # What is not the version shows the write, as in MLflow.
    assert mlflow.sklearn.load_model(f"models:/{model_id}").predict([[1.0]])[0] == 0
    path = f"/model-versions/get-artifact?name={name}&version=1&path="
    assert call(url, "GET", path + "backdoor.py")[0] == 404
    status, _, content = call(url, "GET", path + "model.skops")
    assert status == 200 and content != opposite

    # A copy of the version has its files, a new version of the logged model the new ones.
    client.create_registered_model(name + "-copy")
    client.copy_model_version(f"models:/{name}/1", name + "-copy")
    assert mlflow.sklearn.load_model(f"models:/{name}-copy/1").predict([[1.0]])[0] == 1
    mlflow.register_model(f"models:/{model_id}", name)
    assert mlflow.sklearn.load_model(f"models:/{name}/2").predict([[1.0]])[0] == 0

    # Deleting the sources leaves the version whole.
    client.delete_logged_model(model_id)
    client.delete_run(run_id)
    assert mlflow.sklearn.load_model(f"models:/{name}/1").predict([[1.0]])[0] == 1


def test_the_tree_of_a_version_is_read_only(client, name, url):
    publish(name)
    uri = client.get_model_version_download_uri(name, "1")
    assert uri.startswith("mlflow-artifacts:/versions/")
    path = uri.removeprefix("mlflow-artifacts:/")
    for method, target in [("PUT", f"{path}/MLmodel"), ("PUT", f"{path}/new"), ("PUT", "versions/new/file"), ("DELETE", f"{path}/MLmodel"),
        ("DELETE", path)]:
        status, _, answer = call(url, method, f"/api/2.0/mlflow-artifacts/artifacts/{target}", b"x" if method == "PUT" else None)
        assert status in (400, 403), (method, target, answer)
    assert mlflow.sklearn.load_model(f"models:/{name}/1").predict([[1.0]])[0] == 1


def test_a_version_of_a_runs_folder_is_frozen(client, name, url):
    mlflow.set_experiment(f"experiment-{name}")
    with mlflow.start_run() as run:
        mlflow.log_text("first", "model/weights.txt")
    client.create_registered_model(name)
    source = f"{run.info.artifact_uri}/model"
    for at in [source, f"runs:/{run.info.run_id}/model"]:
        client.create_model_version(name, at, run_id=run.info.run_id)
    with mlflow.start_run(run_id=run.info.run_id):
        mlflow.log_text("second", "model/weights.txt")
    for version in "12":
        assert mlflow.artifacts.load_text(f"models:/{name}/{version}/weights.txt") == "first"
    assert mlflow.artifacts.load_text(f"runs:/{run.info.run_id}/model/weights.txt") == "second"


def test_lineage_of_a_registered_logged_model(client, name):
    run_id, info = publish(name)
    version = client.get_model_version(name, "1")
    assert (version.run_id, version.source) == (run_id, f"models:/{info.model_id}")
    tag = json.loads(client.get_logged_model(info.model_id).tags["mlflow.modelVersions"])
    # The server notes it, and the client once more, as text.
    assert {(note["name"], int(note["version"])) for note in tag} == {(name, 1)}
    entry = history(client, name)[-1]
    assert entry["kind"] == "version.registered"
    assert entry["payload"]["manifest"] and entry["payload"]["files"] >= 3
    assert entry["actor"] == "anonymous"
