"""What generated requests are made of: ordinary and hostile text, limits ± 1, numbers in all their forms."""

from hypothesis import strategies as st

from .helpers import BAD_KEYS, GOOD_KEYS, HOSTILE

# Characters that Python and Swift know alike: assigned ones, without surrogates (no JSON text has one alone), without
# U+0000 (refused here on purpose) and without the private ones that stand for ids in this suite.
CHARACTERS = st.characters(exclude_categories=["Cs", "Cn", "Co"], exclude_characters="\x00")

TEXT = st.one_of(st.sampled_from(HOSTILE), st.text(CHARACTERS, max_size=20))
WORD = st.text("ab é_'\"%", min_size=1, max_size=6)

# Keys that are taken, mostly a few that meet again; and some at the limits or beyond.
KEY = st.one_of(st.sampled_from(["a", "b", "c", "A", "a b", "é"]), st.sampled_from(GOOD_KEYS), st.sampled_from(BAD_KEYS))
KNOWN_KEY = st.sampled_from(["a", "b", "c", "A", "a b", "é"])
VALUE = st.one_of(st.sampled_from(["", "x", "y", "X"]), TEXT, st.integers(5_999, 6_001).map("v".__mul__))
TAG_VALUE = st.one_of(st.sampled_from(["", "x", "y", "X"]), TEXT, st.integers(7_999, 8_001).map("v".__mul__))

NUMBER = st.one_of(
    st.sampled_from([0, 1, -1, 0.5, 1e308, -1e308, 5e-324, -0.0, "NaN", "Infinity", "-Infinity", "1.5"]), st.integers(-5, 5),
    st.floats(allow_nan=False, allow_infinity=False))
TIME = st.one_of(st.integers(0, 5), st.sampled_from([2**63 - 1, 1_700_000_000_000]))
STEP = st.one_of(st.integers(-3, 5), st.sampled_from([2**63 - 1, -(2**63)]))


def metric():
    return st.fixed_dictionaries({"key": KEY, "value": NUMBER, "timestamp": TIME}, optional={"step": STEP})


def pair_of(key, value):
    return st.fixed_dictionaries({"key": key}, optional={"value": value})


def quoted(text):
    """A text as a filter writes it; one with both quotes has no form."""
    return f"'{text}'" if "'" not in text else f'"{text}"'


def key_in_filter(key):
    return key if key.isascii() and key.isalnum() else f"`{key}`"


def run_clauses():
    texts = WORD.filter(lambda text: not ("'" in text and '"' in text))
    return st.one_of(
        st.builds(lambda key, comparator, number: f"metrics.{key_in_filter(key)} {comparator} {number}",
                  KNOWN_KEY, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
                  st.one_of(st.integers(-5, 5), st.sampled_from(["0.5", "1e308", "-1e308", ".5"]))),
        st.builds(lambda entity, key, comparator, text: f"{entity}.{key_in_filter(key)} {comparator} {quoted(text)}",
                  st.sampled_from(["params", "tags"]), KNOWN_KEY, st.sampled_from(["=", "!=", "LIKE", "ILIKE"]), texts),
        st.builds(lambda entity, key, comparator: f"{entity}.{key_in_filter(key)} {comparator}",
                  st.sampled_from(["params", "tags"]), KNOWN_KEY, st.sampled_from(["IS NULL", "IS NOT NULL"])),
        st.builds(lambda comparator, text: f"run_name {comparator} {quoted(text)}", st.sampled_from(["=", "!=", "LIKE", "ILIKE"]), texts),
        st.builds(lambda comparator, text: f"status {comparator} '{text}'", st.sampled_from(["=", "!="]),
            st.sampled_from(["RUNNING", "FINISHED", "FAILED"])),
        st.builds(lambda comparator, time: f"start_time {comparator} {time}", st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
            st.integers(0, 30)),
    )


def filters(clauses):
    return st.lists(clauses, max_size=3).map(" AND ".join)


RUN_ORDERS = st.lists(
    st.builds(lambda name, direction: name + direction,
              st.sampled_from(["metrics.a", "metrics.b", "params.a", "tags.a", "tags.`a b`", "end_time", "status", "run_name",
                  "metrics.`é`"]),
              st.sampled_from(["", " ASC", " DESC"])),
    max_size=2, unique_by=lambda order: order.split()[0])


def version_clauses():
    texts = WORD.filter(lambda text: not ("'" in text and '"' in text))
    return st.one_of(
        st.builds(lambda comparator, text: f"name {comparator} {quoted(text)}", st.sampled_from(["=", "!=", "LIKE", "ILIKE"]), texts),
        st.builds(lambda key, comparator, text: f"tags.{key_in_filter(key)} {comparator} {quoted(text)}", KNOWN_KEY,
            st.sampled_from(["=", "!=", "LIKE", "ILIKE"]), texts),
        st.builds(lambda comparator, number: f"version_number {comparator} {number}", st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
            st.integers(0, 4)),
    )
