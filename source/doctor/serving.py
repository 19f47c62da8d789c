"""The web server: its address, and whether it is safe to be reached from elsewhere."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator

from source.core.errors import AverError
from source.core.port import check_free
from source.doctor.finding import Finding, doubtful, of_error, well
from source.settings import Settings

LOOPBACK = ("127.", "::1", "localhost")


def address(settings: Settings) -> Iterator[Finding]:
    """Whether the server runs, or could."""
    host, port = settings.text("HOST"), int(settings.number("PORT"))
    shown = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    if _answers(host, port):
        yield well("address", f"AVER answers at {shown}")
        return
    try:
        check_free(host, port)
    except AverError as error:
        yield of_error("address", error)
        return
    yield well("address", f"{shown} is free")


def _answers(host: str, port: int) -> bool:
    """Whether what listens there is AVER."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(
        host, f"[{host}]" if ":" in host else host
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://{reached}:{port}/health/live", timeout=3) as answer:
            return bool(json.loads(answer.read(1000)) == {"status": "healthy"})
    except (OSError, ValueError):
        return False


def safety(settings: Settings) -> Iterator[Finding]:
    """Whether what others reach is protected."""
    host = settings.text("HOST")
    if host.startswith(LOOPBACK):
        text = "only this machine reaches it"
        if settings["HTTPS"] or settings.number("PROXIES"):
            text += ", and a proxy on it whoever that lets in"
        yield well("safety", text)
    elif not settings["HTTPS"]:
        yield doubtful(
            "safety",
            f"everybody who reaches {host} can use it, and nothing is encrypted",
            "Put a proxy with TLS before it, then set HTTPS=1 and PROXIES=1 (docs/running.md).",
        )
    else:
        yield well("safety", "cookies are sent over HTTPS alone")
    if settings.text("METRICS") == "open" and not host.startswith(LOOPBACK):
        cure = "Let the proxy answer /metrics itself, or set METRICS=local."
        yield doubtful("metrics", "everybody who reaches the server can read them", cure)
