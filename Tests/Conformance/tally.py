"""What a run of the suite has covered."""

from collections import Counter, defaultdict

from .endpoints import endpoint_of


class Tally:
    def __init__(self):
        self.cases = 0
        self.generated = 0
        self.kept = Counter()
        # By endpoint: how many requests it answered, how many it refused, and the prefixes they came under.
        self.answered = Counter()
        self.refused = Counter()
        self.prefixes = defaultdict(set)
        self.is_generating = False
        # Whether tests were left out, and whether one has failed.
        self.is_partial = False
        self.has_failed = False

    def count(self, method, path, status):
        if self.is_generating:
            self.generated += 1
            return
        self.cases += 1
        endpoint, prefix = endpoint_of(method, path)
        if endpoint is None:
            return
        (self.answered if status < 400 else self.refused)[endpoint] += 1
        if prefix:
            self.prefixes[endpoint].add(prefix)

    def use(self, name):
        # A difference must show in a case that stands written, not only in one that chance brings.
        if not self.is_generating:
            self.kept[name] += 1
