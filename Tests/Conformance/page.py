"""docs/compatibility.md: the kept differences and what a run has compared, as text."""

from pathlib import Path

from .kept import LIST

PAGE = Path(__file__).parents[2] / "docs" / "compatibility.md"

HEAD = """# Where Assay differs from MLflow on purpose

`Tests/Conformance` starts MLflow's own server (`mlflow server` 3.17.2 on SQLite) and Assay side by side, sends both the same
requests and compares status and body. Ids and times that a server chooses are mapped, the same one always to the same; nothing
else is left out of the comparison. What differs is either corrected here or stands in this list, which is printed from the
one the tests use: each entry is named at the very requests where it shows, one that shows nowhere fails the tests, and so does
a difference that is not named.

"""


def counts(endpoints, cases):
    return (f"Compared are {endpoints} endpoints in {cases} written requests, besides those that are generated; "
            f"{len(LIST)} differences are kept.\n\n")


def table():
    lines = ["| name | here | MLflow 3.17.2 | why |", "|---|---|---|---|"]
    for kept in LIST:
        cells = (f"`{kept.name}`", kept.here, kept.mlflow, kept.reason)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


TAIL = """
Without a case here, because they are about who asks and not about what is asked: permissions, and refusals of the gate
([gate.md](design/gate.md)), which answer 403; `Host` and `Origin` are judged as MLflow does, but no page of another port may
write. `/invocations` takes `{"data": …}` and rows by position ([models.md](design/models.md)). Traces, prompts, scorers,
gateways, evaluation data sets, labels and workspaces are not served. Webhooks and transfers in parts have tests of their own.
"""


def whole(endpoints, cases):
    return HEAD + counts(endpoints, cases) + table() + TAIL
