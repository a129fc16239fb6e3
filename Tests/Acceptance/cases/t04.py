"""`assay ui` prints one line with the address; the runs page filters by tag and shows params, metrics, tags, fairness evidence."""

import json
import urllib.parse

from cases import loans
from house import expect


def run(house):
    expect(house.announcement.count("http://") == 1, house.announcement)
    first = loans.version(house, "first")
    status, page = house.http("GET", "/?filter=" + urllib.parse.quote("tags.compliance = 'GDPR'"))
    expect(status == 200 and first["run_id"] in page, f"the filtered page ({status}) lacks the run")
    status, page = house.http("GET", "/?filter=" + urllib.parse.quote("tags.compliance = 'none'"))
    expect(status == 200 and first["run_id"] not in page, "the filter lets everything through")
    house.wait_for_evidence("loan-approval", first["version"])
    status, page = house.http("GET", f"/runs/{first['run_id']}")
    expect(status == 200, f"the run page answered {status}")
    for piece in ["uses_race", "roc_auc", "GDPR", "fairness.demographic_parity_difference"]:
        expect(piece in page, f"the run page lacks {piece}")
