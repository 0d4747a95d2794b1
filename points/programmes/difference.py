"""What a version changes against the one before it: in sentences, and key by key. Pure."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from points.programmes.describing import describe_rule, describe_version
from points.programmes.rule_version import RuleVersion
from points.programmes.wording import N_, Wording, say


@dataclass(frozen=True, slots=True)
class Change:
    """Under one heading: the sentences that hold no longer, and those that hold from now on."""

    heading: Wording
    removed: tuple[Wording, ...]
    added: tuple[Wording, ...]


@dataclass(frozen=True, slots=True)
class KeyChange:
    """One key of the file; None where a file does not say it."""

    key: str
    before: str | None
    after: str | None


NOT_RULES = ("version.", "format")
"""Keys that every version says anew."""


def changes_in_words(
    old: RuleVersion | None, new: RuleVersion, names: dict[str, str]
) -> list[Change]:
    """Every heading under which something changes; all of it for the first version.

    `names` says what a kind of activity is called; one that is not there keeps its code.
    """
    before = _in_words(old, names) if old else {}
    after = _in_words(new, names)
    found = []
    for heading in (*after, *(one for one in before if one not in after)):
        gone, come = before.get(heading, []), after.get(heading, [])
        removed = tuple(one for one in gone if one not in come)
        added = tuple(one for one in come if one not in gone)
        if removed or added:
            found.append(Change(_heading(heading), removed, added))
    return found


Heading = tuple[str, tuple[tuple[str, Any], ...]]


def _in_words(version: RuleVersion, names: dict[str, str]) -> dict[Heading, list[Wording]]:
    found: dict[Heading, list[Wording]] = {}
    name = say(N_("制度の名前"))
    found[_key(name)] = [say(N_("「%(name)s」"), name=version.programme_name)]
    for rule in version.awards:
        categories = (names.get(code, code) for code in rule.categories)
        codes = "・".join((*categories, *rule.roles, *rule.hosts))
        lines = describe_rule(rule)
        if not rule.counts_against_daily_cap:
            lines.append(say(N_("1日の上限には数えません")))
        if not rule.counts_against_yearly_cap:
            lines.append(say(N_("1年の上限には数えません")))
        found.setdefault(_key(say(N_("活動：%(codes)s"), codes=codes)), []).extend(lines)
    for heading, lines in describe_version(version):
        found.setdefault(_key(heading), []).extend(lines)
    return found


def _key(heading: Wording) -> Heading:
    return heading.message, tuple(sorted(heading.facts.items()))


def _heading(key: Heading) -> Wording:
    return Wording(key[0], dict(key[1]))


def changes_by_key(old: str | None, new: str) -> list[KeyChange]:
    """Every key of two texts whose value differs, but for the days and the source of the version."""
    before = dict(_flat(tomllib.loads(old))) if old else {}
    after = dict(_flat(tomllib.loads(new)))
    keys = (*after, *(key for key in before if key not in after))
    return [
        KeyChange(key, before.get(key), after.get(key))
        for key in keys
        if before.get(key) != after.get(key) and not key.startswith(NOT_RULES)
    ]


def _flat(values: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(values, dict):
        for key, value in values.items():
            yield from _flat(value, f"{path}.{key}" if path else key)
    elif isinstance(values, list) and values and all(isinstance(one, dict) for one in values):
        for number, value in enumerate(values):
            yield from _flat(value, f"{path}[{number}]")
    else:
        yield path, _written(values)


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(_written(one) for one in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)
