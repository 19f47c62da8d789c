"""Numbers as a person reads them: times, lengths, sizes, shares."""

import math
from collections.abc import Sequence


def clock(seconds: float | None) -> str:
    """A time as it is read on a player.

    Examples
    --------
    >>> clock(5.96), clock(72), clock(3725), clock(None)
    ('0:05', '1:12', '1:02:05', '–')
    """
    if seconds is None:
        return "–"
    whole = int(seconds + 1e-6)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes}:{whole % 60:02d}"


def instant(seconds: float) -> str:
    """A time to a tenth of a second, for stretches shorter than what a player's clock tells.

    Examples
    --------
    >>> instant(6.04), instant(72.5), instant(3725.96)
    ('0:06.0', '1:12.5', '1:02:06.0')
    """
    tenths = round(seconds * 10)
    return f"{clock(tenths // 10)}.{tenths % 10}"


def span(start: float, end: float) -> str:
    """From when to when; to a tenth of a second where both are short and near each other.

    Examples
    --------
    >>> span(6.0, 6.4), span(0.0, 9.2), span(72.0, 130.0)
    ('0:06.0 to 0:06.4', '0:00.0 to 0:09.2', '1:12 to 2:10')
    """
    say = instant if end - start < 10.0 else clock
    return f"{say(start)} to {say(end)}"


def duration(seconds: float | None) -> str:
    """How long something lasts.

    Examples
    --------
    >>> duration(3.57), duration(60), duration(754)
    ('3.6 s', '1 min', '12 min 34 s')
    """
    if seconds is None:
        return "–"
    if seconds < 59.95:
        return f"{seconds:.1f} s".replace(".0 s", " s")
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "min"), (rest if not hours else 0, "s"))
    return " ".join(f"{n} {unit}" for n, unit in parts if n)


def size(count: int) -> str:
    """A number of bytes, in decimal units.

    Examples
    --------
    >>> size(812), size(204_800), size(5_430_212)
    ('812 bytes', '205 kB', '5.4 MB')
    """
    if count < 1000:
        return f"{count} bytes"
    if count < 1_000_000:
        return f"{count / 1e3:.0f} kB"
    return f"{count / 1e6:.1f} MB" if count < 1e9 else f"{count / 1e9:.2f} GB"


def percent(share: float) -> str:
    """A share (0 to 1) in whole per cent: the one spelling of pages, charts, drawings, terminal.

    Only nothing is “0 %” and only everything is “100 %”; what would be rounded to them is
    “<1 %” or “>99 %”. ``percent`` in ``static/lanes.js`` writes the same.

    Examples
    --------
    >>> percent(0.7134), percent(0.004), percent(0.0), percent(0.9999), percent(1.0)
    ('71 %', '<1 %', '0 %', '>99 %', '100 %')
    """
    whole = f"{math.floor(share * 100 + 0.5)} %"
    if whole == "0 %" and share > 0:
        return "<1 %"
    return ">99 %" if whole == "100 %" and share < 0.999995 else whole


def times(count: int) -> str:
    """How often.

    Examples
    --------
    >>> times(1), times(2), times(5)
    ('once', 'twice', '5 times')
    """
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def listing(parts: Sequence[str]) -> str:
    """Join as a sentence does.

    Examples
    --------
    >>> listing(["a"]), listing(["a", "b"]), listing(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def counted(count: int) -> str:
    """A small number as a word.

    Examples
    --------
    >>> counted(2), counted(12)
    ('two', '12')
    """
    return {1: "one", 2: "two", 3: "three"}.get(count, str(count))
