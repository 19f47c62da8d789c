"""Downloads from a real server on this machine: resumed, checked, and unpacked safely."""

import hashlib
import io
import json
import os
import shutil
import stat
import threading
import zipfile
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pooch
import pytest

from source.core.errors import NoFile, Unavailable
from source.settings import ROOT
from source.training import download
from source.training.corpora import CORPORA
from source.training.face import data as faces
from source.training.fetch import get as whole
from source.training.fetch import transfer, unpack
from source.training.fetch.sources import Archive, File, GitLfs, Repository
from source.training.fetch.transfer import fetch

BYTES = bytes(range(256)) * 2000
"""What most tests download: 512 kB."""


class Server(ThreadingHTTPServer):
    """A small file server whose manners a test chooses.

    `ranges`: answers Range requests. `breaks`: how many answers end after `after` bytes.
    `codes`: status instead of an answer, first come. `asked`: headers of every request.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.ranges, self.breaks, self.after = {}, True, 0, 3 * transfer.BLOCK
        self.asked, self.codes, self.etag, self.length = [], [], '"one"', True
        self.address = f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        server = self.server
        server.asked.append((self.path, dict(self.headers)))
        self.close_connection = True
        content = server.files.get(self.path)
        code = server.codes.pop(0) if server.codes else 200 if content is not None else 404
        if code != 200:
            self.send_response(code)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        start, asked = 0, self.headers.get("Range")
        if asked and server.ranges and self.headers.get("If-Range", server.etag) == server.etag:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
            if start >= len(content):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(content)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
        self.send_response(206 if start else 200)
        if start:
            told = f"bytes {start}-{len(content) - 1}/{len(content)}"
            self.send_header("Content-Range", told)
        if server.length:
            self.send_header("Content-Length", str(len(content) - start))
        if server.etag:
            self.send_header("ETag", server.etag)
        self.end_headers()
        rest = content[start:]
        if server.breaks:
            server.breaks -= 1
            rest = rest[: server.after]
        self.wfile.write(rest)

    def log_message(self, *args):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(transfer, "PAUSE", 0.0)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def zipped(files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def md5(content):
    return f"md5:{hashlib.md5(content).hexdigest()}"


def ranges(server):
    return [headers.get("Range") for _, headers in server.asked]


# --- one file ----------------------------------------------------------------------------------


@pytest.mark.parametrize("with_range", [True, False], ids=["Range", "no Range"])
def test_a_broken_connection_is_taken_up_again(server, tmp_path, with_range):
    server.files["/a.zip"], server.breaks, server.ranges = BYTES, 2, with_range
    fetch(File(f"{server.address}/a.zip", "a.zip"), tmp_path / "a.zip")
    assert (tmp_path / "a.zip").read_bytes() == BYTES
    assert ranges(server) == [None, f"bytes={server.after}-", ranges(server)[2]]
    assert [p.name for p in tmp_path.iterdir()] == ["a.zip"]


def test_a_server_that_breaks_again_and_again_gets_a_sentence_and_keeps_the_part(server, tmp_path):
    server.files["/a.zip"], server.breaks, server.after = BYTES, 99, 0
    part = tmp_path / "a.zip.part"
    part.write_bytes(BYTES[:1000])
    file = File(f"{server.address}/a.zip", "a.zip", md5(BYTES))
    with pytest.raises(Unavailable, match="again and again"):
        fetch(file, tmp_path / "a.zip")
    assert part.read_bytes() == BYTES[:1000]
    server.breaks = 0
    fetch(file, tmp_path / "a.zip")
    assert (tmp_path / "a.zip").read_bytes() == BYTES
    assert ranges(server)[-1] == "bytes=1000-"


def test_a_file_that_changes_meanwhile_begins_anew(server, tmp_path, monkeypatch):
    def change(seconds):
        server.files["/a.zip"], server.etag = BYTES, '"two"'

    monkeypatch.setattr(transfer.time, "sleep", change)
    server.files["/a.zip"], server.breaks = BYTES[::-1], 1
    fetch(File(f"{server.address}/a.zip", "a.zip"), tmp_path / "a.zip")
    assert ranges(server) == [None, f"bytes={server.after}-"]
    assert (tmp_path / "a.zip").read_bytes() == BYTES


def test_a_part_that_nothing_vouches_for_begins_anew(server, tmp_path):
    server.files["/a.zip"] = BYTES
    (tmp_path / "a.zip.part").write_bytes(b"x" * 1000)
    fetch(File(f"{server.address}/a.zip", "a.zip"), tmp_path / "a.zip")
    assert ranges(server) == [None]
    assert (tmp_path / "a.zip").read_bytes() == BYTES


def test_a_part_that_is_whole_is_taken(server, tmp_path):
    server.files["/a.zip"] = BYTES
    (tmp_path / "a.zip.part").write_bytes(BYTES)
    fetch(File(f"{server.address}/a.zip", "a.zip", md5(BYTES)), tmp_path / "a.zip")
    assert ranges(server) == [f"bytes={len(BYTES)}-"]
    assert (tmp_path / "a.zip").read_bytes() == BYTES


def test_a_part_that_is_longer_than_the_file_begins_anew(server, tmp_path):
    server.files["/a.zip"] = BYTES
    (tmp_path / "a.zip.part").write_bytes(BYTES + b"more")
    fetch(File(f"{server.address}/a.zip", "a.zip", md5(BYTES)), tmp_path / "a.zip")
    assert (tmp_path / "a.zip").read_bytes() == BYTES


def test_what_is_there_and_right_is_not_fetched(server, tmp_path):
    (tmp_path / "a.zip").write_bytes(BYTES)
    fetch(File(f"{server.address}/a.zip", "a.zip", md5(BYTES)), tmp_path / "a.zip")
    assert not server.asked


def test_a_server_that_does_not_tell_the_length_is_believed_by_the_checksum(server, tmp_path):
    server.files["/a.zip"], server.length = BYTES, False
    fetch(File(f"{server.address}/a.zip", "a.zip", md5(BYTES)), tmp_path / "a.zip")
    assert (tmp_path / "a.zip").read_bytes() == BYTES


def test_a_server_that_is_busy_for_a_moment_is_asked_again(server, tmp_path):
    server.files["/a.zip"], server.codes = BYTES, [503, 429]
    fetch(File(f"{server.address}/a.zip", "a.zip"), tmp_path / "a.zip")
    assert len(server.asked) == 3


@pytest.mark.parametrize("checksum", ["md5:" + "0" * 32, "sha256:" + "0" * 64], ids=["md5", "sha"])
def test_a_file_that_is_not_as_published_is_deleted(server, tmp_path, checksum):
    server.files["/a.zip"] = BYTES
    with pytest.raises(Unavailable, match=f"not what its publisher put there.*{checksum}"):
        fetch(File(f"{server.address}/a.zip", "a.zip", checksum), tmp_path / "a.zip")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("code", "said"), [(404, "nothing at"), (410, "nothing at"), (403, "refuses")]
)
def test_a_refusal_is_one_sentence_and_not_repeated(server, tmp_path, code, said):
    server.codes = [code]
    with pytest.raises(Unavailable, match=said):
        fetch(File(f"{server.address}/a.zip", "a.zip"), tmp_path / "a.zip")
    assert len(server.asked) == 1


def test_nobody_at_the_other_end_is_one_sentence(server, tmp_path):
    address = server.address
    server.shutdown()
    server.server_close()
    with pytest.raises(Unavailable, match="cannot be reached"):
        fetch(File(f"{address}/a.zip", "a.zip"), tmp_path / "a.zip")


def test_a_proxy_is_used_where_one_is_named(server, tmp_path, monkeypatch):
    server.files["http://corpus.invalid/a.zip"] = BYTES
    monkeypatch.setenv("http_proxy", server.address)
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.delenv("no_proxy", raising=False)
    fetch(File("http://corpus.invalid/a.zip", "a.zip"), tmp_path / "a.zip")
    assert (tmp_path / "a.zip").read_bytes() == BYTES


def test_a_disk_without_room_is_noticed_before_it_is_full(server, tmp_path, monkeypatch):
    server.files["/a.zip"] = BYTES
    real = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(transfer.shutil, "disk_usage", lambda path: real._replace(free=1000))
    with pytest.raises(Unavailable, match="disk is full"):
        fetch(File(f"{server.address}/a.zip", "a.zip"), tmp_path / "a.zip")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="There is no /dev/full here.")
def test_a_disk_that_fills_up_meanwhile_is_one_sentence(server, tmp_path):
    server.files["/a.zip"] = BYTES
    (tmp_path / "a.zip.part").symlink_to("/dev/full")
    with pytest.raises(Unavailable, match="disk is full"):
        fetch(File(f"{server.address}/a.zip", "a.zip", md5(BYTES)), tmp_path / "a.zip")


# --- unpacking ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["../out.wav", "/out.wav", "a/../../out.wav", "C:/out.wav", "..\\out.wav", "a:b.wav"]
)
def test_nothing_is_unpacked_outside_its_folder(tmp_path, name):
    (tmp_path / "in").mkdir()
    archive = tmp_path / "a.zip"
    archive.write_bytes(zipped({"good.wav": b"1", name: b"2"}))
    with pytest.raises(Unavailable, match="outside its folder"):
        unpack.unpack(archive, tmp_path / "in")
    assert not list((tmp_path / "in").iterdir())
    assert not (tmp_path / "out.wav").exists()


def test_links_are_not_unpacked(tmp_path):
    archive = tmp_path / "a.zip"
    with zipfile.ZipFile(archive, "w") as opened:
        link = zipfile.ZipInfo("link.wav")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        opened.writestr(link, "/etc/passwd")
    with pytest.raises(Unavailable, match="link"):
        unpack.unpack(archive, tmp_path / "in")


def test_an_archive_that_grows_without_end_is_not_unpacked(tmp_path):
    archive = tmp_path / "a.zip"
    archive.write_bytes(zipped({"a.wav": b"0" * 500_000}))
    with pytest.raises(Unavailable, match="would grow"):
        unpack.unpack(archive, tmp_path / "in", most_bytes=400_000)


def test_an_archive_that_lies_about_its_size_is_not_unpacked(tmp_path):
    content = bytearray(zipped({"a.wav": b"0" * 500_000}))
    directory = content.index(b"PK\x01\x02")
    content[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    archive = tmp_path / "a.zip"
    archive.write_bytes(content)
    with pytest.raises(Unavailable, match="no whole zip"):
        unpack.unpack(archive, tmp_path / "in")
    assert not (tmp_path / "in" / "a.wav").exists()


@pytest.mark.parametrize(
    "content",
    [b"<html>Please log in", b"", zipped({"a": b"1" * 999})[:60]],
    ids=["a web page", "nothing", "the beginning of one"],
)
def test_what_is_no_zip_file_gets_a_sentence(tmp_path, content):
    archive = tmp_path / "a.zip"
    archive.write_bytes(content)
    with pytest.raises(Unavailable, match="no whole zip"):
        unpack.unpack(archive, tmp_path / "in")


# --- whole corpora -----------------------------------------------------------------------------


def test_an_archive_is_unpacked_once_and_its_checksum_kept(server, tmp_path):
    server.files["/a.zip"] = zipped({"Actor_01/a.wav": b"sound"})
    said = []
    source = Archive(f"{server.address}/a.zip", "a.zip")
    whole.get(source, tmp_path, say=said.append)
    assert (tmp_path / "Actor_01" / "a.wav").read_bytes() == b"sound"
    assert not (tmp_path / "a.zip").exists()
    assert any("No checksum" in text for text in said)
    kept = json.loads((tmp_path / whole.LOCK).read_text())["a.zip"]
    assert kept["sha256"] == hashlib.sha256(server.files["/a.zip"]).hexdigest()
    assert kept["published"] is None
    whole.get(source, tmp_path, say=said.append)
    assert len(server.asked) == 1
    whole.get(source, tmp_path, say=said.append, again=True)
    assert len(server.asked) == 2


def test_another_file_than_at_the_first_download_is_refused(server, tmp_path):
    server.files["/a.zip"] = zipped({"a.wav": b"sound"})
    source = Archive(f"{server.address}/a.zip", "a.zip")
    whole.get(source, tmp_path)
    server.files["/a.zip"] = zipped({"a.wav": b"other"})
    with pytest.raises(Unavailable, match="another file than at its first download"):
        whole.get(source, tmp_path, again=True)
    assert (tmp_path / "a.wav").read_bytes() == b"sound"


def test_sound_that_lies_there_already_is_not_mixed_with_a_download(server, tmp_path):
    (tmp_path / "mine.wav").write_bytes(b"mine")
    with pytest.raises(Unavailable, match="not downloaded by this command"):
        whole.get(Archive(f"{server.address}/a.zip", "a.zip"), tmp_path)
    assert not server.asked


@pytest.fixture
def zenodo(server, monkeypatch):
    """Zenodo on the local server, with one file that is what the record says."""
    content = zipped({"a.wav": b"sound"})
    address = f"{server.address}/records/7/files/Audio.zip/content"
    listed = {"key": "Audio.zip", "checksum": md5(content), "links": {"self": address}}
    server.files["/records/7"] = json.dumps({"files": [listed]}).encode()
    server.files["/records/7/files/Audio.zip/content"] = content
    monkeypatch.setattr(
        pooch.downloaders.ZenodoRepository, "base_api_url", f"{server.address}/records"
    )
    monkeypatch.setattr(
        pooch.downloaders, "doi_to_url", lambda doi, **kwargs: "https://zenodo.org/records/7"
    )
    return Repository("10.5281/zenodo.7", ("Audio.zip",))


def test_a_zenodo_record_is_asked_for_its_checksums(server, zenodo, tmp_path):
    whole.get(zenodo, tmp_path)
    kept = json.loads((tmp_path / whole.LOCK).read_text())["Audio.zip"]
    assert kept["published"] == md5(server.files["/records/7/files/Audio.zip/content"])
    assert (tmp_path / "a.wav").read_bytes() == b"sound"


def test_a_zenodo_file_that_is_not_as_listed_is_refused(server, zenodo, tmp_path):
    server.files["/records/7/files/Audio.zip/content"] = b"wrong"
    with pytest.raises(Unavailable, match="not what its publisher put there"):
        whole.get(zenodo, tmp_path)


@pytest.mark.parametrize("answer", [b"<html>", b"{}", b'{"files": [1]}', b'{"files": []}'])
def test_a_record_that_answers_otherwise_is_one_sentence(server, zenodo, tmp_path, answer):
    server.files["/records/7"] = answer
    with pytest.raises(Unavailable, match=r"10\.5281/zenodo\.7 does not answer as it used to"):
        whole.get(zenodo, tmp_path)


def test_a_dataverse_set_is_fetched_file_by_file_and_mended(server, tmp_path, monkeypatch):
    rows = []
    for number, name in enumerate(("OAF_a_sad.wav", "YAF_a_sad.wav", "readme.txt")):
        content = name.encode() * 50
        server.files[f"/api/access/datafile/{number}"] = content
        rows.append({"dataFile": {"id": number, "filename": name, "md5": md5(content)[4:]}})
    url = "/api/datasets/:persistentId?persistentId=doi:10.1/A"
    server.files[url] = json.dumps({"data": {"latestVersion": {"files": rows}}}).encode()
    monkeypatch.setattr(
        pooch.downloaders, "doi_to_url", lambda doi, **kwargs: f"{server.address}/dataset"
    )
    source = Repository("10.1/A")
    whole.get(source, tmp_path)
    assert sorted(p.name for p in tmp_path.rglob("*.wav")) == ["OAF_a_sad.wav", "YAF_a_sad.wav"]
    (tmp_path / "OAF_a_sad.wav").write_bytes(b"damaged since")
    server.asked.clear()
    whole.get(source, tmp_path)
    assert [path for path, _ in server.asked] == [url, "/api/access/datafile/0"]
    assert (tmp_path / "OAF_a_sad.wav").read_bytes() == b"OAF_a_sad.wav" * 50


def test_a_name_that_leaves_the_folder_is_not_fetched(server, tmp_path):
    source = Archive(f"{server.address}/a.zip", "../a.zip")
    with pytest.raises(Unavailable, match="outside its folder"):
        whole.get(source, tmp_path / "in")
    assert not server.asked


def test_pointers_of_git_lfs_are_followed_and_checked(server, tmp_path):
    sound = b"RIFF sound"
    pointer = (
        f"version https://git-lfs.github.com/spec/v1\n"
        f"oid sha256:{hashlib.sha256(sound).hexdigest()}\nsize {len(sound)}\n"
    )
    server.files["/repo.zip"] = zipped({
        "C-master/AudioWAV/1001_DFA_ANG_XX.wav": pointer,
        "C-master/AudioMP3/1001_DFA_ANG_XX.mp3": pointer,
        "C-master/VideoDemographics.csv": "ActorID,Age,Sex\n1001,51,Male\n",
    })  # fmt: skip
    server.files["/media/AudioWAV/1001_DFA_ANG_XX.wav"] = sound
    source = GitLfs(Archive(f"{server.address}/repo.zip", "repo.zip"),
                    media=f"{server.address}/media", folder="AudioWAV",
                    plain=("VideoDemographics.csv",))  # fmt: skip
    whole.get(source, tmp_path)
    (clip,) = CORPORA["crema-d"].read(tmp_path)
    assert clip.path.read_bytes() == sound
    assert (tmp_path / "VideoDemographics.csv").is_file()
    assert not list(tmp_path.rglob("*.mp3"))


# --- the command -------------------------------------------------------------------------------


@pytest.fixture
def corpus(server, monkeypatch):
    """A corpus on the local server, under the name tess."""
    server.files["/a.zip"] = zipped({"OAF_back_sad.wav": b"sound"})
    made = replace(
        CORPORA["tess"], title="A corpus", licence="CC BY 9.9", citation="Somebody (2026)",
        source=Archive(f"{server.address}/a.zip", "a.zip"),
    )  # fmt: skip
    monkeypatch.setitem(CORPORA, "tess", made)
    return made


def run(tmp_path, *more):
    return download.main(["tess", "--data", str(tmp_path), *more])


class Terminal:
    def isatty(self):
        return True


def test_terms_come_first_and_without_a_yes_nothing_is_fetched(server, corpus, tmp_path, capsys):
    assert run(tmp_path) == 2
    said = capsys.readouterr()
    assert "CC BY 9.9" in said.out and "Somebody (2026)" in said.out
    assert "--accept" in said.err
    assert not server.asked


@pytest.mark.parametrize(("answer", "code", "times"), [("y", 0, 1), ("", 1, 0), ("no", 1, 0)])
def test_a_person_at_a_terminal_is_asked(
    server, corpus, tmp_path, monkeypatch, answer, code, times
):
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("builtins.input", lambda question: answer)
    assert run(tmp_path) == code
    assert len(server.asked) == times


def test_accepted_terms_lead_to_a_corpus_that_can_be_read(server, corpus, tmp_path, capsys):
    assert run(tmp_path, "--accept") == 0
    assert "source.training.prepare tess" in capsys.readouterr().out
    assert len(corpus.read(tmp_path / "voice" / "tess")) == 1


def test_a_failure_is_one_sentence_and_exit_1(server, corpus, tmp_path, capsys):
    server.files.clear()
    assert run(tmp_path, "--accept", "--to", str(tmp_path / "there")) == 1
    said = capsys.readouterr().err
    assert "404" in said and "Traceback" not in said


def test_a_corpus_one_must_ask_for_says_where(tmp_path, capsys):
    assert download.main(["savee", "--to", str(tmp_path), "--accept"]) == 1
    assert "kahlan.eps.surrey.ac.uk" in capsys.readouterr().out


def test_the_faces_cannot_be_downloaded_and_it_says_where_they_are(tmp_path, capsys):
    assert download.main(["fer2013", "--data", str(tmp_path), "--accept"]) == 1
    said = capsys.readouterr().out
    assert "kaggle.com" in said and "FERPlus" in said and "docs/training.md" in said
    with pytest.raises(NoFile, match="FERPlus"):
        faces.read(tmp_path)
    text = (ROOT / "docs/training.md").read_text("utf-8")
    for column in ("usage", "label", "votes", "sheet", "pos", "near_test"):
        assert f"| `{column}` |" in text
