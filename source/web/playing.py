"""Which files of a job a browser can be given, and where."""

from flask import url_for

from source.core.errors import NotFound
from source.web.sniff import playable
from source.web.work import Mine, jobs

SANDBOX = "default-src 'none'; sandbox"
"""What a recording may do if somebody opens it as a page: nothing."""


def playable_files(found: Mine) -> list[dict[str, str]]:
    """Each file of a job that can be shown: its address and whether it is a sound, …"""
    shown = []
    for index, name in enumerate(found.job.names):
        try:
            path = jobs().upload_path(found.job.id, found.session, index)
        except NotFound:
            continue
        kind = playable(path) if path.is_file() else None
        if kind:
            address = url_for("pages.media", job_id=found.job.id, index=index)
            sort = kind.partition("/")[0]
            if sort == "video" and found.job.kind == "audio":
                sort = "audio"  # a sound in a container that could hold pictures
            shown.append({"url": address, "sort": sort, "name": name})
    return shown
