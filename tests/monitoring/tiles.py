"""Reading what waits for an officer off the page."""

import re
from html import unescape


def tiles(html: str) -> dict[str, tuple[int, str]]:
    """What waits, by the first word of its tile: how many, and the address of the list."""
    part = html.split("Perlu perhatian")[1].split("</section>", maxsplit=1)[0]
    found = re.findall(r'<a href="([^"]*)" class="stat.*?stat__value">(\d+)<.*?<span>(\w+)', part, re.DOTALL)
    return {word: (int(n), unescape(address)) for address, n, word in found}


def counts(html: str) -> dict[str, int]:
    return {word: n for word, (n, _address) in tiles(html).items()}
