"""Model versions: sources, numbers, stages, aliases, descriptions, tags, deletion."""

import pytest

from .helpers import HOSTILE, experiment, logged_model, registered_model, run, version


@pytest.fixture
def model(pair, fresh):
    return registered_model(pair, fresh("model"))


def get(pair, name, number, **options):
    return pair.get("model-versions/get", {"name": name, "version": number}, **options)


def test_versions_are_numbered(pair, model):
    assert [version(pair, model) for _ in range(3)] == ["1", "2", "3"]
    pair.delete("model-versions/delete", {"name": model, "version": "3"}, status=200)
    get(pair, model, "3")
    version(pair, model)
    pair.delete("model-versions/delete", {"name": model, "version": "1"}, status=200)
    version(pair, model)
    for number in range(1, 7):
        get(pair, model, str(number))
    pair.get("registered-models/get", {"name": model}, status=200)


def test_fields_of_versions(pair, model, fresh):
    home = experiment(pair, fresh())
    number = run(pair, home)
    for fields in (
        {}, {"description": "d"}, {"description": ""}, {"description": None}, {"run_link": "http://x"}, {"run_link": ""},
        {"tags": [{"key": "b", "value": "1"}, {"key": "a", "value": "2"}]},
        {"tags": [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]},
        {"tags": [{"key": "a"}]}, {"run_id": number}, {"run_id": ""}, {"run_id": "nobody"}, {"run_id": None}, {"model_id": ""},
        {"model_id": "nobody"}, {"description": "x" * 5_000}, {"description": "x" * 5_001},
    ):
        answer = pair.post("model-versions/create", {"name": model, "source": "s3://bucket/model", **fields})
        if answer.status == 200:
            get(pair, model, answer.body["model_version"]["version"])
    for fields in ({}, {"name": model}, {"source": "s3://x/y"}, {"name": model, "source": ""}, {"name": "nobody", "source": "s3://x/y"}):
        pair.post("model-versions/create", fields)


@pytest.mark.parametrize("source", [
    "s3://bucket/model", "s3://bucket/a/../b", "s3://bucket/./a", "s3://bucket//a", "s3://bucket/a/", "s3://bucket", "s3://bucket/",
    "s3://bucket/%2e%2e/a",
    "s3://bucket/a%00", "s3://bucket/a%2fb", "s3://bucket/a?x=..", "s3://bucket/..a", "gs://b/m", "dbfs:/m", "file:///tmp/m", "/tmp/m",
    "m", "./m", "../m",
    "models:/nobody/1", "models:/nobody@x", "models:/nobody/latest", "models:/", "models:", "models:/m-nobody", "models:/a/b/c",
    "models://h/m/1",
    "runs:/nobody/m", "runs:/nobody", "runs:/", "runs:", "runs://h/r/m", "mlflow-artifacts:/0/nobody/artifacts/m", "mlflow-artifacts:/..",
    "mlflow-artifacts:/",
    " ", "é", "s3://b/é 🙂", "x" * 500, "s3://b/" + "x" * 493, "s3://b/" + "x" * 494, "S3://bucket/model", "unknown:x", "unknown:/x",
    "s3:/bucket", "models:/ /1", "models:/a/",
    "models:/nobody/99999999999999999999", "wasbs://c@a/x", "s3://bucket/a#frag", "s3://bucket/a;p", "s3://bucket/\\..\\a",
])
def test_sources(pair, model, source):
    answer = pair.post("model-versions/create", {"name": model, "source": source})
    if answer.status == 200:
        number = answer.body["model_version"]["version"]
        get(pair, model, number)
        pair.get("model-versions/get-download-uri", {"name": model, "version": number})


@pytest.mark.parametrize("source", ["hdfs://h/m", "http://h/m", "https://h/m", "ftp://h/m", "abfss://c@a/x", "r2://b@h/x"])
def test_sources_on_other_hosts(pair, model, source):
    pair.post("model-versions/create", {"name": model, "source": source}, kept="foreign-hosts")


@pytest.mark.parametrize("source", ["mlflow-artifacts://h/0/x", "http://127.0.0.1:5000/api/2.0/mlflow-artifacts/artifacts/0/x"])
def test_sources_that_name_this_server(pair, model, source):
    pair.post("model-versions/create", {"name": model, "source": source}, kept="foreign-hosts-words")


def test_sources_of_runs_and_models(pair, model, fresh):
    home = experiment(pair, fresh())
    number, other = run(pair, home), run(pair, home)
    logged = logged_model(pair, home, source_run_id=number)
    loose = logged_model(pair, home)

    def make(source, **fields):
        answer = pair.post("model-versions/create", {"name": model, "source": source, **fields})
        if answer.status == 200:
            get(pair, model, answer.body["model_version"]["version"])
        return answer

    for source in (f"runs:/{number}/model", f"runs:/{number}", f"runs:/{number}/", f"runs:/{number}/a/../b"):
        for fields in ({}, {"run_id": number}, {"run_id": other}, {"run_id": "nobody"}):
            make(source, **fields)
    for source in (f"mlflow-artifacts:/{home}/{number}/artifacts/model", f"mlflow-artifacts:/{home}/{number}/artifacts",
            f"mlflow-artifacts:/{home}/{number}",
                   f"mlflow-artifacts:/{home}/{number}/artifactsX/m", f"mlflow-artifacts:/{home}/{number}/artifacts/../x"):
        for fields in ({}, {"run_id": number}, {"run_id": other}):
            make(source, **fields)
    for source in (f"models:/{logged}", f"mlflow-artifacts:/{home}/models/{logged}/artifacts", f"models:/{loose}"):
        for fields in ({}, {"model_id": logged}, {"model_id": loose}, {"model_id": "nobody"}, {"model_id": logged, "run_id": number},
                       {"model_id": logged, "run_id": other}, {"run_id": number}):
            make(source, **fields)
    pair.get(f"logged-models/{logged}", kept="compact-json")
    pair.delete(f"logged-models/{loose}", status=200)
    pair.post("model-versions/create", {"name": model, "source": f"models:/{loose}", "model_id": loose}, kept="no-5xx",
        here=(404, "not found"))


def test_sources_that_are_versions(pair, model, fresh):
    origin = registered_model(pair, fresh("origin"))
    home = experiment(pair, fresh())
    number = run(pair, home)
    first = version(pair, origin, "s3://bucket/first")
    second = version(pair, origin, f"runs:/{number}/model", run_id=number)
    pair.post("model-versions/transition-stage", {"name": origin, "version": first, "stage": "Production"}, status=200)
    pair.post("registered-models/alias", {"name": origin, "alias": "best", "version": second}, status=200)
    for fields in ({}, {"run_id": number}):
        pair.post("model-versions/create", {"name": model, "source": f"models:/{origin}/Staging", **fields}, kept="no-5xx",
            here=(404, "Staging"))
    for reference in ("/1", "/2", "/3", "/Production", "/production", "/latest", "/Latest", "@best", "@Best", "@nobody", "/None"):
        for fields in ({}, {"run_id": number}, {"run_id": ""}, {"model_id": "x"}):
            answer = pair.post("model-versions/create", {"name": model, "source": f"models:/{origin}{reference}", **fields})
            if answer.status == 200:
                get(pair, model, answer.body["model_version"]["version"])
    pair.delete("model-versions/delete", {"name": origin, "version": second}, status=200)
    pair.post("model-versions/create", {"name": model, "source": f"models:/{origin}/2"})
    pair.post("model-versions/create", {"name": model, "source": f"models:/{origin}@best"})


@pytest.mark.parametrize("number,kept", [
    ("0", None), ("-1", None), ("99", None), ("x", None), ("", None), ("01", None), ("+1", None), ("1.0", None), ("0x1", None), (1, None),
    (1.0, None), (None, None), (True, None), ([], None),
    ("99999999999999999999", "no-5xx"), (" 1", "plain-digits"), ("1 ", "plain-digits"), ("1_0", "plain-digits"), ("٣", "plain-digits"),
])
def test_numbers_of_versions(pair, model, number, kept):
    version(pair, model)
    body = {"name": model, "version": number}
    pair.post("model-versions/set-tag", {**body, "key": "a", "value": "b"}, kept=kept)
    pair.post("registered-models/alias", {**body, "alias": "a"}, kept=kept)
    pair.patch("model-versions/update", {**body, "description": "x"}, kept=kept)
    pair.post("model-versions/transition-stage", {**body, "stage": "Staging"}, kept=kept)
    pair.delete("model-versions/delete-tag", {**body, "key": "a"}, kept=kept)
    if isinstance(number, str):
        get(pair, model, number, kept=kept)
        pair.get("model-versions/get-download-uri", {"name": model, "version": number}, kept=kept)
        pair.delete("model-versions/delete", body, kept=kept)


def test_stages(pair, model):
    numbers = [version(pair, model) for _ in range(4)]

    def move(number, stage, **fields):
        return pair.post("model-versions/transition-stage", {"name": model, "version": number, "stage": stage, **fields})

    for stage in ("Staging", "staging", "STAGING", "Production", "Archived", "None", "none", "", " ", "nonsense", "Deleted",
            "Deleted_Internal", None, 5):
        move(numbers[0], stage)
        get(pair, model, numbers[0])
    move(numbers[0], "Production")
    move(numbers[1], "Production")
    move(numbers[2], "Staging")
    move(numbers[3], "Production", archive_existing_versions=True)
    for number in numbers:
        get(pair, model, number)
    move(numbers[0], "Staging", archive_existing_versions=True)
    move(numbers[0], "Staging", archive_existing_versions=True)
    move(numbers[1], "Production", archive_existing_versions=False)
    move(numbers[1], "production", archive_existing_versions=True)
    for flag in ("true", 1, None, "x"):
        move(numbers[1], "Production", archive_existing_versions=flag)
    for stage in ("None", "Archived"):
        body = {"name": model, "version": numbers[1], "stage": stage, "archive_existing_versions": True}
        pair.post("model-versions/transition-stage", body, kept="no-5xx", here=(400, "archive"))
    for number in numbers:
        get(pair, model, number)
    pair.get("registered-models/get", {"name": model})
    move("99", "Staging")
    pair.post("model-versions/transition-stage", {"name": model, "version": numbers[0]})
    pair.post("model-versions/transition-stage", {"name": model, "stage": "Staging"})
    pair.post("model-versions/transition-stage", {"version": numbers[0], "stage": "Staging"})
    pair.post("model-versions/transition-stage", {})


def test_descriptions(pair, model):
    number = version(pair, model, description="first")
    for description in ("second", "second", "", None, "x" * 5_001, "é\n🙂"):
        pair.patch("model-versions/update", {"name": model, "version": number, "description": description})
        get(pair, model, number)
    pair.patch("model-versions/update", {"name": model, "version": number})
    get(pair, model, number)
    pair.patch("model-versions/update", {"name": model})
    pair.patch("model-versions/update", {"version": number})
    pair.patch("model-versions/update", {"name": "nobody", "version": number, "description": "x"})


def test_tags(pair, model):
    number = version(pair, model)

    def put(key, value):
        return pair.post("model-versions/set-tag", {"name": model, "version": number, "key": key, "value": value})

    for key, value in (("b", "1"), ("a", "2"), ("b", "3"), ("empty", ""), ("none", None), ("", "x")):
        put(key, value)
    pair.post("model-versions/set-tag", {"name": model, "version": number, "key": "left-out"})
    for text in HOSTILE:
        put("hostile", text)
    for length in (99_999, 100_000, 100_001):
        put("long", "x" * length)
    put("long", "short")
    get(pair, model, number, status=200)
    for key in ("b", "b", "never", ""):
        pair.delete("model-versions/delete-tag", {"name": model, "version": number, "key": key})
    get(pair, model, number, status=200)
    pair.get("registered-models/get", {"name": model}, status=200)
    pair.post("model-versions/set-tag", {"name": model, "key": "a", "value": "b"})
    pair.post("model-versions/set-tag", {"version": number, "key": "a", "value": "b"})
    pair.delete("model-versions/delete-tag", {"name": model, "key": "a"})
    pair.delete("model-versions/delete-tag", {"name": model, "version": "9", "key": "a"})


def test_deleting(pair, model):
    number, other = version(pair, model), version(pair, model)
    pair.post("registered-models/alias", {"name": model, "alias": "best", "version": number}, status=200)
    pair.post("model-versions/transition-stage", {"name": model, "version": number, "stage": "Production"}, status=200)
    pair.delete("model-versions/delete", {"name": model, "version": number}, status=200)
    pair.delete("model-versions/delete", {"name": model, "version": number}, status=404)
    for path, fields in (("update", {"description": "x"}),):
        pair.patch(f"model-versions/{path}", {"name": model, "version": number, **fields})
    pair.post("model-versions/set-tag", {"name": model, "version": number, "key": "a", "value": "b"})
    pair.post("model-versions/transition-stage", {"name": model, "version": number, "stage": "Staging"})
    pair.get("model-versions/get-download-uri", {"name": model, "version": number})
    pair.get("registered-models/alias", {"name": model, "alias": "best"})
    pair.get("registered-models/get", {"name": model}, status=200)
    get(pair, model, other, status=200)
    for body in ({}, {"name": model}, {"version": other}, {"name": "nobody", "version": "1"}):
        pair.delete("model-versions/delete", body)


# Aliases


def test_aliases(pair, model):
    first, second = version(pair, model), version(pair, model)

    def put(alias, number, **options):
        return pair.post("registered-models/alias", {"name": model, "alias": alias, "version": number}, **options)

    def find(alias, **options):
        return pair.get("registered-models/alias", {"name": model, "alias": alias}, **options)

    put("b", first, status=200)
    put("a", first, status=200)
    put("a", first, status=200)
    put("a", second, status=200)
    put("A", second)
    find("a")
    find("A")
    find("never")
    get(pair, model, first)
    get(pair, model, second)
    pair.get("registered-models/get", {"name": model})
    put("c", "99")
    put("c", "x")
    put("c", "")
    for alias in ("a", "a", "never", ""):
        pair.delete("registered-models/alias", {"name": model, "alias": alias})
    find("a")
    pair.get("registered-models/get", {"name": model})
    pair.post("registered-models/alias", {"name": model, "alias": "x"})
    pair.post("registered-models/alias", {"name": model, "version": first})
    pair.post("registered-models/alias", {"alias": "x", "version": first})
    pair.get("registered-models/alias", {"name": model})
    pair.get("registered-models/alias", {"alias": "b"})
    pair.delete("registered-models/alias", {"name": model})


@pytest.mark.parametrize("alias", [
    "latest", "Latest", "LATEST", "v1", "V1", "v", "v1a", "v01", "v-1", "1", "a b", "a.b", "a/b", "a:b", "a@b", "-", "_", "--", "x" * 254,
    "x" * 255,
    "x" * 256, "a'b", "a%b", "a\t", " a", "champion-2", "Champion_2", "prod!", "a,b", "a\u0301b", "🙂",
])
def test_names_of_aliases(pair, model, alias):
    number = version(pair, model)
    pair.post("registered-models/alias", {"name": model, "alias": alias, "version": number})
    pair.get("registered-models/alias", {"name": model, "alias": alias})
    get(pair, model, number)
    pair.delete("registered-models/alias", {"name": model, "alias": alias})


@pytest.mark.parametrize("alias", ["é", "日本語", "ａ", "a١", "ß"])
def test_aliases_are_ascii_here(pair, model, alias):
    number = version(pair, model)
    pair.post("registered-models/alias", {"name": model, "alias": alias, "version": number}, kept="ascii-aliases")
