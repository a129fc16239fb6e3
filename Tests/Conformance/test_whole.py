"""What a whole run has shown. These come last, and only after a run of everything in which nothing failed."""

import os

import pytest

from .endpoints import ENDPOINTS, PREFIXES
from .kept import KEPT
from .page import PAGE, table, whole

# Nothing about them can be refused.
OPEN = {"/health", "/version", "/api/3.0/mlflow/server-info", "/ajax-api/3.0/mlflow/server-info"}


WRITES = os.environ.get("ASSAY_CONFORMANCE_PAGE") == "write"


@pytest.mark.skipif(WRITES, reason="the page is written anew")
def test_the_page_lists_what_is_kept():
    assert table() in PAGE.read_text(), f"{PAGE} does not list the kept differences as kept.py does"


def test_every_endpoint_answers_and_refuses(whole_run):
    tally = whole_run
    missing = [f"{endpoint}: never answered" for endpoint in ENDPOINTS if not tally.answered[endpoint]]
    missing += [f"{endpoint}: never refused" for endpoint in ENDPOINTS if not tally.refused[endpoint] and endpoint.path not in OPEN]
    missing += [
        f"{endpoint}: not under {prefix}" for endpoint in ENDPOINTS if endpoint.has_prefixes for prefix in PREFIXES
        if prefix not in tally.prefixes[endpoint]
    ]
    assert not missing, "\n".join(missing)


def test_every_kept_difference_shows(whole_run):
    assert not [name for name in KEPT if not whole_run.kept[name]]


def test_the_page_counts_what_was_compared(whole_run):
    """With ASSAY_CONFORMANCE_PAGE=write the page is written anew."""
    text = whole(len(ENDPOINTS), whole_run.cases)
    if WRITES:
        PAGE.write_text(text)
    assert PAGE.read_text() == text, f"{PAGE} counts something else than {len(ENDPOINTS)} endpoints and {whole_run.cases} requests"
