"""What may stand in an address: numbers a row can have, text a database can take. Anything else is nowhere (404)."""

from flask import Flask
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter, ValidationError

ROW_NUMBER_MAX = 2**31 - 1
"""The largest number of a row on PostgreSQL (`integer`)."""


class RowNumber(IntegerConverter):
    """`<int:…>`: the number of a row."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=ROW_NUMBER_MAX)


class PrintableText(UnicodeConverter):
    """`<…>`: text without control characters; PostgreSQL refuses to compare NUL with anything."""

    def to_python(self, value: str) -> str:
        """The text; raises `ValidationError`, which is answered by 404."""
        if not value.isprintable():
            raise ValidationError
        return value


def init_app(app: Flask) -> None:
    """Use both in all routes; to be called before the first blueprint is registered."""
    app.url_map.converters.update(int=RowNumber, default=PrintableText, string=PrintableText)
