"""A model of the low tier on the same applications: will one come with a cosigner? The mail room lays out a second folder if so.

Nobody is better or worse off for its answer, so no table has to be logged: one other person looks at it, and it may go.
"""

import warnings

import mlflow
from data import SEED, load
from mlflow.models import infer_signature
from sklearn.linear_model import LogisticRegression

MODEL_NAME = "loan-filing"
FEATURES = ["loanprc", "dep", "married", "self"]
LABEL = "cosign"


def main():
    warnings.filterwarnings("ignore")
    train, _ = load()
    train = train.dropna(subset=[*FEATURES, LABEL])
    mlflow.set_experiment("loans")
    with mlflow.start_run(run_name="filing-model"):
        model = LogisticRegression(max_iter=1000).fit(train[FEATURES], train[LABEL].astype(int))
        mlflow.log_params({"features": len(FEATURES), "seed": SEED})
        info = mlflow.sklearn.log_model(
            model,
            name="model",
            signature=infer_signature(train[FEATURES], model.predict(train[FEATURES])),
            pip_requirements=["scikit-learn"],
            registered_model_name=MODEL_NAME,
        )
    print(f"logged and registered {MODEL_NAME} version {info.registered_model_version}")


if __name__ == "__main__":
    main()
