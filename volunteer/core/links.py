"""Whole addresses of this installation, as they stand in QR codes and on paper."""

from flask import request

from volunteer.core.config import settings


def base() -> str:
    """The beginning of every address, without a slash at its end."""
    return settings().base_url or request.url_root.rstrip("/")


def absolute(path: str) -> str:
    """The whole address of a path on this site."""
    return base() + path
