"""All looks, in the order in which they are told."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from source.doctor import decoders, installation, machine, models, serving, storage
from source.doctor.finding import Finding, Look, of_error
from source.settings import Settings

LOOKS: tuple[tuple[str, str, Look], ...] = (
    ("Installation", "Python", installation.python),
    ("Installation", "packages", installation.packages),
    ("Models", "models", models.own),
    ("Models", "others' networks", models.foreign),
    ("Decoders", "sound", decoders.sounds),
    ("Decoders", "pictures", decoders.pictures),
    ("Decoders", "films", decoders.films),
    ("Storage", "folders", storage.folders),
    ("Storage", "database", storage.database),
    ("Storage", "queue", storage.queue),
    ("Storage", "store", storage.store),
    ("Storage", "worker", storage.worker),
    ("Machine", "processor", machine.processor),
    ("Machine", "memory", machine.memory),
    ("Machine", "graphics card", machine.graphics),
    ("Machine", "what runs", machine.runs),
    ("Machine", "fonts", machine.fonts),
    ("Web server", "address", serving.address),
    ("Web server", "safety", serving.safety),
)
"""Heading, what is looked at, and the look."""


def examine(
    settings: Settings, *, on_look: Callable[[str], None] = lambda _: None, strict: bool = False
) -> Iterator[Finding]:
    """Look at everything, one thing after the other.

    Parameters
    ----------
    settings : Settings
        What the installation is set to.
    on_look : callable
        Called with what is looked at next.
    strict : bool
        Raise what a look did not expect, instead of telling it as a finding.
    """
    for group, name, look in LOOKS:
        on_look(name)
        try:
            for finding in look(settings):
                yield replace(finding, group=group)
        except Exception as error:
            if strict:
                raise
            yield replace(of_error(name, error), group=group)
