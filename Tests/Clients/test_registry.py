"""MLflow's own client against the model registry, and what ours adds: frozen versions, identity and history.

Expected answers and messages are those of `mlflow server` 3.17.2, unless a comment says that the difference is kept.
"""

import json
import uuid

import mlflow
import mlflow.sklearn
import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository
from sklearn.linear_model import LogisticRegression


@pytest.fixture(autouse=True)
def tracking(url, monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    mlflow.set_tracking_uri(url)
    mlflow.set_registry_uri(url)
    while mlflow.active_run():
        mlflow.end_run()


@pytest.fixture
def client(url):
    return MlflowClient(url, registry_uri=url)


@pytest.fixture
def name():
    return f"registry-{uuid.uuid4().hex}"


@pytest.fixture
def versions(client, name):
    """A model with three versions that are not frozen, since their source lies elsewhere."""
    client.create_registered_model(name)
    return [client.create_model_version(name, f"s3://bucket/{number}") for number in range(3)]


def trained(constant=0.0):
    """A model whose prediction tells which one it is."""
    return LogisticRegression().fit([[0.0], [1.0]], [0, 1] if constant == 0 else [1, 0])


def log_model(name, constant=0.0):
    mlflow.set_experiment(f"experiment-{name}")
    with mlflow.start_run() as run:
        info = mlflow.sklearn.log_model(trained(constant), name="model", registered_model_name=name)
    return run.info.run_id, info


def refused(code, words, call, *arguments, **named):
    with pytest.raises(MlflowException) as caught:
        call(*arguments, **named)
    assert caught.value.error_code == code, caught.value
    assert words in caught.value.message
    return caught.value.message


# Registered models


def test_a_model_is_created_read_described_and_deleted(client, name):
    made = client.create_registered_model(name, tags={"team": "credit"}, description="words")
    assert (made.name, made.tags, made.description) == (name, {"team": "credit"}, "words")
    assert made.creation_timestamp == made.last_updated_timestamp
    assert client.update_registered_model(name, "other words").description == "other words"
    assert client.get_registered_model(name).description == "other words"
    assert client.get_registered_model(name).latest_versions == []
    client.delete_registered_model(name)
    refused("RESOURCE_DOES_NOT_EXIST", f"Registered Model with name={name} not found", client.get_registered_model, name)
    refused("RESOURCE_DOES_NOT_EXIST", "not found", client.delete_registered_model, name)


@pytest.mark.parametrize(
    "bad, words",
    [("a/b", "Names cannot contain '/' or ':'"), ("a:b", "Names cannot contain '/' or ':'"),
     (" ", "Missing value for required parameter 'name'"), ("", "Missing value for required parameter 'name'"),
     (".", "would resolve to '.'"), ("..", "would resolve to '..'")])
def test_names_that_would_be_something_else(client, bad, words):
    refused("INVALID_PARAMETER_VALUE", words, client.create_registered_model, bad)


def test_a_name_is_taken_once(client, name):
    client.create_registered_model(name)
    message = refused("RESOURCE_ALREADY_EXISTS", "already exists", client.create_registered_model, name)
    assert message.endswith(f"Registered Model (name={name}) already exists.")
    other = name + "-other"
    client.create_registered_model(other)
    refused("RESOURCE_ALREADY_EXISTS", "already exists", client.rename_registered_model, other, name)


def test_a_rename_takes_everything_along(client, name, versions):
    client.set_registered_model_alias(name, "best", "2")
    new = name + "-new"
    client.rename_registered_model(name, new)
    assert client.get_registered_model(new).name == new
    refused("RESOURCE_DOES_NOT_EXIST", "not found", client.get_registered_model, name)
    assert client.get_model_version_by_alias(new, "best").version == "2"
    assert [v.version for v in client.search_model_versions(f"name='{new}'")] == ["3", "2", "1"]


def test_tags(client, name, versions):
    client.set_registered_model_tag(name, "k", "1")
    client.set_registered_model_tag(name, "k", "2")
    client.set_model_version_tag(name, "1", "k", "3")
    assert client.get_registered_model(name).tags == {"k": "2"}
    assert client.get_model_version(name, "1").tags == {"k": "3"}
    for _ in range(2):
        client.delete_registered_model_tag(name, "k")
        client.delete_model_version_tag(name, "1", "k")
    assert client.get_registered_model(name).tags == {}
    assert client.get_model_version(name, "1").tags == {}
    refused("INVALID_PARAMETER_VALUE", "Names may only contain", client.set_registered_model_tag, name, "a!", "v")
    refused("INVALID_PARAMETER_VALUE", "exceeds the maximum length of 250", client.set_registered_model_tag, name, "k" * 251, "v")
    refused("INVALID_PARAMETER_VALUE", "exceeds the maximum length of 100000", client.set_registered_model_tag, name, "k", "v" * 100_001)
    refused("RESOURCE_DOES_NOT_EXIST", "version=9) not found", client.set_model_version_tag, name, "9", "k", "v")


# Versions


def test_numbers_are_never_given_twice(client, name, versions):
    assert [v.version for v in versions] == ["1", "2", "3"]
    client.delete_model_version(name, "3")
    assert client.create_model_version(name, "s3://bucket/4").version == "4"
    refused("RESOURCE_DOES_NOT_EXIST", f"Model Version (name={name}, version=3) not found", client.get_model_version, name, "3")
    refused("RESOURCE_DOES_NOT_EXIST", "not found", client.delete_model_version, name, "3")
    refused("INVALID_PARAMETER_VALUE", "must be an integer, got 'x'", client.get_model_version, name, "x")
    refused("RESOURCE_DOES_NOT_EXIST", "not found", client.get_model_version, name, "9" * 30)


def test_a_version_answers_as_mlflows_does(client, name, url):
    client.create_registered_model(name)
    status, raw = http(url, "POST", "/api/2.0/mlflow/model-versions/create", {"name": name, "source": "s3://bucket/x"})
    version = raw["model_version"]
    assert status == 200
    assert version.pop("creation_timestamp") == version.pop("last_updated_timestamp") > 0
    assert version == {
        "name": name, "version": "1", "current_stage": "None", "description": "", "source": "s3://bucket/x",
        "run_id": "", "status": "READY", "run_link": ""}
    assert client.update_model_version(name, "1", "words").description == "words"
    status, raw = http(url, "PATCH", "/api/2.0/mlflow/model-versions/update", {"name": name, "version": "1"})
    assert "description" not in raw["model_version"]
    status, raw = http(url, "PATCH", "/api/2.0/mlflow/model-versions/update", {"name": name, "version": 1})
    assert (status, raw["error_code"]) == (400, "INVALID_PARAMETER_VALUE")


@pytest.mark.parametrize(
    "source, words",
    [("/etc/passwd", "To use a local path as a model version source"), ("file:///etc", "To use a local path"),
     ("model", "To use a local path"), ("runs:/0123/model", "must identify the resource that contains the source"),
     ("models:/m-0123", "must identify the resource that contains the source"),
     ("mlflow-artifacts:/0/0123/artifacts", "must identify the resource"),
     ("mlflow-artifacts:/versions/0123", "must identify the resource"),
     ("s3://bucket/%2e%2e/x", "an absolute path must be provided"),
     ("mlflow-artifacts:/0/../secret", "an absolute path must be provided")])
def test_sources_that_nothing_contains(client, name, source, words):
    client.create_registered_model(name)
    refused("INVALID_PARAMETER_VALUE", words, client.create_model_version, name, source)


def test_aliases(client, name, versions):
    client.set_registered_model_alias(name, "best", "1")
    client.set_registered_model_alias(name, "best", "2")
    client.set_registered_model_alias(name, "v", "2")
    assert client.get_registered_model(name).aliases == {"best": "2", "v": "2"}
    assert client.get_model_version_by_alias(name, "best").aliases == ["best", "v"]
    assert client.get_model_version_by_alias(name, "Latest").version == "3"
    for reserved, words in [
            ("latest", "'latest' alias name (case insensitive) is reserved."), ("LATEST", "is reserved"),
            ("v1", "Version alias name 'v1' is reserved."), ("V22", "is reserved"), ("a b", "Invalid alias name"),
            ("a" * 256, "exceeds the maximum length of 255")]:
        refused("INVALID_PARAMETER_VALUE", words, client.set_registered_model_alias, name, reserved, "1")
    refused("RESOURCE_DOES_NOT_EXIST", "version=9) not found", client.set_registered_model_alias, name, "x", "9")
    client.delete_registered_model_alias(name, "best")
    client.delete_registered_model_alias(name, "best")
    refused("INVALID_PARAMETER_VALUE", "Registered model alias best not found.", client.get_model_version_by_alias, name, "best")
    client.delete_model_version(name, "2")
    assert client.get_registered_model(name).aliases == {}


def test_stages(client, name, versions):
    """T15's call without a policy: others are archived by the same change."""
    for version in "12":
        client.transition_model_version_stage(name, version, "production")
    moved = client.transition_model_version_stage(name=name, version=3, stage="Production", archive_existing_versions=True)
    assert (moved.version, moved.current_stage) == ("3", "Production")
    assert [client.get_model_version(name, v).current_stage for v in "123"] == ["Archived", "Archived", "Production"]
    latest = client.get_latest_versions(name)
    assert {v.current_stage: v.version for v in latest} == {"Archived": "2", "Production": "3"}
    assert [v.version for v in client.get_latest_versions(name, ["production"])] == ["3"]
    assert client.get_latest_versions(name, ["Staging"]) == []
    refused("INVALID_PARAMETER_VALUE", "Invalid Model Version stage: Nowhere. Value must be one of None, Staging, Production, Archived.",
            client.transition_model_version_stage, name, "1", "Nowhere")
    # MLflow answers this with a 500, which clients would retry: a kept difference.
    refused("INVALID_PARAMETER_VALUE", "'Archived' is not an Active stage", client.transition_model_version_stage, name, "1",
            "Archived", archive_existing_versions=True)
    entries = history(client, name)
    last = entries[-1]
    assert (last["kind"], last["payload"]["archived"], last["payload"]["version"]) == ("stage.changed", [1, 2], 3)
    assert last["payload"]["gate"]["basis"] == "no-policy"
    assert [entry["kind"] for entry in entries] == ["model.created"] + 3 * ["version.registered"] + 3 * ["stage.changed"]


# Search


def test_models_are_searched(client, name):
    for letter in "abC":
        client.create_registered_model(f"{name}-{letter}", tags={"letter": letter, "of": name})
    def found(filter_string, **named):
        return [m.name.removeprefix(name + "-") for m in client.search_registered_models(filter_string, **named)]
    everything = f"name LIKE '{name}%'"
    assert found(everything) == ["C", "a", "b"]
    assert found(everything, order_by=["name DESC"]) == ["b", "a", "C"]
    assert found(f"name ILIKE '{name}-c'") == ["C"]
    assert found(f"name LIKE '{name}-c'") == []
    assert found(f"tags.of = '{name}' AND tags.letter != 'a'") == ["C", "b"]
    assert found(f"name IN ('{name}-a', '{name}-b')") == ["a", "b"]
    pages, token = [], None
    while True:
        page = client.search_registered_models(everything, max_results=1, page_token=token)
        pages += [m.name.removeprefix(name + "-") for m in page]
        token = page.token
        if not token:
            break
    assert pages == ["C", "a", "b"]
    for bad in ["foo = 'a'", "name > 'a'", "name = 'a", "name='a' OR name='b'", "tags.k IN ('1')", "metrics.m > 1"]:
        with pytest.raises(MlflowException) as caught:
            client.search_registered_models(bad)
        assert caught.value.error_code == "INVALID_PARAMETER_VALUE"


def test_versions_are_searched(client, name, versions):
    client.set_model_version_tag(name, "2", "k", "v")
    def found(filter_string, **named):
        return [v.version for v in client.search_model_versions(f"name='{name}' AND {filter_string}", **named)]
    assert found("version_number > 1", order_by=["version_number ASC"]) == ["2", "3"]
    assert found("version_number = '2'") == ["2"]
    assert found("source_path = 's3://bucket/0'") == ["1"]
    assert found("tags.k = 'v'") == ["2"]
    assert found("run_id = 'none'") == []
    assert [v.version for v in client.search_model_versions(f"name='{name}'", max_results=2, order_by=["version_number DESC"])] == ["3", "2"]
    for bad in ["current_stage = 'Production'", "version_number = 5.5", "source_path IN ('x')", "name ="]:
        with pytest.raises(MlflowException) as caught:
            found(bad)
        assert caught.value.error_code == "INVALID_PARAMETER_VALUE"


# Frozen versions


def put(url, path, data):
    return http(url, "PUT", f"/api/2.0/mlflow-artifacts/artifacts/{path}", data, raw=True)


def test_a_late_write_shows_in_no_form_of_loading(client, name, url):
    """The registered files stay what they were, however they are asked for; the run and the logged model change."""
    run_id, info = log_model(name)
    client.set_registered_model_alias(name, "champion", "1")
    client.transition_model_version_stage(name, "1", "Staging")
    model_id = info.model_id
    model = client.get_logged_model(model_id)
    root = model.artifact_location.removeprefix("mlflow-artifacts:/")

    # The other model is trained on the opposite labels.
    _, other = log_model(name + "-other", constant=1.0)
    other_files = get_artifact_repository(other.model_uri).download_artifacts("")
    with open(f"{other_files}/model.skops", "rb") as file:
        opposite = file.read()
    assert put(url, f"{root}/model.skops", opposite)[0] == 200
    assert put(url, f"{root}/backdoor.py", b"print()")[0] == 200

    frozen = mlflow.sklearn.load_model(f"models:/{name}/1").predict([[1.0]])[0]
    assert frozen == 1
    for uri in [f"models:/{name}/1", f"models:/{name}@champion", f"models:/{name}/Staging", f"models:/{name}/latest"]:
        assert mlflow.sklearn.load_model(uri).predict([[1.0]])[0] == 1, uri
        assert mlflow.pyfunc.load_model(uri).predict([[1.0]])[0] == 1, uri
        folder = mlflow.artifacts.download_artifacts(uri)
        assert not (__import__("pathlib").Path(folder) / "backdoor.py").exists(), uri
    # What is not the version shows the write, as in MLflow.
    assert mlflow.sklearn.load_model(f"models:/{model_id}").predict([[1.0]])[0] == 0
    status, _ = http(url, "GET", f"/model-versions/get-artifact?name={name}&version=1&path=backdoor.py", raw=True)
    assert status == 404
    status, raw = http(url, "GET", f"/model-versions/get-artifact?name={name}&version=1&path=model.skops", raw=True)
    assert status == 200 and raw != opposite

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
    log_model(name)
    uri = client.get_model_version_download_uri(name, "1")
    assert uri.startswith("mlflow-artifacts:/versions/")
    path = uri.removeprefix("mlflow-artifacts:/")
    for method, target in [("PUT", f"{path}/MLmodel"), ("PUT", f"{path}/new"), ("PUT", "versions/new/file"), ("DELETE", f"{path}/MLmodel"), ("DELETE", path)]:
        status, answer = http(url, method, f"/api/2.0/mlflow-artifacts/artifacts/{target}", b"x" if method == "PUT" else None, raw=True)
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
    run_id, info = log_model(name)
    version = client.get_model_version(name, "1")
    assert (version.run_id, version.source) == (run_id, f"models:/{info.model_id}")
    tag = json.loads(client.get_logged_model(info.model_id).tags["mlflow.modelVersions"])
    # The server notes it, and the client once more, as text.
    assert {(note["name"], int(note["version"])) for note in tag} == {(name, 1)}
    entry = history(client, name)[-1]
    assert entry["kind"] == "version.registered"
    assert entry["payload"]["manifest"] and entry["payload"]["files"] >= 3
    assert entry["actor"] == "anonymous"


# Identity and the log


def http(url, method, path, body=None, token=None, raw=False):
    import urllib.error
    import urllib.request
    request = urllib.request.Request(url + path, method=method)
    data = body if raw else (None if body is None else json.dumps(body).encode())
    if data is not None:
        request.add_header("Content-Type", "application/octet-stream" if raw else "application/json")
    if token:
        request.add_header("Authorization", token)
    try:
        with urllib.request.urlopen(request, data, timeout=60) as answer:
            status, content = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        status, content = error.code, error.read()
    return status, content if raw else json.loads(content)


def history(client, name):
    status, answer = http(client.tracking_uri, "GET", f"/api/assay/v1/models/{name}/history")
    assert status == 200
    return answer["entries"]


def test_who_is_asking(url, house):
    for token, name in [(f"Bearer {house.tokens['ana']}", "ana"), (None, "")]:
        status, me = http(url, "GET", "/api/assay/v1/users/me", token=token)
        assert (status, me["name"]) == (200, name)
    wrong = house.tokens["ana"][:-1] + ("0" if house.tokens["ana"][-1] != "0" else "1")
    for header in [f"Bearer {wrong}", "Bearer", "Basic !!!", "Digest x", f"Basic {house.tokens['ana']}"]:
        status, answer = http(url, "GET", "/api/2.0/mlflow/registered-models/search", token=header)
        assert (status, answer["error_code"]) == (401, "UNAUTHENTICATED"), header


def test_the_client_sends_who_it_is(client, name, house, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", house.tokens["ana"])
    client.create_registered_model(name)
    monkeypatch.delenv("MLFLOW_TRACKING_TOKEN")
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "ana")
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", house.tokens["ana"])
    client.set_registered_model_tag(name, "k", "v")
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "vera")
    refused("UNAUTHENTICATED", "token is not known", client.set_registered_model_tag, name, "k", "w")
    assert [entry["actor_name"] for entry in history(client, name)] == ["ana", "ana"]


def test_only_an_administrator_makes_people(url, house):
    body = {"name": f"eve-{uuid.uuid4().hex}", "roles": ["validator"]}
    for who, status in [(None, 401), ("ana", 403), ("vera", 403), ("root", 200)]:
        token = f"Bearer {house.tokens[who]}" if who else None
        got, answer = http(url, "POST", "/api/assay/v1/users", body, token=token)
        assert got == status, answer
    status, mine = http(url, "POST", "/api/assay/v1/tokens", {"label": "ci"}, token=f"Bearer {answer['token']}")
    assert status == 200
    fresh = f"Bearer {mine['token']}"
    assert http(url, "GET", "/api/assay/v1/tokens", token=fresh)[1]["tokens"][1]["label"] == "ci"
    assert http(url, "DELETE", f"/api/assay/v1/tokens/{mine['record']['id']}", token=fresh)[0] == 200
    assert http(url, "GET", "/api/assay/v1/tokens", token=fresh)[0] == 401


def test_history_of_nobody(url):
    status, answer = http(url, "GET", "/api/assay/v1/models/nobody-has-this-name/history")
    assert (status, answer["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")
