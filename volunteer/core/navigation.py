"""Menus for the templates, made from the lines the packages put into `hooks.navigation`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request, url_for

from volunteer.core.hooks import NavigationItem, hooks


@dataclass(frozen=True)
class MenuLine:
    """One line of a menu; `current` is "page" on the page itself, "true" below it, else ""."""

    endpoint: str
    url: str
    label: Any
    icon: str
    current: str


def init_app(app: Flask) -> None:
    """Give templates `menu(place, roles)` and `has_page(endpoint)`."""
    app.jinja_env.globals.update(menu=menu, has_page=has_page)


def has_page(endpoint: str) -> bool:
    """Whether this application has the page, so that a frame may link to it."""
    return endpoint in current_app.view_functions


def menu(place: str, roles: Iterable[Any] = (), **values: Any) -> list[MenuLine]:
    """The lines of `place` (member, organization, desk, …) that somebody with `roles` may see, in order.

    `values` complete the addresses: `menu("person", viewer.roles, person_id=…)`.
    """
    own = {str(getattr(role, "value", role)) for role in roles}
    items = [
        item
        for item in hooks.navigation
        if item.place == place
        and has_page(item.endpoint)
        and (not item.roles or own & {str(getattr(role, "value", role)) for role in item.roles})
    ]
    items.sort(key=lambda item: item.position)
    urls = [url_for(item.endpoint, **values) for item in items]
    belongs = [url for item, url in zip(items, urls, strict=True) if request.blueprint in item.also]
    inside = _nearest(urls, belongs)
    return [_line(item, url, inside) for item, url in zip(items, urls, strict=True)]


def _line(item: NavigationItem, url: str, inside: str | None) -> MenuLine:
    current = ""
    if request.path == url:
        current = "page"
    elif url == inside:
        current = "true"
    return MenuLine(item.endpoint, url, item.label, item.icon, current)


def _nearest(urls: list[str], belongs: list[str]) -> str | None:
    """The address of the menu that is the page; else the longest that it lies below, or within this the one that the
    page belongs to."""
    if request.path in urls:
        return request.path
    above = [url for url in urls if url != "/" and request.path.startswith(url.rstrip("/") + "/")]
    nearest = max(above, key=len, default="")
    return next((url for url in belongs if url.startswith(nearest + "/")), nearest) or None
