"""The RandomForest snippet with a CSV and skops_trusted_types: run, params, metric and model are there."""

from house import expect

SCRIPT = """
import mlflow
import mlflow.sklearn
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split
import pandas as pd
# Load dataset
data = pd.read_csv('data.csv')
X_train, X_test, y_train, y_test = train_test_split(data.drop('target', axis=1), data['target'], test_size=0.2)
mlflow.set_experiment("forest")
# Start MLflow run
with mlflow.start_run():
    # Log parameters
    mlflow.log_param("n_estimators", 100)
    mlflow.log_param("max_depth", 10)
    # Train model
    model = RandomForestClassifier(n_estimators=100, max_depth=10)
    model.fit(X_train, y_train)
    # Log model
    mlflow.sklearn.log_model(model, "model", skops_trusted_types=["sklearn.tree._tree.Tree"])
    # Evaluate and log metrics
    accuracy = model.score(X_test, y_test)
    mlflow.log_metric("accuracy", accuracy)
"""


def run(house):
    from sklearn.datasets import load_breast_cancer

    data = load_breast_cancer(as_frame=True).frame
    house.python(SCRIPT, data__csv=data.to_csv(index=False))
    client = house.client()
    (run,) = client.search_runs([client.get_experiment_by_name("forest").experiment_id])
    expect(run.data.params == {"n_estimators": "100", "max_depth": "10"}, str(run.data.params))
    expect(0.8 < run.data.metrics["accuracy"] <= 1, str(run.data.metrics))
    (model,) = client.search_logged_models([run.info.experiment_id])
    expect(model.status == "READY" and model.source_run_id == run.info.run_id, str(model))
