"""What runs in the confined child: loads one model by its own library and scores rows that come in, frame by frame.

A frame is the length of a JSON header (4 bytes, little endian), the length of a payload (8 bytes), header, payload. Requests
come on descriptor 0, answers go to descriptor 3. Arrays travel as .npy without objects. Nothing of what is answered here is
believed on the other side, since the model's own code runs in this process.
"""

import io
import json
import os
import struct
import sys
import warnings

sys.path[:] = [path for path in sys.path if path]
warnings.filterwarnings("ignore")

import numpy  # noqa: E402
import pandas  # noqa: E402

LIBRARIES = ("numpy", "pandas", "scikit-learn", "joblib", "cloudpickle", "skops", "mlflow", "mlflow-skinny", "xgboost",
             "xgboost-cpu", "lightgbm", "catboost", "statsmodels", "onnxruntime", "torch", "tensorflow", "keras")


def read(count):
    parts = []
    while count:
        part = os.read(0, min(count, 1 << 20))
        if not part:
            os._exit(0)
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def request():
    header, payload = struct.unpack("<IQ", read(12))
    return json.loads(read(header)), memoryview(read(payload))


def answer(header, payload=b""):
    text = json.dumps(header).encode()
    rest = memoryview(struct.pack("<IQ", len(text), len(payload)) + text + payload)
    while rest:
        rest = rest[os.write(3, rest):]


def versions():
    from importlib import metadata

    found = {}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            pass
    return found


def answers_probabilities(raw):
    """Whether it is a booster of two classes, of XGBoost or LightGBM, that answers with the probability of the second."""
    if type(raw).__name__ != "Booster":
        return False
    if type(raw).__module__.startswith("xgboost"):
        return json.loads(raw.save_config())["learner"]["objective"]["name"] == "binary:logistic"
    return type(raw).__module__.startswith("lightgbm") and raw.dump_model()["objective"].split()[0] == "binary"


class Model:
    """A model behind `predict` and, where it has them, its classes' probabilities."""

    def __init__(self, predict, raw, takes_params=False):
        self.predict, self.raw, self.takes_params = predict, raw, takes_params
        classes = getattr(raw, "classes_", None)
        has = callable(getattr(raw, "predict_proba", None)) and classes is not None
        self.classes = numpy.asarray(classes) if has and not isinstance(classes, list) and numpy.ndim(classes) == 1 else None
        self.is_booster = self.classes is None and answers_probabilities(raw)
        if self.is_booster:
            self.classes = numpy.array([0, 1])

    def names(self):
        """The columns it was fitted on: scikit-learn's name for them, LightGBM's wrappers', XGBoost's and LightGBM's boosters'."""
        for name in ("feature_names_in_", "feature_name_", "feature_names", "feature_name"):
            try:
                names = getattr(self.raw, name, None)
                names = names() if callable(names) else names
            except Exception:
                continue
            if isinstance(names, (list, tuple, numpy.ndarray)) and len(names) and all(isinstance(name, str) for name in names):
                return [str(name) for name in names]
        return None

    def width(self):
        width = getattr(self.raw, "n_features_in_", None)
        return int(width) if isinstance(width, (int, numpy.integer)) else None

    def score(self, rows, params=None):
        """Predictions, probabilities, what `predict` itself answered with, and the name of its one column where it has one."""
        answered = self.predict(rows, params=params) if params and self.takes_params else self.predict(rows)
        predictions, probabilities, form, record = answered, None, "values", None
        if isinstance(answered, (pandas.DataFrame, pandas.Series)):
            predictions = answered.to_numpy()
            names = list(pandas.DataFrame(answered).columns)
            record = str(names[0]) if len(names) == 1 else None
        predictions = numpy.asarray(predictions)
        if self.is_booster:
            # As the libraries' own classifiers decide.
            positive = predictions.astype("f8")
            return (positive > 0.5).astype("i8"), numpy.column_stack([1 - positive, positive]), "second", record
        if self.classes is not None:
            if predictions.ndim == 2 and predictions.shape[1] == len(self.classes) and predictions.dtype.kind == "f":
                # Saved so that predict answers with probabilities; the label is the raw model's own.
                probabilities, predictions, form = predictions, numpy.asarray(self.raw.predict(rows)), "probabilities"
            else:
                probabilities = numpy.asarray(self.raw.predict_proba(rows))
        if predictions.ndim == 2 and predictions.shape[1] == 1:
            predictions = predictions[:, 0]
        return predictions, probabilities, form, record


def load_file(path, module):
    """One file: a pickle as joblib, pickle or cloudpickle wrote it, or skops."""
    if module == "skops.io":
        from skops import io as skops

        model = skops.load(path, trusted=skops.get_untrusted_types(file=path))
    else:
        import joblib

        model = joblib.load(path)
    if not callable(getattr(model, "predict", None)):
        raise TypeError("the file holds a " + type(model).__name__ + ", which has no predict")
    return Model(native(model), model)


def native(model):
    """`predict`, for libraries whose models do not take data frames."""
    if type(model).__module__.split(".")[0] == "xgboost" and type(model).__name__ == "Booster":
        import xgboost

        return lambda frame: model.predict(xgboost.DMatrix(frame))
    return model.predict


def load_folder(path):
    """A folder of MLflow's: what serves it is its python_function flavour, so that is what is judged."""
    import mlflow.pyfunc

    model = mlflow.pyfunc.load_model(path)
    try:
        raw = model.get_raw_model()
    except Exception:
        raw = None
    return Model(model.predict, raw, takes_params=True)


def packed(values):
    """An array without objects: texts become codes into a list of words."""
    if values.dtype.kind in "OUST":
        words, codes = {}, numpy.empty(values.shape, dtype="<i4")
        for place, value in numpy.ndenumerate(values):
            if isinstance(value, (bool, int, float, numpy.generic)) and not isinstance(value, str):
                return packed(numpy.array(values.tolist()))
            if not isinstance(value, str):
                raise TypeError("the model answers with objects of type " + type(value).__name__)
            codes[place] = words.setdefault(str(value), len(words))
        return codes, list(words)
    return values, None


def array_bytes(values):
    if values.dtype.kind not in "biuf":
        raise TypeError("the model answers with " + values.dtype.name)
    if values.dtype == numpy.float16:
        values = values.astype("<f8")
    buffer = io.BytesIO()
    numpy.save(buffer, numpy.ascontiguousarray(values), allow_pickle=False)
    return buffer.getvalue()


def frame(header, payload):
    """The rows as pandas would have read them."""
    place, columns = 0, {}

    def array(size):
        nonlocal place
        values = numpy.load(io.BytesIO(payload[place:place + size]), allow_pickle=False)
        place += size
        return values

    for column in header["columns"]:
        values = array(column["size"])
        missing = array(column["missing"]).astype(bool) if column["missing"] else None
        if column["kind"] == "text":
            values = numpy.array(column["words"] + [None], dtype=object)[values]
        elif column["kind"] == "time":
            values = values.astype("datetime64[us]").astype("datetime64[ns]")
        if missing is not None:
            if column["kind"] == "text":
                values[missing] = numpy.nan
            elif column["kind"] == "boolean":
                values = values.astype(object)
                values[missing] = None
            elif column["kind"] == "time":
                values[missing] = numpy.datetime64("NaT")
            else:
                values = values.astype("f8")
                values[missing] = numpy.nan
        columns[column["name"]] = values.astype(column["as"]) if "as" in column else values
    rows = pandas.DataFrame(columns)
    # A model that knows no names was fitted on an array, and is given one.
    return rows.to_numpy() if header.get("positional") else rows


def described(model):
    parts, header = [], {"names": model.names(), "width": model.width()}
    if model.classes is not None:
        values, words = packed(model.classes)
        parts.append(array_bytes(values))
        header["classes"] = {"size": len(parts[0]), "words": words}
    return header, b"".join(parts)


def scored(model, header, payload):
    predictions, probabilities, form, record = model.score(frame(header, payload), header.get("params"))
    values, words = packed(predictions)
    parts = [array_bytes(values)]
    answered = {"number": header["number"], "form": form, "predictions": {"size": len(parts[0]), "words": words}}
    if record is not None:
        answered["record"] = record
    if probabilities is not None:
        parts.append(array_bytes(probabilities))
        answered["probabilities"] = {"size": len(parts[1])}
    return answered, b"".join(parts)


def main():
    answer({"python": ".".join(map(str, sys.version_info[:3])), "libraries": versions()})
    model = None
    while True:
        header, payload = request()
        try:
            if header["do"] == "load":
                model = load_folder(header["path"]) if header["module"] == "mlflow.pyfunc" else load_file(header["path"], header["module"])
                answer(*described(model))
            else:
                answer(*scored(model, header, payload))
        except MemoryError:
            answer({"number": header.get("number"), "error": "MemoryError", "message": "", "memory": True})
        except (Exception, SystemExit, KeyboardInterrupt) as error:
            answer({"number": header.get("number"), "error": type(error).__name__, "message": str(error)[:1000]})


main()
