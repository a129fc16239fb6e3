"""Continuous training: workers, bounds, what runs elsewhere, who may do what, and servers and workers that are killed."""

import base64
import hashlib
import hmac
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
import yaml
from alerts import AlertHouse, eventually
from house import BINARY
from mlflow.entities import Dataset, DatasetInput


@pytest.fixture(scope="module")
def house():
    house = AlertHouse(environment={"PUSH": "push-hush-5", "GITHUB": "gh-hush-1", "FLOW": "flow-hush-2", "ARGO": "argo-hush-3", "HOOK": "hook-hush-4"})
    house.start()
    house.add("trainer", "data_scientist")
    for name in ("loans", "other"):
        house.client("ana").create_registered_model(name)
    yield house
    house.remove()


@pytest.fixture
def elsewhere():
    """GitHub, Airflow, Argo and a webhook as far as they are posted to; answers what `answers[path]` holds, one after the other."""

    class Elsewhere:
        def __init__(self):
            self.seen, self.answers = [], {}
            seen, answers = self.seen, self.answers

            class Handler(BaseHTTPRequestHandler):
                def do_POST(self):
                    body = self.rfile.read(int(self.headers["Content-Length"]))
                    seen.append((self.path, dict(self.headers), body))
                    status, answer = (answers.get(self.path) or [(200, {})]).pop(0)
                    raw = json.dumps(answer).encode() if answer is not None else b""
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(raw)))
                    self.end_headers()
                    self.wfile.write(raw)

                def log_message(self, *_):
                    pass

            self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
            self.url = f"http://127.0.0.1:{self.server.server_port}"
            threading.Thread(target=self.server.serve_forever, daemon=True).start()

        def of(self, path):
            return [(headers, body) for where, headers, body in self.seen if where == path]

    elsewhere = Elsewhere()
    yield elsewhere
    elsewhere.server.shutdown()


def apply(house, *pipelines, status=201):
    document = yaml.safe_dump({"assay": "training/v1", "pipelines": list(pipelines)})
    got, answer = house.http("POST", "/api/assay/v1/training/pipelines", {"pipelines": document}, who="root")
    assert got == status, answer
    return answer


def command(name, *words, **more):
    return {"name": name, "model": "loans", "start": {"kind": "command", "run": list(words)}, **more}


def start(house, pipeline, who="ana", status=201, **more):
    got, answer = house.http("POST", "/api/assay/v1/training", {"pipeline": pipeline, **more}, who=who)
    assert got == status, answer
    return answer["id"] if status == 201 else answer["message"]


def shown(house, id):
    status, answer = house.http("GET", f"/api/assay/v1/training/{id}", who="ana")
    assert status == 200, answer
    return answer


def work(house, *arguments, check=0, **more):
    return house.assay("training", "work", "--once", "--server", house.url, *arguments, who="trainer", check=check)


def kinds(house):
    return re.findall(r"training\.[a-z-]+", house.assay("model", "history", "loans", "--server", house.url, who="vera").stdout)


def test_a_worker_runs_a_program_and_says_what_came_of_it(house):
    (house.folder / "rows.csv").write_text("race,approve\n" + "a,1\na,1\na,0\nb,1\nb,0\nb,0\n")
    program = (
        "import os, json, sys; r = json.loads(os.environ['ASSAY_TRAINING_REASON']);"
        "open('told.json', 'w').write(json.dumps([os.environ['ASSAY_TRAINING_ID'], r, os.environ['MLFLOW_RUN_CONTEXT'],"
        "os.environ['MLFLOW_TRACKING_URI'], open(os.environ['ASSAY_TRAINING_WEIGHTS']).read(), bool(os.environ['MLFLOW_TRACKING_TOKEN'])]));"
        "print('to nobody'); print('last words', file=sys.stderr)")
    apply(house, command("good", sys.executable, "-c", program, reweigh={"data": "rows.csv", "label": "approve", "sensitive": "race"}))
    id = start(house, "good", reason="a look")
    assert shown(house, id)["state"] == "queued"
    assert "is under way" in start(house, "good", status=409)
    work(house)
    run = shown(house, id)
    assert (run["state"], run["exit_status"], run["worker_id"] is None) == ("finished", 0, False), run
    assert run["words"] == "done, and registered no version" and run["output"] == "last words\n"
    # Last words may hold rows: whoever may only read the model is not told them, and no list does.
    assert house.http("GET", f"/api/assay/v1/training/{id}", who="otto")[1]["output"] is None
    assert all(one["output"] is None for one in house.http("GET", "/api/assay/v1/training", who="ana")[1]["training"])
    told = json.loads((house.folder / "told.json").read_text())
    assert told[0] == id and told[1]["reason"] == "a look" and told[1]["trigger"] == "manual" and told[1]["by"] == "ana"
    assert json.loads(told[2]) == {"assay.training": id} and told[3] == house.url and told[5]
    # P(a) P(1) / P(a, 1) = 1/2 · 1/2 / (1/3), and so on.
    assert [round(float(one), 6) for one in told[4].split()[1:]] == [0.75, 0.75, 1.5, 1.5, 0.75, 0.75]
    assert {"training.triggered", "training.started", "training.finished"} <= set(kinds(house))
    assert "last words" not in house.assay("model", "history", "loans", "--server", house.url, who="vera").stdout


def test_programs_that_fail_are_said_to_and_people_are_told(house):
    apply(house, command("bad", sys.executable, "-c", "import sys; sys.exit('x' * 9000)"), command("none", "no-such-program"),
          command("slow", sys.executable, "-c", "import time; time.sleep(60)", limit="1s"),
          command("rows", "true", reweigh={"data": "absent.csv", "label": "l", "sensitive": "s"}))
    ids = {name: start(house, name) for name in ("bad", "none", "slow", "rows")}
    begun = time.monotonic()
    work(house)
    assert time.monotonic() - begun < 30
    runs = {name: shown(house, id) for name, id in ids.items()}
    assert {run["state"] for run in runs.values()} == {"failed"}
    assert runs["bad"]["exit_status"] == 1 and runs["bad"]["words"] == "the program ended with status 1"
    assert len(runs["bad"]["output"]) == 4096
    assert "no program 'no-such-program'" in runs["none"]["words"] and "longer than its limit" in runs["slow"]["words"]
    assert "absent.csv" in runs["rows"]["words"]
    alerts = house.http("GET", "/api/assay/v1/alerts?state=firing", who="vera")[1]["alerts"]
    assert any("training by bad failed" in one["title"] for one in alerts), alerts


def test_an_mlproject_is_run_by_mlflow(house):
    project = house.folder / "project"
    project.mkdir()
    (project / "MLproject").write_text(
        "name: p\nentry_points:\n  train:\n    parameters: {alpha: float}\n    command: python train.py {alpha}\n")
    (project / "train.py").write_text(
        "import mlflow, os, sys\nwith mlflow.start_run() as run:\n"
        "    mlflow.set_tag('assay.training', os.environ['ASSAY_TRAINING_ID'])\n"
        "    mlflow.log_text('flavors: {}', 'model/MLmodel')\n    mlflow.log_param('given', sys.argv[1])\n"
        "mlflow.MlflowClient().create_model_version('loans', f'runs:/{run.info.run_id}/model', run_id=run.info.run_id)\n")
    apply(house, {"name": "project", "model": "loans", "start": {
        "kind": "mlproject", "uri": "project", "entry-point": "train", "environment": "local", "parameters": {"alpha": "0.25"}}})
    id = start(house, "project")
    before = os.environ["PATH"]
    os.environ["PATH"] = os.path.dirname(sys.executable) + ":" + before
    try:
        work(house, "--directory", str(house.folder))
    finally:
        os.environ["PATH"] = before
    run = shown(house, id)
    assert run["state"] == "finished" and run["version"], run
    status, answer = house.http("GET", f"/api/2.0/mlflow/runs/get?run_id={run['run_id']}", who="vera")
    assert {"key": "given", "value": "0.25"} in answer["run"]["data"]["params"], answer


def test_a_worker_that_is_ended_ends_its_program(house):
    pid = house.folder / "pid"
    program = f"import os, subprocess, time; c = subprocess.Popen(['sleep', '60']); open({str(pid)!r}, 'w').write(str(c.pid)); time.sleep(60)"
    apply(house, command("long", sys.executable, "-c", program))
    id = start(house, "long")

    def worker():
        pid.unlink(missing_ok=True)
        process = subprocess.Popen(
            [BINARY, "training", "work", "--server", house.url], env=house.environment("trainer"), cwd=house.folder, stderr=subprocess.PIPE)
        eventually(lambda: pid.exists() and pid.read_text())
        return process

    def lives():
        return "sleep" in open(f"/proc/{pid.read_text()}/comm").read() if os.path.exists(f"/proc/{pid.read_text()}/comm") else False

    process = worker()
    assert shown(house, id)["state"] == "started" and lives()
    process.send_signal(signal.SIGTERM)
    process.wait(30)
    eventually(lambda: not lives())
    run = shown(house, id)
    assert (run["state"], run["words"]) == ("failed", "the worker was stopped"), run

    # Cancelled: the worker hears of it, and goes on with what comes next.
    id = start(house, "long")
    process = worker()
    house.assay("training", "cancel", id, "--reason", "a mistake", "--server", house.url, who="ana")
    assert shown(house, id)["state"] == "cancelled"
    eventually(lambda: not lives(), 40)
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    process.wait(30)

    # Killed: the program ends with it. Nobody says anything, and after its silence the server does.
    id = start(house, "long")
    process = worker()
    assert lives()
    process.kill()
    process.wait()
    eventually(lambda: not lives(), 5)
    assert shown(house, id)["state"] == "started"
    run = eventually(lambda: (one := shown(house, id))["state"] == "failed" and one, 90)
    assert run["words"] == "its worker fell silent"


def test_what_runs_elsewhere_is_begun_by_requests(house, elsewhere):
    def pipeline(name, **start):
        return {"name": name, "model": "loans", "start": start}

    url = elsewhere.url
    apply(
        house, pipeline("gh", kind="github", repository="us/models", workflow="retrain.yml", ref="main", token="env:GITHUB", url=url),
        pipeline("dag", kind="airflow", url=url + "/flow/", dag="retrain", token="env:FLOW"),
        pipeline("wf", kind="argo", url=url, namespace="ml", template="retrain", token="env:ARGO"),
        pipeline("hook", kind="webhook", url=url + "/hook", secret="env:HOOK"))
    paths = {
        "gh": "/repos/us/models/actions/workflows/retrain.yml/dispatches", "dag": "/flow/api/v1/dags/retrain/dagRuns",
        "wf": "/api/v1/workflows/ml/submit", "hook": "/hook"}
    elsewhere.answers[paths["gh"]] = [(503, {}), (204, None)]
    elsewhere.answers[paths["dag"]] = [(409, {"title": "it is there"})]
    elsewhere.answers[paths["wf"]] = [(200, {"metadata": {"name": "retrain-x1"}})]
    elsewhere.answers[paths["hook"]] = [(404, {})]
    ids = {name: start(house, name) for name in paths}
    eventually(lambda: all(shown(house, ids[name])["state"] == "started" for name in ("gh", "dag", "wf")), 60)
    [first, (headers, body)] = elsewhere.of(paths["gh"])
    told = json.loads(body)
    assert first[1] == body and headers["Authorization"] == "Bearer gh-hush-1" and told["ref"] == "main"
    assert told["inputs"]["assay_training_id"] == ids["gh"] and json.loads(told["inputs"]["assay_training_reason"])["model"] == "loans"
    [(headers, body)] = elsewhere.of(paths["dag"])
    assert json.loads(body)["dag_run_id"] == "assay-" + ids["dag"] == shown(house, ids["dag"])["remote"]
    assert json.loads(body)["conf"]["assay_training_reason"]["training"] == ids["dag"] and headers["Authorization"] == "Bearer flow-hush-2"
    [(headers, body)] = elsewhere.of(paths["wf"])
    options = json.loads(body)["submitOptions"]
    assert options["name"] == "assay-" + ids["wf"] and f"assay_training_id={ids['wf']}" in options["parameters"]
    assert shown(house, ids["wf"])["remote"] == "retrain-x1"
    failed = eventually(lambda: (one := shown(house, ids["hook"]))["state"] == "failed" and one)
    assert failed["words"] == "it could not be begun: HTTP 404"
    [(headers, body)] = elsewhere.of("/hook")
    signed = f"{headers['X-MLflow-Delivery-Id']}.{headers['X-MLflow-Timestamp']}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(b"hook-hush-4", signed, hashlib.sha256).digest()).decode()
    assert headers["X-MLflow-Signature"] == expected and json.loads(body)["training"] == ids["hook"]
    # A version whose run bears the tag ends it; another model's does not.
    client = house.client("ana")
    for model, name in (("other", "gh"), ("loans", "gh")):
        run = client.create_run("0", tags={"assay.training": ids[name]})
        client.log_text(run.info.run_id, "x", "model/MLmodel")
        client.create_model_version(model, f"runs:/{run.info.run_id}/model", run_id=run.info.run_id)
        assert (shown(house, ids["gh"])["state"] == "finished") == (model == "loans")
    assert shown(house, ids["gh"])["run_id"] == run.info.run_id
    house.assay("training", "finish", ids["dag"], "--failed", "--words", "no data", "--server", house.url, who="trainer")
    assert (shown(house, ids["dag"])["state"], shown(house, ids["dag"])["words"]) == ("failed", "no data")
    words = house.words
    assert not any(secret in words for secret in ("gh-hush-1", "flow-hush-2", "argo-hush-3", "hook-hush-4"))


def test_a_server_that_is_killed_begins_what_was_due(house, elsewhere):
    path = "/api/v1/workflows/ml/submit"
    elsewhere.answers[path] = [(503, {})] * 3 + [(200, {})]
    apply(house, {"name": "wf2", "model": "loans", "start": {"kind": "argo", "url": elsewhere.url, "namespace": "ml", "template": "t", "token": "env:ARGO"}})
    id = start(house, "wf2")
    eventually(lambda: elsewhere.of(path))
    house.kill()
    house.start()
    eventually(lambda: shown(house, id)["state"] == "started", 120)
    assert len({body for _, body in elsewhere.of(path)}) == 1
    house.assay("training", "finish", id, "--server", house.url, who="trainer")


def test_the_clock_begins_a_pipeline_once(house):
    apply(house, command("clock", "true", triggers=[{"schedule": "every 1m"}]))

    def listed():
        return house.http("GET", "/api/assay/v1/training?pipeline=clock", who="vera")[1]["training"]

    [one] = eventually(listed, 75)
    assert one["trigger"] == "schedule" and one["reason"]["due"].endswith(":00Z")
    time.sleep(4)
    assert len(listed()) == 1
    # Under way at the next minute: held back, said, and people hear of it.
    eventually(lambda: len(listed()) == 2, 75)
    assert listed()[0]["state"] == "bounded" and listed()[0]["bound"] == "under-way"
    assert "training.bounded" in kinds(house)
    alerts = house.http("GET", "/api/assay/v1/alerts?state=firing", who="vera")[1]["alerts"]
    assert any(one["key"].endswith("/clock/bounded") and one["severity"] == "info" for one in alerts), alerts
    apply(house)
    eventually(lambda: {run["state"] for run in listed()} == {"bounded", "failed"})
    assert "the pipelines in force have no 'clock'" in listed()[1]["words"]


def test_who_may_do_what(house):
    apply(house, command("mine", "true"))
    for who in (None, "vera", "ana", "otto", "trainer"):
        status, _ = house.http("POST", "/api/assay/v1/training/pipelines", {"pipelines": "x"}, who=who)
        assert status in (401, 403), who
    for who in (None, "otto"):
        status, answer = house.http("POST", "/api/assay/v1/training", {"pipeline": "mine"}, who=who)
        assert status in (401, 403), (who, answer)
    assert "no pipeline 'nine'" in start(house, "nine", status=404)
    assert "is about loans" in start(house, "mine", status=400, model="other")
    id = start(house, "mine")
    status, answer = house.http("POST", "/api/assay/v1/training/lease", {"worker": "w"}, who="otto")
    assert status == 403, answer
    status, answer = house.http("POST", "/api/assay/v1/training/lease", {"worker": "w", "pipelines": ["yours"]}, who="trainer")
    assert (status, answer["work"]) == (200, None)
    status, answer = house.http("POST", "/api/assay/v1/training/lease", {"worker": "w"}, who="trainer")
    lease = answer["work"]["lease"]
    assert answer["work"]["start"] == {"kind": "command", "run": ["true"]}
    assert house.http("POST", "/api/assay/v1/training/lease", {"worker": "w"}, who="ana")[1]["work"] is None
    for who, shown_lease in (("ana", lease), ("trainer", "0" * 32), ("trainer", None)):
        body = {"outcome": "finished", **({"lease": shown_lease} if shown_lease else {})}
        status, answer = house.http("POST", f"/api/assay/v1/training/{id}/result", body, who=who)
        assert status == 403 and "another worker's" in answer["message"], answer
    status, answer = house.http("POST", f"/api/assay/v1/training/{id}/result", {"outcome": "done", "lease": lease}, who="trainer")
    assert status == 400 and "finished or failed" in answer["message"]
    status, answer = house.http("POST", f"/api/assay/v1/training/{id}/result", {"outcome": "finished", "lease": lease}, who="trainer")
    assert (status, answer["state"]) == (200, "finished"), answer
    status, answer = house.http("POST", f"/api/assay/v1/training/{id}/cancellation", {}, who="ana")
    assert status == 409 and "is finished already" in answer["message"], answer
    # Of models one may not see nothing is there.
    house.assay("role", "create", "narrow", "--verb=read,register,run_eval", "--resource=model:other*", "--server", house.url, who="root")
    house.add("nora", "narrow")
    assert house.http("GET", f"/api/assay/v1/training/{id}", who="nora")[0] == 404
    assert house.http("GET", "/api/assay/v1/training", who="nora")[1]["training"] == []
    id = start(house, "mine")
    assert house.http("POST", "/api/assay/v1/training/lease", {"worker": "w"}, who="nora")[1]["work"] is None
    house.assay("training", "cancel", id, "--server", house.url, who="ana")


def log_data(house, experiment, text, name="rows", who="ana", tags=None):
    client = house.client(who)
    found = client.get_experiment_by_name(experiment)
    run = client.create_run(found.experiment_id if found else client.create_experiment(experiment), tags=tags or {})
    dataset = Dataset(name=name, digest=hashlib.sha256(text.encode()).hexdigest()[:8], source_type="local", source="rows.csv")
    client.log_inputs(run.info.run_id, [DatasetInput(dataset, [])])


def held(house, pipeline):
    """The runs of a pipeline, the oldest first: trigger, state, and what it began by."""
    runs = house.http("GET", f"/api/assay/v1/training?pipeline={pipeline}", who="vera")[1]["training"]
    return [(run["trigger"], run["state"], run["reason"]) for run in reversed(runs)]


def test_a_new_version_of_a_data_set_begins_it_once(house):
    log_data(house, "ingestion", "first")
    apply(house, command("fresh", "true", triggers=[{"data": {"name": "rows", "experiment": "ingestion"}}]))
    # Known before, of another experiment, of another name, and of a run of a training.
    log_data(house, "ingestion", "first")
    log_data(house, "elsewhere", "second")
    log_data(house, "ingestion", "second", name="others")
    log_data(house, "ingestion", "own", tags={"assay.training": "0" * 32})
    assert held(house, "fresh") == []
    log_data(house, "ingestion", "second")
    log_data(house, "ingestion", "second")
    [(trigger, state, reason)] = held(house, "fresh")
    assert (trigger, state, reason["data"], reason["experiment"]) == ("data", "queued", "rows", "ingestion"), reason
    # Bounded as what monitors begin: a run of it is under way.
    log_data(house, "ingestion", "third")
    assert [one[:2] for one in held(house, "fresh")] == [("data", "queued"), ("data", "bounded")]
    work(house)
    printed = house.assay("training", "trigger", "--data", "rows", "--digest", "fourth", "--server", house.url, who="ana").stdout
    assert "queued  fresh  loans  data" in printed, printed
    again = house.assay("training", "trigger", "--data", "rows", "--digest", "fourth", "--server", house.url, who="ana").stdout
    assert again.startswith("Nothing waits"), again
    denied = house.assay("training", "trigger", "--data", "rows", "--digest", "fifth", "--server", house.url, who="otto", check=None)
    assert denied.returncode != 0 and "request" in denied.stderr, denied.stderr
    for body, words in [({}, "either"), ({"data": "rows"}, "digest"), ({"data": "a", "commit": "b"}, "either"), ({"data": "", "digest": "a"}, "1 to 500")]:
        status, answer = house.http("POST", "/api/assay/v1/training/signals", body, who="ana")
        assert status == 400 and words in answer["message"], answer
    house.assay("training", "cancel", house.http("GET", "/api/assay/v1/training", who="vera")[1]["training"][0]["id"], "--server", house.url, who="ana")


def test_a_commit_begins_it_once(house):
    sha = "0123456789abcdef0123456789abcdef01234567"
    other = command("unsigned", "true", triggers=[{"commit": {"repository": "us/models", "branch": "main"}}])
    apply(house, command("code", "true", triggers=[{"commit": {"repository": "us/models", "branch": "main", "secret": "env:PUSH"}}]), other)

    def push(secret="push-hush-5", event="push", signature=None, **more):
        body = json.dumps({"ref": "refs/heads/main", "after": sha, "repository": {"full_name": "us/models"}, **more}).encode()
        code = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest() if signature is None else signature
        answer = requests.post(house.url + "/api/assay/v1/training/push", data=body, timeout=30, headers={
            "Content-Type": "application/json", "X-GitHub-Event": event, **({"X-Hub-Signature-256": code} if code else {})})
        return answer.status_code, answer.json()

    for wrong in ({"secret": "another"}, {"signature": ""}, {"signature": "sha256="}, {"signature": "sha1=" + "0" * 40}, {"signature": "sha256=" + "0" * 64}):
        status, answer = push(**wrong)
        assert status == 403 and answer["message"] == "This push is signed by no secret that a pipeline's 'commit' names.", (wrong, answer)
    assert push(event="ping") == push(ref="refs/tags/v1") == push(deleted=True) == (200, {"ignored": True})
    assert push(ref="refs/heads/side") == push(repository={"full_name": "us/others"}) == (200, {"begun": 0})
    for bad in ({"after": "not a commit"}, {"after": None}, {"repository": []}):
        assert push(**bad)[0] == 400, bad
    assert held(house, "code") == []
    assert push() == (200, {"begun": 1}) and push() == (200, {"begun": 0})
    [(trigger, state, reason)] = held(house, "code")
    assert (trigger, state, reason["commit"], reason["branch"]) == ("commit", "queued", sha, "main"), reason
    # A pipeline that names no secret is begun by no push, and by an account that may begin it.
    assert held(house, "unsigned") == []
    words = ["training", "trigger", "--repository", "us/models", "--server", house.url, "--commit"]
    assert "queued  unsigned  loans  commit" in house.assay(*words, sha, who="ana").stdout
    assert house.assay(*words, "HEAD", who="ana", check=None).returncode != 0
    assert "push-hush" not in json.dumps([held(house, "code"), held(house, "unsigned")])
    work(house)


def test_mistakes_in_the_document_are_told_by_line_and_column(house):
    before = house.assay("training", "pipelines", "--server", house.url, who="vera").stdout
    text = "assay: training/v1\npipelines:\n  - {name: a, model: b, start: {kind: github, repository: x, workflow: w, ref: r, token: hunter2}}\n"
    (house.folder / "t.yaml").write_text(text)
    done = house.assay("training", "apply", "t.yaml", "--server", house.url, who="root", check=None)
    assert done.returncode != 0 and "training:3:" in done.stderr and "hunter2" not in done.stderr, done.stderr
    private = {"name": "a", "model": "b", "start": {"kind": "webhook", "url": "http://169.254.169.254/x"}}
    assert "pipeline 'a'" in apply(house, private, status=400)["message"]
    assert house.assay("training", "pipelines", "--server", house.url, who="vera").stdout == before
