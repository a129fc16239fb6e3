"""Every command that the guides print exists, with every option they give it."""

import os
import re
import shlex
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BINARY = os.environ["ASSAY_BINARY"]


@cache
def shown(*words):
    return subprocess.run([BINARY, *words, "--help"], capture_output=True, text=True)


def lines_of_blocks(text):
    """What stands in blocks without a language, without the prompt."""
    language = None
    for line in text.splitlines():
        if line.startswith("```"):
            language = line[3:] if language is None else None
        elif language == "":
            yield line.removeprefix("$ ")


def commands():
    for page in sorted((ROOT / "docs/guide").glob("*.md")):
        text = page.read_text()
        spans = [span for span in re.findall(r"`(assay [^`]+)`", text)]
        for line in [*lines_of_blocks(text), *spans]:
            if line.startswith("assay "):
                yield page.name, line.split("   #")[0].split(" > ")[0].strip()


@pytest.mark.parametrize("page, line", list(commands()))
def test_commands_exist(page, line):
    words = shlex.split(line.replace("…", "").replace("|", " "))[1:]
    path, rest = [], list(words)
    # Subcommands come first, and each is one that the one before lists.
    while rest and re.fullmatch("[a-z][a-z-]*", rest[0]) and re.search(rf"^  {re.escape(rest[0])}\b", shown(*path).stdout, re.M):
        path.append(rest.pop(0))
    assert path, f"{page}: {line}"
    help_text = shown(*path).stdout
    for option in [word for word in rest if word.startswith("--")]:
        assert re.search(rf"(^|[\s,]){re.escape(option)}\b", help_text, re.M), f"{page}: {line}: {option} is not of assay {' '.join(path)}"


def test_there_are_commands():
    assert len(list(commands())) > 40
