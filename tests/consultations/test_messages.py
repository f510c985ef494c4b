"""Each code of the feature has its sentence, and each state its own."""

from __future__ import annotations

from flask import Flask

from consult.consultations.messages import SENTENCES
from consult.core.web.sentences import sentence_for


def test_each_state_refuses_with_a_sentence_of_its_own(app: Flask) -> None:
    sentences = {sentence_for(f"consultation_{state}") for state in ("draft", "announced", "closed")}
    assert len(sentences) == 3


def test_sentences_are_sentences(app: Flask) -> None:
    for code, sentence in SENTENCES.items():
        assert str(sentence)[0].isupper(), code
        assert str(sentence).endswith("."), code
