"""Names that the two servers choose for themselves, and the times they set.

A name both sides chose for the same thing becomes one placeholder in what tests see and send: a text of private-use
characters, which goes through f-strings, JSON and query strings like any other and is turned into each side's own name
just before sending. A name is learnt in one place only, where a test says that something new is answered; from then on
it stands for the same thing on both sides in every answer, also inside messages and addresses.
"""

import re

RUN_ID = re.compile(r"[0-9a-f]{32}")
MODEL_ID = re.compile(r"m-[0-9a-f]{32}")
# What MLflow calls runs and models that nobody named.
RANDOM_NAME = re.compile(r"[a-z]+-[a-z]+-[0-9]{1,3}")

OPEN, CLOSE = "\ue000", "\ue001"
PLACEHOLDER = re.compile(f"{OPEN}([a-z]+[0-9]+){CLOSE}")
ID_IN_TEXT = re.compile(r"(?<![0-9a-f])(?:m-)?[0-9a-f]{32}(?![0-9a-f])")
KINDS = {"run": RUN_ID, "model": MODEL_ID, "name": RANDOM_NAME}

# Fields that hold the servers' own clocks. Times that clients send are compared as they are.
CLOCKS = {
    "creation_time", "last_update_time", "creation_timestamp", "last_updated_timestamp", "creation_timestamp_ms",
    "last_updated_timestamp_ms",
}


class Moment:
    """A server's time as the numbers of the requests during which it passed: mostly one, two at a shared millisecond; -1 for
    any time before the first."""

    def __init__(self, requests):
        self.requests = frozenset(requests)

    def __eq__(self, other):
        return isinstance(other, Moment) and bool(self.requests & other.requests)

    def __hash__(self):
        raise TypeError("moments that are equal to a third need not be equal")

    def __repr__(self):
        return f"<time of request {'/'.join(map(str, sorted(self.requests)))}>" if self.requests else "<time of no request>"


class Side:
    """What is known of one server: its names by placeholder and back, and when each request ran."""

    def __init__(self):
        self.values = {}
        self.placeholders = {}
        self.windows = []

    def learn(self, placeholder, value):
        self.values[placeholder] = value
        self.placeholders.setdefault(value, placeholder)

    def own(self, text):
        """A text to be sent, with this side's names."""
        return PLACEHOLDER.sub(lambda match: self.values[match.group()], text)

    def shared(self, text):
        """A text that was answered, with placeholders."""
        if text in self.placeholders:
            return self.placeholders[text]
        return ID_IN_TEXT.sub(lambda match: self.placeholders.get(match.group(), match.group()), text)

    def moment(self, time):
        if self.windows and time < self.windows[0][0]:
            return Moment([-1])
        # Requests are numbered in order, so the ones that may hold the time are close to each other.
        found = []
        for number in range(len(self.windows) - 1, -1, -1):
            sent, received = self.windows[number]
            if sent <= time <= received:
                found.append(number)
            elif received < time:
                break
        return Moment(found)

    def normalised(self, value, key=None):
        if isinstance(value, str):
            return self.shared(value)
        if isinstance(value, dict):
            return {self.shared(name): self.normalised(member, name) for name, member in value.items()}
        if isinstance(value, list):
            return [self.normalised(element) for element in value]
        if key in CLOCKS and type(value) is int:
            return self.moment(value)
        return value
