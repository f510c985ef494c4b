"""Each code that the domain can answer with has a sentence."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from flask import Flask

from consult import wiring
from consult.consultations.values import State
from consult.core import paths
from consult.core.web.sentences import sentence_for

# Which argument of a call is a code: policies refuse, rules and commands find invalid.
CODE_ARGUMENT = {"refused": 0, "Refused": 0, "Invalid": 1, "DateFrozen": 1}

# Nobody is told that an address is asked for too often; an import that finds acts says so in its own words.
SILENT = {"sign_in_address_too_often", "not_empty"}


def codes_in_use() -> Iterator[tuple[str, str]]:
    """(code, file) of every literal code in the package."""
    for path in sorted(paths.PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            position = CODE_ARGUMENT.get(node.func.id)
            if position is None or len(node.args) <= position:
                continue
            argument = node.args[position]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value, str(path.relative_to(paths.PACKAGE))


def test_every_code_has_a_sentence() -> None:
    known = SILENT | set(wiring.SENTENCES)
    missing = {f"{code} ({file})" for code, file in codes_in_use() if code not in known}
    assert missing == set()


def test_every_state_in_which_one_cannot_act_has_a_sentence() -> None:
    states = {state.value for state in State if state is not State.OPEN}
    assert {f"consultation_{state}" for state in states} <= set(wiring.SENTENCES)


def test_a_code_without_sentence_is_answered_in_general_words(app: Flask) -> None:
    with app.test_request_context("/en/"):
        assert sentence_for("never heard of") == sentence_for("neither of this")
