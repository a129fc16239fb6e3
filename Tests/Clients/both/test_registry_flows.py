"""Registering by every road the clients have, and loading by every name a version has."""

import mlflow
import numpy as np
import pandas as pd
import pytest
from generation import GENERATION, log_model, since_3
from mlflow.exceptions import MlflowException
from mlflow.models import infer_signature
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression

FRAME = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0], "b": [1.0, 0.0, 1.0, 0.0]})


def fitted(flipped=False):
    return LogisticRegression().fit(FRAME, [1, 1, 0, 0] if flipped else [0, 0, 1, 1])


def constant(value):
    return DummyClassifier(strategy="constant", constant=value).fit(FRAME, [0, 1, 0, 1])


def test_log_register_load(here, client, mark):
    """The road of the manuals: logged with a name, given an alias and a stage, loaded by each."""
    model = fitted()
    with mlflow.start_run() as run:
        info = log_model(model, registered_model_name=mark, signature=infer_signature(FRAME, model.predict(FRAME)), input_example=FRAME)
    version = client.get_model_version(mark, "1")
    assert (version.version, version.status, version.run_id) == ("1", "READY", run.info.run_id)
    client.set_registered_model_alias(mark, "champion", "1")
    client.transition_model_version_stage(mark, "1", "Production")
    # A second version that says otherwise, so that a name that leads to it is noticed.
    with mlflow.start_run():
        log_model(fitted(flipped=True), registered_model_name=mark)
    expected = model.predict(FRAME)
    for uri in [f"models:/{mark}/1", f"models:/{mark}@champion", f"models:/{mark}/Production", f"models:/{mark}/production",
                f"runs:/{run.info.run_id}/model", info.model_uri]:
        np.testing.assert_array_equal(mlflow.pyfunc.load_model(uri).predict(FRAME), expected, uri)
        np.testing.assert_array_equal(mlflow.sklearn.load_model(uri).predict(FRAME), expected, uri)
        assert mlflow.models.get_model_info(uri).signature.inputs.input_names() == ["a", "b"], uri
    np.testing.assert_array_equal(mlflow.pyfunc.load_model(f"models:/{mark}/2").predict(FRAME), 1 - expected)
    loaded = mlflow.pyfunc.load_model(f"models:/{mark}/1")
    assert loaded.metadata.run_id == run.info.run_id and loaded.metadata.get_input_schema().input_names() == ["a", "b"]
    assert mlflow.models.Model.load(f"models:/{mark}/1").flavors.keys() >= {"sklearn", "python_function"}
    for missing in [f"models:/{mark}/9", f"models:/{mark}@nobody", f"models:/{mark}/Staging"]:
        with pytest.raises(MlflowException):
            mlflow.pyfunc.load_model(missing)


def test_register_model_from_what_was_logged(here, client, mark):
    with mlflow.start_run() as run:
        info = log_model(constant(1))
    first = mlflow.register_model(info.model_uri, mark, tags={"team": "credit"})
    second = mlflow.register_model(f"runs:/{run.info.run_id}/model", mark)
    assert (str(first.version), str(second.version)) == ("1", "2")
    assert client.get_model_version(mark, "1").tags == {"team": "credit"}
    for version in "12":
        assert client.get_model_version(mark, version).run_id == run.info.run_id
        assert list(mlflow.pyfunc.load_model(f"models:/{mark}/{version}").predict(FRAME)) == [1] * 4


def test_create_model_version_from_a_runs_folder(here, client, mark, tmp_path):
    """What continuous integration does: a saved model, logged as files, registered from there."""
    mlflow.sklearn.save_model(constant(1), str(tmp_path / "saved"), pip_requirements=["scikit-learn"])
    with mlflow.start_run() as run:
        mlflow.log_artifacts(str(tmp_path / "saved"), "exported")
    client.create_registered_model(mark, tags={"k": "v"}, description="words")
    made = client.create_model_version(
        mark, f"{run.info.artifact_uri}/exported", run_id=run.info.run_id, tags={"t": "1"}, description="one", run_link="http://ci/1")
    assert (str(made.version), made.run_link, made.description, made.tags) == ("1", "http://ci/1", "one", {"t": "1"})
    assert list(mlflow.pyfunc.load_model(f"models:/{mark}/1").predict(FRAME)) == [1] * 4
    assert client.get_model_version(mark, "1").run_link == "http://ci/1"


def test_registered_models(client, mark):
    made = client.create_registered_model(mark, tags={"k": "v"}, description="words")
    assert (made.name, made.description, made.tags) == (mark, "words", {"k": "v"})
    assert client.update_registered_model(mark, "more words").description == "more words"
    client.set_registered_model_tag(mark, "team", "credit")
    client.delete_registered_model_tag(mark, "k")
    assert client.get_registered_model(mark).tags == {"team": "credit"}
    for letter in "ab":
        client.create_registered_model(f"{mark}-{letter}")
    found = client.search_registered_models(f"name LIKE '{mark}%'", order_by=["name DESC"])
    assert [model.name for model in found] == [f"{mark}-b", f"{mark}-a", mark]
    assert [model.name for model in mlflow.search_registered_models(filter_string=f"name = '{mark}'")] == [mark]
    client.rename_registered_model(mark, f"{mark}-new")
    assert client.get_registered_model(f"{mark}-new").tags == {"team": "credit"}
    with pytest.raises(MlflowException, match="not found"):
        client.get_registered_model(mark)
    client.delete_registered_model(f"{mark}-new")
    assert [model.name for model in client.search_registered_models(f"name LIKE '{mark}%'")] == [f"{mark}-a", f"{mark}-b"]
    with pytest.raises(MlflowException) as refusal:
        client.create_registered_model(f"{mark}-a")
    assert refusal.value.error_code == "RESOURCE_ALREADY_EXISTS"


def test_model_versions(client, mark):
    client.create_registered_model(mark)
    for number in range(3):
        client.create_model_version(mark, f"s3://bucket/{number}", tags={"number": str(number)})
    assert client.update_model_version(mark, "1", "words").description == "words"
    client.set_model_version_tag(mark, "1", "t", "x")
    client.delete_model_version_tag(mark, "1", "number")
    assert client.get_model_version(mark, "1").tags == {"t": "x"}
    assert client.get_model_version_download_uri(mark, "2") == "s3://bucket/1"
    assert client.get_model_version_stages(mark, "1") == ["None", "Staging", "Production", "Archived"]
    assert [v.version for v in client.search_model_versions(f"name = '{mark}'", order_by=["version_number ASC"])] == ["1", "2", "3"]
    assert {v.version for v in mlflow.search_model_versions(filter_string=f"name = '{mark}' and tags.number = '2'")} == {"3"}
    for version in "12":
        client.transition_model_version_stage(mark, version, "Staging")
    client.transition_model_version_stage(mark, "3", "Staging", archive_existing_versions=True)
    assert {v.current_stage: v.version for v in client.get_latest_versions(mark)} == {"Staging": "3", "Archived": "2"}
    client.set_model_version_tag(mark, key="by-stage", value="1", stage="Staging")
    assert client.get_model_version(mark, "3").tags["by-stage"] == "1"
    client.set_registered_model_alias(mark, "best", "3")
    assert client.get_model_version_by_alias(mark, "best").version == "3"
    assert client.get_registered_model(mark).aliases == {"best": "3"}
    client.delete_registered_model_alias(mark, "best")
    client.delete_model_version(mark, "3")
    # A number is not given twice.
    assert str(client.create_model_version(mark, "s3://bucket/again").version) == "4"


def test_copies(here, client, mark):
    with mlflow.start_run():
        log_model(constant(1), registered_model_name=mark)
    copied = client.copy_model_version(f"models:/{mark}/1", f"{mark}-copy")
    assert str(copied.version) == "1" and copied.name == f"{mark}-copy"
    assert list(mlflow.pyfunc.load_model(f"models:/{mark}-copy/1").predict(FRAME)) == [1] * 4
    client.copy_model_version(f"models:/{mark}-copy/1", mark)
    assert list(mlflow.pyfunc.load_model(f"models:/{mark}/2").predict(FRAME)) == [1] * 4


class Doubling(mlflow.pyfunc.PythonModel):
    def load_context(self, context):
        self.offset = float(open(context.artifacts["offset"]).read())

    def predict(self, context, model_input, params=None):
        return model_input["a"] * 2 + self.offset


def test_a_model_in_python(here, mark, tmp_path):
    (tmp_path / "offset.txt").write_text("0.5")
    with mlflow.start_run():
        log_model(Doubling(), flavor=mlflow.pyfunc, artifacts={"offset": str(tmp_path / "offset.txt")}, registered_model_name=mark)
    assert list(mlflow.pyfunc.load_model(f"models:/{mark}/1").predict(FRAME)) == [0.5, 2.5, 4.5, 6.5]


def test_a_logged_model_is_changed_and_its_version_is_not(here, mark):
    """Signature and requirements can be set later, where the model lies; what was registered stays."""
    with mlflow.start_run():
        info = log_model(fitted(), registered_model_name=mark)
    signature = infer_signature(FRAME, np.array([0, 1]))
    mlflow.models.set_signature(info.model_uri, signature)
    assert mlflow.models.get_model_info(info.model_uri).signature == signature
    mlflow.models.update_model_requirements(info.model_uri, "add", ["requests"])
    assert "requests" in open(mlflow.pyfunc.get_model_dependencies(info.model_uri)).read()
    registered = f"models:/{mark}/1"
    assert mlflow.models.get_model_info(registered).signature is None
    assert "requests" not in open(mlflow.pyfunc.get_model_dependencies(registered)).read()
    with pytest.raises(MlflowException):
        mlflow.models.set_signature(registered, signature)


@since_3
def test_models_of_runs_are_found_by_name(here, client):
    with mlflow.start_run() as run:
        for name in ("first", "second"):
            log_model(constant(int(name == "second")), name=name)
    for name, value in [("first", 0), ("second", 1)]:
        assert list(mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/{name}").predict(FRAME)) == [value] * 4
    found = mlflow.search_logged_models([here.experiment_id], output_format="list", order_by=[{"field_name": "name"}])
    assert [model.name for model in found] == ["first", "second"]
    table = mlflow.search_logged_models([here.experiment_id], filter_string="name = 'second'")
    assert list(table["source_run_id"]) == [run.info.run_id]
    assert mlflow.last_logged_model().name == "second"


@pytest.mark.skipif(GENERATION >= 3, reason="the present client keeps models beside runs")
def test_models_of_old_clients_lie_in_their_run(here, client):
    with mlflow.start_run() as run:
        log_model(constant(1))
    assert {item.path for item in client.list_artifacts(run.info.run_id, "model")} >= {"model/MLmodel", "model/model.pkl"}
    assert "mlflow.log-model.history" in client.get_run(run.info.run_id).data.tags
