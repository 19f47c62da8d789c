"""Which models there are, and loading them once."""

import json
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from source.core.errors import ModelChanged, ModelMissing, ModelNeeds, UnknownOption
from source.runtime import classic, ensemble, foreign, head
from source.runtime.card import Card
from source.runtime.ensemble import JOIN
from source.runtime.model import Backend, Model

ROOT = Path(__file__).resolve().parents[2] / "models"
MODEL_SENSES = ("voice", "face", "clip")
"""What models read: a face as it moves has models of its own."""

EVIDENCE = "whole-face"
"""The model of ``models/evidence``, which says whether something covers a face."""

CALLED = {"clip": "video"}
"""How people name a sense where that is not its own name (`--video-model`)."""

RUNTIMES = ("auto", "litert", "tensorflow")

_loaded: dict[tuple[Path, str], Model] = {}
_lock = threading.RLock()  # an ensemble loads its members


def names(sense: str, *, root: Path = ROOT) -> list[str]:
    """Names of the models of a sense, sorted."""
    return sorted(card.parent.name for card in (root / sense).glob("*/card.json"))


def preferred(sense: str, *, root: Path = ROOT) -> list[str]:
    """The models of a sense that `index.json` names as its default, the best first.

    Raises
    ------
    ModelMissing, ModelChanged
        If it names none, or one that is not there, or is damaged.
    """
    index = root / "index.json"
    if not index.is_file():
        raise ModelMissing(sense, index)
    try:
        value = json.loads(index.read_text("utf-8"))[sense]
    except (ValueError, TypeError, KeyError):
        value = None
    chosen = [value] if isinstance(value, str) else value
    if not isinstance(chosen, list) or not chosen or not all(_is_name(n) for n in chosen):
        raise ModelChanged(sense, index, expected="that AVER wrote")
    for name in chosen:
        if not (root / sense / name).is_dir():
            raise ModelMissing(name, root / sense / name)
    return chosen


def _is_name(value: object) -> bool:
    return isinstance(value, str) and value != ""


def default_name(sense: str, *, root: Path = ROOT) -> str:
    """Name of the model of a sense that is used when none is asked for.

    It is the first of the `preferred` ones that has all it needs; the first of all where none has.

    Raises
    ------
    ModelMissing, ModelChanged
        If `index.json` does not name one, or is damaged.
    """
    chosen = preferred(sense, root=root)
    if len(chosen) == 1:
        return chosen[0]
    passed = len(_passed_over(sense, chosen, root))
    return chosen[passed] if passed < len(chosen) else chosen[0]


def passed_over(sense: str, *, root: Path = ROOT) -> list[tuple[str, str]]:
    """The models that would serve as the default if what they need were installed.

    Each is its name and what it lacks, a key of `source.runtime.foreign.FOREIGN`; the best first.

    Raises
    ------
    ModelMissing, ModelChanged
        As `default_name`.
    """
    return _passed_over(sense, preferred(sense, root=root), root)


def _passed_over(sense: str, chosen: list[str], root: Path) -> list[tuple[str, str]]:
    lacking = []
    for name in chosen:
        need = missing_need(Card.read(root / sense / name))
        if need is None:
            break
        lacking.append((name, need))
    return lacking


def missing_need(card: Card) -> str | None:
    """The weights of others that a model needs and that are not installed.

    Returns
    -------
    str or None
        A key of `source.runtime.foreign.FOREIGN`; None where nothing is missing.

    Raises
    ------
    ModelChanged
        If the card names weights that are not known.
    """
    need = card.input.get("needs")
    if need is None:
        return None
    if not isinstance(need, str) or need not in foreign.FOREIGN:
        raise ModelChanged(card.name, f"{card.name}/card.json", expected="that AVER wrote")
    return None if foreign.installed(need) else need


def check_name(sense: str, name: str, *, root: Path = ROOT) -> None:
    """Whether a model may be asked for by that name; reads no more than the folders' names.

    Raises
    ------
    UnknownOption
        If there is no such model, or a part of it (``A+B``) is none; it names those there are.
    """
    known = ["default", *names(sense, root=root)]
    for part in _parts(sense, name):
        if part not in known:
            raise UnknownOption(f"{CALLED.get(sense, sense)} model", part, known)


def _parts(sense: str, name: str) -> list[str]:
    return name.split(JOIN) if sense == "voice" else [name]


def load(sense: str, name: str = "default", *, root: Path = ROOT, runtime: str = "auto") -> Model:
    """Load a model, or hand out the one that is already loaded.

    Parameters
    ----------
    sense : {"voice", "face", "clip"}
    name : str
        Name of its folder, or ``default``; several voice models, joined by ``+``, answer
        together.
    root : Path
        Folder of all models.
    runtime : {"auto", "litert", "tensorflow"}
        ``auto`` is TensorFlow where it sees a GPU, else LiteRT.

    Raises
    ------
    UnknownOption
        If there is no model or runtime of that name.
    ModelMissing, ModelChanged
        If a file is not there, or not the one on the card.
    ModelNeeds
        If it needs weights of others that are not installed.
    """
    if runtime not in RUNTIMES:
        raise UnknownOption("runtime", runtime, RUNTIMES)
    if name == "default":
        name = default_name(sense, root=root)
    if not names(sense, root=root):
        raise ModelMissing(name, root / sense)
    check_name(sense, name, root=root)
    members = [default_name(sense, root=root) if m == "default" else m for m in _parts(sense, name)]
    folder = root / sense / name
    chosen = _choose(runtime)
    with _lock:
        if (folder, chosen) not in _loaded:
            each = partial(load, sense, root=root, runtime=chosen)
            if len(members) > 1:
                _loaded[folder, chosen] = ensemble.together(name, [each(m) for m in members])
            else:
                _loaded[folder, chosen] = _load(folder, chosen, each)
        return _loaded[folder, chosen]


def check_all(*, root: Path = ROOT) -> list[str]:
    """Compare every model file with its card; the names of the models that were found good.

    The networks of others that we run (`source.runtime.foreign`) are compared too. A model that
    needs an optional one which is not installed is good, though it cannot be used.

    Raises
    ------
    ModelMissing, ModelChanged
        For the first file that is not as its card says.
    """
    good = []
    for sense in MODEL_SENSES:
        default = default_name(sense, root=root)
        if default not in names(sense, root=root):
            raise ModelMissing(default, root / sense / default)
        good += [f"{sense}/{name}" for name in names(sense, root=root)]
    good += [f"evidence/{EVIDENCE}", f"fusion/{default_name('fusion', root=root)}"]
    for model in good:
        card = Card.read(root / model)
        for file_name in card.sha256:
            card.verified(root / model, file_name)
    foreign.check()
    return good


def _choose(runtime: str) -> str:
    if runtime != "auto":
        return runtime
    from source.runtime.tensorflow import sees_gpu

    return "tensorflow" if sees_gpu() else "litert"


def _load(folder: Path, runtime: str, each: Callable[[str], Model]) -> Model:
    card = Card.read(folder)
    need = missing_need(card)
    if need is not None:
        raise ModelNeeds(card.name, foreign.FOREIGN[need].name, cure=foreign.SETUP)
    kind = card.architecture["name"]
    if kind == ensemble.KIND:
        members = [str(m) for m in card.architecture["args"]["members"]]
        for member in members:  # checked before loading, or two could load each other for ever
            if Card.read(folder.parent / member).architecture["name"] == ensemble.KIND:
                raise ModelChanged(folder.name, folder.parent / member / "card.json")
        return ensemble.described(card, folder, [each(m) for m in members])
    if kind == classic.KIND:
        return Model(card, classic.Classic(card, folder))
    if kind == head.KIND:
        return head.Head(card, folder)
    return Model(card, _backend(runtime, card, folder))


def _backend(runtime: str, card: Card, folder: Path) -> Backend:
    if runtime == "tensorflow":
        from source.runtime.tensorflow import TensorFlow

        return TensorFlow(card, folder)
    from source.runtime.litert import LiteRT

    return LiteRT(card, folder)
