import itertools

import pytest

from .pair import Pair
from .servers import AssayServer, MlflowServer
from .tally import Tally


@pytest.fixture(scope="session")
def tally():
    return Tally()


@pytest.fixture(scope="session")
def both(tally):
    servers = []
    try:
        for kind in (MlflowServer, AssayServer):
            servers.append(kind())
        for server in servers:
            server.wait()
        yield Pair(*servers, tally)
    finally:
        for server in servers:
            server.stop()


@pytest.fixture
def pair(both):
    both.found.clear()
    yield both
    both.raise_found()


_numbers = itertools.count(1)


@pytest.fixture
def fresh():
    """Makes names that no other test uses and that every run repeats."""
    return lambda stem="name": f"{stem}-{next(_numbers)}"
