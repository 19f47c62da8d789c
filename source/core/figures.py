"""Numbers as people write them."""


def figure(value: object) -> str:
    """A value as it stands in a sentence; text that is no number stands in quotation marks.

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
