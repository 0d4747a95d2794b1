"""Staff passwords."""

import threading
import time

import pytest
from argon2 import PasswordHasher

from volunteer.core import passwords
from volunteer.core.db import writing_allowed

GOOD = "雪かき と みかん と 郵便局"


@pytest.mark.parametrize(
    "password",
    [
        "password", "Password1", "PASSWORD2026!", "p@ssw0rd", "P@ssw0rd123", "12345678", "87654321",
        "qwertyui", "asdfghjk", "1234567890", "aaaaaaaa", "abcabcabc", "12121212", "sakura2026",
        "2026sakura!!", "Otaru2026", "volunteer1", "iloveyou", "abcdefgh", "1qaz2wsx", "さくらさくら12",
        "ありがとう123", "qwerty123", "dragondragon",
    ],
)  # fmt: skip
def test_passwords_everybody_guesses_are_refused(password: str) -> None:
    with pytest.raises(passwords.PasswordTrouble) as trouble:
        passwords.check_password(password)
    assert trouble.value.code == "password_common"


@pytest.mark.parametrize(
    "password",
    [GOOD, "correct horse battery staple", "kX9!mq2Lw", "x" * 4 + "u7#Qe2", "な" * 7 + "にぬ"],
)
def test_other_passwords_are_taken_without_rules_about_signs(password: str) -> None:
    passwords.check_password(password)


def test_own_words_are_refused() -> None:
    passwords.check_password("hanazono-jiro")
    with pytest.raises(passwords.PasswordTrouble):
        passwords.check_password("hanazono2026", "Jiro.Hanazono@example.jp")
    with pytest.raises(passwords.PasswordTrouble):
        passwords.check_password("jiro.hanazono@example.jp", "Jiro.Hanazono@example.jp")


@pytest.mark.parametrize(
    ("length", "code"), [(0, "password_short"), (7, "password_short"), (129, "password_long")]
)
def test_eight_to_128_characters(length: int, code: str) -> None:
    text = ("kX9!mq2Lw雪" * 20)[:length]
    with pytest.raises(passwords.PasswordTrouble) as trouble:
        passwords.check_password(text)
    assert trouble.value.code == code
    for allowed in (8, 128):
        passwords.check_password(("kX9!mq2Lw雪" * 20)[:allowed])


def test_the_right_password_is_known_and_no_other() -> None:
    stored = passwords.hash_password(GOOD)
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.verify_password(stored, GOOD)
    assert not passwords.verify_password(stored, GOOD + " ")
    assert not passwords.verify_password(stored, "")
    assert not passwords.verify_password("no hash", GOOD)
    assert not passwords.verify_password(stored, "\ud800")


def test_nothing_is_cut_off() -> None:
    long = "あ" * 127
    stored = passwords.hash_password(long + "い")
    assert passwords.verify_password(stored, long + "い")
    assert not passwords.verify_password(stored, long + "う")
    assert not passwords.verify_password(stored, long + "い" + "x")


def test_nobody_has_no_password_and_that_takes_as_long() -> None:
    assert not passwords.verify_password(None, "nobody has this password")
    stored = passwords.hash_password(GOOD)
    took = []
    for given in (stored, None):
        start = time.perf_counter()
        for _ in range(5):
            passwords.verify_password(given, "wrong")
        took.append(time.perf_counter() - start)
    assert (
        0.1 < took[1] / took[0] < 10
    )  # loose: the machine may be busy; no work at all would be 0.0001


def test_weaker_hashes_are_renewed() -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD)
    assert passwords.verify_password(weak, GOOD)
    assert passwords.needs_new_hash(weak)
    assert not passwords.needs_new_hash(passwords.hash_password(GOOD))


def test_never_inside_a_write_turn() -> None:
    with writing_allowed():
        with pytest.raises(RuntimeError, match="argon2"):
            passwords.hash_password(GOOD)
        with pytest.raises(RuntimeError, match="argon2"):
            passwords.verify_password(None, GOOD)


def test_at_most_two_are_computed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    lock, now, most = threading.Lock(), 0, 0

    class Counting:
        """Counts who is inside instead of computing."""

        def hash(self, _password: str) -> str:
            """Stay inside for a moment."""
            nonlocal now, most
            with lock:
                now += 1
                most = max(most, now)
            time.sleep(0.02)
            with lock:
                now -= 1
            return ""

    monkeypatch.setattr(passwords, "_hasher", Counting())
    threads = [threading.Thread(target=passwords.hash_password, args=(GOOD,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == passwords.AT_ONCE


def test_the_list_says_where_it_is_from() -> None:
    first = passwords.COMMON_FILE.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# ")
    assert len(passwords.common_passwords()) > 300
