"""Both short tracking snippets; the second, without `with`, closes its run at the process's end."""

from house import expect

MODEL = """
from sklearn.linear_model import LogisticRegression
from sklearn.datasets import load_iris
sk_model = model = LogisticRegression(max_iter=200).fit(*load_iris(return_X_y=True))
value = 3
"""
FIRST = """
import mlflow
mlflow.set_experiment("client_project_alpha")
with mlflow.start_run():
    mlflow.log_param("max_depth", 10)
    mlflow.log_metric("accuracy", 0.92)
    mlflow.sklearn.log_model(model, "random_forest_model")
"""
SECOND = """
import mlflow
mlflow.set_experiment("client_project_beta")
mlflow.start_run()
mlflow.log_param("param_name", value)
mlflow.sklearn.log_model(sk_model, "model")
"""


def run(house):
    client = house.client()
    for script, experiment in [(FIRST, "client_project_alpha"), (SECOND, "client_project_beta")]:
        house.python(MODEL + script)
        runs = client.search_runs([client.get_experiment_by_name(experiment).experiment_id])
        expect(len(runs) == 1 and runs[0].info.status == "FINISHED", f"{experiment}: {[run.info.status for run in runs]}")
