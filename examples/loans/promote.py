"""Ask for Production with the ordinary MLflow client and print what it says, exceptions included: promote.py VERSION [MODEL]"""

import sys

import mlflow
from mlflow.exceptions import MlflowException


def main():
    version = sys.argv[1]
    name = sys.argv[2] if len(sys.argv) > 2 else "loan-approval"
    client = mlflow.MlflowClient()
    try:
        client.transition_model_version_stage(
            name=name, version=version, stage="Production", archive_existing_versions=True
        )
    except MlflowException as refusal:
        print(f"{type(refusal).__name__}: {refusal.message}")
        return 1
    print(f"{name} version {version} is in Production")
    return 0


if __name__ == "__main__":
    sys.exit(main())
