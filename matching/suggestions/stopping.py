"""The link of a mail by which its reader stops further ones, without signing in: a person's id and a signature.

It can do nothing else, so it never runs out.
"""

from volunteer.core.crypto import sign, verify

PURPOSE = "stop news"


def stop_token(person_id: int) -> str:
    """For the address in the mail."""
    return f"{person_id}.{sign(PURPOSE, str(person_id))}"


def person_of(token: str) -> int | None:
    """Whose mail it was; None when the link was altered."""
    text, _dot, signature = token.partition(".")
    if not (text.isascii() and text.isdecimal()) or not verify(PURPOSE, text, signature):
        return None
    return int(text)
