"""Ask for Production with the ordinary MLflow client and print what it says, exceptions included."""

import sys

import mlflow
from mlflow.exceptions import MlflowException


def main():
    version = sys.argv[1]
    client = mlflow.MlflowClient()
    try:
        client.transition_model_version_stage(
            name="loan-approval", version=version, stage="Production", archive_existing_versions=True
        )
    except MlflowException as refusal:
        print(f"{type(refusal).__name__}: {refusal.message}")
        return 1
    print(f"loan-approval version {version} is in Production")
    return 0


if __name__ == "__main__":
    sys.exit(main())
