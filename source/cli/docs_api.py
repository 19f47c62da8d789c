"""docs/api.md, from the operations of the API."""

from source.cli.markdown import page, table
from source.core import signature
from source.core.result_schema import NAME


def api() -> str:
    """docs/api.md."""
    from source.web.api import reference

    parts = []
    for tag, entries in reference.chapters().items():
        parts.append(f"## {tag}")
        for one in entries:
            parts.append(f"### {one.method} {one.path}")
            parts.append(f"{one.summary} {one.text}".strip())
            rows = [(f"`{f.name}`", f.values, _code(f.default), f.help) for f in one.parameters]
            if rows:
                parts.append(table(("parameter", "values", "default", "meaning"), rows))
            if one.fields:
                parts.append(FORM)
            if one.name == "add_edit":
                changes = [(f"`{kind}`", keys, what) for kind, keys, what in reference.edits()]
                parts.append(table(("`kind`", "other keys", "what it does"), changes))
            good = [(str(s), shape and f"`{shape}`", what) for s, what, shape in one.answers]
            bad = [(str(s), f"`{code}`", what) for s, code, what in one.errors]
            parts.append(table(("status", "answer or code", "when"), [*good, *bad]))
    return page(
        "The API",
        "Everything a page shows, a program can ask for, under `/api/v1`. A server describes its "
        "API at `/docs`, lets you try it at `/docs/try`, and has the OpenAPI 3.1 document at "
        "`/api/v1/openapi.json`.",
        "## From a file to its Result",
        "```sh\ncurl -F files=@clip.mp4 http://127.0.0.1:5000/api/v1/analyse\n```",
        "In Python, with [the client](../examples/aver.py), one file that needs only `requests` "
        "and that every server gives away at `/client/aver.py`:",
        "```python\nfrom aver import Aver\n\n"
        'aver = Aver("http://127.0.0.1:5000", token=None)\n'
        'job = aver.wait(aver.submit("clip.mp4", fps=2))\n'
        "print(aver.table(job))\n"
        'aver.export(job, "report.pdf")\n```',
        "Longer examples: [a folder as a table and a plot](../examples/researcher.py), "
        "[being called when a job is done](../examples/developer.py), "
        "[a film as a PDF](../examples/presenter.py).",
        "## Who may ask",
        "- If [API_TOKENS](settings.md) is set, each request needs `Authorization: Bearer TOKEN`. "
        "`python run.py --make-token` makes a token and the line that lets it in; only its digest "
        "need stand in the settings. Each token sees its own jobs alone.\n"
        "- Without tokens, programs on the server's own machine need none, and share their jobs. "
        "On a machine that several people use, set tokens.\n"
        "- Without tokens, a request from another machine, through a proxy (`X-Forwarded-For` and "
        "the like, or the setting `HTTPS`) or under another host name is refused (401).\n"
        "- Pages of other web sites are refused (403), unless `CORS_ORIGINS` lists the site. With "
        "`*`, every site may ask, but only with a token.\n"
        "- A page of the server itself may ask with the session of its browser while there are no "
        "tokens; what changes something carries `X-CSRFToken`, as forms do.\n"
        "- `/health` and `/openapi.json` answer everybody.",
        "## The same again",
        "The same bytes with the same options, sent by the same caller, are analysed once: you "
        "get the job of then, done or under way, unless you send `fresh=true`. The names of files "
        "do not count. A job that failed, was cancelled or deleted is no substitute.",
        "With an `Idempotency-Key`, a request can be sent again after a broken connection: for 24 "
        "hours, the same key gives the same jobs (`Idempotent-Replayed: true`). Another request "
        "under the same key is refused (422), and one that comes while the first is being worked "
        "on, too (409).",
        "## Waiting",
        "`wait` holds the answer until the work is done, `/jobs/{job_id}/events` sends events. "
        "Both occupy a thread of the server, so a busy server answers at once (with 204 in place "
        "of events): then ask again after a moment, as the client does.",
        "## Webhooks",
        "With `webhook=ADDRESS`, the server sends a message to that address when the job has "
        'ended: `{"type": "job.done", "timestamp": …, "data": {"job": …, "result": …}}`, '
        "or `job.failed`, `job.cancelled`, without a result. The result is left out if the message "
        "would have more than 20 MB. `BACKEND_URL` gets such a message for every job.",
        f"It is signed as [Standard Webhooks](https://www.standardwebhooks.com) describes: "
        f"`{signature.SIGNATURE}` is `v1,` and the base64 of HMAC-SHA256, under `WEBHOOK_SECRET`, "
        f"over `{signature.ID}`, a full stop, `{signature.TIME}`, a full stop and the body. "
        "`check_webhook` of the client checks it and the time.",
        "Any answer but 2xx is tried again after 5 s, 30 s, 2 min, 10 min, 1 h, 3 h and 6 h, also "
        "if the server was restarted meanwhile; 410 ends it. A message may arrive twice, with the "
        f"same `{signature.ID}`. The job says how its webhooks are (`webhooks`). Redirects are not "
        "followed. Addresses of the server's own machine and network are refused, also behind a "
        "name, unless `WEBHOOK_PRIVATE` is set.",
        "## Errors",
        "Every error has the form of [errors](errors.md), with the number of the request, which is "
        "also in `X-Request-ID` and in the server's log, and of the job if it is about one:",
        '```json\n{"error": {"code": "not_found", "message": "There is no job “x”.",\n'
        '           "hint": "It may have been deleted, or it belongs to another session.",\n'
        '           "status": 404, "request": "01M8…", "job": "x"}}\n```',
        "An unknown parameter or field is an error, so that a spelling mistake does not go "
        f"unnoticed. Keys of a [Result](result.md) are in [docs/{NAME}]({NAME}).",
        *parts,
    )


FORM = (
    "It takes `multipart/form-data`: `files`, one or several; every [option](options.md) as a "
    "field of its name (`start` and `end` for `--from` and `--to`); `baseline_file`, a recording "
    "in which the speaker sounds as usual; `webhook`; `fresh`."
)


def _code(text: str) -> str:
    return text and f"`{text}`"
