"""Replay the held-out applications against a gateway, as one batch; `--drift` has the applicants' other debts rise where it hurts.

With `--singly` each application is a request of its own, by an applicant of its own (`Assay-Unit`), as a rollout draws them.

The model does not read `race`. It is sent along so that the gateway records it (`--record-column race`) and monitors can look at it.
"""

import argparse
import collections
import http.client
import json
import urllib.parse
import urllib.request

from data import CREDIT_FEATURES, LABEL, load, with_debts

COLUMNS = [*CREDIT_FEATURES, "race"]


def body(rows):
    return json.dumps({"dataframe_split": {"columns": COLUMNS, "data": json.loads(rows[COLUMNS].to_json(orient="values"))}}).encode()


def singly(gateway, rows):
    """Ask one by one over one connection, and say who answered what."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(gateway).netloc)
    answers = collections.Counter()
    for place in range(len(rows)):
        headers = {"Content-Type": "application/json", "Assay-Unit": f"applicant-{place}"}
        connection.request("POST", "/models/loan-approval/invocations", body(rows.iloc[place : place + 1]), headers)
        answer = connection.getresponse()
        answer.read()
        answers[answer.headers.get("Assay-Arm") or "no rollout", answer.headers.get("Assay-Model"), answer.status] += 1
    for (arm, model, status), count in sorted(answers.items()):
        print(f"{count:4} requests  {arm:10}  {model}  status {status}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("gateway", help="the gateway's address")
    parser.add_argument("batch", nargs="?", default="replay", help="what the batch is called")
    parser.add_argument("--drift", action="store_true")
    parser.add_argument("--singly", action="store_true")
    parser.add_argument("--labels", help="a file to write what became of the applications")
    arguments = parser.parse_args()

    _, rows = load()
    if arguments.drift:
        rows = with_debts(rows)
    if arguments.singly:
        return singly(arguments.gateway, rows)
    request = urllib.request.Request(
        f"{arguments.gateway}/models/loan-approval/invocations", body(rows),
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
