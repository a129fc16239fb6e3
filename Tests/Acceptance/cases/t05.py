"""The iris script with clients 3.17 and 2.22: run id printed; metric, param and signature stored."""

from cases import iris
from house import expect


def run(house):
    import mlflow

    client = house.client()
    for generation in iris.CLIENTS:
        run_id = iris.run_id(house, generation)
        stored = client.get_run(run_id)
        expect(stored.info.status == "FINISHED", f"{generation}: {stored.info.status}")
        expect(stored.data.params == {"max_iter": "200"}, f"{generation}: {stored.data.params}")
        expect(abs(stored.data.metrics["accuracy"] - 0.9733) < 0.02, f"{generation}: {stored.data.metrics}")
        signature = mlflow.models.get_model_info(f"runs:/{run_id}/model").signature
        names = [column.name for column in signature.inputs]
        expected = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"]
        expect(names == expected, f"{generation}: {signature}")
        # The old client keeps a model below its run, the present one beside it.
        kept = {item.path for item in client.list_artifacts(run_id)}
        expect(kept == ({"model"} if generation == "2.22" else set()), f"{generation}: {kept}")
