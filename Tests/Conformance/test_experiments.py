"""Experiments: making, finding, renaming, deleting, restoring, tags."""

import pytest

from .helpers import BAD_KEYS, GOOD_KEYS, HOSTILE, experiment, read_run, run


def get(pair, experiment_id, **options):
    return pair.get("experiments/get", {"experiment_id": experiment_id}, **options)


def test_the_default_experiment_is_there(pair):
    get(pair, "0", status=200)
    pair.get("experiments/get-by-name", {"experiment_name": "Default"}, status=200)


def test_an_experiment_is_made_and_found(pair, fresh):
    name = fresh("experiment")
    number = experiment(pair, name, tags=[{"key": "team", "value": "credit"}, {"key": "a", "value": ""}])
    get(pair, number, status=200)
    pair.get("experiments/get-by-name", {"experiment_name": name}, status=200)
    pair.get("experiments/get", {"experiment_id": [number, "0"]})
    pair.get("experiments/get", {"experiment_id": f" {number} "}, kept="plain-digits")
    pair.get("experiments/get", {"experiment_id": f"00{number}"})
    pair.get("experiments/get", {"experiment_id": f"+{number}"})


@pytest.mark.parametrize("value,kept", [
    ("", None), ("abc", None), ("-1", None), ("99999999", None), ("1.0", None), ("0x1", None), ("99999999999999999999", "no-5xx"),
    ("1_0", "plain-digits"),
    ("١", "plain-digits"),
])
def test_ids_that_name_nothing(pair, value, kept):
    pair.get("experiments/get", {"experiment_id": value}, kept=kept)


def test_fields_that_are_none(pair):
    pair.get("experiments/get", {"name": "Default"})
    pair.get("experiments/get", {"unknown": "0"})


def test_requests_without_their_fields(pair):
    for path in ("create", "delete", "restore", "update", "set-experiment-tag", "delete-experiment-tag", "search-datasets"):
        for body in ({}, None, {"unknown": 1}):
            pair.post(f"experiments/{path}", body, api="ajax-api")
        if path != "search-datasets":
            pair.post(f"experiments/{path}", {}, api="api")
    pair.post("experiments/update", {"experiment_id": "0"})
    pair.post("experiments/update", {"new_name": "x"})
    pair.post("experiments/set-experiment-tag", {"experiment_id": "0"})
    pair.post("experiments/delete-experiment-tag", {"experiment_id": "0"})
    pair.get("experiments/get-by-name", {"experiment_name": ""})
    pair.get("experiments/get-by-name", {"unknown": "x"})
    pair.get("experiments/get-by-name", {"experiment_name": "no such experiment"})


def test_names_are_unique_also_among_deleted_ones(pair, fresh):
    name, other = fresh("taken"), fresh("other")
    number = experiment(pair, name)
    taken = {"kept": "no-sql-in-messages", "here": (400, "already exists")}
    pair.post("experiments/create", {"name": name}, **taken)
    second = experiment(pair, other)
    pair.post("experiments/update", {"experiment_id": second, "new_name": name}, **taken)
    pair.post("experiments/delete", {"experiment_id": number}, status=200)
    pair.post("experiments/create", {"name": name}, **taken)
    pair.post("experiments/update", {"experiment_id": second, "new_name": name}, **taken)
    pair.get("experiments/get-by-name", {"experiment_name": name}, status=200)


@pytest.mark.parametrize("length", [1, 249, 250, 251, 255, 256, 257, 499, 500, 501])
def test_lengths_of_names(pair, fresh, length):
    name = fresh("n") + "x" * 600
    number = pair.post("experiments/create", {"name": name[:length] if length > 9 else fresh("")[1:]}).body.get("experiment_id")
    if number:
        pair.post("experiments/update", {"experiment_id": number, "new_name": "r" + name[:length - 1]})
        get(pair, number)


def test_lengths_count_characters_not_bytes(pair, fresh):
    pair.post("experiments/create", {"name": fresh() + "é" * 480}, status=200)
    pair.post("experiments/create", {"name": "🙂" * 500}, status=200)
    pair.post("experiments/create", {"name": "🙂" * 501}, status=400)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_are_names(pair, fresh, text):
    name = fresh() + text
    number = experiment(pair, name, tags=[{"key": "k", "value": text}])
    get(pair, number, status=200)
    pair.get("experiments/get-by-name", {"experiment_name": name}, status=200)
    pair.post("experiments/update", {"experiment_id": number, "new_name": text + name}, status=200)
    get(pair, number, status=200)


def test_names_are_compared_by_bytes(pair, fresh):
    name = fresh()
    experiment(pair, name + "é")
    experiment(pair, name + "e\u0301")
    experiment(pair, name + "A")
    experiment(pair, name + "a")
    experiment(pair, name + " ")
    pair.get("experiments/get-by-name", {"experiment_name": name + "E"}, status=404)
    for number in (" ", "  ", "\n"):
        pair.post("experiments/create", {"name": number})


@pytest.mark.parametrize("place", [
    "s3://bucket/folder", "file:///tmp/x", "/tmp/x", "mlflow-artifacts:/elsewhere", "runs:/abc/x", "runs:abc", "s3://bucket/a?b=c",
    "s3://bucket/a?b=../c",
    "s3://bucket/a#b", "s3://" + "x" * 2_042, "s3://" + "x" * 2_043, "s3://" + "x" * 2_044, "s3://bucket/../x", "dbfs:/x", "models:/m/1",
    "",
    "s3:/x", "s3://bucket/ünï", "s3://b/%2e%2e/x", "s3://b/a b", "wasbs://c@a/x", "s3://b/\\x", "s3://b/a/", "s3://b//a", "unknown://x",
    "gs://b/a;b",
])
def test_artifact_locations(pair, fresh, place):
    answer = pair.post("experiments/create", {"name": fresh(), "artifact_location": place})
    if answer.status == 200:
        number = answer.body["experiment_id"]
        get(pair, number, status=200)
        run(pair, number)


@pytest.mark.parametrize("place", ["http://host/x", "https://host/x", "hdfs://x", "ftp://host/x", "abfss://c@a/x",
    "mlflow-artifacts://host/x"])
def test_artifact_locations_on_other_hosts(pair, fresh, place):
    pair.post("experiments/create", {"name": fresh(), "artifact_location": place}, kept="foreign-hosts")


@pytest.mark.parametrize("place", ["relative/path", "./x", "../x", "file:x", " "])
def test_relative_artifact_locations(pair, fresh, place):
    number = experiment(pair, fresh(), artifact_location=place)
    answer = get(pair, number, kept="local-paths")
    assert answer.body["experiment"]["artifact_location"] == place
    pair.post("runs/create", {"experiment_id": number, "run_name": "x"}, new={"run.info.run_id": "run"}, kept="local-paths")


def test_deleting_and_restoring(pair, fresh):
    number = experiment(pair, fresh())
    kept, gone = run(pair, number), run(pair, number)
    pair.post("runs/delete", {"run_id": gone}, status=200)
    pair.post("experiments/restore", {"experiment_id": number}, status=404)
    pair.post("experiments/delete", {"experiment_id": number}, status=200)
    get(pair, number, status=200)
    for each in (kept, gone):
        read_run(pair, each, status=200)
    pair.post("experiments/delete", {"experiment_id": number})
    pair.post("experiments/update", {"experiment_id": number, "new_name": "x"}, kept="no-5xx", here=(409, "non-active"))
    pair.post("experiments/set-experiment-tag", {"experiment_id": number, "key": "a", "value": "b"})
    pair.post("experiments/delete-experiment-tag", {"experiment_id": number, "key": "a"})
    pair.post("runs/create", {"experiment_id": number})
    pair.post("logged-models", {"experiment_id": number, "name": "m"})
    pair.post("runs/log-metric", {"run_id": kept, "key": "m", "value": 1, "timestamp": 1})
    pair.post("runs/restore", {"run_id": kept})
    pair.post("experiments/restore", {"experiment_id": number}, status=200)
    get(pair, number, status=200)
    for each in (kept, gone):
        read_run(pair, each, status=200)
    pair.post("experiments/restore", {"experiment_id": number})
    pair.post("experiments/delete", {"experiment_id": "987654"})
    pair.post("experiments/restore", {"experiment_id": "987654"})
    pair.post("experiments/update", {"experiment_id": "987654", "new_name": "y"})


def test_renaming(pair, fresh):
    name = fresh()
    number = experiment(pair, name)
    pair.post("experiments/update", {"experiment_id": number, "new_name": name})
    pair.post("experiments/update", {"experiment_id": number, "new_name": fresh("renamed")}, status=200)
    get(pair, number, status=200)
    pair.get("experiments/get-by-name", {"experiment_name": name}, status=404)
    pair.post("experiments/update", {"experiment_id": number, "new_name": ""})
    pair.post("experiments/update", {"experiment_id": number, "new_name": None})
    pair.post("experiments/create", {"name": name}, status=200)


def test_tags(pair, fresh):
    twice = [{"key": "b", "value": "1"}, {"key": "a", "value": "2"}, {"key": "b", "value": "3"}]
    pair.post("experiments/create", {"name": fresh(), "tags": twice}, kept="repeated-tags")
    number = experiment(pair, fresh(), tags=twice[1:])
    get(pair, number)

    def put(key, value):
        return pair.post("experiments/set-experiment-tag", {"experiment_id": number, "key": key, "value": value})

    put("a", "new")
    put("a", "new")
    put("empty", "")
    put("none", None)
    pair.post("experiments/set-experiment-tag", {"experiment_id": number, "key": "left-out"})
    get(pair, number, status=200)
    for key in ("a", "a", "never", ""):
        pair.post("experiments/delete-experiment-tag", {"experiment_id": number, "key": key})
    get(pair, number, status=200)
    for length in (19_999, 20_000, 20_001):
        put("long", "x" * length)
    put("long", "é" * 20_000)
    put("mlflow.note.content", "a note")
    put("mlflow.experimentKind", "x")
    for text in HOSTILE:
        put("hostile", text)
    get(pair, number, status=200)


@pytest.mark.parametrize("key", GOOD_KEYS + BAD_KEYS)
def test_keys_of_tags(pair, fresh, key):
    number = experiment(pair, fresh())
    pair.post("experiments/set-experiment-tag", {"experiment_id": number, "key": key, "value": "v"})
    pair.post("experiments/create", {"name": fresh(), "tags": [{"key": key, "value": "v"}]})
    pair.post("experiments/delete-experiment-tag", {"experiment_id": number, "key": key})
    get(pair, number)
