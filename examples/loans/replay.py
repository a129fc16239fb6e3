"""Replay the held-out applications against a gateway, as one batch; `--drift` has the applicants' other debts rise where it hurts.

The model does not read `race`. It is sent along so that the gateway records it (`--record-column race`) and monitors can look at it.
"""

import argparse
import json
import urllib.request

from data import CREDIT_FEATURES, LABEL, load


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("gateway", help="the gateway's address")
    parser.add_argument("batch", help="what the batch is called")
    parser.add_argument("--drift", action="store_true")
    parser.add_argument("--labels", help="a file to write what became of the applications")
    arguments = parser.parse_args()

    _, rows = load()
    rows = rows.copy()
    if arguments.drift:
        hit = rows["race"] != "white"
        rows.loc[hit, "obrat"] += 35
        rows.loc[hit, "pubrec"] = 1
    columns = CREDIT_FEATURES + ["race"]
    body = {"dataframe_split": {"columns": columns, "data": json.loads(rows[columns].to_json(orient="values"))}}
    request = urllib.request.Request(
        f"{arguments.gateway}/models/loan-approval/invocations", json.dumps(body).encode(),
        {"Content-Type": "application/json", "Assay-Batch": arguments.batch})
    with urllib.request.urlopen(request) as answer:
        record = answer.headers["Assay-Record"]
        approved = json.loads(answer.read())["predictions"]
    print(f"{len(rows)} applications, {sum(approved) / len(approved):.1%} approved; recorded as {record}")
    if arguments.labels:
        with open(arguments.labels, "w") as file:
            file.write("id,label\n" + "".join(f"{record}-{place},{label}\n" for place, label in enumerate(rows[LABEL])))


if __name__ == "__main__":
    main()
