import itertools
from pathlib import Path

import pytest

from .endpoints import ENDPOINTS
from .kept import LIST
from .pair import Pair
from .servers import AssayServer, MlflowServer
from .tally import Tally

FOLDER = Path(__file__).parent
TALLY = Tally()
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def both():
    servers = []
    try:
        for kind in (MlflowServer, AssayServer):
            servers.append(kind())
        for server in servers:
            server.wait()
        yield Pair(*servers, TALLY)
    finally:
        for server in servers:
            server.stop()


@pytest.fixture
def pair(both):
    """Both servers; what differs is gathered while the test goes on, and fails it at its end."""
    both.found.clear()
    yield both
    both.raise_found()


@pytest.fixture
def fresh():
    """Makes names that no other test uses and that every run repeats."""
    return lambda stem="name": f"{stem}-{next(_numbers)}"


# Runs of everything


def pytest_collection_modifyitems(config, items):
    ours = [item for item in items if FOLDER in item.path.parents]
    last = [item for item in ours if item.path.name == "test_whole.py"]
    items[:] = [item for item in items if item not in last] + last
    config.stash[COLLECTED] = {item.path for item in ours}


def pytest_deselected(items):
    if any(FOLDER in item.path.parents for item in items):
        TALLY.is_partial = True


COLLECTED = pytest.StashKey()


@pytest.fixture
def whole_run(request):
    """What was compared, if everything was and nothing failed."""
    everything = set(FOLDER.glob("test_*.py"))
    names = [argument for argument in request.config.args if "::" in argument]
    if TALLY.is_partial or names or request.config.stash[COLLECTED] != everything or TALLY.has_failed:
        pytest.skip("only after a whole run without failures")
    return TALLY


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.failed and FOLDER in item.path.parents:
        TALLY.has_failed = True


def pytest_terminal_summary(terminalreporter):
    if TALLY.cases:
        terminalreporter.write_line(
            f"conformance: {len(ENDPOINTS)} endpoints, {TALLY.cases} written requests, {TALLY.generated} generated, "
            f"{len(LIST)} kept differences")
