"""Features filled in by the gateway: the values of a point-in-time join, by every protocol, or a clear refusal; and skew measured on what was recorded."""

import csv
import json
import os
import subprocess
from datetime import datetime, timedelta, timezone

import pandas
import pyarrow
import pyarrow.parquet
import pytest
import requests
from house import BINARY, House, free_port
from test_gateway import POLICY, Gateway, eventually, promote

TRAINING = """
import mlflow, numpy, pandas
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema
from sklearn.linear_model import LogisticRegression
draw = numpy.random.default_rng(7)
rows = pandas.DataFrame({{"amount": draw.normal(size=300), "visits": draw.integers(0, 50, 300).astype("{visits}"), "spent": draw.normal(size=300) * 10}})
answer = (rows.amount + rows.visits * 0.1 - rows.spent * 0.05 > 2).astype(int)
model = LogisticRegression().fit(rows, answer)
mlflow.set_experiment("features")
with mlflow.start_run():
    signature = ModelSignature(inputs=Schema([ColSpec("double", "amount"), ColSpec("{kind}", "visits"), ColSpec("double", "spent")]),
                               outputs=Schema([ColSpec("long")]))
    mlflow.sklearn.log_model(model, name="model", pip_requirements=["scikit-learn"], registered_model_name="{name}",
                             signature=signature, input_example=rows[:5], serialization_format="{form}"{more})
"""

VIEW = """
assay: feature-view/v1
name: behaviour
entity: [{name: customer, type: text}]
timestamp: at
validity: 7 days
source: source.parquet
features:
  - {name: visits, type: int64}
  - {name: spent, type: double}
"""

NOW = datetime.now(timezone.utc)


def assay(*arguments, status=0, **more):
    done = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, **more)
    assert done.returncode == status, done.stdout + done.stderr
    return done


def source():
    """Customers with one row or several; one whose rows are too old, one of tomorrow, one with a missing value."""
    rows = [(f"c{n}", NOW - timedelta(hours=n % 100 + hour * 7 + 1), n + hour, n * 0.5 - hour) for n in range(40) for hour in range(3)]
    rows += [("old", NOW - timedelta(days=8), 1, 1.0), ("new", NOW + timedelta(days=1), 2, 2.0), ("gap", NOW - timedelta(hours=1), 3, None), ("007", NOW - timedelta(days=1), 7, 7.0)]
    return pandas.DataFrame(rows, columns=["customer", "at", "visits", "spent"])


def materialize(folder, rows, view="view.yaml", name="store"):
    table = pyarrow.Table.from_pandas(rows.assign(at=rows["at"].dt.floor("us")), preserve_index=False)
    pyarrow.parquet.write_table(table, folder / "source.parquet", coerce_timestamps="us", allow_truncated_timestamps=True)
    assay("features", "materialize", folder / view, "--store", folder / name)


def known(rows, customers, at=None):
    """By pandas: what was known of each customer at the time."""
    asked = pandas.DataFrame({"customer": customers, "when": pandas.to_datetime([at or datetime.now(timezone.utc)] * len(customers), utc=True).as_unit("us")})
    rows = rows.assign(at=rows["at"].dt.as_unit("us")).sort_values("at", kind="stable")
    asked["place"] = range(len(asked))
    joined = pandas.merge_asof(asked.sort_values("when"), rows, left_on="when", right_on="at", by="customer", tolerance=pandas.Timedelta(days=7))
    return joined.sort_values("place")


@pytest.fixture(scope="module")
def house():
    house = House()
    house.start()
    status, answer = house.http("POST", "/api/assay/v1/policies", {"policy": POLICY}, who="petra")
    assert status == 201, answer
    house.add("gate", "gateway")
    house.assay("role", "create", "records", "--verb", "read,read_sensitive", "--server", house.url, who="root")
    house.add("rita", "records")
    yield house
    house.remove()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("features")
    (folder / "view.yaml").write_text(VIEW)
    return folder


@pytest.fixture(scope="module")
def digest(folder):
    return assay("features", "lint", folder / "view.yaml").stdout.split()[-1]


@pytest.fixture(scope="module")
def models(house, digest):
    def log(name, kind="double", visits="float64", form="skops", more=""):
        house.python(TRAINING.format(name=name, kind=kind, visits=visits, form=form, more=more), who="ana")
        promote(house, name, 1, {"stage": "Production"})

    # It says itself which view it reads; the others are named by the file, and one wants whole numbers.
    log("credit", more=f", metadata={{'assay.features': {{'behaviour': '{digest}'}}}}")
    log("plain")
    log("firm", kind="long", visits="int64")


def mapping(folder, name="stores.yaml", **keys):
    fields = {"store": "store", "models": ["plain", "firm"], **keys}
    (folder / name).write_text(json.dumps({"assay": "feature-stores/v1", "stores": [fields]}))
    return folder / name


@pytest.fixture(scope="module")
def gateway(house, folder, models, tmp_path_factory):
    materialize(folder, source())
    with Gateway(house, "--feature-stores", str(mapping(folder)), "--records", str(tmp_path_factory.mktemp("records")), "--jobs",
                 str(tmp_path_factory.mktemp("jobs")), "--grpc-port", str(port := free_port()), who="gate") as gateway:
        assert "serves 3 models" in gateway.announcement, gateway.words
        gateway.grpc = port
        yield gateway


def post(gateway, model, body, **more):
    return requests.post(f"{gateway.url}/models/{model}/invocations", json=body, timeout=60, **more)


def expected(gateway, model, rows, folder, house):
    """What the model says of whole rows: by a gateway that fills nothing in."""
    with Gateway(house) as other:
        answer = requests.post(f"{other.url}/models/{model}/invocations", json={"dataframe_split": rows.to_dict("split", index=False)}, timeout=60)
    assert answer.status_code == 200, answer.text
    return answer.json()


CUSTOMERS = [f"c{n}" for n in range(0, 40, 3)] + ["007"]


def test_the_values_are_those_of_a_point_in_time_join(house, gateway, folder):
    amounts = [n / 10 for n in range(len(CUSTOMERS))]
    whole = pandas.DataFrame({"amount": amounts}).join(known(source(), CUSTOMERS).reset_index(drop=True)[["visits", "spent"]])
    assert whole.notna().all().all()
    right = expected(gateway, "credit", whole, folder, house)
    assert len(set(right["predictions"])) == 2
    asked = pandas.DataFrame({"customer": CUSTOMERS, "amount": amounts})
    split = post(gateway, "credit", {"dataframe_split": asked.to_dict("split", index=False)})
    assert split.status_code == 200, split.text
    assert split.json()["explanations"] == right["explanations"] and split.json()["predictions"] == right["predictions"]
    assert post(gateway, "credit", {"dataframe_records": asked.to_dict("records")}).json() == split.json()
    assert post(gateway, "plain", {"dataframe_records": asked.to_dict("records")}).json()["predictions"] == right["predictions"]
    for kind, body in [("text/csv", asked.to_csv(index=False).encode()), ("application/vnd.apache.parquet", asked.to_parquet(index=False))]:
        answer = requests.post(f"{gateway.url}/models/credit/invocations", data=body, headers={"Content-Type": kind}, timeout=60)
        assert answer.status_code == 200 and answer.json() == split.json(), (kind, answer.text)
    tensors = {"inputs": [{"name": "customer", "datatype": "BYTES", "shape": [len(CUSTOMERS)], "data": CUSTOMERS},
                          {"name": "amount", "datatype": "FP64", "shape": [len(CUSTOMERS), 1], "data": amounts}],
               "outputs": [{"name": "predict"}, {"name": "shap_values"}]}
    answer = requests.post(f"{gateway.url}/v2/models/credit/infer", json=tensors, timeout=60)
    assert answer.status_code == 200, answer.text
    outputs = {one["name"]: one["data"] for one in answer.json()["outputs"]}
    assert outputs["predict"] == right["predictions"] and outputs["shap_values"] == [v for row in right["explanations"]["shap_values"] for v in row]
    metadata = requests.get(f"{gateway.url}/v2/models/credit", timeout=30).json()
    assert [(one["name"], one["datatype"]) for one in metadata["inputs"]] == [("amount", "FP64"), ("customer", "BYTES")]
    served = next(one for one in requests.get(f"{gateway.url}/models", timeout=30).json()["models"] if one["model"] == "credit")["versions"][0]
    assert served["features"][0]["view"] == "behaviour" and served["features"][0]["inputs"] == ["visits", "spent"]


RPC = """
import json, sys
import numpy
import tritonclient.grpc as triton
from tritonclient.utils import InferenceServerException
client = triton.InferenceServerClient(sys.argv[1])
def infer(customer):
    inputs = [triton.InferInput("customer", [1], "BYTES"), triton.InferInput("amount", [1], "FP64")]
    inputs[0].set_data_from_numpy(numpy.array([customer.encode()], dtype=object))
    inputs[1].set_data_from_numpy(numpy.array([0.5]))
    try:
        return client.infer("firm", inputs).as_numpy("predict").tolist()
    except InferenceServerException as error:
        return [error.status(), error.message()]
json.dump([infer("c39"), infer("nobody")], sys.stdout)
"""


def test_over_grpc(gateway):
    one = post(gateway, "firm", {"dataframe_records": [{"customer": "c39", "amount": 0.5}]}).json()["predictions"]
    done = subprocess.run([os.environ["ASSAY_INFERENCE_PYTHON"], "-c", RPC, f"127.0.0.1:{gateway.grpc}"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    answer, refused = json.loads(done.stdout)
    assert answer == [one] and refused[0] == "StatusCode.INVALID_ARGUMENT" and "'behaviour'" in refused[1]


@pytest.mark.parametrize("customer", ["old", "new", "nobody", None])
def test_what_is_not_known_is_missing_and_never_stale(gateway, customer):
    answer = post(gateway, "plain", {"dataframe_records": [{"customer": customer, "amount": 0.5}]})
    # This model refuses what is missing, by its input's name.
    assert answer.status_code == 400 and "column 'visits' has 1 row without a finite value" in answer.text, answer.text
    answer = post(gateway, "firm", {"dataframe_records": [{"customer": "c3", "amount": 0.5}, {"customer": customer, "amount": 0.5}]})
    words = {"old": "older than the view allows", "new": "later than the time", "nobody": "nothing is known", None: "does not name it"}[customer]
    assert answer.status_code == 400 and words in answer.text and "Row 1" in answer.text and "'customer'" in answer.text and "'visits'" in answer.text
    assert "nobody" not in answer.text


def test_mistakes_of_requests(gateway):
    def refused(model, body, words):
        answer = post(gateway, model, body)
        assert answer.status_code == 400 and all(word in answer.text for word in words), answer.text

    refused("credit", {"dataframe_records": [{"amount": 1.0}]}, ["no column 'customer'", "behaviour"])
    refused("credit", {"dataframe_records": [{"customer": 7, "amount": 1.0}]}, ["'customer'", "text", "row 0"])
    refused("credit", {"dataframe_records": [{"customer": ["c3"], "amount": 1.0}]}, ["'customer'", "text"])
    refused("credit", {"dataframe_records": [{"customer": "c3", "amount": 1.0, "visits": 9}]}, ["'visits'", "cannot be sent", "customer"])
    refused("credit", {"dataframe_split": {"data": [[1.0, 2.0, 3.0]]}}, ["by name"])
    refused("credit", {"inputs": [[1.0]]}, ["by name"])
    refused("credit", {"dataframe_records": [{"customer": "c3"}]}, ["amount"])
    answer = requests.post(f"{gateway.url}/v2/models/credit/infer", timeout=60, json={
        "inputs": [{"name": "customer", "datatype": "INT64", "shape": [1], "data": [7]}, {"name": "amount", "datatype": "FP64", "shape": [1], "data": [1.0]}]})
    assert answer.status_code == 400 and "'customer'" in answer.json()["error"]
    assert post(gateway, "credit", {"dataframe_split": {"columns": ["customer", "amount"], "data": []}}).json()["predictions"] == []


def export(house, model, folder):
    assay("predictions", "export", "-m", model, "--server", house.url, "-o", folder / f"{model}.csv", env=house.environment("rita"))
    with open(folder / f"{model}.csv", newline="") as file:
        return list(csv.DictReader(file))


def test_what_was_filled_in_is_recorded_and_skew_is_measured_on_it(house, gateway, folder, digest):
    asked = [{"customer": customer, "amount": 0.25} for customer in CUSTOMERS]
    answer = post(gateway, "plain", {"dataframe_records": asked}, headers={"Assay-Batch": "skew"})
    assert answer.status_code == 200, answer.text
    eventually(lambda: any(row.get("@batch") == "skew" for row in export(house, "plain", folder)))
    rows = [row for row in export(house, "plain", folder) if row.get("@batch") == "skew"]
    wanted = known(source(), CUSTOMERS).reset_index(drop=True)
    assert [row["customer"] for row in rows] == CUSTOMERS
    assert [(float(row["visits"]), float(row["spent"])) for row in rows] == list(zip(wanted.visits, wanted.spent))
    for row, at in zip(rows, wanted["at"]):
        mark = json.loads(row["@features"])["behaviour"]
        assert mark["view"] == digest and mark["found"] == "yes" and len(mark["store"]) == 64 and "given" not in mark
        assert pandas.Timestamp(row["@known:behaviour"]) == at
    with open(folder / "served.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    def skew(status):
        assay("features", "join", folder / "served.csv", "--view", folder / "view.yaml", "--timestamp", "@time", "--keep", "@id,@time", "-o", folder / "joined.csv")
        done = assay("features", "skew", "--view", folder / "view.yaml", "--joined", folder / "joined.csv", "--served", folder / "served.csv", "--key", "@id",
                     "--format", "json", status=status)
        return json.loads(done.stdout)
    same = skew(0)
    assert same["rows"] == len(CUSTOMERS) and not same["skewed"]
    # What an evaluation finds in a source that was corrected since, differs from what was served in as many rows.
    rows = source()
    before = (folder / "source.parquet").read_bytes()
    rows.loc[rows.customer == "c3", "spent"] += 100.0
    rows.loc[rows.customer == "c6", "visits"] += 1
    table = pyarrow.Table.from_pandas(rows, preserve_index=False)
    pyarrow.parquet.write_table(table, folder / "source.parquet", coerce_timestamps="us", allow_truncated_timestamps=True)
    other = skew(1)
    (folder / "source.parquet").write_bytes(before)
    assert [one["differing"] for one in other["features"]] == [1, 1] and other["features"][1]["largest_difference"] == pytest.approx(100.0)


@pytest.mark.parametrize("kind", ["text/csv", "application/vnd.apache.parquet"])
def test_jobs_are_filled_too(house, gateway, folder, kind):
    asked = pandas.DataFrame({"customer": CUSTOMERS, "amount": [0.5] * len(CUSTOMERS)})
    body = asked.to_csv(index=False).encode() if kind == "text/csv" else asked.to_parquet(index=False)
    job = requests.post(f"{gateway.url}/models/firm/jobs?format=jsonl", data=body, headers={"Content-Type": kind}, timeout=60)
    assert job.status_code == 202, job.text
    state = lambda: requests.get(f"{gateway.url}/jobs/{job.json()['id']}", timeout=30).json()
    eventually(lambda: state()["state"] not in ("waiting", "running"))
    result = requests.get(f"{gateway.url}/jobs/{job.json()['id']}/result", timeout=30)
    assert result.status_code == 200, state()
    right = post(gateway, "firm", {"dataframe_records": asked.to_dict("records")}).json()["predictions"]
    assert [json.loads(line)["prediction"] for line in result.text.splitlines()] == right


def test_a_store_that_is_replaced_or_broken_while_it_is_served(gateway, folder):
    ask = lambda: post(gateway, "credit", {"dataframe_records": [{"customer": "late", "amount": 0.5}, {"customer": "c3", "amount": 0.5}]})
    whole = (folder / "store").read_bytes()
    assert ask().status_code == 400
    rows = source()
    rows.loc[len(rows)] = ["late", NOW - timedelta(hours=2), 4, 4.0]
    materialize(folder, rows)
    eventually(lambda: ask().status_code == 200)
    fresh = (folder / "store").read_bytes()
    for bad in [None, fresh[:-9], fresh[: len(fresh) // 2], fresh.replace(b"c3", b"c4", 1), b"", b"assay: feature-stores/v1\n"]:
        if bad is None:
            os.remove(folder / "store")
        else:
            (folder / "store").write_bytes(bad)
        eventually(lambda: ask().status_code == 503)
        answer = ask()
        assert "'behaviour'" in answer.text and answer.headers["Retry-After"] == "5", answer.text
        assert requests.get(f"{gateway.url}/models/credit/ping", timeout=30).status_code == 503
        assert requests.get(f"{gateway.url}/v2/models/credit/ready", timeout=30).status_code == 503
        assert 'assay_gateway_feature_store_up{view="behaviour"} 0' in requests.get(gateway.url + "/metrics", timeout=30).text
        (folder / "store").write_bytes(fresh)
        eventually(lambda: ask().status_code == 200)
    # Another text of the view is another view.
    (folder / "other.yaml").write_text(VIEW.replace("7 days", "8 days"))
    assay("features", "materialize", folder / "other.yaml", "--store", folder / "store")
    eventually(lambda: "holds another view" in ask().text)
    (folder / "store").write_bytes(whole)
    eventually(lambda: ask().status_code == 400)
    numbers = requests.get(gateway.url + "/metrics", timeout=30).text
    assert 'assay_gateway_feature_rows_total{view="behaviour",found="yes"}' in numbers and 'found="unknown"' in numbers


def test_rules_of_the_file(house, gateway, folder, tmp_path):
    def serve(**keys):
        return Gateway(house, "--feature-stores", str(mapping(folder, "rules.yaml", **keys)), "--records", str(tmp_path / f"r{len(os.listdir(tmp_path))}"), who="gate")

    own = {"customer": "c3", "amount": 0.5, "visits": 500, "spent": 0.0}
    with serve(given="request", missing="refuse") as other:
        theirs = post(other, "plain", {"dataframe_records": [own]}, headers={"Assay-Batch": "own"})
        assert theirs.status_code == 200 and theirs.json()["predictions"] == [1]
        half = post(other, "plain", {"dataframe_records": [{k: v for k, v in own.items() if k != "spent"}]}, headers={"Assay-Batch": "half"})
        assert half.status_code == 200
        assert post(other, "plain", {"dataframe_split": {"data": [[0.5, 500, 0.0]]}}).json()["predictions"] == [1]
        answer = post(other, "plain", {"dataframe_records": [{"customer": "nobody", "amount": 0.5}]})
        assert answer.status_code == 400 and "nothing is known" in answer.text and "'customer'" in answer.text and "nobody" not in answer.text
        eventually(lambda: {"own", "half"} <= {row.get("@batch") for row in export(house, "plain", folder)})
    marks = {row["@batch"]: (json.loads(row["@features"])["behaviour"], row) for row in export(house, "plain", folder) if row.get("@batch") in ("own", "half")}
    assert marks["own"][0]["found"] == "given" and marks["own"][0]["given"] == ["visits", "spent"] and "store" not in marks["own"][0]
    assert marks["half"][0]["found"] == "yes" and marks["half"][0]["given"] == ["visits"] and float(marks["half"][1]["visits"]) == 500
    with serve(given="store") as other:
        assert post(other, "plain", {"dataframe_records": [own]}).json()["predictions"] == post(
            gateway, "plain", {"dataframe_records": [{"customer": "c3", "amount": 0.5}]}).json()["predictions"] == [0]
    with serve(time="when") as other:
        ask = lambda when: post(other, "plain", {"dataframe_records": [{"customer": "c3", "amount": 0.5, "when": when}]})
        newest = source().query("customer == 'c3'")["at"].max().floor("us")
        for when, status in [(newest, 200), (newest - timedelta(microseconds=1), 400), (newest + timedelta(days=7), 200),
                             (newest + timedelta(days=7, microseconds=1), 400)]:
            assert ask(when.isoformat()).status_code == status, when
        assert "'when'" in ask("yesterday").text and "'when'" in post(other, "plain", {"dataframe_records": [{"customer": "c3", "amount": 0.5}]}).text


def start(house, *arguments):
    return subprocess.run([BINARY, "gateway", "--server", house.url, "--port", str(free_port()), *map(str, arguments)], capture_output=True, text=True,
                          env=house.environment("otto"), timeout=60)


def test_what_is_wrong_at_the_start_is_told_once(house, gateway, folder, tmp_path):
    whole = (folder / "store").read_bytes()
    for bad, words in [(None, "No such file"), (whole[:-5], "its end is missing"), (whole.replace(b"c3", b"c4", 1), "damaged"), (b"hello\n", "feature-store"),
                       (whole.replace(b"feature-store/v2", b"feature-store/v1"), "damaged")]:
        if bad is not None:
            (tmp_path / "bad").write_bytes(bad)
        (tmp_path / "stores.yaml").write_text(json.dumps({"assay": "feature-stores/v1", "stores": [{"store": "bad"}]}))
        done = start(house, "--feature-stores", tmp_path / "stores.yaml")
        assert done.returncode != 0 and words in done.stderr and "bad" in done.stderr and len(done.stderr.strip().splitlines()) == 1, done.stderr
    (tmp_path / "stores.yaml").write_text("assay: feature-stores/v1\nstores:\n  - {store: a, given: maybe, colour: red}\n")
    done = start(house, "--feature-stores", tmp_path / "stores.yaml")
    assert done.returncode != 0 and "stores.yaml" in done.stderr and "'colour'" in done.stderr and "maybe" in done.stderr, done.stderr


def test_a_model_that_cannot_be_filled_is_not_served(house, gateway, folder, tmp_path):
    # Its own word names another text of the view; text is no number; and one store alone is for models that say themselves what they read.
    (tmp_path / "view.yaml").write_text(VIEW.replace("visits, type: int64", "visits, type: text").replace("source.parquet", "source.csv"))
    (tmp_path / "source.csv").write_text(f"customer,at,visits,spent\nc3,{NOW.isoformat()},many,1.0\n")
    assay("features", "materialize", tmp_path / "view.yaml", "--store", tmp_path / "store")
    with Gateway(house, "--feature-stores", str(mapping(tmp_path))) as other:
        assert "serves 0 models" in other.announcement, other.words
        assert "another text of the view" in other.words and "'visits' is double" in other.words and "it is text" in other.words
    with Gateway(house, "--feature-stores", str(folder / "store")) as other:
        assert post(other, "credit", {"dataframe_records": [{"customer": "c3", "amount": 0.5}]}).status_code == 200
        assert post(other, "plain", {"dataframe_records": [{"amount": 0.5, "visits": 1, "spent": 2}]}).status_code == 200


def test_the_gateway_in_the_server_fills_in_too(folder, digest):
    port = free_port()
    materialize(folder, source())
    house = House("--gateway-port", str(port), "--gateway-feature-stores", str(folder / "store"))
    house.start()
    try:
        assert house.http("POST", "/api/assay/v1/policies", {"policy": POLICY}, who="petra")[0] == 201
        more = f", metadata={{'assay.features': {{'behaviour': '{digest}'}}}}"
        house.python(TRAINING.format(name="credit", kind="double", visits="float64", form="skops", more=more), who="ana")
        promote(house, "credit", 1, {"stage": "Production"})
        ask = lambda row: requests.post(f"http://127.0.0.1:{port}/models/credit/invocations", json={"dataframe_records": [row]}, timeout=60)
        eventually(lambda: ask({"customer": "c3", "amount": 0.5}).status_code == 200)
        assert ask({"customer": "c3", "amount": 0.5}).headers["Assay-Record"]
        assert ask({"amount": 0.5, "visits": 1, "spent": 2}).status_code == 400
    finally:
        house.remove()
    done = subprocess.run([BINARY, "server", "--gateway-feature-stores", str(folder / "store")], capture_output=True, text=True, timeout=30)
    assert done.returncode != 0 and "--gateway-port" in done.stderr
