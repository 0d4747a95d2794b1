"""The translation catalogues: compile what is out of date, collect new texts, list what lacks English.

python -m volunteer.core.catalogues            compile (what ./run and ./test call)
python -m volunteer.core.catalogues update     collect the texts of code and templates into the .po files
python -m volunteer.core.catalogues missing    print Japanese texts without English; fails if there are any
"""

import os
import sys
import tempfile
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "translations"
LANGUAGES = ("en", "ja@easy")
_KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
}


def po_path(language: str, folder: Path = FOLDER) -> Path:
    """Where the catalogue of `language` lies."""
    return folder / language / "LC_MESSAGES" / "messages.po"


def read(language: str, folder: Path = FOLDER) -> Catalog:
    """The catalogue of `language`."""
    with po_path(language, folder).open("rb") as file:
        return read_po(file, locale=language)


def compile_all(folder: Path = FOLDER) -> list[str]:
    """Make the .mo files that are missing or older than their .po; the languages that were compiled.

    Several processes may do this at once: each writes its own file and renames it.
    """
    done = []
    for po in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns:
            continue
        language = po.parent.parent.name
        with tempfile.NamedTemporaryFile(dir=po.parent, suffix=".tmp", delete=False) as file:
            write_mo(file, read(language, folder), use_fuzzy=False)
        os.replace(file.name, mo)
        done.append(language)
    return done


def collect() -> Catalog:
    """All texts marked with `_`, `_l` and `ngettext` in code and templates."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = Catalog(charset="utf-8")
    for filename, _line, text, comments, context in extract_from_dir(
        ROOT, methods, options, keywords=_KEYWORDS, directory_filter=_is_ours
    ):
        found.add(text, None, [(filename, 0)], auto_comments=comments, context=context)
    return found


def update(folder: Path = FOLDER) -> dict[str, int]:
    """Merge new texts into every catalogue and drop unused ones; how many wait for a translation."""
    template = collect()
    waiting = {}
    for language in LANGUAGES:
        path = po_path(language, folder)
        catalogue = read(language, folder) if path.exists() else Catalog(locale=language)
        # A fuzzy guess would put a wrong text on a page, so new texts start empty.
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(
                file,
                catalogue,
                sort_output=True,
                include_lineno=False,
                omit_header=False,
                width=100,
            )
        waiting[language] = len(untranslated(catalogue))
    return waiting


def untranslated(catalogue: Catalog) -> list[str]:
    """The texts of `catalogue` that have no translation."""
    texts = []
    for message in catalogue:
        if not message.id:
            continue
        strings = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
        if not all(strings):
            texts.append(message.id if isinstance(message.id, str) else message.id[0])
    return texts


def missing_english() -> list[str]:
    """Texts of code and templates without an English translation, also when not yet collected."""
    english = read("en")
    english.update(collect(), no_fuzzy_matching=True)
    return untranslated(english)


def _is_ours(path: str) -> bool:
    return Path(path).name not in {
        ".venv",
        ".git",
        "tests",
        "var",
        "node_modules",
        "migrations",
        "bench",
    }


def main(arguments: list[str]) -> int:
    """The command line; 0 when all is well."""
    if arguments == ["update"]:
        for language, count in update().items():
            click.echo(f"{language}: {count} texts wait for a translation")
        return 0
    if arguments == ["missing"]:
        texts = missing_english()
        click.echo("\n".join(texts) or "every text has an English translation")
        return 1 if texts else 0
    for language in compile_all():
        click.echo(f"compiled {language}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
