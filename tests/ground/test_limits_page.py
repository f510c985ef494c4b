"""The page that says how often one may act says what the code does."""

from __future__ import annotations

from pathlib import Path

from consult.core.web.limits import LIMITS
from consult.proposals.rules import MAX_BODY, MAX_COMMENT, MAX_TITLE, MIN_BODY, MIN_COMMENT, MIN_TITLE

PAGE = (Path(__file__).resolve().parents[2] / "docs/security/limits.md").read_text(encoding="utf-8")


def test_the_page_of_limits_says_what_the_table_says() -> None:
    for name, limit in LIMITS.items():
        (row,) = [line for line in PAGE.splitlines() if f"(`{name}`)" in line]
        cells = [cell.strip() for cell in row.strip("|").split("|")][1:]
        assert cells == [limit.account or "–", limit.address, limit.network, "yes" if limit.stored else "no"], name


def test_the_page_of_limits_says_how_long_texts_may_be() -> None:
    for least, most in ((MIN_TITLE, MAX_TITLE), (MIN_BODY, MAX_BODY), (MIN_COMMENT, MAX_COMMENT)):
        assert f"| {least} | {most:,} |" in PAGE
