"""Jobs of a gateway: a data set is scored by the version it was handed in for, its caller alone sees it, and what ends it is said."""

import io
import json
import os
import signal
import socket
import stat
import subprocess
import time

import numpy
import pandas
import pytest
import requests
from house import BINARY, House, free_port
from test_gateway import POLICY, Gateway, eventually, log, promote

BIG = 5_000_000


def key(name):
    printed = subprocess.run([BINARY, "gateway-key", name], capture_output=True, text=True, check=True).stdout
    return printed.split("key: ")[1].split("\n")[0], printed.split('keys: ["')[1].split('"')[0]


@pytest.fixture(scope="module")
def house():
    house = House()
    house.start()
    house.add("robo", "gateway")
    # Whoever reads rows of people.
    house.assay("role", "create", "records", "--verb", "read,read_sensitive", "--server", house.url, who="root")
    house.add("rita", "records")
    status, answer = house.http("POST", "/api/assay/v1/policies", {"policy": POLICY}, who="petra")
    assert status == 201, answer
    log(house, "loans")
    log(house, "loans", sign="-", seed=2)
    log(house, "trees", model="RandomForestClassifier(5, max_depth=3, random_state=0)", more=", serialization_format='cloudpickle'")
    promote(house, "loans", 1, {"stage": "Production"})
    promote(house, "loans", 2, {"alias": "champion"})
    promote(house, "trees", 1, {"stage": "Production"})
    yield house
    house.remove()


@pytest.fixture(scope="module")
def keys():
    return {name: key(name) for name in ("desk", "other", "slow")}


@pytest.fixture(scope="module")
def gateway(house, keys):
    file = house.folder / "callers.yaml"
    file.write_text(f"""
assay: callers/v1
callers:
  - {{name: desk, keys: ["{keys['desk'][1]}"], models: ["*"]}}
  - {{name: other, keys: ["{keys['other'][1]}"], models: ["trees"]}}
  - {{name: slow, keys: ["{keys['slow'][1]}"], models: ["loans"], limits: {{rows-per-second: 1000, row-burst: 1000}}}}
""")
    file.chmod(0o600)
    with Gateway(house, "--metrics-callers", "--callers", str(file), "--jobs", str(house.folder / "jobs"), "--job-limit", "64", "--waiting-jobs", "3",
                 "--records", str(house.folder / "records"), "--record-column", "region", who="robo") as gateway:
        yield gateway


class Desk:
    def __init__(self, gateway, key):
        self.url, self.headers = gateway.url, {"Authorization": f"Bearer {key}"}

    def submit(self, body, path="/models/loans/stages/Production/jobs", type="text/csv", **headers):
        return requests.post(self.url + path, data=body, headers={**self.headers, "Content-Type": type, **headers}, timeout=60)

    def get(self, path, **more):
        return requests.get(self.url + path, headers=self.headers, timeout=60, **more)

    def delete(self, path):
        return requests.delete(self.url + path, headers=self.headers, timeout=60)

    def ended(self, id):
        eventually(lambda: self.get(f"/jobs/{id}").json()["state"] not in ("waiting", "running"), 60)
        return self.get(f"/jobs/{id}").json()


@pytest.fixture(scope="module")
def desk(gateway, keys):
    return Desk(gateway, keys["desk"][0])


def table(rows, seed=0):
    draw = numpy.random.default_rng(seed)
    return pandas.DataFrame({"a": draw.normal(size=rows), "b": draw.normal(size=rows), "region": numpy.where(draw.random(rows) < 0.5, "n", "s")})


def encoded(rows, form):
    buffer = io.BytesIO()
    if form == "text/csv":
        rows.to_csv(buffer, index=False)
    elif form == "application/vnd.apache.parquet":
        rows.to_parquet(buffer)
    elif form == "application/vnd.apache.arrow.file":
        rows.to_feather(buffer)
    else:
        rows.to_json(buffer, orient="records", lines=True, double_precision=15)
    return buffer.getvalue()


FORMS = ["text/csv", "application/vnd.apache.parquet", "application/vnd.apache.arrow.file", "application/x-ndjson"]


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_scored_as_requests_are(desk, form):
    rows = table(500)
    answer = desk.submit(encoded(rows, form), type=form)
    assert answer.status_code == 202, answer.text
    job = answer.json()
    assert answer.headers["Location"] == f"/jobs/{job['id']}" and job["version"] == 1 and job["place"] == "stage Production"
    job = desk.ended(job["id"])
    assert (job["state"], job["rows_done"], job["rows_in_all"]) == ("succeeded", 500, 500), job
    result = desk.get(f"/jobs/{job['id']}/result")
    assert result.status_code == 200 and result.headers["Content-Type"].startswith("text/csv")
    found = pandas.read_csv(io.BytesIO(result.content))
    expected = requests.post(
        desk.url + "/models/loans/stages/Production/invocations", headers=desk.headers, timeout=60,
        json={"dataframe_split": {"columns": ["a", "b"], "data": rows[["a", "b"]].values.tolist()}}).json()["predictions"]
    assert list(found["prediction"]) == expected
    assert (found["probability_0"] + found["probability_1"]).sub(1).abs().max() < 1e-12
    assert ((found["probability_1"] > 0.5) == (found["prediction"] == 1)).all()


def test_json_lines_with_explanations_by_another_place(desk):
    answer = desk.submit(encoded(table(20), "text/csv"), "/models/loans/aliases/champion/jobs?format=jsonl&explanations=yes")
    assert answer.status_code == 202 and answer.json()["version"] == 2, answer.text
    job = desk.ended(answer.json()["id"])
    lines = [json.loads(line) for line in desk.get(f"/jobs/{job['id']}/result").text.splitlines()]
    assert len(lines) == 20 and all({"prediction", "probability_1", "shap_a", "shap_b", "record"} == set(line) - {"probability_0"} for line in lines)
    served = requests.post(desk.url + "/models/loans/aliases/champion/invocations", headers=desk.headers, timeout=60,
                           json={"dataframe_split": {"columns": ["a", "b"], "data": table(20)[["a", "b"]].values.tolist()}}).json()
    for line, values in zip(lines, served["explanations"]["shap_values"], strict=True):
        assert [line["shap_a"], line["shap_b"]] == pytest.approx(values, abs=1e-9)


def test_parquet_says_what_json_lines_say(house, keys, desk):
    bodies = {}
    for form in ("jsonl", "parquet"):
        job = desk.submit(encoded(table(70_000, seed=9), "text/csv"), f"/models/loans/aliases/champion/jobs?format={form}&explanations=yes").json()
        assert desk.ended(job["id"])["state"] == "succeeded" and desk.get(f"/jobs/{job['id']}").json()["format"] == form
        result = desk.get(f"/jobs/{job['id']}/result")
        bodies[form] = result.content
    assert result.headers["Content-Type"] == "application/vnd.apache.parquet" and result.headers["Content-Disposition"].endswith(f'{job["id"]}.parquet"')
    lines, found = pandas.read_json(io.BytesIO(bodies["jsonl"]), lines=True), pandas.read_parquet(io.BytesIO(bodies["parquet"]))
    assert list(found.columns) == list(lines.columns) and found["prediction"].dtype == "int64" and found["record"].nunique() == 70_000
    # pandas reads numbers of JSON to its own precision.
    pandas.testing.assert_frame_equal(found.drop(columns="record"), lines.drop(columns="record"), rtol=0, atol=1e-12)
    refused = desk.submit(b"a,b\n1,2\n", "/models/loans/jobs?format=xlsx")
    assert refused.status_code == 400 and "csv or jsonl or parquet" in refused.text


def test_predictions_are_recorded_as_one_batch(house, desk):
    answer = desk.submit(encoded(table(300, seed=5), "text/csv"), **{"Assay-Batch": "november"})
    job = desk.ended(answer.json()["id"])
    assert job["batch"] == "november" and job["state"] == "succeeded", job
    results = pandas.read_csv(io.BytesIO(desk.get(f"/jobs/{job['id']}/result").content))
    assert results["record"].nunique() == 300

    def rows():
        done = subprocess.run([BINARY, "predictions", "export", "--server", house.url, "-m", "loans"], capture_output=True, text=True,
                              env=house.environment("rita"), timeout=60)
        assert done.returncode == 0, done.stderr
        found = pandas.read_csv(io.StringIO(done.stdout), low_memory=False) if done.stdout else pandas.DataFrame()
        return found[found["@batch"] == "november"] if "@batch" in found else found[:0]

    eventually(lambda: len(rows()) == 300)
    found = rows()
    assert set(found["@protocol"]) == {"batch"} and set(found["@caller"]) == {"desk"} and set(found["region"]) == {"n", "s"}
    assert set(found["@id"]) == set(results["record"])


def test_a_foreign_model_scores_jobs(gateway, keys):
    other = Desk(gateway, keys["other"][0])
    job = other.submit(encoded(table(1_000), "text/csv"), "/models/trees/jobs").json()
    job = other.ended(job["id"])
    assert job["state"] == "succeeded" and job["rows_done"] == 1_000, job
    answer = other.submit(encoded(table(10), "text/csv"), "/models/trees/jobs?explanations=yes")
    assert answer.status_code == 400 and "--explain-foreign" in answer.text


def test_nobody_else_sees_a_job(gateway, desk, keys):
    other = Desk(gateway, keys["other"][0])
    id = desk.submit(encoded(table(10), "text/csv")).json()["id"]
    desk.ended(id)
    for call in (other.get(f"/jobs/{id}"), other.get(f"/jobs/{id}/result"), other.delete(f"/jobs/{id}"), desk.get("/jobs/" + "0" * 32),
                 desk.get("/jobs/..%2F..%2Fetc")):
        assert call.status_code == 404 and "no job" in call.text, call.text
    assert id not in other.get("/jobs").text and id in desk.get("/jobs").text
    assert other.submit(encoded(table(10), "text/csv")).status_code == 403
    for method in ("get", "delete"):
        assert getattr(requests, method)(f"{gateway.url}/jobs/{id}", timeout=60).status_code == 401
    assert requests.get(gateway.url + "/jobs", timeout=60).status_code == 401


BAD = [
    (b"", "text/csv", "no data set"), (b"a,b\n1,2\n", "image/png", "Content-Type"), (b"a,b\n1,2\n", None, "Content-Type"),
]


def test_what_is_no_data_set(desk):
    for body, type, words in BAD:
        answer = desk.submit(body, type=type)
        assert answer.status_code in (400, 415) and words in answer.text, answer.text
    for query, words in [("format=xlsx", "csv or jsonl"), ("explanations=maybe", "yes or no")]:
        answer = desk.submit(b"a,b\n1,2\n", f"/models/loans/jobs?{query}")
        assert answer.status_code == 400 and words in answer.text, answer.text
    assert desk.submit(b"a,b\n1,2\n", "/models/nobody/jobs").status_code == 404
    assert desk.submit(b"a,b\n1,2\n", "/models/loans/versions/9/jobs").status_code == 404
    assert desk.submit(b"a,b\n1,2\n", "/models/loans/jobs", **{"Assay-Batch": "x" * 300}).status_code == 400


@pytest.mark.parametrize("body, type, words", [
    (b"a\n1\n", "text/csv", "b"), (b"a,b\n1,2,3\n", "text/csv", ""), (b"a,b\n1,hello\n", "text/csv", ""),
    (b"PAR1" + b"x" * 100, "application/vnd.apache.parquet", ""), (b"a,b\n1,2\n", "application/vnd.apache.parquet", ""),
    (b"{\"a\": 1}\nnonsense\n", "application/x-ndjson", ""), (os.urandom(4_000), "text/csv", ""),
])
def test_bad_rows_fail_and_leave_nothing(house, desk, body, type, words):
    job = desk.ended(desk.submit(body, "/models/loans/stages/Production/jobs", type=type).json()["id"])
    assert job["state"] == "failed" and job["message"] and words in job["message"], job
    answer = desk.get(f"/jobs/{job['id']}/result")
    assert answer.status_code == 409 and "failed" in answer.text, answer.text
    assert sorted(os.listdir(house.folder / "jobs" / job["id"])) == ["job.json"]
    assert str(house.folder) not in job["message"]


def test_too_large_and_broken_off(house, gateway, desk):
    before = set(os.listdir(house.folder / "jobs"))
    answer = desk.submit(b"a,b\n" + b"1,2\n" * (17 << 20))
    assert answer.status_code == 400 and "64 MiB" in answer.text, answer.text

    def endless():
        for _ in range(80):
            yield b"1,2\n" * (1 << 18)

    try:
        assert desk.submit(endless()).status_code == 400
    except requests.ConnectionError:
        pass  # The gateway does not read on.
    with socket.create_connection(("127.0.0.1", gateway.port)) as connection:
        connection.sendall((f"POST /models/loans/jobs HTTP/1.1\r\nHost: 127.0.0.1:{gateway.port}\r\nAuthorization: {desk.headers['Authorization']}\r\n"
                            "Content-Type: text/csv\r\nContent-Length: 1000000\r\n\r\na,b\n1,2\n").encode())
        time.sleep(0.5)
    eventually(lambda: set(os.listdir(house.folder / "jobs")) == before)


@pytest.fixture(scope="module")
def idle(house):
    """A gateway without keys and records."""
    with Gateway(house, "--jobs", str(house.folder / "jobs-1"), "--waiting-jobs", "3") as gateway:
        yield Desk(gateway, "none")


def big(count=BIG):
    """Many rows in few bytes."""
    values = table(100)[["a", "b"]]
    return encoded(pandas.concat([values] * (count // 100), ignore_index=True), "application/vnd.apache.parquet")


def test_a_caller_pays_for_its_rows(gateway, keys):
    slow = Desk(gateway, keys["slow"][0])
    job = slow.submit(encoded(table(5_000), "text/csv")).json()
    answer = None

    def is_refused():
        nonlocal answer
        answer = slow.submit(b"a,b\n1,2\n")
        return answer.status_code == 429

    eventually(is_refused)
    assert "too many rows" in answer.text and int(answer.headers["Retry-After"]) >= 1
    assert slow.ended(job["id"])["state"] == "succeeded"
    numbers = requests.get(gateway.url + "/metrics", timeout=60).text
    assert float(numbers.split('assay_gateway_caller_rows_total{caller="slow"} ')[1].split("\n")[0]) >= 5_000


def test_progress_cancelling_and_a_full_queue(house, idle):
    first = idle.submit(big(), type="application/vnd.apache.parquet").json()["id"]
    eventually(lambda: idle.get(f"/jobs/{first}").json()["rows_done"] > 0)
    job = idle.get(f"/jobs/{first}").json()
    assert job["state"] == "running" and 0 < job["rows_done"] < BIG and job["rows_in_all"] == BIG and job["rows_per_second"] > 0, job
    assert idle.get(f"/jobs/{first}/result").status_code == 409
    mode = lambda path: stat.S_IMODE(os.stat(house.folder / "jobs-1" / path).st_mode)
    assert mode("") == 0o700 and mode(first) == 0o700 and {mode(f"{first}/{file}") for file in os.listdir(house.folder / "jobs-1" / first)} == {0o600}
    waiting = [idle.submit(b"a,b\n1,2\n") for _ in range(4)]
    assert [answer.status_code for answer in waiting] == [202, 202, 202, 429] and int(waiting[3].headers["Retry-After"]) > 0
    last = waiting[2].json()["id"]
    assert idle.delete(f"/jobs/{last}").json()["state"] == "cancelled"
    numbers = requests.get(idle.url + "/metrics", timeout=60).text
    assert 'assay_gateway_jobs{state="running"} 1\n' in numbers and 'assay_gateway_jobs{state="waiting"} 2\n' in numbers, numbers
    assert idle.delete(f"/jobs/{first}").json()["removed"] is False
    assert (job := idle.ended(first))["state"] == "cancelled" and "no result" in job["message"], job
    for answer in waiting[:2]:
        assert idle.ended(answer.json()["id"])["state"] == "succeeded"
    assert idle.delete(f"/jobs/{first}").json()["removed"] is True and idle.get(f"/jobs/{first}").status_code == 404
    assert not (house.folder / "jobs-1" / first).exists()


def test_a_version_that_is_taken_away_scores_no_more(house, idle):
    id = idle.submit(big(), "/models/loans/aliases/champion/jobs", type="application/vnd.apache.parquet").json()["id"]
    eventually(lambda: idle.get(f"/jobs/{id}").json()["rows_done"] > 0)
    status, answer = house.http("DELETE", "/api/2.0/mlflow/registered-models/alias", {"name": "loans", "alias": "champion"}, who="ana")
    assert status == 200, answer
    job = idle.ended(id)
    assert job["state"] == "failed" and "lost its place" in job["message"] and job["rows_done"] < BIG, job


def test_from_a_shell(house, idle, tmp_path):
    def run(*arguments, check=0):
        done = subprocess.run([BINARY, "gateway-job", *arguments], capture_output=True, text=True, timeout=120,
                              env={**os.environ, "ASSAY_GATEWAY": idle.url})
        assert done.returncode == check, (arguments, done.stdout, done.stderr)
        return done.stdout + done.stderr

    data = tmp_path / "rows.csv"
    data.write_bytes(encoded(table(50), "text/csv"))
    assert "succeeded  50 of 50 rows" in run("submit", "loans", str(data), "--wait", "--stage", "Production")
    id = run("submit", "loans", str(data), "--result-format", "jsonl", "--explanations").strip()
    idle.ended(id)
    assert id in run("list") and json.loads(run("show", id, "--json"))["explanations"] is True
    run("result", id, "-o", str(tmp_path / "out.jsonl"))
    lines = (tmp_path / "out.jsonl").read_text().splitlines()
    assert len(lines) == 50 and "shap_a" in json.loads(lines[0])
    assert "removed" in run("cancel", id) and "no job" in run("show", id, check=2)
    data.write_text("a\n1\n")
    assert "failed" in run("submit", "loans", str(data), "--wait", check=1)
    assert "named like no data set" in run("submit", "loans", __file__, check=2)
    assert "not served" in run("submit", "nobody", str(data), check=2)
    assert "cannot be reached" in run("list", "--gateway", "http://127.0.0.1:9", check=2)
    assert "no gateway's address" in run("list", "--gateway", "ftp://x", check=2)


def test_a_gateway_that_ends_says_so_of_its_jobs(house, keys, tmp_path):
    folder = house.folder / "jobs-2"
    with Gateway(house, "--jobs", str(folder), "--rows-per-request", "1000", "--model", "loans") as gateway:
        done = Desk(gateway, "none").submit(b"a,b\n1,2\n").json()["id"]
        Desk(gateway, "none").ended(done)
        taken = subprocess.run([BINARY, "gateway", "--server", house.url, "--port", str(free_port()), "--jobs", str(folder)],
                               capture_output=True, text=True, env=house.environment("otto"), timeout=60)
        assert taken.returncode == 2 and "used by another gateway" in taken.stderr
        running = Desk(gateway, "none").submit(big(), "/models/loans/jobs?explanations=yes", type="application/vnd.apache.parquet").json()["id"]
        gateway.process.send_signal(signal.SIGKILL)
        gateway.process.wait(30)
        gateway.process.returncode = 0
        with Gateway(house, "--jobs", str(folder), "--model", "loans") as again:
            client = Desk(again, "none")
            assert client.get(f"/jobs/{done}").json()["state"] == "succeeded" and client.get(f"/jobs/{done}/result").status_code == 200
            job = client.get(f"/jobs/{running}").json()
            assert job["state"] == "failed" and "Hand it in again" in job["message"], job
            assert sorted(os.listdir(folder / running)) == ["job.json"]


def test_without_a_folder_there_are_no_jobs(house):
    with Gateway(house, "--model", "loans") as gateway:
        answer = Desk(gateway, "none").submit(b"a,b\n1,2\n")
        assert answer.status_code == 404 and "--jobs" in answer.text
        assert requests.get(gateway.url + "/jobs", timeout=60).status_code == 404
