"""Numbers as people write them."""


def figure(value: object) -> str:
    """Format a value for a sentence; text that is not a number is quoted.

    Examples
    --------
    >>> figure(60.0), figure(0.1), figure(1e6), figure("-1e400"), figure("many")
    ('60', '0.1', '1,000,000', '-1e400', '“many”')
    """
    if isinstance(value, int | float):
        return f"{value:,.10g}" if abs(value) < 1e10 else f"{value:g}"
    text = str(value).strip()[:40]
    try:
        float(text)
    except ValueError:
        return f"“{text}”"
    return text
