"""The iris script of T05, which T06 and T07 build on. Logged once a house and client."""

import os
import sys

CLIENTS = {"3.17": sys.executable, "2.22": os.environ["ASSAY_PYTHON2"]}

SCRIPT = """
import mlflow
from mlflow.models.signature import infer_signature
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
import pandas as pd

# Load data
iris = load_iris()
X = pd.DataFrame(iris.data, columns=iris.feature_names)
y = iris.target

# Train model
model = LogisticRegression(max_iter=200)
model.fit(X, y)

# Log model with MLflow including signature for input validation
signature = infer_signature(X, model.predict(X))
with mlflow.start_run() as run:
    mlflow.sklearn.log_model(model, "model", signature=signature)
    mlflow.log_param("max_iter", 200)
    mlflow.log_metric("accuracy", model.score(X, y))
print(f"Model logged in run {run.info.run_id}")
"""


def run_id(house, client="3.17"):
    logged = house.__dict__.setdefault("iris_runs", {})
    if client not in logged:
        printed = house.python(SCRIPT, interpreter=CLIENTS[client]).stdout
        logged[client] = printed.split("Model logged in run ")[1].split()[0]
    return logged[client]
