"""One server for all tests with the real clients, unless ASSAY_URL names one that is running.

Sets ASSAY_URL, and for each person `ASSAY_TOKEN_<NAME>` (root, ana, petra, vera, carl, otto). What stands in the folder `both`
holds with MLflow's present client and with 2.22: scripts/test runs it by both interpreters.
"""

import os
import sys
import uuid
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "Acceptance"))

os.environ["MPLBACKEND"] = "Agg"
os.environ["MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR"] = "false"

_house = None


def pytest_sessionstart(session):
    global _house
    # Where pytest-xdist hands tests to workers, each of these has a server of its own.
    if os.environ.get("ASSAY_URL") or session.config.option.collectonly or getattr(session.config.option, "numprocesses", None):
        return
    from house import House

    _house = House()
    _house.start()
    os.environ["ASSAY_URL"] = _house.url
    os.environ["MLFLOW_TRACKING_URI"] = _house.url
    for name, token in _house.tokens.items():
        os.environ[f"ASSAY_TOKEN_{name.upper()}"] = token


def pytest_sessionfinish(session):
    if _house:
        _house.remove()


@pytest.fixture(scope="session")
def house():
    if _house is None:
        pytest.skip("ASSAY_URL names a server whose people these tests do not know")
    return _house


@pytest.fixture(scope="session")
def url():
    return os.environ["ASSAY_URL"]


@pytest.fixture
def tracking(url, monkeypatch):
    """The server to which the fluent API speaks. Clients repeat a 500 seven times: here the first is the answer."""
    import mlflow

    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    mlflow.set_tracking_uri(url)
    yield
    while mlflow.active_run():
        mlflow.end_run()


@pytest.fixture
def client(url, tracking):
    from mlflow import MlflowClient

    return MlflowClient(url)


@pytest.fixture
def mark():
    """A word that stands in no other test's objects."""
    return f"m{uuid.uuid4().hex}"


@pytest.fixture
def name(mark):
    """A registered model's."""
    return f"registry-{mark}"


@pytest.fixture
def experiment(client, mark):
    return client.create_experiment(f"experiment-{mark}", tags={"team": "credit"})


@pytest.fixture
def here(mark, tracking):
    """The experiment that the fluent API logs to."""
    import mlflow

    return mlflow.set_experiment(f"fluent-{mark}")


def environment_restored():
    before = {name: value for name, value in os.environ.items() if name.startswith("MLFLOW_")}
    yield
    for name in [name for name in os.environ if name.startswith("MLFLOW_") and name not in before]:
        del os.environ[name]
    os.environ.update(before)


@pytest.fixture(autouse=True)
def environment_as_found():
    """The client and the tests set `MLFLOW_…` for the whole process: a token or an experiment of one test is not the next one's."""
    yield from environment_restored()


@pytest.fixture(autouse=True, scope="module")
def environment_of_modules():
    """Nor is what a file's own house set the next file's, its address included."""
    yield from environment_restored()
    if "mlflow" in sys.modules:
        sys.modules["mlflow"].set_tracking_uri(os.environ.get("MLFLOW_TRACKING_URI", ""))
