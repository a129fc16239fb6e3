"""A recommender of films, of the low tier, stays painless: a version takes one command by one approver, and no form to fill in.

The commands are counted. Whoever makes them more makes this story fail.
"""

import pandas as pd
import pytest
from story import EXAMPLES, Story

MODEL = "film-tips"


def ratings(version):
    rows = pd.DataFrame({"seen": [0.0, 1.0] * 40, "liked": [0, 1] * 40})
    rows.loc[:version, "liked"] = 1 - rows.loc[:version, "liked"]
    return rows


@pytest.fixture(scope="module")
def studio():
    """The organisation's policy for everything of the low tier is published, once for all models."""
    story = Story(ana="data_scientist", petra="validator", vera="validator", carl="compliance")
    story.assay("petra", "policy", "publish", EXAMPLES / "loans" / "policy-low.yaml")
    yield story
    story.remove()


def release(studio, version):
    """What a release takes: train and register, ask, be approved, ask again. Returns the commands that anybody typed."""
    studio.commands.clear()
    assert studio.log("ana", MODEL, ratings(int(version)), ["seen"], "liked") == version
    refused = studio.promote("ana", MODEL, version)
    # The refusal is one line of what is missing and one command that meets it.
    assert refused.count("  1. ") == 1 and "  2. " not in refused and refused.count("→") == 1, refused
    assert f"assay model approve {MODEL} {version} --stage Production" in refused
    studio.approve("vera", MODEL, version)
    assert studio.promote("ana", MODEL, version) is None
    assert studio.stage(MODEL, version) == "Production"
    return list(studio.commands)


def test_once_for_the_model_somebody_says_what_it_is_for(studio):
    studio.log("ana", MODEL, ratings(0), ["seen"], "liked")
    studio.commands.clear()
    said = studio.classify("vera", MODEL, "recommends films to subscribers", autonomy="acts", reach="most", data_sensitivity="personal")
    assert "tier low" in said, said
    assert studio.commands == [("vera", "model classify")]


@pytest.mark.parametrize("version", ["2", "3"])
def test_a_release_takes_one_command_of_one_approver(studio, version):
    assert release(studio, version) == [("vera", "model approve")]


def test_nobody_wrote_a_risk_evaluation_a_card_or_a_record(studio):
    assert not [kind for kind in studio.kinds() if kind.startswith("dossier.")]


def test_going_back_to_the_version_before_is_asked_for_like_anything_else(studio):
    """And leaving the place takes nobody."""
    assert studio.promote("ana", MODEL, "3", stage="Archived") is None
    studio.commands.clear()
    assert studio.promote("ana", MODEL, "2") is not None
    studio.approve("vera", MODEL, "2")
    assert studio.promote("ana", MODEL, "2") is None
    assert studio.commands == [("vera", "model approve")]


def test_it_is_no_way_around_the_gate_for_other_models(studio):
    """The same low policy lets nothing of another tier in."""
    studio.log("ana", "credit-scores", ratings(9), ["seen"], "liked")
    studio.classify("carl", "credit-scores", "scores applications for credit", annex_3_5b="yes", material_bank_model="yes")
    refused = studio.promote("ana", "credit-scores", "1")
    assert "film" not in refused and "approvals by ethics_committee" in refused, refused
