"""A short name for a browser, so that people recognise their own in the list of sign-ins. Pure."""

_DEVICES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    ("Edg", "Edge"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Line/", "LINE"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


def browser_words(user_agent: str) -> str:
    """`iPhone Safari`, `Windows Edge`; empty when nothing is recognised."""
    found = [
        next((word for sign, word in table if sign in user_agent), "")
        for table in (_DEVICES, _BROWSERS)
    ]
    return " ".join(word for word in found if word)
