"""`assay drift` asked, and its answer by column."""

import json

from tables import run


def ask(*arguments, status=(0, 1)):
    answer = run("drift", *arguments, "--format", "json")
    assert answer.returncode in status, answer.stderr
    value = json.loads(answer.stdout)
    value["status"] = answer.returncode
    return value


def column_results(answer):
    return {result["column"]: result for result in answer["results"] if "column" in result}
