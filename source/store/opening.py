"""Which storage the settings name."""

from pathlib import Path

from source.settings import Settings
from source.store.files import private_folder
from source.store.objects import Objects, opened
from source.store.storage import Disk, Storage


def open_storage(settings: Settings, data: Path, *, role: str) -> Storage:
    """The storage of the settings: STORAGE_URL, or the data folder where that is empty.

    Parameters
    ----------
    settings : Settings
        STORAGE_URL.
    data : Path
        The data folder.
    role : str
        "web" or "worker": each has copies of its own.

    Raises
    ------
    BadRequest
        If the URL makes no sense, or its driver is not installed.
    """
    url = settings.text("STORAGE_URL")
    if not url:
        return Disk(data)
    if url.startswith("file:///"):  # a folder that machines share, as over NFS
        return Disk(private_folder(Path(url.removeprefix("file://"))))
    return Objects(opened(url), private_folder(data / "fetched" / role), keeps=role == "web")
