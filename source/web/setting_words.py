"""A setting in words, for the page that lists them."""

from source.core.figures import figure
from source.core.options import OPTIONS
from source.settings import Setting


def value(setting: Setting, given: object) -> str:
    """A value as a reader sees it; of a hidden setting only whether it is the usual one.

    Examples
    --------
    >>> value(Setting("MAX_QUEUE", 5000, ""), 5000), value(Setting("HTTPS", False, ""), True)
    ('5,000', 'yes')
    >>> value(Setting("SECRET_KEY", "", "Key.", hidden=True), "abc")
    'set, not shown'
    """
    if setting.hidden:
        return "as usual" if given == setting.default else "set, not shown"
    if isinstance(given, bool):
        return "yes" if given else "no"
    if given == "":
        return "none"
    if setting.name.endswith("PORT"):  # a name in digits, no count
        return str(given)
    return figure(given) if isinstance(given, int | float) else str(given)


def values(setting: Setting) -> str:
    """Which values it takes, in words."""
    option = OPTIONS.get(setting.name.lower())
    if isinstance(setting.default, bool):
        return "yes or no"
    if setting.choices:
        return ", ".join(setting.choices)
    if setting.range is not None:
        return str(setting.range)
    return option.values if option is not None else ""


def title(setting: Setting) -> str:
    """Its name as a reader sees it.

    Examples
    --------
    >>> title(Setting("MAX_UPLOAD_MB", 500, "")), title(Setting("FPS", 4.0, ""))
    ('Max upload MB', 'FPS')
    """
    words = setting.name.split("_")
    short = {"fps", "mb", "https", "url"}
    shown = [word if word.lower() in short else word.lower() for word in words]
    return " ".join([shown[0] if shown[0].isupper() else shown[0].capitalize(), *shown[1:]])
