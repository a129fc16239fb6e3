"""The tagging example: verbatim it raises what it raises against mlflow server; with set_tag moved it prints its line."""

from house import expect

HEAD = """
import mlflow
import mlflow.sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.datasets import load_iris

# Load sample data
iris = load_iris()
X, y = iris.data, iris.target

# Train a simple model
model = LogisticRegression(max_iter=100)
model.fit(X, y)

# Set tracking URI and tags
"""
TAGS = """
mlflow.set_tag("compliance", "GDPR")
mlflow.set_tag("data_privacy", "enabled")
"""
BODY = """
    mlflow.log_param("data_description", "Iris dataset with no personal data")
    mlflow.sklearn.log_model(model, "model")
    print("Model logged with compliance tags and data description")
"""


def run(house):
    address = f'mlflow.set_tracking_uri("{house.url}")'
    verbatim = house.python(HEAD + address + TAGS + "\nwith mlflow.start_run():" + BODY, check=1)
    expect("is already active" in verbatim.stderr, f"verbatim ended with {verbatim.stderr[-400:]}")
    tags = "".join(f"    {line}\n" for line in TAGS.strip().splitlines())
    moved = house.python(HEAD + address + "\nwith mlflow.start_run():\n" + tags + BODY)
    expect("Model logged with compliance tags and data description" in moved.stdout, moved.stdout)
