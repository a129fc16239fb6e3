"""Ways around a narrow role, each tried on the wire."""

import uuid
from urllib.parse import quote

import pytest
from wire import ask, call

SECRET = "canary-of-the-raw-rows"


@pytest.fixture(scope="module")
def place(url, house):
    """Mallory reads and writes what is called by her name; ana keeps an experiment, a run with a raw data set, and a model."""
    mark = uuid.uuid4().hex[:8]
    root = f"Bearer {house.tokens['root']}"
    grants = [{"verbs": ["read", "log", "register", "delete"], "resource": f"{kind}:mallory-{mark}-*"} for kind in ["experiment", "model"]]
    assert ask(url, "POST", "/api/assay/v1/roles", {"role": f"mallory-{mark}", "grants": grants}, root)[0] == 200
    status, answer = ask(url, "POST", "/api/assay/v1/users", {"name": f"mallory-{mark}", "roles": [f"mallory-{mark}"]}, root)
    assert status == 200 and not answer["waiting"]
    status, engineer = ask(url, "POST", "/api/assay/v1/users", {"name": f"edda-{mark}", "roles": ["data_engineer"]}, root)
    assert status == 200

    class Place:
        pass

    place = Place()
    place.mark, place.own = mark, f"mallory-{mark}-x"
    place.mallory, ana, place.edda = f"Bearer {answer['token']}", f"Bearer {house.tokens['ana']}", f"Bearer {house.own(engineer['token'])}"
    place.ana = ana

    def make(who, path, body):
        status, answer = ask(url, "POST", f"/api/2.0/mlflow/{path}", body, who)
        assert status == 200, answer
        return answer

    place.experiment = make(ana, "experiments/create", {"name": f"kept-{mark}"})["experiment_id"]
    place.run = make(ana, "runs/create", {"experiment_id": place.experiment})["run"]["info"]["run_id"]
    make(ana, "registered-models/create", {"name": f"kept-{mark}"})
    place.raw = f"{place.experiment}/{place.run}/artifacts/datasets/raw-{mark}/rows.csv"
    for path in [place.raw, f"{place.experiment}/{place.run}/artifacts/model/MLmodel"]:
        status, _, _ = call(url, "PUT", f"/api/2.0/mlflow-artifacts/artifacts/{path}", SECRET, {"Authorization": ana})
        assert status == 200
    status, _ = ask(url, "PUT", f"/api/assay/v1/dataset-classes/raw-{mark}", {"class": "raw-personal"}, place.edda)
    assert status == 200
    make(ana, "model-versions/create", {"name": f"kept-{mark}", "source": f"runs:/{place.run}/model", "run_id": place.run})
    place.own_experiment = make(place.mallory, "experiments/create", {"name": place.own})["experiment_id"]
    place.own_run = make(place.mallory, "runs/create", {"experiment_id": place.own_experiment})["run"]["info"]["run_id"]
    make(place.mallory, "registered-models/create", {"name": place.own})
    return place


def paths(place):
    own = f"{place.own_experiment}/{place.own_run}/artifacts"
    there = f"{place.experiment}/{place.run}/artifacts/model/MLmodel"
    yield there
    yield f"{own}/../../../{there}"
    yield f"{own}/..%2f..%2f..%2f{quote(there, safe='')}"
    yield f"{own}/%2e%2e/%2e%2e/%2e%2e/{there}"
    yield f"{own}/..%5c..%5c..%5c{there}"
    yield quote(there, safe="")
    yield f"//{there}"
    yield f"{there}/"
    yield there.replace("/model/", "//model/")
    yield there.replace("/model/", "/./model/")


def test_paths_lead_nowhere_else(url, place):
    for path in paths(place):
        for route in ["mlflow-artifacts/artifacts", "mlflow-artifacts/presigned"]:
            status, _, body = call(url, "GET", f"/api/2.0/{route}/{path}", headers={"Authorization": place.mallory})
            assert status in (400, 403, 404) and SECRET.encode() not in body, (route, path, status, body[:200])
        status, _, body = call(url, "PUT", f"/api/2.0/mlflow-artifacts/artifacts/{path}", "mine", {"Authorization": place.mallory})
        assert status in (400, 403, 404), (path, status, body[:200])
        status, _, body = call(url, "DELETE", f"/api/2.0/mlflow-artifacts/artifacts/{path}", headers={"Authorization": place.mallory})
        assert status in (400, 403, 404), (path, status, body[:200])
    status, _, body = call(url, "GET", f"/api/2.0/mlflow-artifacts/artifacts/{place.experiment}/{place.run}/artifacts/model/MLmodel",
                           headers={"Authorization": place.ana})
    assert (status, body) == (200, SECRET.encode())


def test_the_same_words_for_what_is_not_there(url, place):
    for path in [f"runs/get?run_id={place.run}", f"registered-models/get?name=kept-{place.mark}",
                 f"model-versions/get-download-uri?name=kept-{place.mark}&version=1",
                 f"model-versions/get?name=kept-{place.mark}&version=1", f"experiments/get?experiment_id={place.experiment}",
                 f"artifacts/list?run_id={place.run}", f"registered-models/alias?name=kept-{place.mark}&alias=x"]:
        missing = path.replace(place.run, "0" * 32).replace("kept-", "lost-").replace(f"_id={place.experiment}", "_id=99999999")
        answers = [ask(url, "GET", f"/api/2.0/mlflow/{asked}", authorization=place.mallory) for asked in (path, missing)]
        texts = [(status, str(body).replace(place.run, "R").replace("0" * 32, "R").replace("lost-", "kept-")
                  .replace("99999999", "E").replace(f"id={place.experiment} ", "id=E ")) for status, body in answers]
        assert texts[0] == texts[1] and texts[0][0] == 404, (path, texts)


def test_frozen_files_by_their_address(url, place):
    status, answer = ask(url, "GET", f"/api/2.0/mlflow/model-versions/get-download-uri?name=kept-{place.mark}&version=1",
                         authorization=place.ana)
    address = answer["artifact_uri"].removeprefix("mlflow-artifacts:/")
    assert address.startswith("versions/")
    for asked in [f"{address}/MLmodel", f"{address}/../{address.split('/')[1]}/MLmodel", f"versions%2f{address.split('/')[1]}/MLmodel"]:
        status, _, body = call(url, "GET", f"/api/2.0/mlflow-artifacts/artifacts/{asked}", headers={"Authorization": place.mallory})
        assert status in (400, 404) and SECRET.encode() not in body, (asked, status, body)
    status, listing = ask(url, "GET", f"/api/2.0/mlflow-artifacts/artifacts?path={address}", authorization=place.mallory)
    assert "MLmodel" not in str(listing)


@pytest.mark.parametrize("body", [
    '{"run_id": "OWN", "run_id": "THEIRS", "key": "k", "value": "v"}', '{"run_uuid": "THEIRS", "run_id": "OWN", "key": "k", "value": "v"}',
    '{"runId": "THEIRS", "key": "k", "value": "v"}', '{"run_id": "OWN", "runId": "THEIRS", "key": "k", "value": "v"}',
    '"{\\"run_id\\": \\"THEIRS\\", \\"key\\": \\"k\\", \\"value\\": \\"v\\"}"', '{"run_uuid": "THEIRS", "key": "k", "value": "v"}',
])
def test_one_object_to_the_check_and_another_to_the_change(url, place, body):
    text = body.replace("OWN", place.own_run).replace("THEIRS", place.run)
    for path in ["set-tag", "log-parameter", "log-batch", "log-metric", "delete-tag", "log-model", "outputs", "update", "delete"]:
        call(url, "POST", f"/api/2.0/mlflow/runs/{path}", text,
             {"Authorization": place.mallory, "Content-Type": "application/json"})
        # Her own run may have been meant; it goes on.
        ask(url, "POST", "/api/2.0/mlflow/runs/restore", {"run_id": place.own_run}, place.mallory)
    status, answer = ask(url, "GET", f"/api/2.0/mlflow/runs/get?run_id={place.run}", authorization=place.ana)
    data = answer["run"]["data"]
    assert {pair["key"] for pair in data["tags"]} == {"mlflow.runName"} and "params" not in data and "metrics" not in data
    assert answer["run"]["info"]["lifecycle_stage"] == "active"


def test_a_metric_is_not_put_onto_a_foreign_logged_model(url, place):
    status, answer = ask(url, "POST", "/api/2.0/mlflow/logged-models", {"experiment_id": place.experiment, "name": "m"}, place.ana)
    model = answer["model"]["info"]["model_id"]
    metric = {"run_id": place.own_run, "key": "m", "value": 1, "timestamp": 1, "step": 0, "model_id": model}
    status, answer = ask(url, "POST", "/api/2.0/mlflow/runs/log-metric", metric, place.mallory)
    assert status == 404, answer
    status, answer = ask(url, "GET", f"/api/2.0/mlflow/logged-models/{model}", authorization=place.ana)
    assert "metrics" not in answer["model"]["data"]


def test_raw_rows_are_not_made_readable(url, place, house):
    sam = f"Bearer {house.tokens['ana']}"
    folder = f"datasets/raw-{place.mark}"
    asked = [f"/get-artifact?run_id={place.run}&path={folder}/rows.csv", f"/get-artifact?run_id={place.run}&path={folder}/./rows.csv",
             f"/get-artifact?run_id={place.run}&path=datasets%2fraw-{place.mark}%2frows.csv",
             f"/api/2.0/mlflow-artifacts/artifacts/{place.raw}", f"/api/2.0/mlflow-artifacts/presigned/{place.raw}",
             f"/api/2.0/mlflow-artifacts/artifacts/{quote(place.raw, safe='')}"]
    for path in asked:
        status, _, body = call(url, "GET", path, headers={"Authorization": sam})
        assert status in (400, 403, 404) and SECRET.encode() not in body, (path, status, body)
        status, _, body = call(url, "GET", path)
        assert status in (400, 403, 404) and SECRET.encode() not in body, (path, status, body)
    name = f"laundry-{place.mark}"
    ask(url, "POST", "/api/2.0/mlflow/registered-models/create", {"name": name}, sam)
    for source in [f"runs:/{place.run}/{folder}", f"runs:/{place.run}/datasets",
                   f"mlflow-artifacts:/{place.experiment}/{place.run}/artifacts/{folder}"]:
        status, answer = ask(url, "POST", "/api/2.0/mlflow/model-versions/create",
                             {"name": name, "source": source, "run_id": place.run}, sam)
        assert status == 403 and "read_sensitive" in answer["message"], (source, answer)
    # Whole runs keep the path, and so the class.
    status, answer = ask(url, "POST", "/api/2.0/mlflow/model-versions/create",
                         {"name": name, "source": f"runs:/{place.run}/model", "run_id": place.run}, sam)
    assert status == 200, answer


def test_nobody_makes_themselves_more(url, place):
    tries = [
        ("POST", "/api/assay/v1/roles", {"role": "mine", "grants": [{"verbs": ["read"], "resource": "everything"}]}),
        ("PUT", f"/api/assay/v1/roles/mallory-{place.mark}", {"grants": [{"verbs": ["read"], "resource": "everything"}]}),
        ("POST", "/api/assay/v1/bindings", {"role": "admin", "user": f"mallory-{place.mark}"}),
        ("PATCH", f"/api/assay/v1/users/mallory-{place.mark}", {"roles": ["admin"]}),
        ("POST", "/api/assay/v1/users", {"name": "puppet", "roles": ["admin"]}),
        ("PUT", f"/api/assay/v1/dataset-classes/raw-{place.mark}", {"class": "public"}),
        ("PUT", "/api/assay/v1/access/retention", {"days": 183}), ("GET", "/api/assay/v1/access", None),
        ("GET", "/audit/access", None), ("GET", "/api/assay/v1/log/entries", None),
    ]
    for method, path, body in tries:
        for who in [place.mallory, place.ana]:
            status, _, answer = call(url, method, path, body, {"Authorization": who})
            assert status == 403, (method, path, status, answer[:200])


def test_filters_say_nothing_of_what_is_not_seen(url, place):
    for filter_string in [f"name = 'kept-{place.mark}'", "name LIKE 'kept-%'", "name != 'x'"]:
        status, answer = ask(url, "POST", "/api/2.0/mlflow/experiments/search",
                             {"filter": filter_string, "max_results": 1000}, place.mallory)
        assert status == 200 and all(item["name"].startswith(f"mallory-{place.mark}") for item in answer.get("experiments", []))
    for body in [{"experiment_ids": [place.experiment]}, {"experiment_ids": [place.experiment], "filter": f"run_id = '{place.run}'"},
                 {"experiment_ids": [place.experiment, place.own_experiment], "max_results": 1}]:
        status, answer = ask(url, "POST", "/api/2.0/mlflow/runs/search", body, place.mallory)
        assert status == 200 and place.run not in str(answer), answer
        assert len(answer.get("runs", [])) == (1 if place.own_experiment in body["experiment_ids"] else 0)
        assert "next_page_token" not in answer, answer
