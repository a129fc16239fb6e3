"""Registered models: making, finding, describing, renaming, deleting, tags, latest versions."""

import pytest

from .helpers import BAD_KEYS, GOOD_KEYS, HOSTILE, registered_model, version


def get(pair, name, **options):
    return pair.get("registered-models/get", {"name": name}, **options)


def test_a_model_is_made_and_found(pair, fresh):
    name = fresh("model")
    pair.post("registered-models/create",
        {"name": name, "description": "what", "tags": [{"key": "b", "value": "1"}, {"key": "a", "value": "2"}]},
              status=200)
    get(pair, name, status=200)
    pair.post("registered-models/create", {"name": name}, status=400)
    for fields in ({}, {"description": ""}, {"description": None}, {"tags": []}, {"tags": None}, {"deployment_job_id": "5"},
                   {"tags": [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]}, {"tags": [{"key": "a"}]},
                   {"description": "x" * 5_000}, {"description": "x" * 5_001}):
        each = fresh("model")
        pair.post("registered-models/create", {"name": each, **fields})
        get(pair, each)


def test_requests_without_their_fields(pair, fresh):
    name = registered_model(pair, fresh())
    for path in ("create", "rename", "get-latest-versions", "set-tag", "alias"):
        pair.post(f"registered-models/{path}", {})
        pair.post(f"registered-models/{path}", {"name": ""})
        pair.post(f"registered-models/{path}", {"unknown": name})
    for path in ("delete", "delete-tag", "alias"):
        pair.delete(f"registered-models/{path}", {})
        pair.delete(f"registered-models/{path}", {"name": ""})
    pair.patch("registered-models/update", {})
    pair.patch("registered-models/update", {"name": ""})
    for path in ("get", "alias", "get-latest-versions"):
        pair.get(f"registered-models/{path}", {"name": ""})
        pair.get(f"registered-models/{path}", {"unknown": "x"})
    pair.post("registered-models/rename", {"name": name})
    pair.post("registered-models/rename", {"new_name": name})
    pair.post("registered-models/set-tag", {"name": name})
    pair.delete("registered-models/delete-tag", {"name": name})
    for path, fields in (("rename", {"new_name": "x"}), ("get-latest-versions", {}), ("set-tag", {"key": "a", "value": "b"}),
                         ("alias", {"alias": "a", "version": "1"})):
        pair.post(f"registered-models/{path}", {"name": "no such model", **fields})
    for path, fields in (("delete", {}), ("delete-tag", {"key": "a"}), ("alias", {"alias": "a"})):
        pair.delete(f"registered-models/{path}", {"name": "no such model", **fields})
    pair.patch("registered-models/update", {"name": "no such model", "description": "x"})
    get(pair, "no such model")
    pair.get("registered-models/alias", {"name": "no such model", "alias": "a"})


@pytest.mark.parametrize("text", HOSTILE + [
    "", " ", "  ", "\t\n", "a/b", "a:b", ".", "..", "...", "..a", "a..", "a.", "x" * 255, "x" * 256, "x" * 257, "x" * 1_000, "a ", " a",
    "models", "latest", "1", "é", "e\u0301", "\u2003", "A b", "\u0000"[:0] + "a\u00a0",
])
def test_names(pair, text):
    pair.post("registered-models/create", {"name": text})
    get(pair, text)
    pair.post("model-versions/create", {"name": text, "source": "s3://b/m"})
    pair.post("registered-models/set-tag", {"name": text, "key": "a", "value": text})
    get(pair, text)
    pair.get("registered-models/search", {"filter": "name = 'x'"})


def test_descriptions(pair, fresh):
    name = registered_model(pair, fresh(), description="first")
    for description in ("second", "second", "", None, "x" * 5_000, "x" * 5_001, "é\n🙂"):
        pair.patch("registered-models/update", {"name": name, "description": description})
        get(pair, name)
    pair.patch("registered-models/update", {"name": name})
    get(pair, name)
    pair.patch("registered-models/update", {"name": name, "deployment_job_id": "7"})
    get(pair, name)


def test_renaming(pair, fresh):
    name, other, new = registered_model(pair, fresh("old")), registered_model(pair, fresh("other")), fresh("new")
    number = version(pair, name, description="d", tags=[{"key": "a", "value": "b"}])
    pair.post("registered-models/alias", {"name": name, "alias": "best", "version": number}, status=200)
    pair.post("registered-models/rename", {"name": name, "new_name": other}, kept="no-sql-in-messages", here=(400, "already exists"))
    pair.post("registered-models/rename", {"name": name, "new_name": name})
    for bad in ("", " ", "a/b", "a:b", ".."):
        pair.post("registered-models/rename", {"name": name, "new_name": bad})
    pair.post("registered-models/rename", {"name": name, "new_name": new}, status=200)
    get(pair, name, status=404)
    get(pair, new, status=200)
    pair.get("model-versions/get", {"name": new, "version": number}, status=200)
    pair.get("model-versions/get", {"name": name, "version": number}, status=404)
    pair.get("registered-models/alias", {"name": new, "alias": "best"}, status=200)
    pair.get("model-versions/search", {"filter": f"name = '{new}'"}, kept="aliases-in-searches")
    registered_model(pair, name)
    get(pair, name, status=200)
    version(pair, name)
    pair.post("registered-models/rename", {"name": name, "new_name": new}, kept="no-sql-in-messages")


def test_deleting(pair, fresh):
    name = registered_model(pair, fresh(), tags=[{"key": "a", "value": "b"}])
    number = version(pair, name)
    pair.post("registered-models/alias", {"name": name, "alias": "best", "version": number}, status=200)
    pair.delete("registered-models/delete", {"name": name}, status=200)
    pair.delete("registered-models/delete", {"name": name}, status=404)
    get(pair, name, status=404)
    pair.get("model-versions/get", {"name": name, "version": number}, status=404)
    pair.get("model-versions/search", {"filter": f"name = '{name}'"}, status=200)
    registered_model(pair, name)
    get(pair, name, status=200)
    version(pair, name)
    pair.get("registered-models/alias", {"name": name, "alias": "best"})
    get(pair, name, status=200)


def test_tags(pair, fresh):
    name = registered_model(pair, fresh())
    for tag in ({"value": "x"}, {"key": "", "value": "x"}, {}):
        pair.post("registered-models/create", {"name": fresh(), "tags": [tag]}, kept="named-places", here=r"tags\[0\]\.key")
        pair.post("model-versions/create", {"name": name, "source": "s3://b/m", "tags": [tag]}, kept="named-places", here=r"tags\[0\]\.key")

    def put(key, value):
        return pair.post("registered-models/set-tag", {"name": name, "key": key, "value": value})

    for key, value in (("b", "1"), ("a", "2"), ("b", "3"), ("empty", ""), ("none", None), ("", "x"), ("mlflow.x", "y")):
        put(key, value)
    pair.post("registered-models/set-tag", {"name": name, "key": "left-out"})
    for length in (4_999, 5_000, 5_001, 99_999, 100_000, 100_001):
        put("long", "x" * length)
    put("long", "short")
    get(pair, name, status=200)
    for key in ("b", "b", "never", ""):
        pair.delete("registered-models/delete-tag", {"name": name, "key": key})
    get(pair, name, status=200)


@pytest.mark.parametrize("key", GOOD_KEYS + BAD_KEYS)
def test_keys_of_tags(pair, fresh, key):
    name = registered_model(pair, fresh())
    number = version(pair, name)
    pair.post("registered-models/set-tag", {"name": name, "key": key, "value": "v"})
    pair.post("registered-models/create", {"name": fresh(), "tags": [{"key": key, "value": "v"}]})
    pair.delete("registered-models/delete-tag", {"name": name, "key": key})
    pair.post("model-versions/set-tag", {"name": name, "version": number, "key": key, "value": "v"})
    pair.post("model-versions/create", {"name": name, "source": "s3://b/m", "tags": [{"key": key, "value": "v"}]})
    pair.delete("model-versions/delete-tag", {"name": name, "version": number, "key": key})
    get(pair, name)


def test_latest_versions(pair, fresh):
    name = registered_model(pair, fresh())

    def latest(stages=None, **options):
        body = {"name": name, **({} if stages is None else {"stages": stages})}
        pair.get("registered-models/get-latest-versions", body, **options)
        return pair.post("registered-models/get-latest-versions", body, **options)

    latest()
    numbers = [version(pair, name) for _ in range(5)]
    for number, stage in zip(numbers, ("None", "Staging", "Production", "Staging", "Archived")):
        pair.post("model-versions/transition-stage", {"name": name, "version": number, "stage": stage}, status=200)
    for stages in (None, [], ["Production"], ["Staging", "Production"], ["Production", "Staging"], ["production"], ["None"], ["Archived"],
                   ["nonsense"], ["Staging", "Staging"], [""]):
        latest(stages)
    get(pair, name)
    pair.delete("model-versions/delete", {"name": name, "version": numbers[3]}, status=200)
    latest()
    get(pair, name)


def test_prompts_are_models_with_a_tag(pair, fresh):
    name = fresh("prompt")
    pair.post("registered-models/create", {"name": name, "tags": [{"key": "mlflow.prompt.is_prompt", "value": "true"}]}, status=200)
    pair.get("registered-models/search", {"filter": f"name = '{name}'"})
    pair.get("registered-models/search", {"filter": f"name = '{name}' AND tags.`mlflow.prompt.is_prompt` = 'true'"})
    get(pair, name)
