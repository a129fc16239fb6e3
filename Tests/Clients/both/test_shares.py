"""MLflow's permissions of single users, with the client that sets them, and what a user of one share can do."""

import uuid

import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.server.auth.client import AuthServiceClient

from generation import refused
from wire import ask


@pytest.fixture
def people(url, house):
    """Two people without any verb of their own."""
    tokens = {}
    for name in [f"kim-{uuid.uuid4().hex[:8]}", f"lee-{uuid.uuid4().hex[:8]}"]:
        status, answer = ask(url, "POST", "/api/assay/v1/users", {"name": name, "roles": ["end_user"]},
                             authorization=f"Bearer {house.tokens['root']}")
        assert status == 200 and not answer["waiting"], answer
        tokens[name] = answer["token"]
    return tokens


def share(auth, username, kind, object_id, permission):
    """As the client at hand says it: by kind in version 3, by a method for each kind before."""
    if hasattr(auth, "grant_user_permission"):
        auth.grant_user_permission(username, {"model": "registered_model"}.get(kind, kind), object_id, permission)
    elif kind == "model":
        auth.create_registered_model_permission(object_id, username, permission)
    else:
        auth.create_experiment_permission(object_id, username, permission)


def unshare(auth, username, kind, object_id):
    if hasattr(auth, "revoke_user_permission"):
        auth.revoke_user_permission(username, {"model": "registered_model"}.get(kind, kind), object_id)
    elif kind == "model":
        auth.delete_registered_model_permission(object_id, username)
    else:
        auth.delete_experiment_permission(object_id, username)


def test_a_creator_shares_and_takes_back(url, house, people, mark, monkeypatch, tracking):
    (kim, token), _ = people.items()
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", house.tokens["ana"])
    auth, ana = AuthServiceClient(url), MlflowClient(url)
    experiment = ana.create_experiment(f"shared-{mark}")
    name = ana.create_registered_model(f"shared-{mark}").name
    ana.create_registered_model(f"kept-{mark}")

    def as_kim(work, *arguments, **options):
        monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", token)
        try:
            return work(*arguments, **options)
        finally:
            monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", house.tokens["ana"])

    with pytest.raises(MlflowException):
        as_kim(ana.get_experiment, experiment)
    share(auth, kim, "experiment", experiment, "EDIT")
    share(auth, kim, "model", name, "READ")
    run = as_kim(ana.create_run, experiment)
    as_kim(ana.log_metric, run.info.run_id, "m", 1.0)
    assert as_kim(ana.get_run, run.info.run_id).data.metrics == {"m": 1.0}
    assert [model.name for model in as_kim(ana.search_registered_models)] == [name]
    as_kim(refused, "PERMISSION_DENIED", "'delete'", ana.delete_experiment, experiment)
    as_kim(refused, "PERMISSION_DENIED", "'register'", ana.set_registered_model_tag, name, "k", "v")
    as_kim(refused, "RESOURCE_DOES_NOT_EXIST", "not found", ana.get_registered_model, f"kept-{mark}")
    with pytest.raises(MlflowException):
        as_kim(share, auth, kim, "model", name, "MANAGE")
    unshare(auth, kim, "experiment", experiment)
    with pytest.raises(MlflowException):
        as_kim(ana.get_run, run.info.run_id)


def test_what_is_denied_is_denied_by_roles(url, house, people, mark, monkeypatch, tracking):
    kim = next(iter(people))
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", house.tokens["ana"])
    experiment = MlflowClient(url).create_experiment(f"shared-{mark}")
    with pytest.raises(MlflowException, match="A role denies|Invalid permission"):
        share(AuthServiceClient(url), kim, "experiment", experiment, "NO_PERMISSIONS")
