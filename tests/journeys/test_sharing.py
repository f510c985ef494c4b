"""Handing an address on: links that load nothing, and the address to copy, with scripts or without."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.person import Person
from tests.journeys.site import HERE, Site


@pytest.mark.parametrize("path", ["", "/contributions/1"])
def test_somebody_hands_the_address_of_a_page_on(
    site: Site, somebody: Callable[..., Person], javascript: bool, path: str
) -> None:
    reader = somebody(site, name=f"Sharer {javascript} {path}", javascript=javascript)
    reader.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.url)
    reader.goes_to(HERE + path)
    field = reader.main.get_by_label(reader.words("Address of this page"))
    expect(field).to_have_value(site.url + HERE + path)
    expect(field).not_to_be_editable()
    box = field.locator("xpath=ancestor::section")
    expect(box.get_by_role("listitem")).to_have_count(5)
    copy = box.get_by_role("button", name=reader.words("Copy the address"))
    if not javascript:
        expect(box.get_by_role("button")).to_have_count(0)
        return
    copy.click()
    expect(
        reader.page.get_by_role("status").filter(has_text=reader.words("The address is copied."))
    ).to_have_count(1)
    assert reader.page.evaluate("navigator.clipboard.readText()") == site.url + HERE + path
    field.focus()
    selected = "field => field.value.slice(field.selectionStart, field.selectionEnd)"
    assert field.evaluate(selected) == site.url + HERE + path
