"""Data sets of runs: linked once, found by name, digest and context, listed for experiments."""

import json

import mlflow
import numpy as np
import pandas as pd
from generation import since_3
from wire import call


def test_data_sets(here, client, url):
    frame = pd.DataFrame({"age": [30, 40, 50], "approved": [0, 1, 1]})
    table = mlflow.data.from_pandas(frame, source="https://example.com/loans.csv", name="loans", targets="approved")
    array = mlflow.data.from_numpy(np.arange(6.0).reshape(3, 2), name="array")
    with mlflow.start_run() as run:
        mlflow.log_input(table, context="training", tags={"split": "0.8"})
        mlflow.log_input(table, context="eval")
        mlflow.log_input(array)
    inputs = {item.dataset.name: item for item in client.get_run(run.info.run_id).inputs.dataset_inputs}
    assert set(inputs) == {"loans", "array"}
    loans = inputs["loans"]
    # The link is made once; what came later does not change it.
    assert {tag.key: tag.value for tag in loans.tags} == {"split": "0.8", "mlflow.data.context": "training"}
    assert loans.dataset.digest == table.digest and loans.dataset.source_type == "http"
    assert json.loads(loans.dataset.schema) and json.loads(loans.dataset.profile)["num_rows"] == 3
    assert mlflow.data.get_source(loans.dataset).url == "https://example.com/loans.csv"
    for filter_string, count in [
        ("dataset.name = 'loans'", 1), ("dataset.context = 'training'", 1), ("dataset.name = 'array' and dataset.context = 'x'", 0),
        (f"dataset.digest IN ('{table.digest}', 'x')", 1), ("dataset.name LIKE 'lo%' AND dataset.context != 'eval'", 1),
    ]:
        assert len(mlflow.search_runs(filter_string=filter_string)) == count, filter_string
    path, body = "/api/2.0/mlflow/experiments/search-datasets", {"experiment_ids": [here.experiment_id]}
    summaries = json.loads(call(url, "POST", path, body)[2])["dataset_summaries"]
    assert {(s["experiment_id"], s["name"], s["digest"], s.get("context")) for s in summaries} == {
        (here.experiment_id, "loans", table.digest, "training"), (here.experiment_id, "array", array.digest, None)}


@since_3
def test_several_inputs_at_once(here, client):
    sets = [mlflow.data.from_numpy(np.full(3, float(number)), name=f"part-{number}") for number in range(3)]
    with mlflow.start_run() as run:
        mlflow.log_inputs(sets, contexts=["training", "training", "eval"], tags_list=[{}, {"k": "v"}, {}], models=None)
        mlflow.log_metric("loss", 0.25, dataset=sets[2])
    assert len(client.get_run(run.info.run_id).inputs.dataset_inputs) == 3
    assert len(mlflow.search_runs(filter_string="dataset.name = 'part-2' and dataset.context = 'eval'")) == 1
