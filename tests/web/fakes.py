"""Jobs without a worker: the same door as `source.jobs.Jobs`, finished or held by the test."""

import io
import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from source.core.edited import applied
from source.core.edits import Edits
from source.core.errors import AverError, Cancelled, EmptyFile, NoFile, NotFound, NotMedia, NotReady
from source.core.progress import Progress
from source.jobs import Shown
from source.jobs.headline import headline
from source.media.sniff import media_type, sniff
from source.store.job import Job
from tests.views.made import Taken

ENDINGS = {"mp4": "video", "wav": "audio", "jpg": "image", "png": "image", "ogg": "audio"}

FITTING = {"audio": "audio", "image": "image", "video": "combined"}
"""What is done with a kind of file that comes without a wish."""


class FakeJobs:
    """Keeps uploads in a folder; a test says what becomes of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.jobs: dict[str, Job] = {}
        self.results: dict[str, object] = {}
        self.edited: dict[str, Edits] = {}
        self.undrawn: list[str] = []
        self.full: AverError | None = None
        self.refused: dict[str, Job] = {}
        self.hidden: dict[str, Job] = {}
        self.copies: dict[tuple[str, int], str] = {}
        self.worker: datetime | None = datetime.now(UTC)
        self.known: dict[str, dict[str, str]] = {}
        self._ids = (f"01JTEST{n:019d}" for n in itertools.count(1))

    def submit(self, files, options, caller, *, baseline=None):
        if not files:
            raise NoFile()
        if baseline is not None:
            options = replace(options, baseline=baseline[0])
        job_id = next(self._ids)
        for index, (name, stream) in enumerate(files):
            content = stream.read()
            if not content:
                raise EmptyFile(name)
            if content.startswith(b"not media"):
                raise NotMedia(name)
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / f"{job_id}-{index}").write_bytes(content)
        now = datetime.now(UTC)
        names = tuple(name for name, _ in files)
        kind = ENDINGS.get(names[0].rpartition(".")[2], "video")
        job = Job(
            job_id,
            caller.owner,
            names,
            FITTING[kind] if options.analysis == "auto" else options.analysis,
            "waiting",
            now,
            now + timedelta(hours=24),
            progress=Progress(total=60.0),
            kind=kind,
            options=options,
            seconds=None if kind == "image" else 60.0,
            files=tuple(f"{job_id}-{i}" for i in range(len(names))),
        )
        self.jobs[job_id] = job
        return job

    def submit_each(self, files, options, caller, *, baseline=None):
        jobs, refused = [], []
        for one in files:
            try:
                jobs.append(self.submit([one], options, caller, baseline=baseline))
            except AverError as error:
                refused.append((one[0], error))
        self.refuse(refused, options, caller)
        return jobs, refused

    def again(self, job_id, caller, **changes):
        job = self.get(job_id, caller)
        if not job.files:
            raise NotFound(f"There is no recording in job {job_id}.")
        files = [
            (name, io.BytesIO((self.folder / file).read_bytes()))
            for name, file in zip(job.names, job.files, strict=True)
        ]
        return self.submit(files, replace(job.options, **changes), caller)

    def refuse(self, refused, options, caller):
        now = datetime.now(UTC)
        for name, error in refused:
            job_id = next(self._ids)
            self.refused[job_id] = Job(
                job_id,
                caller.owner,
                (name,),
                options.analysis,
                "refused",
                now,
                now + timedelta(hours=24),
                error=error.to_dict()["error"],
            )

    def unread(self, caller):
        return [j for j in self.refused.values() if j.session == caller.owner and j.ended is None]

    def dismiss(self, caller):
        for job in self.unread(caller):
            self.refused[job.id] = replace(job, ended=datetime.now(UTC))

    def get(self, job_id, caller):
        job = self.jobs.get(job_id) or self.refused.get(job_id)
        if job is None or job.session != caller.owner:
            raise NotFound(f"There is no job “{job_id}”.")
        return job

    def list(self, caller, *, limit=50, before=None, **facts):
        assert not facts, "only the API asks for these, which is tested with real jobs"
        every = [*self.jobs.values(), *self.refused.values()]
        own = sorted(
            (j for j in every if j.session == caller.owner), key=lambda j: j.id, reverse=True
        )
        return [j for j in own if before is None or j.id < before][:limit]

    def result(self, job_id, caller):
        job = self.get(job_id, caller)
        if job.state in ("failed", "refused"):
            raise AverError.from_dict(job.error)
        if job.state == "cancelled":
            raise Cancelled()
        if job.state != "done":
            raise NotReady(f"“{job.names[0]}” is still being analysed.")
        return self.results[job_id]

    def variables(self, job_ids, caller):
        own = {job.id for job in self.list(caller)}
        return {i: self.known[i] for i in job_ids if i in own and i in self.known}

    def set_variables(self, of, caller):
        own = {job.id for job in self.list(caller)}
        self.known |= {i: dict(values) for i, values in of.items() if i in own}

    def edits(self, job_id, caller):
        return self.edited.get(self.get(job_id, caller).id, Edits())

    def edit(self, job_id, caller, change):
        measured = self.result(job_id, caller)
        edits = change(self.edits(job_id, caller))
        shown = headline(applied(measured, edits.done))
        self.edited[job_id] = edits
        self.change(job_id, headline=shown)
        return edits

    def find(self, file_name, caller):
        for job in self.list(caller):
            if job.state == "done" and any(
                file_name in (n, n.rpartition(".")[0]) for n in job.names
            ):
                return job
        raise NotFound(f"“{file_name}” has not been analysed.")

    def check_room(self, size=0):
        if self.full is not None:
            raise self.full

    def local(self, path):
        return path

    def upload_path(self, job_id, caller, index=0):
        job = self.get(job_id, caller)
        if not 0 <= index < len(job.files):
            raise NotFound("There is no such file.")
        return self.folder / job.files[index]

    def shown(self, job_id, caller, index=0):
        path = self.upload_path(job_id, caller, index)
        job = self.jobs[job_id]
        known = sniff(path.read_bytes()) if path.is_file() else None
        sort = "image" if known is not None and known.kind == "image" else job.kind
        kind = "" if known is None else media_type(known.name, kind=sort)
        copy = self.copies.get((job_id, index), "")
        plays = kind and known.name not in ("HEIC", "TIFF", "JPEG2000", "PPM")
        return Shown(path if plays else None, kind, sort, copy)

    def ask_for_copy(self, job_id, caller, index=0):
        self.upload_path(job_id, caller, index)
        self.copies.setdefault((job_id, index), "asked")
        return self.shown(job_id, caller, index)

    def drawings(self, job_id, caller):
        folder = self.folder / f"{self.get(job_id, caller).id}-drawn"
        return (sorted(folder.iterdir()) if folder.is_dir() else []), self.undrawn

    def faces(self, job_id, caller):
        folder = self.folder / f"{self.get(job_id, caller).id}-faces"
        return {int(path.stem): path for path in folder.glob("*.jpg")}

    def excerpts(self, job_id, caller):
        self.upload_path(job_id, caller)
        return Taken()

    def ahead(self, job):
        waiting = [j for j in self.jobs.values() if j.state == "waiting" and j.id < job.id]
        return len(waiting) if job.state == "waiting" else 0

    def worker_seen(self):
        return self.worker

    def close(self):
        pass

    def cancel(self, job_id, caller):
        return self.change(self.get(job_id, caller).id, state="cancelled")

    def delete(self, job_id, caller):
        job = self.get(job_id, caller)
        for name in job.files:
            (self.folder / name).unlink(missing_ok=True)
        self.jobs.pop(job_id, None)
        self.refused.pop(job_id, None)

    def delete_all(self, caller):
        own = [job.id for job in self.list(caller, limit=10_000)]
        for job_id in own:
            self.delete(job_id, caller)
        return own

    def put_away(self, job_id, caller):
        job = self.get(job_id, caller)
        if job.state not in ("done", "failed", "cancelled"):
            self.delete(job_id, caller)
            return False
        self.hidden[job_id] = self.jobs.pop(job_id)
        return True

    def put_all_away(self, caller):
        own = [job.id for job in self.list(caller, limit=10_000)]
        for job_id in own:
            self.put_away(job_id, caller)
        return own

    def put_back(self, caller, job_id=None):
        back = [j.id for j in self.away(caller) if job_id in (None, j.id)]
        if not back:
            raise NotFound("It was erased already.")
        for name in back:
            self.jobs[name] = self.hidden.pop(name)
        return back

    def away(self, caller):
        return [job for job in self.hidden.values() if job.session == caller.owner]

    def erase_away(self, caller):
        for job in self.away(caller):
            del self.hidden[job.id]

    # --- what a test does ----------------------------------------------------------------------

    def change(self, job_id, **values):
        """Let something happen to a job."""
        self.jobs[job_id] = replace(self.jobs[job_id], **values)
        return self.jobs[job_id]

    def finish(self, job_id, result):
        """Let a job be done."""
        self.results[job_id] = result
        said = result.emotion
        headline = said and {"label": said.label, "score": said.score, "certain": said.certain}
        return self.change(job_id, state="done", ended=datetime.now(UTC), headline=headline)
