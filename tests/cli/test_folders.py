"""Folders give every recording by what it holds; what cannot be read is said, the rest goes on."""

import errno
import os
import shutil
import socket
import stat

import pytest

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such files.")

WAV = b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0"
HEADS = {
    "book.m4b": b"\0\0\0\x18ftypM4B \0\0\0\0",
    "old.spx": b"OggS\0\x02",
    "talk.f4v": b"\0\0\0\x18ftypf4v \0\0\0\0",
    "camera.mts": (b"\0\0\0\0" + b"G" + bytes(187)) * 3,
    "dvd.vob": b"\0\0\x01\xba",
    "picture.jfif": b"\xff\xd8\xff\xe0",
    "phone.heif": b"\0\0\0\x18ftypheic\0\0\0\0",
    "without_ending": b"fLaC",
    "voice.bin": WAV,
    "talk.mp4.download": b"\0\0\0\x18ftypisom\0\0\0\0",
    "UPPER.OGA": b"OggS",
}
"""Names of which no list was complete, and how such files begin."""

OTHERS = {
    "a.txt": b"text",
    "b.pdf": b"%PDF-1.7",
    "c.docx": b"PK\x03\x04",
    "code.ts": b"export const a = 1;\n",
    "desktop.ini": b"[ViewState]\r\n",
    "drawing.svg": b"<svg/>",
    "empty": b"",
}


def names(quick):
    return [name for taken, _ in quick for name in taken]


@pytest.mark.parametrize("name", HEADS)
def test_a_recording_in_a_folder_is_taken_by_its_content(run, quick, clip, name):
    clip(f"f/{name}", HEADS[name])
    status, _, err = run("f", "--no-save")
    assert (status, err, names(quick)) == (0, "", [name])


def test_every_file_of_the_samples_is_taken_under_any_name(run, quick, samples, here):
    (here / "f").mkdir()
    for number, name in enumerate(("sample.jpg", "sample.mp4", "sample.wav")):
        shutil.copy(samples / name, here / "f" / f"{number}.xyz")
    assert run("f", "--no-save")[0] == 0
    assert names(quick) == ["0.xyz", "1.xyz", "2.xyz"]


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_not_a_recording_is_left_out_and_named(run, quick, clip, name):
    clip(f"f/{name}", OTHERS[name])
    clip("f/z.wav", WAV)
    status, _, err = run("f", "--no-save")
    assert (status, names(quick)) == (0, ["z.wav"])
    assert err == f"1 file is not a recording and was skipped: {name}.\n"


def test_files_left_out_are_counted_and_a_few_are_named(run, quick, clip):
    for name in ("a.txt", "b.pdf", "c.docx"):
        clip(f"f/{name}", OTHERS[name])
    clip("f/z.wav", WAV)
    clip("f/.hidden", b"nobody sees it")
    assert run("f", "--no-save")[2] == (
        "3 files are not recordings and were skipped: a.txt, b.pdf, c.docx.\n"
    )
    for number in range(20):
        clip(f"g/{number:02}.txt")
    clip("g/z.wav", WAV)
    assert run("g", "--no-save")[2] == (
        "20 files are not recordings and were skipped: "
        "00.txt, 01.txt, 02.txt, 03.txt, 04.txt and 15 more.\n"
    )


@pytest.mark.parametrize("content", [b"", b"not at all"], ids=["empty", "text"])
def test_a_file_named_like_a_recording_that_is_none_is_told_like_a_fault(run, clip, content):
    clip("f/talk.wav", content)
    status, _, err = run("f", "--no-save")
    assert status == 1
    assert "“talk.wav”" in err and "left out" not in err


def test_a_folder_without_recordings_is_told(run, quick, clip, here):
    clip("texts/a.txt")
    (here / "empty").mkdir()
    (here / "nested/deeper").mkdir(parents=True)
    for name, said in (
        ("texts", "There is no recording or picture in the folder “texts”. "),
        ("empty", "There is no recording or picture in the folder “empty”: it is empty. "),
        ("nested", "There is no recording or picture in the folder “nested”: it is empty. "),
    ):
        status, _, err = run(name)
        assert status == 1 and err.startswith(said)


@pytest.fixture
def locked(monkeypatch):
    """Make a folder or file one that may not be read, also for root."""

    def locked(path, code=errno.EACCES):
        path.chmod(0)
        for name in ("scandir", "stat"):
            monkeypatch.setattr(os, name, _refusing(getattr(os, name), path, code, name))
        return path

    return locked


def _refusing(real, path, code, name):
    inside = name == "stat"

    def call(given=".", *rest, **options):
        text = os.fsdecode(given) if not isinstance(given, int) else ""
        full = os.path.abspath(text) if text else ""
        if (full.startswith(f"{path}{os.sep}")) if inside else (full == str(path)):
            raise OSError(code, os.strerror(code), text)
        return real(given, *rest, **options)

    return call


@pytest.mark.parametrize(
    ("code", "why"),
    [(errno.EACCES, "permission denied"), (errno.EIO, "input/output error"),
     (errno.ENOENT, "no such file or directory")],
    ids=["locked", "broken disk", "vanished"],
)  # fmt: skip
@pytest.mark.parametrize("place", ["f", "f/below"])
def test_a_folder_that_cannot_be_read_is_a_sentence_and_the_others_go_on(
    run, quick, clip, here, locked, place, code, why
):
    clip("f/below/x.wav", WAV)
    clip("z.wav", WAV)
    locked(here / place, code)
    try:
        status, _, err = run("f", "z.wav", "--no-save")
    finally:
        (here / place).chmod(stat.S_IRWXU)
    assert (status, names(quick)) == (1, ["z.wav"])
    assert err.startswith(f"The folder “{place}” could not be read: {why}.")
    assert len(err.splitlines()) == 1


def test_a_file_in_a_folder_that_may_not_be_read_is_told_so(run, quick, clip, here, locked):
    clip("f/x.wav", WAV)
    locked(here / "f")
    try:
        status, _, err = run("f/x.wav")
    finally:
        (here / "f").chmod(stat.S_IRWXU)
    assert status == 1
    assert err.startswith("The file “f/x.wav” could not be read: permission denied.")


@posix
def test_links_pipes_and_sockets_in_a_folder_stop_nobody(run, quick, clip, here):
    clip("f/a.wav", WAV)
    clip("other/b.wav", WAV + b"b")
    os.mkfifo(here / "f" / "pipe.wav")
    (here / "f" / "round").symlink_to(here / "f", target_is_directory=True)
    (here / "f" / "link.wav").symlink_to(here / "other" / "b.wav")
    with socket.socket(socket.AF_UNIX) as end:
        end.bind("f/end.mp4")
        status, _, err = run("f", "--no-save")
    assert (status, names(quick)) == (0, ["a.wav", "link.wav"])
    assert err == (
        "3 files are not recordings and were skipped: end.mp4 (a socket), pipe.wav (a pipe), "
        "round (a link to a folder).\n"
    )


@posix
@pytest.mark.parametrize("target", ["gone.wav", "self.wav"], ids=["nowhere", "itself"])
def test_a_link_that_leads_nowhere_is_told_and_the_others_go_on(run, quick, clip, here, target):
    clip("f/a.wav", WAV)
    (here / "f" / "self.wav").symlink_to(target)
    status, _, err = run("f", "--no-save")
    assert (status, names(quick)) == (1, ["a.wav"])
    assert err.startswith("The link “f/self.wav” could not be read: ")
    assert len(err.splitlines()) == 1
    assert run("f/self.wav")[2].startswith("There is no file “f/self.wav”.")


@posix
@pytest.mark.parametrize("name", ["pipe", "/dev/zero"])
def test_a_pipe_or_device_that_is_named_is_refused_and_not_waited_for(run, here, name):
    os.mkfifo(here / "pipe")
    status, _, err = run(name)
    assert status == 1
    assert "is not a file. Choose a recording." in err


@posix
def test_a_name_that_is_no_utf8_is_taken_from_a_folder_too(run, quick, here, lines, no_escapes):
    (here / "f").mkdir()
    for name in (b"caf\xe9.wav", b"caf\xe9.txt"):
        with open(os.fsencode(here / "f") + b"/" + name, "wb") as file:
            file.write(WAV if name.endswith(b"wav") else b"text")
    status, out, err = run("f", "--json")
    assert status == 0
    assert len(lines(out)) == 1
    assert err == "1 file is not a recording and was skipped: caf\\udce9.txt.\n"
    no_escapes(err)


def test_a_folder_of_many_floors_is_searched_to_the_bottom(run, quick, clip):
    deep = "/".join(["d"] * 600)
    clip(f"f/{deep}/a.wav", WAV)
    assert run("f", "--no-save")[0] == 0
    assert names(quick) == ["a.wav"]


def test_one_missing_among_several_is_a_sentence_and_status_1(run, quick, clip):
    clip("a.wav", WAV)
    clip("f/b.wav", WAV + b"b")
    status, _, err = run("a.wav", "gone.wav", "f", "--no-save")
    assert (status, names(quick)) == (1, ["a.wav", "b.wav"])
    assert err == "There is no file “gone.wav”. Check the name and the folder.\n"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="Root may read all.")
def test_a_file_that_may_not_be_read_is_told(run, clip):
    path = clip("f/a.wav", WAV)
    path.chmod(0)
    status, _, err = run("f")
    assert status == 1 and "we are not allowed to read it" in err
