"""MLflow's own clients against the model registry.

Expected answers and messages are those of `mlflow server` 3.17.2, unless a comment says that the difference is kept.
"""

import pytest
from generation import refused
from mlflow.exceptions import MlflowException
from wire import ask, history


@pytest.fixture
def versions(client, name):
    """A model with three versions that are not frozen, since their source lies elsewhere."""
    client.create_registered_model(name)
    return [client.create_model_version(name, f"s3://bucket/{number}") for number in range(3)]


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
    status, answer = ask(url, "POST", "/api/2.0/mlflow/model-versions/create", {"name": name, "source": "s3://bucket/x"})
    version = answer["model_version"]
    assert status == 200
    assert version.pop("creation_timestamp") == version.pop("last_updated_timestamp") > 0
    assert version == {
        "name": name, "version": "1", "current_stage": "None", "description": "", "source": "s3://bucket/x",
        "run_id": "", "status": "READY", "run_link": ""}
    assert client.update_model_version(name, "1", "words").description == "words"
    status, answer = ask(url, "PATCH", "/api/2.0/mlflow/model-versions/update", {"name": name, "version": "1"})
    assert "description" not in answer["model_version"]
    status, answer = ask(url, "PATCH", "/api/2.0/mlflow/model-versions/update", {"name": name, "version": 1})
    assert (status, answer["error_code"]) == (400, "INVALID_PARAMETER_VALUE")


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
    page = client.search_model_versions(f"name='{name}'", max_results=2, order_by=["version_number DESC"])
    assert [version.version for version in page] == ["3", "2"]
    for bad in ["current_stage = 'Production'", "version_number = 5.5", "source_path IN ('x')", "name ="]:
        with pytest.raises(MlflowException) as caught:
            found(bad)
        assert caught.value.error_code == "INVALID_PARAMETER_VALUE"
