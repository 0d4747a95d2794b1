"""The translation catalogues: compile what is out of date, collect new texts, list what lacks English.

python -m volunteer.core.catalogues            compile (what ./run and ./test call)
python -m volunteer.core.catalogues update     collect the texts of code and templates into the .po files
python -m volunteer.core.catalogues missing [LANGUAGE]
                                               print Japanese texts without a translation; fails if there are any
"""

import fcntl
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import click
from babel.messages.catalog import Catalog, Message
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
    "N_": None,
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
    with _alone(folder):
        return {language: _update_one(language, collect(), folder) for language in LANGUAGES}


def _update_one(language: str, template: Catalog, folder: Path) -> int:
    path = po_path(language, folder)
    catalogue = read(language, folder) if path.exists() else Catalog(locale=language)
    # A fuzzy guess would put a wrong text on a page, so new texts start empty.
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_po_text(catalogue), encoding="utf-8")
    return len(untranslated(catalogue))


def fill(language: str, translations: dict[str, str], folder: Path = FOLDER) -> int:
    """Put `translations` (msgid → text) into the catalogue of `language`; how many were taken.

    A text that no page uses is left out. Plural texts get the same words for every number.
    """
    with _alone(folder):
        catalogue = read(language, folder)
        taken = 0
        for message in catalogue:
            key = message.id if isinstance(message.id, str) else message.id[0]
            if key and key in translations:
                words = translations[key]
                plural = not isinstance(message.id, str)
                message.string = (words,) * catalogue.num_plurals if plural else words
                taken += 1
        po_path(language, folder).write_text(_po_text(catalogue), encoding="utf-8")
    return taken


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


def missing(language: str) -> list[str]:
    """Texts of code and templates without a translation, also when not yet collected.

    What only the command line says may lack its easy Japanese: operators read it, no volunteer does.
    """
    catalogue = read(language)
    catalogue.update(collect(), no_fuzzy_matching=True)
    texts = untranslated(catalogue)
    if language == "en":
        return texts
    return [text for text in texts if not _is_for_operators(catalogue[text])]


def _is_for_operators(message: Message) -> bool:
    return all(Path(filename).name == "cli.py" for filename, _line in message.locations)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two translators at once do not lose each other's texts."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _po_text(catalogue: Catalog) -> str:
    """The file as text, sorted, without dates and names, so that two people's changes merge."""
    file = BytesIO()
    write_po(file, catalogue, sort_output=True, include_lineno=False, omit_header=True, width=100)
    plural = f"nplurals={catalogue.num_plurals}; plural={catalogue.plural_expr};"
    header = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Language: {catalogue.locale_identifier}\\n"\n"Plural-Forms: {plural}\\n"\n\n'
    )
    return header + file.getvalue().decode()


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
    if arguments[:1] == ["fill"]:
        language, filename = arguments[1:]
        texts = json.loads(Path(filename).read_text(encoding="utf-8"))
        click.echo(f"{fill(language, texts)} of {len(texts)} texts taken")
        return 0
    if arguments[:1] == ["missing"]:
        texts = missing(arguments[1] if len(arguments) > 1 else "en")
        click.echo("\n".join(texts) or "every text has its translation")
        return 1 if texts else 0
    for language in compile_all():
        click.echo(f"compiled {language}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
