"""Train a loan-approval model, log it with the ordinary MLflow client and register it.

The only thing a training script adds for Assay is one logged evaluation table: `mlflow.log_table(…, "eval/holdout.parquet")`.
"""

import argparse
import os
import warnings

import mlflow
import numpy as np
import pandas
from data import ALL_FEATURES, CREDIT_FEATURES, LABEL, SEED, SENSITIVE, load, with_debts
from mlflow.models import infer_signature
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

MODEL_NAME = "loan-approval"


def reweighing(groups, labels):
    """Kamiran and Calders' weights: each (group, label) cell as heavy as if group and label were independent."""
    weights = np.empty(len(labels))
    for group in np.unique(groups):
        for label in np.unique(labels):
            cell = (groups == group) & (labels == label)
            weights[cell] = (groups == group).sum() * (labels == label).sum() / (len(labels) * cell.sum())
    return weights


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument(
        "variant", choices=["first", "second", "hasty", "retrained"],
        help="with race; without it and reweighed; the same with a column more; as a pipeline trains it: rows.csv and the weights it was handed")
    variant = parser.parse_args().variant

    warnings.filterwarnings("ignore")
    train, holdout = load()
    numeric = {"first": ALL_FEATURES, "hasty": [*CREDIT_FEATURES, "netw"]}.get(variant, CREDIT_FEATURES)
    categorical = ["race"] if variant == "first" else []
    features = numeric + categorical
    steps = [("numbers", Pipeline([("fill", SimpleImputer(strategy="median")), ("scale", StandardScaler())]), numeric)]
    if categorical:
        steps.append(("categories", OneHotEncoder(handle_unknown="ignore"), categorical))
    model = Pipeline([("prepare", ColumnTransformer(steps)), ("classify", LogisticRegression(max_iter=1000))])
    weights = None if variant == "first" else reweighing(train["race"].to_numpy(), train[LABEL].to_numpy())
    if variant == "retrained":
        train = pandas.read_csv("rows.csv")
        train[features] = train[features].astype("float64")
        weights = pandas.read_csv(os.environ["ASSAY_TRAINING_WEIGHTS"])["weight"].to_numpy()
        # It is to be judged on applications as they come in by now.
        holdout = with_debts(holdout)

    mlflow.set_experiment("loans")
    with mlflow.start_run(run_name=f"{variant}-model") as run:
        model.fit(train[features], train[LABEL], classify__sample_weight=weights)
        mlflow.set_tag("compliance", "GDPR")
        mlflow.log_params({"features": len(features), "uses_race": variant == "first", "reweighed": weights is not None, "seed": SEED})
        mlflow.log_metrics(
            {
                "accuracy": accuracy_score(holdout[LABEL], model.predict(holdout[features])),
                "roc_auc": roc_auc_score(holdout[LABEL], model.predict_proba(holdout[features])[:, 1]),
            }
        )
        mlflow.log_input(mlflow.data.from_pandas(train[features + [LABEL]], name="loanapp-train"), context="training")
        mlflow.log_table(holdout[list(dict.fromkeys(features + [LABEL] + SENSITIVE))], "eval/holdout.parquet")
        info = mlflow.sklearn.log_model(
            model,
            name="model",
            signature=infer_signature(train[features], model.predict(train[features])),
            registered_model_name=MODEL_NAME,
            skops_trusted_types=["numpy.dtype"],
        )
    print(f"run {run.info.run_id}: logged and registered {MODEL_NAME} version {info.registered_model_version}")


if __name__ == "__main__":
    main()
