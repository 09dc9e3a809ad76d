"""The page on methods names every measure and every approach of the analyses over time."""

from pathlib import Path
from typing import get_args

import pytest

from analyses import missing_data, over_time, single_case
from data_schemas.plan import MissingData

PAGE = (Path(__file__).parents[2] / "docs" / "methods-over-time.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("analysis", [over_time, missing_data, single_case])
def test_every_measure_is_on_the_page(analysis):
    assert not [measure for measure in analysis.MEASURES if f"`{measure}`" not in PAGE]


def test_every_approach_is_on_the_page():
    approaches = get_args(get_args(MissingData.model_fields["approaches"].annotation)[0])
    assert len(approaches) == 8
    assert not [name for name in approaches if f"`{name.replace('_', ' ')}`" not in PAGE]
