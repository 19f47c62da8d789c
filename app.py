"""Serve the pages: ``python app.py``, or ``gunicorn app:app`` beside ``python run.py --worker``.

Run as a program it starts one worker process beside the web process, which does the jobs.
Imported, it does nothing until `app` or `create` is used.
"""

import os
import sys
import threading
from typing import Any

from source.core import logs
from source.core.errors import AverError
from source.core.port import check_free
from source.settings import Settings


def create() -> Any:
    """The application, for a server that calls a factory (``gunicorn 'app:create()'``)."""
    return _made(Settings.load())


def _made(settings: Settings) -> Any:
    from source.media import apart
    from source.web import create_app

    apart.use(memory=int(settings.number("DECODER_MB")))
    return create_app(settings)


def __getattr__(name: str) -> Any:
    if name == "app":  # made when a server asks for it, and once
        globals()["app"] = made = create()
        return made
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def main() -> int:
    """Serve until told to end; gives the exit code."""
    try:
        settings = Settings.load()
        logs.begin(settings.values, process="web")
        host, port = settings.text("HOST"), int(settings.number("PORT"))
        check_free(host, port)
        from source.jobs import metrics
        from source.web.serving import share_threads

        metrics.begin(settings, process="web")
        app = _made(settings)
        share_threads(app, settings)
    except AverError as error:
        print(error, file=sys.stderr)
        return 2 if error.status == 400 else 1
    serve = _gunicorn if os.name == "posix" else _waitress
    serve(app, settings, host, port)
    return 0


def _started(app: Any, settings: Settings, host: str, port: int) -> Any:
    """Start the worker, hand the example in, say where it is."""
    from source.jobs.beside import start_beside
    from source.web.work import prepare_example

    beside = start_beside(settings)
    threading.Thread(target=_warm, name="warm", daemon=True).start()
    trouble = prepare_example(app.extensions["jobs"], settings)
    if trouble:
        print(f"There is no example: {trouble}", file=sys.stderr)
    shown = f"[{host}]" if ":" in host else {"0.0.0.0": "127.0.0.1"}.get(host, host)
    print(f"AVER is at http://{shown}:{port} (Ctrl+C ends it)", flush=True)
    return beside


def _warm() -> None:
    """Load what draws, so that the first result does not wait for it."""
    from source.views.charts.figure import new

    new(1, 1)


def _gunicorn(app: Any, settings: Settings, host: str, port: int) -> None:
    from gunicorn.app.base import BaseApplication

    from source.web.serving import end_streams, gunicorn_options

    class Server(BaseApplication):
        def load_config(self) -> None:
            options = {
                **gunicorn_options(settings),
                "workers": 1,  # whatever WEB_PROCESSES says: it has the worker beside it
                "graceful_timeout": 10,
                # In the process that serves, not in the one that watches it: the worker is on
                # a leash, and goes when that process does.
                "post_worker_init": self.begin,
                "worker_exit": lambda _, __: self.end(),
            }
            for name, value in options.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            return app

        def begin(self, worker: Any) -> None:
            end_streams(app, worker)
            self.beside = _started(app, settings, host, port)

        def end(self) -> None:
            if hasattr(self, "beside"):
                self.beside.stop()

    Server().run()


def _waitress(app: Any, settings: Settings, host: str, port: int) -> None:
    from waitress import serve

    beside = _started(app, settings, host, port)
    try:
        serve(
            app,
            host=host,
            port=port,
            threads=int(settings.number("WEB_THREADS")),
            ident="aver",
            max_request_body_size=app.config["MAX_CONTENT_LENGTH"],
        )
    finally:
        app.extensions["streams"].close()
        beside.stop()


if __name__ == "__main__":
    sys.exit(main())
