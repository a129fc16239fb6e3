"""The page of a model in operation: what monitors measured, drawn and tabled; alarms; who may see it; and a name that is markup."""

import re
from html.parser import HTMLParser

import requests
from test_gateway import eventually
from test_monitors import Watched, house, now  # noqa: F401


class Page(HTMLParser):
    """Elements that were opened, with their attributes, and the rows of each table as texts."""

    def __init__(self, text):
        super().__init__()
        self.opened, self.tables, self.depth = [], [], []
        self.feed(text)
        assert self.depth == [], self.depth

    def handle_starttag(self, tag, attributes):
        self.opened.append((tag, dict(attributes)))
        if tag not in ("meta", "link", "input", "br"):
            self.depth.append(tag)
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_startendtag(self, tag, attributes):
        self.opened.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.depth.pop() == tag, tag

    def handle_data(self, data):
        if "td" in self.depth or "th" in self.depth:
            self.tables[-1][-1][-1] += data

    def of(self, tag, kind=None):
        return [attributes for name, attributes in self.opened if name == tag and kind in (None, attributes.get("class"))]


def page(house, model, who="vera"):
    answer = requests.get(f"{house.url}/models/{model}/operations", timeout=30, headers={"Authorization": f"Bearer {house.tokens[who]}"})
    return answer.status_code, answer.text


def test_what_was_measured_is_drawn_and_tabled(house):
    watched = Watched(house, "shown", ["id: performance.accuracy, min: 0.8, window: 100 rows"])
    status, text = page(house, "shown")
    assert status == 200 and "Nothing was measured yet" in text and "<script" not in text
    # Of the first window nothing is known; then nine in ten are right, then seven in ten.
    ids = [(1000 + row).to_bytes(16, "big") for row in range(300)]
    watched.send([("a", "double", [0.0] * 300), ("@prediction", "int", [1] * 300)], [now()] * 300, ids=ids)
    eventually(lambda: len(watched.results()) == 3)
    file = house.folder / "shown.csv"
    file.write_text("id,label\n" + "".join(f"{ids[row].hex()}-0,{int(row % 10 < (9 if row < 200 else 7))}\n" for row in range(100, 300)))
    house.assay("labels", str(file), "--model", "shown", "--server", house.url, who="gate")
    eventually(lambda: sorted(one["verdict"] for one in watched.results()) == ["broken", "incomplete", "kept"])
    eventually(watched.alerts)
    status, text = page(house, "shown")
    seen = Page(text)
    [drawing] = seen.of("svg")
    assert drawing["role"] == "img" and "performance.accuracy" in drawing["aria-label"]
    # One inside and one outside of the limit; what could not be measured is no mark.
    assert (len(seen.of("circle", "mark")), len(seen.of("rect", "broken")), len(seen.of("line", "limit"))) == (1, 1, 1)
    [alarms] = [table for table in seen.tables if table[0][0] == "State"]
    assert [row[:2] for row in alarms[1:]] == [["fires", "warning"]] and "performance.accuracy" in alarms[1][2]
    [windows] = [table for table in seen.tables if table[0][0] == "No."]
    assert [(row[0], row[1], row[2], row[4]) for row in windows[1:]] == [
        ("1", "from row 0", "none", "100"), ("2", "from row 100", "0.9", "100"), ("3", "from row 200", "0.7", "100")], windows
    assert [re.match(r"\w+", row[3])[0] for row in windows[1:]] == ["incomplete", "kept", "broken"]
    # Under the rules for browsers, which take no style and no script of a page's own.
    assert "<script" not in text and not any("style" in attributes for _, attributes in seen.opened)
    assert '/models/shown/operations' in requests.get(
        house.url + "/models/shown", timeout=30, headers={"Authorization": f"Bearer {house.tokens['vera']}"}).text


def test_who_may_see_it_and_what_is_not_there(house):
    status, text = page(house, "absent")
    assert status == 404 and "absent" in text and "<svg" not in text
    name = "<b>&\"x"
    house.client("ana").create_registered_model(name)
    status, text = page(house, "%3Cb%3E%26%22x")
    assert status == 200 and "<b>&" not in text and "&lt;b&gt;&amp;" in text
    Page(text)
    house.assay("role", "create", "elsewhere", "--verb=read", "--resource=model:other*", "--server", house.url, who="root")
    house.add("nils", "elsewhere")
    assert page(house, "shown", who="nils")[0] == 404
