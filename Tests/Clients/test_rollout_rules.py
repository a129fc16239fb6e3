"""A rollout's candidate is held against the rules of the policies in force in its places, and has its features filled in: over each protocol, in jobs,
by whichever means it is scored, and whatever place it holds already."""

import json

import pandas
import pytest
import requests
from house import House
from rollouts import carried
from test_gateway import Gateway, eventually, promote
from test_gateway_features import VIEW, known, materialize, source
from test_gateway_jobs import Desk
from test_gateway_upstreams import Scorer

POLICY = """
assay: policy/v1
name: {name}
version: "1"
applies-to: {{models: [{models}], {places}}}
approvals: [{{role: validator, count: 1}}]
{serving}
"""

# What is filled in, what is sent, what the model reads not, and what it says.
RULES = """serving:
  rules:
    - {name: frequent, when: "visits > 30", then: refer}
    - {name: west, when: "region == 'west'", then: flag, if-unknown: flag}
    - {name: floor, when: "prediction == 1 and amount > 8", then: replace, value: 0}"""

EXPLAINED = """serving:
  explanations: always
  rules: [{name: mover, explained-most-by: [visits], then: flag}]"""

# Of each model two versions, by one process.
MODELS = """
import mlflow, numpy, pandas
from mlflow.models import ModelSignature
from mlflow.types import ColSpec, Schema
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
mlflow.set_experiment("candidates")
signature = ModelSignature(inputs=Schema([ColSpec("double", name) for name in ("amount", "visits", "spent")]), outputs=Schema([ColSpec("long")]))
for name in ("credit", "forest", "away", "told", "bare"):
    for seed in (7, 8):
        draw = numpy.random.default_rng(seed)
        rows = pandas.DataFrame({"amount": draw.normal(size=300), "visits": draw.integers(0, 50, 300).astype(float), "spent": draw.normal(size=300) * 10})
        model = RandomForestClassifier(5, max_depth=3, random_state=0) if name == "forest" else LogisticRegression()
        model.fit(rows, (rows.amount + rows.visits * 0.1 - rows.spent * 0.05 > 2).astype(int))
        with mlflow.start_run():
            mlflow.sklearn.log_model(model, name="model", pip_requirements=["scikit-learn"], registered_model_name=name,
                                     signature=signature, input_example=rows[:5], serialization_format="cloudpickle" if name == "forest" else "skops")
"""

# The same rows for whoever is asked.
CUSTOMERS = [f"c{number}" for number in range(40)]
ROWS = pandas.DataFrame({"customer": CUSTOMERS, "amount": [9.0 if number == 2 else number / 20 for number in range(40)],
                         "region": ["west" if number < 3 else "east" for number in range(40)]})


@pytest.fixture(scope="module")
def house():
    house = House()
    house.start()
    house.add("edge", "gateway")
    for name, models, places, serving in [("rules", "credit, forest, away", "stages: [Production]", RULES), ("free", "'*'", "aliases: [champion]", ""),
                                          ("explained", "told, bare", "stages: [Production]", EXPLAINED)]:
        text = POLICY.format(name=name, models=models, places=places, serving=serving)
        status, answer = house.http("POST", "/api/assay/v1/policies", {"policy": text}, who="petra")
        assert status == 201, answer
    house.python(MODELS, who="ana")
    yield house
    house.remove()


@pytest.fixture(scope="module")
def scorer():
    """Predicts 1 where amount + visits > 0."""
    return Scorer()


@pytest.fixture(scope="module")
def gateway(house, scorer, tmp_path_factory):
    folder = tmp_path_factory.mktemp("features")
    (folder / "view.yaml").write_text(VIEW)
    materialize(folder, source())
    stores = folder / "stores.yaml"
    stores.write_text(json.dumps({"assay": "feature-stores/v1", "stores": [{"store": "store", "models": ["credit", "forest", "away", "told", "bare"]}]}))
    upstreams = folder / "upstreams.yaml"
    upstreams.write_text("assay: upstreams/v1\nupstreams:\n" + "".join(
        f'  - {{model: {model}, version: 2, url: "http://127.0.0.1:{scorer.port}/invocations", protocol: mlflow}}\n' for model in ("away", "bare")))
    upstreams.chmod(0o600)
    for model in ("credit", "forest", "away", "told", "bare"):
        promote(house, model, 1, {"stage": "Production"})
        promote(house, model, 2, {"alias": "champion"})
    with Gateway(house, "--feature-stores", str(stores), "--upstreams", str(upstreams), "--jobs", str(tmp_path_factory.mktemp("jobs")), who="edge") as gateway:
        yield gateway


def begin(house, model, strategy, candidate=2):
    asked = house.http("POST", "/api/assay/v1/requests", {"model": model, "version": candidate, "target": {"stage": "Production"}}, who="ana")[1]
    status, answer = house.http("POST", "/api/assay/v1/approvals", {"request": asked["id"]}, who="vera")
    assert status == 201 or answer.get("error_code") == "RESOURCE_ALREADY_EXISTS", answer
    path = house.folder / "rollout.yaml"
    path.write_text(f"assay: rollout/v1\nmodel: {model}\ncandidate: {candidate}\nstrategy: {strategy}\nrationale: a test\ntargets: [stage Production]\n")
    return json.loads(house.assay("rollout", "start", str(path), "--format", "json", "--server", house.url, who="ana").stdout)["id"]


def stop(house, gateway, rollout):
    house.assay("rollout", "stop", rollout, "--reason", "seen", "--server", house.url, who="ana")
    eventually(lambda: rollout not in carried(gateway))


def ask(gateway, path, rows=ROWS):
    return requests.post(f"{gateway.url}/models/{path}/invocations", json={"dataframe_split": rows.to_dict("split", index=False)}, timeout=60)


def expected(gateway, model):
    """What the second version says under the alias's statement, which has no rules; and what the rules make of it."""
    free = ask(gateway, f"{model}/aliases/champion")
    assert free.status_code == 200 and "Assay-Rules" not in free.headers and "rules" not in free.json(), free.text
    visits = known(source(), CUSTOMERS)["visits"].tolist()
    predictions, names = [], []
    for predicted, visit, amount, region in zip(free.json()["predictions"], visits, ROWS.amount, ROWS.region, strict=True):
        hits = [name for name, holds in [("frequent", visit > 30), ("west", region == "west"), ("floor", predicted == 1 and amount > 8)] if holds]
        predictions.append(None if "frequent" in hits else 0 if "floor" in hits else predicted)
        names.append(hits)
    assert {1, 2} == {len(hits) for hits in names if hits} and predictions.count(None) > 5 and predictions != free.json()["predictions"]
    return predictions, names


@pytest.mark.parametrize("model", ["credit", "forest", "away"])
def test_a_candidate_that_holds_another_place_too(house, gateway, model):
    predictions, names = expected(gateway, model)
    rollout = begin(house, model, "real-time")
    eventually(lambda: rollout in carried(gateway))
    answer = ask(gateway, model)
    assert answer.status_code == 200 and answer.headers["Assay-Arm"] == "candidate" and answer.headers["Assay-Model"] == f"{model}/2", answer.text
    assert answer.headers["Assay-Rules"] == "3" and "frequent;action=refer" in answer.headers["Assay-Rule-Hits"]
    assert answer.json()["predictions"] == predictions
    assert [[one["rule"] for one in row] for row in answer.json()["rules"]["rows"]] == names
    assert (answer.headers.get("Assay-Upstream") == "unverified") == (model == "away")
    tensors = {"inputs": [{"name": "customer", "datatype": "BYTES", "shape": [40], "data": CUSTOMERS},
                          {"name": "amount", "datatype": "FP64", "shape": [40], "data": ROWS.amount.tolist()},
                          {"name": "region", "datatype": "BYTES", "shape": [40], "data": ROWS.region.tolist()}]}
    answer = requests.post(f"{gateway.url}/v2/models/{model}/infer", json=tensors, timeout=60)
    assert answer.status_code == 422 and answer.headers["Assay-Arm"] == "candidate", answer.text
    # Under the alias it is what it was, and once the rollout is over it answers there alone.
    expected(gateway, model)
    stop(house, gateway, rollout)
    assert ask(gateway, model).headers["Assay-Model"] == f"{model}/1"
    expected(gateway, model)


@pytest.mark.parametrize("model", ["credit", "forest", "away"])
def test_in_jobs(house, gateway, model):
    predictions, names = expected(gateway, model)
    rollout = begin(house, model, "batch")
    eventually(lambda: rollout in carried(gateway))
    desk = Desk(gateway, "none")
    job = desk.ended(desk.submit(ROWS.to_csv(index=False).encode(), f"/models/{model}/jobs?format=jsonl").json()["id"])
    assert (job["state"], job["version"], job["arm"]) == ("succeeded", 2, "candidate"), job
    lines = [json.loads(line) for line in desk.get(f"/jobs/{job['id']}/result").text.splitlines()]
    assert [line["prediction"] for line in lines] == predictions
    assert [[one["rule"] for one in json.loads(line["rules"] or "[]")] for line in lines] == names
    stop(house, gateway, rollout)


def test_a_candidate_that_holds_no_place(house, gateway):
    predictions, _ = expected(gateway, "credit")
    status, answer = house.http("DELETE", "/api/2.0/mlflow/registered-models/alias", {"name": "credit", "alias": "champion"}, who="ana")
    assert status == 200, answer
    eventually(lambda: ask(gateway, "credit/aliases/champion").status_code == 404)
    rollout = begin(house, "credit", "ab")
    eventually(lambda: rollout in carried(gateway))
    arms = {}
    for number in range(20):
        answer = requests.post(f"{gateway.url}/models/credit/invocations", json={"dataframe_split": ROWS.to_dict("split", index=False)}, timeout=60,
                               headers={"Assay-Unit": f"unit-{number}"})
        assert answer.headers["Assay-Rules"] == "3", answer.text
        arms[answer.headers["Assay-Arm"]] = answer.json()["predictions"]
    assert arms["candidate"] == predictions and None in arms["baseline"]
    # It takes the alias while it is a candidate: under each place it is what that place's policy says.
    promote(house, "credit", 2, {"alias": "champion"})
    eventually(lambda: ask(gateway, "credit/aliases/champion").status_code == 200)
    expected(gateway, "credit")
    for number in range(20):
        answer = requests.post(f"{gateway.url}/models/credit/invocations", json={"dataframe_split": ROWS.to_dict("split", index=False)}, timeout=60,
                               headers={"Assay-Unit": f"unit-{number}"})
        assert answer.headers["Assay-Rules"] == "3" and answer.json()["predictions"] == arms[answer.headers["Assay-Arm"]]
    stop(house, gateway, rollout)


def test_what_explains_is_explained_or_refused_by_name(house, gateway):
    rollout = begin(house, "told", "real-time")
    eventually(lambda: rollout in carried(gateway))
    answer = ask(gateway, "told")
    assert answer.headers["Assay-Arm"] == "candidate" and answer.headers["Assay-Rules"] == "1" and "mover;action=flag" in answer.headers["Assay-Rule-Hits"]
    assert len(answer.json()["explanations"]["shap_values"]) == 40
    stop(house, gateway, rollout)
    # What answers labels by HTTP is explained too, by kernel SHAP, and so the rule holds for it.
    rollout = begin(house, "bare", "real-time")
    eventually(lambda: rollout in carried(gateway), 60)
    answer = ask(gateway, "bare", ROWS[:2])
    assert answer.headers["Assay-Arm"] == "candidate" and answer.headers["Assay-Rules"] == "1" and len(answer.json()["explanations"]["shap_values"]) == 2, answer.text
    stop(house, gateway, rollout)
