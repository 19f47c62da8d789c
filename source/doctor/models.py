"""The models: cards, files, and what they stand behind."""

from collections.abc import Iterator
from pathlib import Path

from source.core.errors import AverError
from source.doctor.finding import INSTALL, Finding, doubtful, of_error, well
from source.settings import Settings


def own(settings: Settings) -> Iterator[Finding]:
    """Whether the files of every model are those on its card, and which one answers."""
    from source.runtime.registry import CALLED, EVIDENCE, MODEL_SENSES, default_name, names

    root = settings.path("MODELS_DIR")
    for sense in MODEL_SENSES:
        called = CALLED.get(sense, sense)
        bad = [f for name in names(sense, root=root) if (f := _bad(root / sense / name))]
        yield from bad
        try:
            chosen = default_name(sense, root=root)
        except AverError as error:
            yield of_error(called, error)
            continue
        if not bad:
            count = len(names(sense, root=root))
            yield well(called, f"{chosen} answers; {_as_on_cards(count)}")
    try:
        others = [root / "evidence" / EVIDENCE, root / "fusion" / default_name("fusion", root=root)]
    except AverError as error:
        yield of_error("fusion", error)
        return
    bad = [finding for folder in others if (finding := _bad(folder))]
    yield from bad or [well("beside them", "fusion and cover check as on their cards")]


def _as_on_cards(count: int) -> str:
    return "its file is as on its card" if count == 1 else f"all {count} are as on their cards"


def _bad(folder: Path) -> Finding | None:
    """What is wrong with the files of one model, if anything is."""
    from source.runtime.card import Card

    try:
        card = Card.read(folder)
        for file_name in card.sha256:
            card.verified(folder, file_name)
    except AverError as error:
        return of_error(f"{folder.parent.name}/{folder.name}", error)
    return None


def foreign(settings: Settings) -> Iterator[Finding]:
    """Whether the networks of others are there, in the version we know."""
    from source.runtime.foreign import EITHER, FOREIGN, OPTIONAL, installed
    from source.runtime.registry import passed_over

    good = []
    either = next((key for key in EITHER if installed(key)), EITHER[0])
    for key in [k for k in FOREIGN if k not in (*EITHER, *OPTIONAL)] + [either]:
        try:
            FOREIGN[key].verified()
            good.append(FOREIGN[key].name)
        except AverError as error:
            yield of_error(FOREIGN[key].name, error)
    if good:
        yield well("others' networks", f"{len(good)} with the SHA-256 we know")
    for key in OPTIONAL:
        one = FOREIGN[key]
        if installed(key):
            one.verified()
            yield well("speech encoder", f"{one.name}, with the SHA-256 we know")
            continue
        passed = [n for n, need in passed_over("voice", root=settings.path("MODELS_DIR")) if need]
        text = (
            f"{one.name} is not installed, so {', '.join(passed) or 'a voice model'} cannot answer"
        )
        wanted = bool(settings["SPEECH_ENCODER"])
        cure = INSTALL if wanted else "Set SPEECH_ENCODER=1, then run: python3 setup.py install"
        yield doubtful("speech encoder", f"{text}; a less accurate model does", cure)
