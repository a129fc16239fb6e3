"""Which client is testing, and the few calls that the generations spell differently."""

import mlflow
import pytest
from mlflow.exceptions import MlflowException

GENERATION = int(mlflow.__version__.split(".")[0])

since_3 = pytest.mark.skipif(GENERATION < 3, reason="this client does not have it")


def log_model(model, name="model", flavor=mlflow.sklearn, **named):
    """Logs a model without guessing its requirements, which would load it once more in a process of its own."""
    named.setdefault("pip_requirements", ["scikit-learn"])
    arguments = (model,)
    if flavor is mlflow.pyfunc:
        named["python_model"] = model
        arguments = ()
    return flavor.log_model(*arguments, **{"name" if GENERATION >= 3 else "artifact_path": name}, **named)


def refused(code, words, call, *arguments, **named):
    """The message of the refusal that the call must meet."""
    with pytest.raises(MlflowException) as caught:
        call(*arguments, **named)
    assert caught.value.error_code == code, caught.value
    assert words in caught.value.message
    return caught.value.message
