"""Models that only their own library reads pass the gate like others: the server has them scored in a confined process, and a hostile
one costs a failed job and nothing else."""

import base64
import json
import time

from test_audit_export import place, reseal  # noqa: F401

POLICY = """
assay: policy/v1
name: {name}
version: "1"
applies-to: {{models: ["{name}"], stages: [Production]}}
data: {{dataset: eval/holdout.parquet, predictions: from-model, label: y}}
accept: [recomputed]
checks:
  - {{id: performance.accuracy, min: 0.6}}
  - {{id: performance.roc_auc, min: 0.6}}
approvals:
  - {{role: validator, count: 1}}
"""

TRAINING = """
import mlflow, numpy, pandas
from mlflow.models import infer_signature
from sklearn.ensemble import RandomForestClassifier
draw = numpy.random.default_rng(3)
rows = pandas.DataFrame({"a": draw.normal(size=400), "b": draw.normal(size=400)})
rows["y"] = (rows.a + draw.normal(size=400) > 0).astype(int)
model = RandomForestClassifier(20, max_depth=4, random_state=0).fit(rows[["a", "b"]], rows.y)
mlflow.set_experiment("foreign")
with mlflow.start_run():
    mlflow.log_table(rows, "eval/holdout.parquet")
    mlflow.sklearn.log_model(model, name="model", registered_model_name="forest", serialization_format="cloudpickle",
                             signature=infer_signature(rows[["a", "b"]], rows.y))
print("ANSWER", (model.predict(rows[["a", "b"]]) == rows.y).mean())
"""

HOSTILE = """
import mlflow, pandas
class Hostile(mlflow.pyfunc.PythonModel):
    def load_context(self, context):
        import os, socket
        {attack}
    def predict(self, context, model_input, params=None):
        return [1] * len(model_input)
rows = pandas.DataFrame({{"a": [0.0, 1.0] * 50, "y": [0, 1] * 50}})
mlflow.set_experiment("foreign")
with mlflow.start_run():
    mlflow.log_table(rows, "eval/holdout.parquet")
    mlflow.pyfunc.log_model(name="model", python_model=Hostile(), registered_model_name="hostile",
                            signature=mlflow.models.infer_signature(rows[["a"]], rows.y))
"""


def statements(place, model, version):
    answer = place.http("GET", f"/api/assay/v1/statements?model={model}&version={version}", who="otto")[1]
    return [json.loads(base64.b64decode(envelope["payload"]))["predicate"] for envelope in answer["statements"]]


def test_a_forest_is_recomputed_and_promoted(place):
    status, answer = place.http("POST", "/api/assay/v1/policies", {"policy": POLICY.format(name="forest")}, who="petra")
    assert status == 201, answer
    accuracy = float(place.python(TRAINING, who="ana").stdout.split("ANSWER ")[1])
    place.wait_for_evidence("forest", 1)
    (predicate,) = [item for item in statements(place, "forest", 1) if "results" in item]
    assert predicate["provenance"] == "recomputed"
    assert predicate["scorer"]["loader"] == "mlflow.pyfunc" and "landlock" in predicate["scorer"]["confinement"]
    values = {result["id"]: result["value"] for result in predicate["results"]}
    assert abs(values["performance.accuracy"] - accuracy) < 1e-12
    asked = place.http("POST", "/api/assay/v1/requests", {"model": "forest", "version": 1, "target": {"stage": "Production"}}, who="ana")[1]
    status, answer = place.http("POST", "/api/assay/v1/approvals", {"request": asked["id"]}, who="vera")
    assert status == 201, answer
    status, answer = place.http("POST", "/api/2.0/mlflow/model-versions/transition-stage",
                                {"name": "forest", "version": "1", "stage": "Production", "archive_existing_versions": False}, who="ana")
    assert status == 200, answer


def test_a_hostile_model_costs_a_failed_job(place):
    status, answer = place.http("POST", "/api/assay/v1/policies", {"policy": POLICY.format(name="hostile")}, who="petra")
    assert status == 201, answer
    attacks = [f"open({str(place.data / 'keys')!r} + '/../assay.db', 'rb').read()", "socket.socket()", "os._exit(0)",
               "open('/proc/%d/environ' % os.getppid(), 'rb').read()"]
    for version, attack in enumerate(attacks, 1):
        place.python(HOSTILE.format(attack=attack), who="ana")
        for _ in range(300):
            answer = place.http("GET", f"/api/assay/v1/evidence?model=hostile&version={version}", who="otto")[1]
            if any(job["state"] == "failed" for job in answer["jobs"]):
                break
            time.sleep(0.3)
        (job,) = answer["jobs"]
        assert job["state"] == "failed" and not answer["evidence"], answer
        assert "process" in job["error"] or "cannot load" in job["error"], job
    assert place.http("GET", "/health")[0] == 200
