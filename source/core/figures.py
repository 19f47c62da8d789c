"""Numbers as people write them."""

LONGEST = 40
"""Characters that a sentence repeats of what was given."""


def figure(value: object) -> str:
    """Format a value for a sentence; text that is not a number is quoted.

    Examples
    --------
    >>> figure(60.0), figure(0.1), figure(1e6), figure("-1e400"), figure("many")
    ('60', '0.1', '1,000,000', '-1e400', '“many”')
    """
    if isinstance(value, int | float):
        try:
            return f"{value:,.10g}" if abs(value) < 1e10 else f"{value:g}"
        except OverflowError:  # a whole number that is larger than any float
            return "inf" if value > 0 else "-inf"
    text = str(value).strip()
    try:
        if "_" in text:  # a number in Python alone
            raise ValueError
        float(text)
    except ValueError:
        return f"“{shortened(text)}”"
    return shortened(text)


def number_of(count: int, one: str, several: str = "") -> str:
    """A number and what is counted; without a word for several, that for one gets an “s”.

    Examples
    --------
    >>> number_of(1, "minute"), number_of(0, "minute"), number_of(2, "face was", "faces were")
    ('1 minute', '0 minutes', '2 faces were')
    """
    return f"{count} {one if count == 1 else several or f'{one}s'}"


def shortened(value: object) -> str:
    """A value as text of at most 40 characters; an ellipsis says that there is more.

    Examples
    --------
    >>> shortened("many"), shortened("9" * 5000)
    ('many', '999999999999999999999999999999999999999…')
    """
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
