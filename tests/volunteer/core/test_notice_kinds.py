"""What a message was about, where its text must not be shown."""

from pathlib import Path

from flask import Flask

from volunteer.core.hooks import hooks
from volunteer.core.notice_kinds import CODE, OTHER, kind_of

MAILS = Path("templates/mail")


def test_every_mail_has_words_for_what_it_is_about(app: Flask) -> None:
    mails = {path.relative_to(MAILS).with_suffix("").as_posix() for path in MAILS.glob("*/*/*.txt")}
    assert mails
    assert [one for one in sorted(mails) if kind_of(one) == OTHER] == []


def test_no_folder_has_words_without_having_mails(app: Flask) -> None:
    assert [folder for folder, _words in hooks.notice_kinds if not (MAILS / folder).is_dir()] == []


def test_a_message_with_a_code_is_only_called_so(app: Flask) -> None:
    assert kind_of("volunteer/users/sign_in_code") == CODE
