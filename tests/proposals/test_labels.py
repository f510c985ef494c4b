"""The same question is put in the same words wherever it is asked (RGAA 11.3)."""

from __future__ import annotations

from consult.proposals.forms import EditForm, IdeaForm, TextForm


def test_writing_and_editing_ask_in_the_same_words() -> None:
    assert str(EditForm.title.args[0]) == str(IdeaForm.title.args[0])
    assert str(EditForm.body.args[0]) == str(TextForm.body.args[0])
