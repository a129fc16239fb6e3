"""Text for people: as wide as the terminal, bars to an eighth of a column, colours only where they are wanted, ASCII where needed."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios

import numpy as np
import pandas as pd
import pytest

BINARY = os.environ["ASSAY_BINARY"]
ESCAPE = re.compile("\x1b\\[[0-9]+m")
BLOCKS = " \u258f\u258e\u258d\u258c\u258b\u258a\u2589\u2588"


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    random = np.random.default_rng(3)
    folder = tmp_path_factory.mktemp("text")
    frame = pd.DataFrame({"y": random.integers(0, 2, 900), "p": random.random(900).round(3),
        "g": random.choice(["caf\u00e9", "b", "c"], 900)})
    frame["d"] = (frame["p"] + 0.1 * (frame["g"] == "b") > 0.5).astype(int)
    frame.to_csv(folder / "rows.csv", index=False)
    return folder / "rows.csv", frame


def on_terminal(arguments, columns, **environment):
    """What a command writes to a terminal of that width."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    variables = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "LC_ALL", "LC_CTYPE", "LANG", "TERM")}
    process = subprocess.Popen(
        [BINARY, *map(str, arguments)], stdout=theirs, stderr=subprocess.DEVNULL, env={**variables, "TERM": "xterm", **environment})
    os.close(theirs)
    output = b""
    while True:
        try:
            part = os.read(ours, 65_536)
        except OSError:
            break
        if not part:
            break
        output += part
    os.close(ours)
    assert process.wait() == 0
    return output.decode().replace("\r\n", "\n")


def piped(arguments, **environment):
    variables = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "LC_ALL", "LC_CTYPE", "LANG")}
    done = subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, env={**variables, **environment})
    assert done.returncode == 0, done.stderr
    return done.stdout


def fairness(path, *options):
    return ["fairness", path, "--label", "y", "--prediction", "d", "--sensitive", "g", "--measure", "accuracy", *options]


def table(text):
    lines = text.splitlines()
    start = next(index for index, line in enumerate(lines) if line.split()[:2] == ["group", "rows"])
    return lines[start : start + 5]


@pytest.mark.parametrize("columns", [60, 80, 132, 500])
def test_bars_are_the_rates_in_the_width_there_is(rows, columns):
    path, frame = rows
    text = on_terminal(fairness(path), columns)
    assert ESCAPE.search(text)
    plain = ESCAPE.sub("", text)
    assert max(map(len, plain.splitlines())) <= min(max(columns, 40), 200)
    lines = table(plain)
    bars = {line.split()[0]: line.split()[-1] for line in lines[1:4]}
    if all(set(bar) <= set(BLOCKS) for bar in bars.values()):
        lengths = {name: sum(BLOCKS.index(block) for block in bar) for name, bar in bars.items()}
        rates = {line.split()[0]: float(line.split()[2]) for line in lines[1:4]}
        room = min(columns - 2 - max(len(line.rstrip(BLOCKS[1:] + " ")) for line in lines), 40)
        assert room >= 8
        for name in rates:
            assert lengths[name] == round(rates[name] * room * 8), (name, room, lines)
    else:
        assert columns == 60


def test_colours_are_for_terminals(rows):
    path, _ = rows
    assert not ESCAPE.search(piped(fairness(path)))
    assert not ESCAPE.search(on_terminal(fairness(path), 80, NO_COLOR="1"))
    assert not ESCAPE.search(on_terminal(fairness(path), 80, TERM="dumb"))
    assert not ESCAPE.search(on_terminal(fairness(path, "--color", "never"), 80))
    assert ESCAPE.search(on_terminal(fairness(path), 80, NO_COLOR=""))
    coloured = piped(fairness(path, "--color", "always"), NO_COLOR="1")
    assert ESCAPE.search(coloured) and ESCAPE.sub("", coloured) == piped(fairness(path))


@pytest.mark.parametrize(("variables", "is_plain"), [
    ({}, False), ({"LANG": "C.UTF-8"}, False), ({"LANG": "de_DE.utf8"}, False), ({"LANG": "C"}, True),
    ({"LC_ALL": "POSIX", "LANG": "C.UTF-8"}, True),
    ({"LC_ALL": "", "LC_CTYPE": "en_US.UTF-8", "LANG": "C"}, False)])
def test_without_utf_8_there_is_ascii(rows, variables, is_plain):
    path, _ = rows
    text = piped(fairness(path), **variables)
    # What the data say stays as it is.
    assert "caf\u00e9" in text and text.replace("caf\u00e9", "").isascii() == is_plain
    assert ("#" in table(text)[1]) == is_plain


def test_calibration_and_drift_have_bars(rows, tmp_path):
    path, frame = rows
    text = piped(["performance", path, "--label", "y", "--score", "p"])
    shares = [line for line in text.splitlines() if "\u2588" in line]
    assert len(shares) >= 10 and max(map(len, text.splitlines())) <= 80
    moved = frame.assign(p=frame["p"] ** 3)
    moved.to_csv(tmp_path / "moved.csv", index=False)
    text = subprocess.run(
        [BINARY, "drift", path, tmp_path / "moved.csv", "--mode", "evidently", "--color", "always"],
        capture_output=True, text=True).stdout
    assert "\x1b[31myes\x1b[0m" in text and "\x1b[32mno\x1b[0m" in text


def test_a_policys_words_are_coloured(rows, tmp_path):
    path, _ = rows
    (tmp_path / "p.yaml").write_text(
        'assay: policy/v1\nname: n\nversion: "1"\naccept: [supplied]\ndata: {label: y, prediction: d}\n'
        "checks:\n  - {id: performance.accuracy, min: 0}\n  - {id: performance.recall, min: 1}\n")
    done = subprocess.run(
        [BINARY, "check", tmp_path / "p.yaml", "--data", path, "--color", "always"], capture_output=True, text=True)
    assert done.returncode == 1 and "\x1b[31mfail\x1b[0m" in done.stdout and "\x1b[32mpass\x1b[0m" in done.stdout
