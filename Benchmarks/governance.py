"""What governance costs: the gate's answer with fifty checks in evidence, a coverage report, and what a policy would mean for all models
in production, at a tenth of the models and at all of them, to see how each grows.

The aims: under 20 ms a decision at the server with 1,000 models and 100,000 records of evidence, under 100 ms a coverage report, under
2 s for the preview. Times are a client's, over one kept connection, and so include HTTP. The server has taken in all the evidence itself;
at the end it is started anew and asked for the preview when it remembers nothing. ASSAY_BENCH_MODELS makes it smaller, and
ASSAY_BENCH_WRITERS says over how many connections models and evidence come: they wait for the disk together. In brackets stands the server's processor time.
"""

import base64
import hashlib
import http.client
import io
import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

import pyarrow
import pyarrow.parquet
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

sys.path.insert(0, str(Path(__file__).parent.parent / "Tests" / "Acceptance"))
from house import House  # noqa: E402

MODELS = int(os.environ.get("ASSAY_BENCH_MODELS", "1000"))
RECORDS = 100
CHECKS = 50
WRITERS = int(os.environ.get("ASSAY_BENCH_WRITERS", "32"))
CHECK = "fairness.demographic_parity_difference"
PEOPLE = {"ana": "data_scientist", "petra": "validator", "vera": "validator", "otto": "auditor"}


class Client:
    def __init__(self, house, who):
        self.headers = {"Authorization": f"Bearer {house.tokens[who]}", "Content-Type": "application/json"}
        self.port, self.connection = house.port, None

    def __call__(self, method, path, body=None, raw=None, expected=(200, 201)):
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        payload = raw if raw is not None else json.dumps(body) if body is not None else None
        headers = self.headers if raw is None else {**self.headers, "Content-Type": "application/octet-stream"}
        self.connection.request(method, path, payload, headers)
        answer = self.connection.getresponse()
        data = answer.read()
        if answer.status not in expected:
            sys.exit(f"governance: {method} {path} answered {answer.status}: {data[:400]!r}")
        return json.loads(data) if data[:1] in (b"{", b"[") else data


def policy(version, limit, name="bench"):
    checks = "".join(f"  - {{id: {CHECK}, column: c{number:02}, max: {limit}}}\n" for number in range(CHECKS))
    return (f'assay: policy/v1\nname: {name}\nversion: "{version}"\napplies-to: {{models: ["bench-*"], stages: [Production]}}\n'
            "data: {dataset: eval/holdout.parquet, label: y}\naccept: [attested]\nevaluators: [lab]\n"
            f"checks:\n{checks}approvals:\n  - {{role: validator, count: 1}}\n")


def rows():
    """The table that every version is judged on."""
    columns = {f"c{number:02}": ["a", "b"] * 60 for number in range(CHECKS)}
    sink = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table({"y": [0, 1] * 60, **columns}), sink)
    return sink.getvalue()


def register(client, number, table):
    """A model whose version stands in Production."""
    name, api = f"bench-{number:04}", "/api/2.0/mlflow"
    info = client("POST", f"{api}/runs/create", {"experiment_id": "0", "run_name": name})["run"]["info"]
    root = "/api/2.0/mlflow-artifacts/artifacts/" + info["artifact_uri"].split(":/", 1)[1].lstrip("/")
    client("PUT", f"{root}/m/MLmodel", raw=f"flavors: {{}}\nnumber: {number}\n".encode())
    client("PUT", f"{root}/eval/holdout.parquet", raw=table)
    client("POST", f"{api}/registered-models/create", {"name": name})
    client("POST", f"{api}/model-versions/create", {"name": name, "source": f"runs:/{info['run_id']}/m", "run_id": info["run_id"]})
    client("POST", f"{api}/model-versions/transition-stage",
           {"name": name, "version": "1", "stage": "Production", "archive_existing_versions": False})
    return name, client("GET", f"/api/assay/v1/evidence?model={name}&version=1")["manifest"]


def attest(client, key, name, manifest, digest):
    """Records that each hold one result; the policy asks for half of them."""
    for number in range(RECORDS):
        result = {
            "id": CHECK, "definition": 1, "column": f"c{number:02}", "value": 0.02 + number / 10_000, "interval": None,
            "convention": "fairlearn", "direction": "lower-is-better", "kind": "counted",
            "groups": [{"group": "a", "count": 60, "value": 0.5}, {"group": "b", "count": 60, "value": 0.48}], "rows": 120,
            "excluded": {"missing_group": 0, "missing_label": 0, "missing_prediction": 0}, "undefined": None}
        statement = {
            "_type": "https://in-toto.io/Statement/v1", "subject": [{"name": f"{name}/1", "digest": {"sha256": manifest}}],
            "predicateType": "urn:assay:evidence:v1",
            "predicate": {
                "engine": {"name": "lab", "version": "1"}, "computed_at": "2026-01-31T08:00:00Z", "provenance": "attested",
                "inputs": [{"role": "data", "name": "eval/holdout.parquet", "digest": {"sha256": digest}, "rows": 120}],
                "parameters": {"label": "y", "sensitive": [f"c{number:02}"]}, "results": [result]}}
        payload, kind = json.dumps(statement).encode(), "application/vnd.in-toto+json"
        signature = key.sign(b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload))
        envelope = {"payloadType": kind, "payload": base64.b64encode(payload).decode(),
                    "signatures": [{"keyid": "", "sig": base64.b64encode(signature).decode()}]}
        client("POST", f"/api/assay/v1/evidence/{name}/1", envelope)


def timed(call, times):
    seconds = []
    for number in range(times):
        began = time.perf_counter()
        call(number)
        seconds.append(time.perf_counter() - began)
    return median(seconds)


def spent(house):
    """The server's processor time so far, in seconds; on a machine that has other work this is what a time is to be read beside."""
    fields = Path(f"/proc/{house.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def both(house, call, times):
    """Median seconds of a call, and the server's processor seconds of each on average."""
    before = spent(house)
    seconds = timed(call, times)
    return seconds, (spent(house) - before) / times


def shown(pair, milliseconds=True):
    return f"{pair[0] * 1e3:.1f} ms ({pair[1] * 1e3:.1f})" if milliseconds else f"{pair[0]:.2f} s ({pair[1]:.2f})"


def memory(house, word):
    """Of the server, in MiB: what it has (VmRSS) or had at most (VmHWM)."""
    status = Path(f"/proc/{house.process.pid}/status").read_text()
    return f"{int(status.split(word + ':')[1].split()[0]) / 1024:,.0f} MiB"


def line(name, value, aim=""):
    print(f"{name:68}{value:>20}   {aim}", flush=True)


def measure(house, names):
    ana, petra = Client(house, "ana"), Client(house, "petra")
    several = names[:: max(1, len(names) // 50)]
    at = f"at {len(names):,} models, {len(names) * RECORDS:,} records"

    def ask(number):
        return ana("POST", "/api/assay/v1/requests",
                   {"model": several[number % len(several)], "version": 1, "target": {"stage": "Production"}})

    asked = [ask(number) for number in range(len(several))]
    met = [sum(reason["decision"] == "pass" for part in request["detail"]["policies"] for reason in part["reasons"]) for request in asked]
    if set(met) != {CHECKS}:
        sys.exit(f"governance: {CHECKS} checks should be met, and {set(met)} are: {json.dumps(asked[0]['detail'])[:1500]}")
    line(f"the gate asked, {CHECKS} checks in evidence, {at}", shown(both(house, ask, 2 * len(several))), "aim 20 ms")

    def look(number):
        return ana("GET", f"/api/assay/v1/requests/{asked[number % len(asked)]['id']}")

    line("the same, only looked at", shown(both(house, look, 2 * len(several))))

    def cover(number):
        return ana("GET", f"/api/assay/v1/models/{several[number % len(several)]}/versions/1/coverage?framework=eu-ai-act")

    line("coverage of one version by the EU AI Act", shown(both(house, cover, len(several))), "aim 100 ms")

    def preview(number):
        return petra("POST", "/api/assay/v1/policies/impact", {"policy": policy(2, 0.03)})

    found = preview(0)["summary"]
    if found["places"] != len(names) or found["newly_unmet"] != 0 and found["fail"] != len(names):
        sys.exit(f"governance: the preview says {found}")
    line(f"what a policy would mean for them ({found['fail']} fail)", shown(both(house, preview, 3), False), "aim 2 s at 1,000")
    line("the same where no model meets it", shown(both(house, lambda _: petra("POST", "/api/assay/v1/policies/impact", {"policy": policy(2, 0.001)}), 3), False))
    line("memory of the server then, and at most", f"{memory(house, 'VmRSS')}, {memory(house, 'VmHWM')}")
    house.stop()
    house.start()
    petra = Client(house, "petra")
    line("what a policy would mean, first thing after a start", shown(both(house, preview, 1), False))
    line("the same again", shown(both(house, preview, 3), False), "aim 2 s at 1,000")


def run(models):
    house, key = House(people=PEOPLE), Ed25519PrivateKey.generate()
    try:
        house.start()
        table = rows()
        digest = hashlib.sha256(table).hexdigest()
        public = house.folder / "lab.pub"
        public.write_bytes(key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo))
        house.assay("evaluator", "add", "lab", "--user", "petra", "--key", str(public), "--server", house.url, who="root")
        clients = [Client(house, "ana") for _ in range(WRITERS)]

        def each(work, items):
            with ThreadPoolExecutor(WRITERS) as pool:
                parts = pool.map(lambda index: [work(clients[index], item) for item in items[index::WRITERS]], range(WRITERS))
                return [answer for part in parts for answer in part]

        began = time.perf_counter()
        made = each(lambda client, number: register(client, number, table), range(models))
        # Places are taken before there is a policy: what is measured is how they are judged.
        status, answer = house.http("POST", "/api/assay/v1/policies", {"policy": policy(1, 0.2)}, who="petra")
        if status != 201:
            sys.exit(f"governance: publishing answered {status}: {answer}")
        each(lambda client, pair: attest(client, key, *pair, digest), made)
        line(f"made {models:,} models with {models * RECORDS:,} records of evidence", f"{time.perf_counter() - began:.0f} s")
        measure(house, sorted(name for name, _ in made))
    finally:
        house.remove()


for count in (MODELS // 10, MODELS):
    run(count)
    line("load of the machine in the last minute", f"{os.getloadavg()[0]:.2f}")
