"""docs/compat.md, from the table of the routes of older systems."""

from source.cli.markdown import page, table
from source.core.emotions import VIEWS
from source.core.older import ROUTES, SYSTEMS, Route, System


def compat() -> str:
    """docs/compat.md."""
    parts = []
    for key, system in SYSTEMS.items():
        rows = [row for row in ROUTES if row.system == key]
        parts += [f"## {system.name[:1].upper()}{system.name[1:]}", system.about]
        parts += [_route(row) for row in rows]
        parts += _names(system) if system.names else []
    return page(
        "Routes of older systems",
        "A program that was written for one of these systems works with AVER when its address is "
        "changed. Each route hands the recording in like the upload pages do and gives the "
        "[Result](result.md) in the form of that system. The lines with `curl` can be copied; "
        "`jar` keeps the cookie.",
        "- **Whose data.** Each route answers with the caller's own analyses. The caller is the "
        "holder of a token, or whoever sends the cookie of an earlier answer. A program without "
        "either gets a session of its own with each request.\n"
        "- **Waiting.** A `POST` answers when the analysis is over. After `PROGRAM_WAIT` seconds "
        "([settings](settings.md)), or if several others are waiting, it answers 202 with "
        "`status`, `message`, `job_id`, `job` and `result`: the addresses at which to ask.\n"
        "- **Options.** Fields named like an [option](options.md) of the upload pages are read: "
        "`-F fps=2 -F max_frames=40`.\n"
        "- **Labels.** Each route uses the labels of its system; `?labels=VIEW` asks for others.\n"
        "- **Missing is null.** What was not measured is null, where the older system answered "
        "with an invented value.\n"
        "- **Errors** are `{\"error\": \"what happened and what to do\", \"code\": \"not_media\"}` "
        "with a status of 4xx or 5xx; the [codes](errors.md) are stable. "
        f"{_own_errors()} in AVER's own form.\n"
        "- **Browsers.** The form of an upload page still leads to the page of its job. A page of "
        "another site cannot send recordings in a visitor's name.",
        table(("method", "route", "system", "labels"), [_line(row) for row in ROUTES]),
        *parts,
    )  # fmt: skip


def _own_errors() -> str:
    own = [f"`{row.path}`" for row in ROUTES if row.own_errors]
    return f"Those of {', '.join(own)} are"


def _line(row: Route) -> tuple[str, ...]:
    labels = f"`{row.view}`" if _has_labels(row) else ""
    return row.method, f"`{row.path}`", SYSTEMS[row.system].name, labels


def _has_labels(row: Route) -> bool:
    """Whether there are names of emotions in its answer."""
    return any(word in row.shape for word in ("label", "emotion", "a Result"))


def _route(row: Route) -> str:
    parts = [f"### `{row.method} {row.path}`"]
    if row.says:
        parts.append(row.says)
    parts.append(f"```sh\n{row.curl}\n```")
    if isinstance(row.answers, str):
        parts.append(f"The answer is {row.answers}.")
    else:
        parts.append(f"```json\n{row.shape}\n```")
        parts += [f"Labels: {', '.join(VIEWS[row.view])}."] if _has_labels(row) else []
    return "\n\n".join(parts)


def _names(system: System) -> list[str]:
    rows = [(f"`{ours}`", theirs or "none") for ours, theirs in system.names.items()]
    return ["### Names of emotions", table(("AVER", "there"), rows)]
