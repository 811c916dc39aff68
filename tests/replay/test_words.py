"""Whatever happened in a saved history can be told, in Chinese and in English; old lines are read as they were written."""

from pathlib import Path

import pytest

from tests.replay.saved import LOANS, loan_updates, name_of
from tests.rules.speech import foreign


@pytest.mark.parametrize("path", LOANS, ids=name_of)
def test_every_line_of_a_saved_history_has_words_in_both_languages(path: Path) -> None:
    for update in loan_updates(path):
        for entry in update.entries:
            assert foreign(entry.event, update.view.region) == "", entry
