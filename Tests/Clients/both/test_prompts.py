"""Prompts, as far as they are registered models: made, found, given an alias, and kept apart from models."""

import mlflow
import pytest
from generation import GENERATION, since_3
from mlflow.exceptions import MlflowException

# The generations keep these calls in different places.
register = mlflow.genai.register_prompt if GENERATION >= 3 else mlflow.register_prompt
load = mlflow.genai.load_prompt if GENERATION >= 3 else mlflow.load_prompt
set_alias = mlflow.genai.set_prompt_alias if GENERATION >= 3 else mlflow.set_prompt_alias


def test_prompts(client, mark):
    assert str(register(name=mark, template="Say {{word}}", commit_message="one").version) == "1"
    assert str(register(name=mark, template="Shout {{word}}").version) == "2"
    set_alias(mark, alias="live", version=1)
    for uri, template in [(f"prompts:/{mark}/1", "Say {{word}}"), (f"prompts:/{mark}/2", "Shout {{word}}"),
        (f"prompts:/{mark}@live", "Say {{word}}")]:
        assert load(uri).template == template
    assert load(f"prompts:/{mark}@live").format(word="yes") == "Say yes"
    assert [model.name for model in client.search_registered_models(f"name = '{mark}'")] == []
    assert client.search_model_versions(f"name = '{mark}'") == []
    with pytest.raises(MlflowException):
        load(f"prompts:/{mark}/9")


@since_3
def test_prompts_are_found(client, mark):
    register(name=mark, template="Say {{word}}")
    client.create_registered_model(f"{mark}-model")
    assert [prompt.name for prompt in mlflow.genai.search_prompts(filter_string=f"name LIKE '{mark}%'")] == [mark]
    assert [model.name for model in client.search_registered_models(f"name LIKE '{mark}%'")] == [f"{mark}-model"]
