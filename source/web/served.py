"""Files that are for everybody: the client, and the scripts of the page that tries the API."""

import importlib.util
from functools import cache
from pathlib import Path

from flask import Response, send_file
from flask.typing import ResponseReturnValue

from source.core.errors import NotFound
from source.settings import ROOT
from source.web.accept import ProgramBlueprint

served = ProgramBlueprint("served", __name__)
served.open |= {"served.client", "served.swagger"}

PACKAGE = "flask_openapi_swagger"
"""The package that brings Swagger UI (Apache-2.0); nothing of it is imported."""

SWAGGER = {
    "swagger-ui-bundle.js": ("js", "text/javascript"),
    "swagger-ui.css": ("css", "text/css"),
}
"""Its files that are served: the folder each lies in, and its media type."""


@served.get("/client/aver.py")
def client() -> ResponseReturnValue:
    """The client for Python, one file."""
    answer = send_file(
        ROOT / "examples" / "aver.py", mimetype="text/x-python", download_name="aver.py"
    )
    return _kept(answer, 300)


@served.get("/docs/swagger/<name>")
def swagger(name: str) -> ResponseReturnValue:
    """A file of Swagger UI, from the package that is installed."""
    folder = swagger_folder()
    if name not in SWAGGER or folder is None:
        raise NotFound("There is no such file.")
    place, media_type = SWAGGER[name]
    return _kept(send_file(folder / place / name, mimetype=media_type), 86_400)


@cache
def swagger_folder() -> Path | None:
    """Where the package has its files; None where it is not installed."""
    found = importlib.util.find_spec(PACKAGE)
    places = (found.submodule_search_locations if found else None) or []
    folders = [Path(place) / "templates" / "swagger" for place in places]
    return next(
        (f for f in folders if all((f / p / n).is_file() for n, (p, _) in SWAGGER.items())), None
    )


def _kept(answer: Response, seconds: int) -> Response:
    answer.headers["Cache-Control"] = f"public, max-age={seconds}"
    return answer
