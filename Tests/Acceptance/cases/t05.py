"""The iris script with client 3.17: run id printed; metric, param and signature stored."""

from cases import iris
from house import expect


def run(house):
    import mlflow

    run_id = iris.run_id(house)
    stored = house.client().get_run(run_id)
    expect(stored.info.status == "FINISHED", stored.info.status)
    expect(stored.data.params == {"max_iter": "200"}, str(stored.data.params))
    expect(abs(stored.data.metrics["accuracy"] - 0.9733) < 0.02, str(stored.data.metrics))
    signature = mlflow.models.get_model_info(f"runs:/{run_id}/model").signature
    expect([column.name for column in signature.inputs] == ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"], str(signature))
