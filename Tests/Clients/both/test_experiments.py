"""Experiments, as far as messages, orders and pages: what MLflow's client is told and shown."""

import uuid

import pytest
from generation import since_3
from mlflow.entities import ViewType
from mlflow.exceptions import MlflowException


def test_default_experiment_is_there(client):
    default = client.get_experiment("0")
    assert default.name == "Default" and default.artifact_location == "mlflow-artifacts:/0"


def test_experiment_life(client, experiment):
    got = client.get_experiment(experiment)
    assert got.tags == {"team": "credit"} and got.lifecycle_stage == "active"
    assert client.get_experiment_by_name(got.name).experiment_id == experiment
    client.rename_experiment(experiment, got.name + "-new")
    client.set_experiment_tag(experiment, "team", "fraud")
    client.set_experiment_tag(experiment, "empty", "")
    assert client.get_experiment(experiment).tags == {"team": "fraud", "empty": ""}
    run = client.create_run(experiment).info.run_id
    client.delete_experiment(experiment)
    assert client.get_experiment(experiment).lifecycle_stage == "deleted"
    assert client.get_run(run).info.lifecycle_stage == "deleted"
    with pytest.raises(MlflowException, match="must be in the 'active' state"):
        client.create_run(experiment)
    with pytest.raises(MlflowException, match="non-active experiment"):
        client.rename_experiment(experiment, "again")
    client.restore_experiment(experiment)
    assert client.get_run(run).info.lifecycle_stage == "active"


@since_3
def test_workspaces_and_tags_that_go(client, experiment):
    assert client.get_experiment(experiment).workspace == "default"
    client.set_experiment_tag(experiment, "k", "v")
    client.delete_experiment_tag(experiment, "team")
    assert client.get_experiment(experiment).tags == {"k": "v"}


def test_experiment_refusals(client, experiment):
    name = client.get_experiment(experiment).name
    with pytest.raises(MlflowException, match="already exists") as error:
        client.create_experiment(name)
    assert error.value.error_code == "RESOURCE_ALREADY_EXISTS"
    with pytest.raises(MlflowException, match="No Experiment with id=987654321 exists") as error:
        client.get_experiment("987654321")
    assert error.value.error_code == "RESOURCE_DOES_NOT_EXIST"
    assert client.get_experiment_by_name("no such experiment") is None
    with pytest.raises(MlflowException, match="exceeds the maximum length of 500"):
        client.create_experiment("x" * 501)


def test_search_experiments_pages(client):
    mark = uuid.uuid4().hex
    ids = [client.create_experiment(f"{mark}-{i}", tags={"mark": mark, "odd": str(i % 2)}) for i in range(5)]
    seen, token = [], None
    while True:
        page = client.search_experiments(filter_string=f"tags.mark = '{mark}'", max_results=2, page_token=token)
        assert len(page) <= 2
        seen += [e.experiment_id for e in page]
        token = page.token
        if not token:
            break
    assert seen == ids[::-1] or sorted(seen) == sorted(ids)
    odd = client.search_experiments(filter_string=f"tags.mark = '{mark}' AND tags.odd = '1'", order_by=["name DESC"])
    assert [e.experiment_id for e in odd] == [ids[3], ids[1]]
    like = client.search_experiments(filter_string=f"name LIKE '{mark}-%'", order_by=["experiment_id ASC"])
    assert [e.experiment_id for e in like] == ids
    assert not client.search_experiments(filter_string=f"name LIKE '{mark.upper()}-%'")
    assert len(client.search_experiments(filter_string=f"name ILIKE '{mark.upper()}-%'")) == 5
    client.delete_experiment(ids[0])
    gone = client.search_experiments(ViewType.DELETED_ONLY, filter_string=f"tags.mark = '{mark}'")
    assert [e.experiment_id for e in gone] == [ids[0]]
