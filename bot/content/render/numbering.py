"""The numbers of ordered lists (HTML standard, 4.4.5)."""

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def label(value: int, kind: str) -> str:
    """The number of an item as ``1``, ``a``, ``A``, ``i`` or ``I`` counts.

    It is decimal outside of what letters can say.
    """
    if kind in "aA" and value > 0:
        text = _letters(value)
    elif kind in "iI" and 0 < value < 4000:
        text = _roman(value)
    else:
        return str(value)
    return text.upper() if kind.isupper() else text


def _letters(value: int) -> str:
    text = ""
    while value > 0:
        value, letter = divmod(value - 1, 26)
        text = chr(ord("a") + letter) + text
    return text


def _roman(value: int) -> str:
    text = ""
    for size, letters in _ROMAN:
        count, value = divmod(value, size)
        text += letters * count
    return text
