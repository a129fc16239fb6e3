"""The differences from MLflow that are kept on purpose: the one list of them.

A case names its difference at the very request where it shows. A difference that no longer shows there fails the case,
and one that no case uses fails the suite. docs/compatibility.md prints this list; a test holds the two together.
"""

import json
from dataclasses import dataclass
from typing import Callable


@dataclass(frozen=True)
class Kept:
    name: str
    here: str
    mlflow: str
    reason: str
    # For answers that differ as a whole: whether these two (MLflow's, Assay's) differ in this way.
    apart: Callable | None = None
    # For answers that differ in one part: a body without that part.
    view: Callable | None = None


def refused(answer):
    return 400 <= answer.status < 500


def is_error(answer):
    return isinstance(answer.body, dict) and "error_code" in answer.body


def refused_here_only(mlflow, assay):
    return mlflow.status == 200 and refused(assay) and is_error(assay)


def taken_here_only(mlflow, assay):
    return refused(mlflow) and assay.status == 200


def other_words(mlflow, assay):
    """Refused by both with the same status and code."""
    return refused(mlflow) and mlflow.status == assay.status and all(
        is_error(answer) and answer.body["error_code"] == mlflow.body["error_code"] for answer in (mlflow, assay))


def says_sql(answer):
    return "sqlite3." in str(answer.message)


def without(*names):
    """A body without these members, however deep they stand."""
    def view(body):
        if isinstance(body, dict):
            return {name: view(member) for name, member in body.items() if name not in names}
        return [view(element) for element in body] if isinstance(body, list) else body
    return view


def tags_as_json(body):
    """A body in which the values of tags that hold JSON are read."""
    if isinstance(body, dict):
        if body.get("key") in ("mlflow.log-model.history", "mlflow.modelVersions"):
            return {**body, "value": json.loads(body["value"])}
        return {name: tags_as_json(member) for name, member in body.items()}
    return [tags_as_json(element) for element in body] if isinstance(body, list) else body


def audit_view(body):
    return [run["info"] for run in body.get("runs", [])] if isinstance(body, dict) else body


LIST = [
    Kept(
        "no-5xx",
        "A request that cannot succeed is refused with 400, 404 or 409 and a reason.",
        "Answers 500, some with a page of HTML.",
        "Clients repeat a 5xx seven times, with growing pauses.",
        apart=lambda mlflow, assay: mlflow.status >= 500 and refused(assay)),
    Kept(
        "plain-meaning",
        "Requests whose meaning is plain are answered: `null` for a list or a number is the same as leaving it out, files of a"
        " version registered from `runs:/…` are served.",
        "Answers 500.",
        "It says so elsewhere in its own API.",
        apart=lambda mlflow, assay: mlflow.status == 500 and assay.status == 200),
    Kept(
        "no-sql-in-messages",
        "A conflict is told in words of the API, with the code for it (`RESOURCE_ALREADY_EXISTS`, `RESOURCE_DOES_NOT_EXIST`).",
        "The database's error with its SQL and parameters; the code is often `BAD_REQUEST`.",
        "Parameters of SQL are other people's values, and the words change with the database.",
        apart=lambda mlflow, assay: refused(mlflow) and says_sql(mlflow) and refused(assay) and not says_sql(assay)),
    Kept(
        "half-parsed-bodies",
        "A field of the wrong type, or a body that stops being JSON, is refused with the name of the first bad field.",
        "The field and all that follow are zeroed or dropped, and the rest is stored.",
        "A bare NaN stores the value 0 at the time 0; what a client meant is lost without a word.",
        apart=refused_here_only),
    Kept(
        "half-parsed-words",
        "A field of the wrong type, or a body that is no JSON, is refused as that.",
        "It is emptied first and then refused, because something is missing or is 0.",
        "The message says what is wrong.",
        apart=lambda mlflow, assay: mlflow.status == assay.status == 400 and is_error(mlflow) and is_error(assay)),
    Kept(
        "camel-case",
        "Required fields may be written in camel case as well.",
        "Only fields that are not required may; required ones are then missing.",
        "It is the form that protobuf gives JSON; one rule for all fields.",
        apart=lambda mlflow, assay: taken_here_only(mlflow, assay) and "Missing value for required parameter" in mlflow.message),
    Kept(
        "plain-digits",
        "Numbers in quotes are decimal digits with sign, point and exponent.",
        "Whatever Python's `int` and `float` read: spaces, underscores, digits of other scripts.",
        "Ids and values that look different are different; no client writes the other forms.",
        apart=lambda mlflow, assay: mlflow.status in (200, 404) and assay.status == 400),
    Kept(
        "unknown-enums",
        "Unknown names of statuses and view types are refused, naming the known ones.",
        "They are ignored: a run stays as it is, a search answers by its default.",
        "A client that asked for something learns that it did not get it.",
        apart=refused_here_only),
    Kept(
        "names-are-not-empty",
        "A tag, param, data set or model without a name is refused, naming its place in the request.",
        "It is stored under the empty name, which no other call can address.",
        "What is kept can be read, searched and deleted.",
        apart=refused_here_only),
    Kept(
        "named-places",
        "A tag without a key, when a model or version is made, is refused with its place in the request.",
        "Refused as a key that is no good path.",
        "Among a hundred tags one wants to know which.",
        apart=other_words),
    Kept(
        "repeated-tags",
        "A tag given twice when a run or model is made: the last one wins, as in `log-batch`.",
        "Refused with the database's error.",
        "One rule for tags everywhere.",
        apart=lambda mlflow, assay: taken_here_only(mlflow, assay) and says_sql(mlflow)),
    Kept(
        "repeated-requests",
        "Repeating params of a logged model with the same values, or the same model as output, changes nothing and succeeds; a"
        " model may be an output at several steps.",
        "Refused with the database's error.",
        "A client that repeats a request whose answer was lost must not fail.",
        apart=lambda mlflow, assay: taken_here_only(mlflow, assay) and says_sql(mlflow)),
    Kept(
        "default-experiment",
        "A run without an experiment belongs to the experiment 0.",
        "Refused with the database's error about a foreign key.",
        "MLflow's API calls the field optional.",
        apart=lambda mlflow, assay: taken_here_only(mlflow, assay) and says_sql(mlflow)),
    Kept(
        "one-param-in-a-batch",
        "A `log-batch` whose only param has another value already is refused in the words of `log-parameter`.",
        "In the words for several params.",
        "The same conflict has the same words.",
        apart=other_words),
    Kept(
        "atomic-batches",
        "One `log-batch` is kept whole or not at all.",
        "Params, metrics and tags are separate transactions: a refused batch may have left its params.",
        "A batch that was refused can be corrected and sent again.",
        view=without("params", "metrics")),
    Kept(
        "foreign-hosts",
        "Locations and sources on other hosts (`hdfs:`, `http:`, `ftp:`, `abfss:` …) are taken.",
        "Refused unless an environment variable allows them, because its server connects to them.",
        "This server never connects to a location a client names; clients do, with their own rights.",
        apart=taken_here_only),
    Kept(
        "foreign-hosts-words",
        "A source at an artifact address of another server is refused because no run or model here contains it.",
        "Because its host is another one.",
        "The hosts are not judged here, see foreign-hosts.",
        apart=other_words),
    Kept(
        "local-paths",
        "A relative artifact location is kept as it was written.",
        "It becomes a path below the server's working directory.",
        "The server keeps artifacts in its own store and reads no path of its machine.",
        view=without("artifact_location", "artifact_uri")),
    Kept(
        "short-messages",
        "Values are cut after 200 characters in messages.",
        "A value of a megabyte is in the message whole.",
        "Messages end up in logs and on terminals.",
        apart=other_words),
    Kept(
        "page-tokens",
        "Page tokens are opaque places in one search and are refused elsewhere.",
        "Tokens are offsets; any number is taken, also a negative one.",
        "Pages neither repeat nor skip while others log.",
        apart=lambda mlflow, assay: assay.status == 400 and "page token" in str(assay.message).lower()),
    Kept(
        "compact-json",
        "The JSON inside `mlflow.log-model.history` and `mlflow.modelVersions` is written without spaces.",
        "With a space behind commas and colons.",
        "The same JSON.",
        view=tags_as_json),
    Kept(
        "nan-of-models",
        "A NaN among a logged model's metrics is NaN.",
        "It is 0.",
        "0 is a value, and a wrong one.",
        apart=lambda mlflow,
        assay: mlflow.status == assay.status == 200 and "'NaN'" in repr(assay.body) and "'NaN'" not in repr(mlflow.body)),
    Kept(
        "bounded-limits",
        "A number of results below 1 is refused, also of registered models, logged models and `get-history-bulk`; and one"
        " above 50,000 of logged models.",
        "Some searches take 0 for all or for none, count negative ones from the end, or have no bound.",
        "One rule for all searches.",
        apart=refused_here_only),
    Kept(
        "stable-order",
        "Params, tags and latest metrics are listed by key; data sets, model inputs and outputs in the order they came.",
        "As the rows happen to stand in the database, some by random ids.",
        "An order that can be relied on."),
    Kept(
        "both-prefixes",
        "Every route answers under `/api/2.0` and `/ajax-api/2.0`.",
        "`search-datasets` answers under `/ajax-api/2.0` alone: a slash is missing in its definition.",
        "Clients address it under both.",
        apart=lambda mlflow, assay: mlflow.status == 404 and mlflow.content_type == "text/html" and assay.status != 404),
    Kept(
        "address-names-the-model",
        "A body that names another logged model than the address is refused.",
        "`PATCH logged-models/{id}` changes the body's model, `POST …/params` the address's.",
        "A rule about addresses in front of the server would be stepped around.",
        apart=lambda mlflow, assay: assay.status == 400 and "Send the same one in both" in str(assay.message)),
    Kept(
        "encoded-slashes",
        "A tag whose key has a slash can be deleted by its encoded key.",
        "The address is decoded before it is taken apart: 404.",
        "Keys may have slashes.",
        apart=lambda mlflow, assay: mlflow.status == 404 and assay.status == 200),
    Kept(
        "aliases-in-searches",
        "Versions found by a search name their aliases.",
        "They do not.",
        "Otherwise each version has to be asked for again.",
        view=without("aliases")),
    Kept(
        "ascii-aliases",
        "Aliases are ASCII letters, digits, `_` and `-`.",
        "Letters and digits of every script.",
        "No alias may look like a protected one and be none.",
        apart=refused_here_only),
    Kept(
        "frozen-versions",
        "`get-download-uri` answers a read-only address of the version's own: `mlflow-artifacts:/versions/…`.",
        "The folder of the run or logged model, which stays writable.",
        "A registered version never changes (MLflow's issue 3175).",
        apart=lambda mlflow, assay: mlflow.status == assay.status == 200
        and str(assay.body.get("artifact_uri")).startswith("mlflow-artifacts:/versions/")),
    Kept(
        "no-zero-character",
        "U+0000 in text is refused.",
        "Stored.",
        "PostgreSQL cannot hold it; one data set moves between stores.",
        apart=refused_here_only),
    Kept(
        "no-line-feed-in-keys",
        "Keys may not end in a line feed.",
        "They may: its pattern ends in `$`.",
        "A key with a line feed looks like one without.",
        apart=refused_here_only),
    Kept(
        "ageless-default",
        "The experiment 0 was made at the time 0.",
        "When its database was made.",
        "It is part of the tables, which are the same everywhere.",
        apart=lambda mlflow, assay: mlflow.body == {} and len(assay.body.get("experiments", [])) == 1),
    Kept(
        "filter-words",
        "A filter that is no list of comparisons is refused with what stands in the place of one.",
        "The same refusal, in the pieces into which its SQL parser cuts the filter, which knows some 800 words of SQL.",
        "Some names (`unknown`, `alias`, `version`) are words of SQL there and names here.",
        apart=other_words),
    Kept(
        "slashes-in-names",
        "A name in a filter may hold a slash without being quoted.",
        "Refused: a slash divides.",
        "Names of metrics often do (`val/loss`), and there is nothing to divide.",
        apart=taken_here_only),
    Kept(
        "quoted-prefixes",
        "What stands before the dot of a name in a filter may be in backquotes.",
        "Refused in searches of experiments.",
        "It is a name like the one behind the dot.",
        apart=taken_here_only),
    Kept(
        "numbers-of-experiments",
        "In searches of logged models the number of an experiment is compared as one, without LIKE.",
        "LIKE compares its digits.",
        "So it is in searches of experiments, with MLflow too.",
        apart=refused_here_only),
    Kept(
        "points-of-models",
        "A logged model may have several values of a metric at one time and step, as a run may, and for several data sets.",
        "Refused with the database's error.",
        "What a run may say of itself it may say of its model.",
        apart=lambda mlflow, assay: taken_here_only(mlflow, assay) and says_sql(mlflow)),
    Kept(
        "deleted-models",
        "Metrics of a deleted logged model are refused: it is not found.",
        "They are stored.",
        "What is deleted does not change, as with runs.",
        apart=refused_here_only),
    Kept(
        "whole-doubles",
        "Numbers are written as RFC 8785 has them: a metric of one is `1`.",
        "A metric of one is `1.0`.",
        "It is the same number of JSON, and what is signed is written by the same rule."),
    Kept(
        "status-of-models",
        "Logged models are not searched or sorted by their status.",
        "The number of the status is compared with the text, which finds nothing.",
        "A search that cannot find is refused.",
        apart=refused_here_only),
    Kept(
        "datasets-by-name",
        "A data set in a search of logged models may leave its digest out: any digest then.",
        "No model is found: the absent digest is compared as null.",
        "MLflow's documentation calls the digest optional.",
        apart=lambda mlflow, assay: mlflow.status == assay.status == 200 and "models" not in mlflow.body and "models" in assay.body),
    Kept(
        "error-classes",
        "An unknown name in `order_by` of logged models has the class of every refused value.",
        "Class `ATTRIBUTE_NOT_FOUND`, state `KAM04`, here alone.",
        "Code, status and message are the same; clients read those.",
        view=without("error_class", "sqlstate")),
    Kept(
        "plain-paths",
        "Artifact paths with backslashes, control characters, drive letters, empty or dot segments, or an encoded dot, slash or"
        " zero left after decoding are refused; what is left encoded besides is part of the name.",
        "Taken as the file system takes them, decoded again until nothing changes.",
        "A path means one file, on every system that reads it.",
        apart=lambda mlflow, assay: assay.message == "Invalid path" or mlflow.message == "Invalid path"),
    Kept(
        "owned-files",
        "Artifacts belong to a run, logged model or version; nothing is stored, found or listed elsewhere.",
        "Any path below the root is a file.",
        "Whose a file is decides who may change it and what freezes it.",
        apart=lambda mlflow, assay: mlflow.status == 200 and (assay.status == 404 or assay.body == {})),
    Kept(
        "no-server-paths",
        "A file that is not there, or is a folder, is named by its path below its owner.",
        "By its path on the server's disk.",
        "The server's folders are nobody's business.",
        apart=other_words),
    Kept(
        "empty-answers",
        "Uploads are answered with `{}`.",
        "With nothing.",
        "Every answer of the API is JSON.",
        apart=lambda mlflow, assay: mlflow.status == assay.status == 200 and mlflow.body == "" and assay.body == {}),
    Kept(
        "content-types",
        "Every body of POST, PATCH and DELETE must be `application/json`, in any case of letters.",
        "POST only, in small letters.",
        "No page of another site may change anything; media types have no case.",
        apart=lambda mlflow, assay: (mlflow.status, assay.status) == (404, 400) and "Content-Type" in assay.message
        or (mlflow.status, assay.status) == (400, 200)),
    Kept(
        "percent-encodings",
        "A query that is no percent-encoded UTF-8 is refused as that.",
        "Broken parts are taken as they are, or replaced.",
        "What was meant cannot be known.",
        apart=lambda mlflow, assay: assay.status == 400 and refused(mlflow)),
    Kept(
        "extra-slashes",
        "Doubled slashes and one at the end of an address are read over.",
        "404, or a redirect.",
        "The address is plain.",
        apart=lambda mlflow, assay: mlflow.status in (404, 308) and assay.status not in (404, 308)),
    Kept(
        "no-cors",
        "OPTIONS is refused with 405; no answer has a CORS header.",
        "Answers 204, and lets pages of any port of this machine write.",
        "A page of another site must not reach the server.",
        apart=lambda mlflow, assay: mlflow.status == 204 and assay.status == 405),
    Kept(
        "no-gateway",
        "`server-info` says that there is no gateway, and which ways of transfer this server has.",
        "There is a gateway.",
        "Gateways are out of scope; clients choose a way of transfer by this answer.",
        view=without("features_enabled", "multipart_uploads_enabled", "multipart_downloads_enabled", "presigned_upload_run_id_supported",
                     "presigned_upload_model_id_supported")),
    Kept(
        "json-errors",
        "Unknown addresses and methods are refused in JSON, as everything is.",
        "With a page of HTML; some artifact errors are `{\"detail\": …}`.",
        "Every client reads JSON with `error_code` and `message`.",
        apart=lambda mlflow, assay: mlflow.status == assay.status and not is_error(mlflow) and is_error(assay)),
    Kept(
        "get-runs-search",
        "`GET runs/search` answers too, with any content type, over all experiments unless some are named, and adds `run_id` and"
        " `tags` as an object to each run.",
        "405.",
        "The audit question that people ask with curl: `tags.compliance = \"GDPR\"`.",
        apart=lambda mlflow, assay: mlflow.status == 405 and assay.status == 200),
]

KEPT = {kept.name: kept for kept in LIST}
