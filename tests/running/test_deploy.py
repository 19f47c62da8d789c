"""The files of `deploy/`: what they name exists, and the linters that are at hand agree.

No image is built here: that needs a builder and a network.
"""

import fnmatch
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from source.cli import alive
from source.settings import SETTINGS, Settings
from source.web import create_app

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
DOCKERFILE = DEPLOY / "Dockerfile"
COMPOSE = sorted(DEPLOY.glob("compose*.yaml"))
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
SCRIPTS = sorted(DEPLOY.glob("*.sh"))

LIBRARIES = {
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL", "AWS_DEFAULT_REGION",
    "AWS_REQUEST_CHECKSUM_CALCULATION", "AWS_RESPONSE_CHECKSUM_VALIDATION",
    "MPLCONFIGDIR", "PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED",
    "PIP_DISABLE_PIP_VERSION_CHECK", "PIP_NO_CACHE_DIR",
}  # fmt: skip
"""Names in an environment that are read by libraries, not by us."""

SEVERAL = {"QUEUE_URL", "STORAGE_URL"}
"""Settings of several machines."""

KNOWN = {setting.name for setting in SETTINGS} | LIBRARIES | SEVERAL


def tool(name):
    found = shutil.which(
        name, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    )
    if found is None:
        pytest.skip(f"{name} is not at hand.")
    return found


def instructions():
    """The lines of the Dockerfile, each in one piece, without comments."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE.read_text("utf-8"), flags=re.MULTILINE)
    return [line.split(None, 1) for line in text.replace("\\\n", " ").splitlines() if line.strip()]


# --- the image ------------------------------------------------------------------------------------


def test_everything_the_image_copies_is_there_and_not_ignored():
    shown = [x[1:] for x in (ROOT / ".dockerignore").read_text().splitlines() if x.startswith("!")]
    copied = [rest.split()[:-1] for name, rest in instructions() if name == "COPY"]
    sources = [s for words in copied if not words[0].startswith("--from") for s in words]
    assert len(sources) > 8
    for source in sources:
        assert list(ROOT.glob(source)), source
        assert any(fnmatch.fnmatch(source, s) or source == s for s in shown), source
    for package in ("source", "templates", "static", "models", "input_files"):
        assert package in sources


def test_the_image_runs_as_nobody_in_particular_and_is_looked_at():
    names = [name for name, _ in instructions()]
    assert "HEALTHCHECK" in names and "VOLUME" in names
    assert [rest for name, rest in instructions() if name == "USER"] == ["10001:10001"] * 2
    stages = [rest.split(" AS ") for name, rest in instructions() if name == "FROM"]
    made = {stage[1] for stage in stages}
    assert {"packages", "cpu", "gpu"} <= made and stages[-1][1] == "cpu"
    for base, _ in stages:
        assert base in made or re.fullmatch(r"python:3\.1[123]-slim-\w+", base), base
    (run, *_) = [rest for name, rest in instructions() if "requirements-encoder" in rest]
    assert "SPEECH_ENCODER" in run and "--require-hashes" in run


def test_settings_of_the_image_exist():
    text = " ".join(rest for name, rest in instructions() if name == "ENV")
    names = set(re.findall(r"\b([A-Z_]+)=", text))
    assert names and names <= KNOWN


def test_hadolint_agrees_with_the_image():
    done = subprocess.run([tool("hadolint"), str(DOCKERFILE)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.name)
def test_shellcheck_agrees_with_the_scripts(path):
    done = subprocess.run([tool("shellcheck"), str(path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert path.read_text("utf-8").startswith("#!/bin/sh\n") and os.access(path, os.X_OK)


# --- compose --------------------------------------------------------------------------------------


def services(path):
    return yaml.safe_load(path.read_text("utf-8"))["services"]


@pytest.mark.parametrize("path", COMPOSE, ids=lambda p: p.name)
def test_compose_names_settings_and_images_that_exist(path):
    for name, service in services(path).items():
        ours = service.get("image", "").partition(":")[0] == "aver"
        if ours:
            assert set(service.get("environment", {})) <= KNOWN, name
            build = service["build"]
            if "dockerfile" in build:
                assert (path.parent / build["context"] / build["dockerfile"]).is_file()
            assert build.get("target", "cpu") in DOCKERFILE.read_text("utf-8")
        else:
            tag = service["image"].partition(":")[2]
            assert re.match(r"\d+\.\d+", tag), f"{name} is not pinned"
            assert "healthcheck" in service, name
            assert "ports" not in service, f"{name} is reached from outside"


@pytest.mark.parametrize("name", ["compose.yaml", "compose.small.yaml"])
def test_our_containers_are_held_tight(name):
    for service in (services(DEPLOY / name)[part] for part in ("web", "worker")):
        assert service["read_only"] and service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
        assert "/tmp" in service["volumes"], "an upload would wait in memory"
    web = services(DEPLOY / name)["web"]
    assert all(port.startswith("127.0.0.1:") for port in web["ports"])


def test_workers_can_be_scaled():
    worker = services(DEPLOY / "compose.yaml")["worker"]
    assert "container_name" not in worker and "ports" not in worker
    named = [v for v in worker["volumes"] if ":" in v]
    assert named == [], "workers on one DATA_DIR step back for each other"


def test_every_secret_is_asked_for():
    text = (DEPLOY / "compose.yaml").read_text("utf-8")
    asked = set(re.findall(r"\$\{(\w+):\?", text))
    given = (DEPLOY / "compose.env.example").read_text("utf-8")
    assert asked == set(re.findall(r"^(\w+)=$", given, re.MULTILINE))
    free = set(re.findall(r"\$\{(\w+):-", text))
    assert free <= KNOWN


# --- Kubernetes -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def manifests():
    return list(yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text("utf-8")))


@pytest.fixture(scope="module")
def addresses(tmp_path_factory):
    settings = Settings.load({}, root=tmp_path_factory.mktemp("k"))
    settings = settings.with_values(DATA_DIR=str(tmp_path_factory.mktemp("data")))
    return {rule.rule for rule in create_app(settings, jobs=object()).url_map.iter_rules()}


def test_the_manifests_fit_together(manifests, addresses):
    kinds = [one["kind"] for one in manifests]
    assert kinds == ["ConfigMap", "Deployment", "Deployment", "Service"]
    assert set(manifests[0]["data"]) <= KNOWN
    for deployment in manifests[1:3]:
        template = deployment["spec"]["template"]
        assert deployment["spec"]["selector"]["matchLabels"] == template["metadata"]["labels"]
        assert template["spec"]["securityContext"]["runAsNonRoot"]
        (container,) = template["spec"]["containers"]
        mounted = {one["name"] for one in container["volumeMounts"]}
        assert mounted == {volume["name"] for volume in template["spec"]["volumes"]}
        assert container["securityContext"]["readOnlyRootFilesystem"]
        for kind in ("livenessProbe", "readinessProbe"):
            probe = container.get(kind, {}).get("httpGet")
            assert probe is None or probe["path"] in addresses
    web = manifests[1]["spec"]["template"]
    assert manifests[3]["spec"]["selector"].items() <= web["metadata"]["labels"].items()


# --- systemd --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", UNITS, ids=lambda p: p.name)
def test_units_are_hardened_and_name_settings_that_exist(path):
    text = path.read_text("utf-8")
    for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "PrivateTmp=yes", "User=aver",
                 "ProtectHome=yes", "CapabilityBoundingSet=", "UMask=0077"):  # fmt: skip
        assert f"\n{line}\n" in text, line
    assert "@resources" not in text, "decoding limits its own memory"
    named = " ".join(re.findall(r"^Environment=(.*)$", text, re.MULTILINE))
    assert set(re.findall(r"([A-Z_]+)=", named)) <= KNOWN
    assert path.name in (DEPLOY / "systemd" / "aver.target").read_text("utf-8")
    (command,) = re.findall(r"^ExecStart=\S+ (.*)$", text, re.MULTILINE)
    files = [w for w in command.split() if w.endswith(".py")]
    assert files and all((ROOT / name).is_file() for name in files)


def test_systemd_understands_the_units(tmp_path):
    command = [tool("systemd-analyze"), "verify", "--man=no"]
    for path in (*UNITS, DEPLOY / "systemd" / "aver.target"):
        text = path.read_text("utf-8").replace("/opt/aver/.venv/bin/python", sys.executable)
        (tmp_path / path.name).write_text(text)
        command.append(str(tmp_path / path.name))
    done = subprocess.run(command, capture_output=True, text=True)
    said = [line for line in done.stderr.splitlines() if "aver" in line]
    assert said == []


# --- what a container is asked --------------------------------------------------------------------


def test_a_worker_is_alive_while_it_leaves_signs(settings):
    assert alive.main(["worker"], settings) == 1
    lock = settings.path("DATA_DIR") / "worker.lock"
    lock.parent.mkdir()
    lock.touch()
    assert alive.main(["worker"], settings) == 0
    os.utime(lock, (time.time() - 100, time.time() - 100))
    assert alive.main(["worker"], settings) == 1


def test_a_web_server_that_does_not_answer_is_not_alive(settings):
    assert alive.main([], settings.with_values(PORT=1, HOST="0.0.0.0")) == 1
