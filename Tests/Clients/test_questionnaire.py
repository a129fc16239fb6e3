"""An organisation's own questionnaire, from the command line: looked at, checked, published for good, eased by two people."""

import re

import pytest
from house import House


@pytest.fixture(scope="module")
def house():
    house = House()
    house.start()
    house.client("ana").create_registered_model("asked")
    yield house
    house.remove()


def own(house, name, *edits):
    text = house.assay("questionnaire", "show", "--shipped", "--text").stdout.replace("name: assay\n", "name: bank\n", 1)
    for right, wrong in edits:
        assert right in text, right
        text = text.replace(right, wrong)
    (house.folder / name).write_text(text)
    return name


def publish(house, name, who, check=0):
    done = house.assay("questionnaire", "publish", name, "--server", house.url, who=who, check=check)
    return done.stdout + done.stderr


def answered(house, changes):
    blank = house.assay("questionnaire", "show", "--blank", "--server", house.url, who="otto").stdout
    lines, first = [], None
    for line in blank.splitlines():
        option = re.match(r"  #     ([a-z0-9-]+): ", line)
        first = first or (option and option[1])
        question = re.match(r"  ([a-z0-9-]+):$", line)
        if question:
            line, first = f"{line} {changes.get(question[1], first or 'no')}", None
        lines.append(line.replace("purpose:", "purpose: walks dogs") if line == "purpose:" else line)
    (house.folder / "answers.yaml").write_text("\n".join(lines) + "\n")
    return house.assay("model", "classify", "asked", "--answers", "answers.yaml", "--server", house.url, who="carl").stdout


PETS = "questions:\n  - {id: pets, section: own, kind: yes-no, text: Is it about pets?, effects: {tier: high}}\n"


def test_shown_checked_and_published(house):
    shown = house.assay("questionnaire", "show", "--server", house.url, who="otto").stdout
    assert "in force: assay 1" in shown and "nobody has published another" in shown
    name = own(house, "own.yaml", ("questions:\n", PETS))
    linted = house.assay("questionnaire", "lint", name).stdout
    assert "bank 1: 5" in linted and "asks for less" not in linted
    assert "Published bank 1" in publish(house, name, "vera")
    assert "in force: bank 1" in house.assay("questionnaire", "show", "--server", house.url, who="otto").stdout
    assert "tier high" in answered(house, {"pets": "yes"})
    said = house.assay("model", "classify", "asked", "--show", "--server", house.url, who="otto").stdout
    assert "Is it about pets?" in said and "by the questionnaire bank 1" in said
    again = own(house, "again.yaml", ("questions:\n", PETS), ("fewer than 1,000", "few"))
    assert "never changes" in publish(house, again, "vera", check=None)


def test_less_takes_two_people_and_the_law_is_not_theirs(house):
    version = ('version: "1"', 'version: "2"')
    easier = own(house, "easier.yaml", version, ("questions:\n", PETS), ("{moderate: 8, high: 13}", "{moderate: 9, high: 14}"))
    assert "asks for less: the tier moderate takes 9 points" in house.assay("questionnaire", "lint", easier).stdout
    printed = publish(house, easier, "vera")
    assert "is not in force" in printed and "the tier high takes 14 points, where it took 13" in printed
    number = printed.split("assay role confirm ")[1].split()[0]
    listed = house.assay("role", "proposals", "--server", house.url, who="carl").stdout
    assert "questionnaire; sha256:" in listed and "14 points" in listed
    assert "takes a second person" in house.assay("role", "confirm", number, "--server", house.url, who="vera", check=None).stderr
    house.assay("role", "confirm", number, "--server", house.url, who="carl")
    assert "in force: bank 2" in house.assay("questionnaire", "show", "--server", house.url, who="otto").stdout

    lawless = own(house, "lawless.yaml", ('version: "1"', 'version: "3"'), ("effects: {class: prohibited}", "effects: {class: high}"))
    linted = house.assay("questionnaire", "lint", lawless, check=1).stdout
    assert "takes from the law: 'art-5-1-a'" in linted
    assert "may add to what Regulation" in publish(house, lawless, "vera", check=None)


@pytest.mark.parametrize("who", ["ana", "otto", "root", None])
def test_who_may_not_publish_does_not(house, who):
    name = own(house, "other.yaml", ('version: "1"', 'version: "9"'))
    assert "Published" not in publish(house, name, who, check=None)


def test_what_is_wrong_is_named_by_line(house):
    (house.folder / "wrong.yaml").write_text("assay: questionnaire/v1\nname: x\n")
    done = house.assay("questionnaire", "lint", "wrong.yaml", check=2)
    assert "wrong.yaml:" in done.stderr and "needs 'questions'" in done.stderr
