"""Steps of a story run in order, and what follows a step that failed is skipped."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "Acceptance"))
sys.path.insert(0, str(Path(__file__).parent))

os.environ["MPLBACKEND"] = "Agg"
os.environ["MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR"] = "false"

_broken = {}


def is_step(item):
    """Hooks are asked about other folders' tests too, where several folders are run together."""
    return Path(item.fspath).parent == Path(__file__).parent


def pytest_runtest_makereport(item, call):
    if is_step(item) and call.excinfo is not None and not call.excinfo.errisinstance(pytest.skip.Exception):
        _broken.setdefault(item.fspath, item.name)


def pytest_runtest_setup(item):
    if is_step(item) and item.fspath in _broken:
        pytest.skip(f"the step {_broken[item.fspath]} failed")


@pytest.fixture(autouse=True, scope="module")
def environment_of_a_story():
    """A story's address and tokens are not the next one's, nor those of other tests in the same process."""
    before = {name: value for name, value in os.environ.items() if name.startswith("MLFLOW_")}
    os.environ["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] = "0"
    yield
    for name in [name for name in os.environ if name.startswith("MLFLOW_") and name not in before]:
        del os.environ[name]
    os.environ.update(before)
    if "mlflow" in sys.modules:
        sys.modules["mlflow"].set_tracking_uri(os.environ.get("MLFLOW_TRACKING_URI", ""))
