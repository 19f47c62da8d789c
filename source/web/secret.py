"""The key that signs cookies."""

import contextlib
import hmac
import os
import secrets
from pathlib import Path

from source.settings import Settings
from source.store.trouble import storage_errors


def secret_key(settings: Settings) -> str:
    """The key of the settings, else the one in ``DATA_DIR/secret_key``, which is made once."""
    given = settings.text("SECRET_KEY")
    if given:
        return given
    with storage_errors(settings.path("DATA_DIR")):
        return _kept(settings.path("DATA_DIR") / "secret_key")


def _kept(path: Path) -> str:
    """The key in a file, which is made if need be."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        made = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
        # Several processes may start at once: the first to link its file wins, for all.
        with contextlib.suppress(FileExistsError):
            try:
                os.link(made, path)
            except OSError as error:  # a file system without hard links
                if isinstance(error, FileExistsError):
                    raise
                os.replace(made, path)
        made.unlink(missing_ok=True)
    return path.read_text("utf-8").strip()


HOST_ONLY = "__Host-"
"""Beginning of the names of cookies that a browser takes from the host itself alone, over HTTPS."""


def cookie_name(secret: str, *, https: bool = False) -> str:
    """The name of the session's cookie: each instance's own.

    Browsers send cookies to every port of a host. Two instances with one name would throw each
    other's visitors out: neither can read what the other signed. Over HTTPS the name lets no
    neighbour of the host, and nobody on the way, give a visitor a session that they know.

    Examples
    --------
    >>> cookie_name("one"), cookie_name("two", https=True)
    ('aver-a78d60ba', '__Host-aver-acd5743f')
    """
    before = HOST_ONLY if https else ""
    return f"{before}aver-{hmac.digest(secret.encode(), b'cookie name', 'sha256').hex()[:8]}"
