"""A suite with `expect_column_to_not_exist {column: gender}`: `success: false`, exit 1."""

import json

from house import expect


def run(house):
    suite, with_it, without = (house.folder / name for name in ("t27.json", "t27-with.csv", "t27-without.csv"))
    suite.write_text(json.dumps({
        "name": "no_gender", "expectations": [{"type": "expect_column_to_not_exist", "kwargs": {"column": "gender"}}]}))
    with_it.write_text("age,gender\n31,f\n42,m\n")
    without.write_text("age\n31\n42\n")
    for path, success in ((with_it, False), (without, True)):
        printed = house.assay("validate", str(path), "--suite", str(suite), "--format", "json", check=0 if success else 1).stdout
        answer = json.loads(printed)
        expect(answer["success"] is success, answer)
        (result,) = answer["validation"]["results"]
        expect(result["success"] is success and result["expectation_config"]["type"] == "expect_column_to_not_exist", result)
