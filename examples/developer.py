"""Hand a recording in and be called when it is done: ``python developer.py FILE``.

The server and this program need the same WEBHOOK_SECRET, and the server WEBHOOK_PRIVATE=1 if this
program runs on its own network.
Behind a web framework, only `check_webhook` is needed: give it the headers and the raw body.
"""

import argparse
import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from aver import Aver, SignatureError, check_webhook


def told_by(server: HTTPServer, secret: str, job_id: str) -> dict[str, Any]:
    """Wait for the webhook of a job; whatever is not signed is turned away."""
    arrived: list[dict[str, Any]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            try:
                message = check_webhook(self.headers, body, secret)
            except SignatureError:
                self.send_error(401)
                return
            self.send_response(204)  # anything but 2xx, and the server tries again
            self.end_headers()
            if message["data"]["job"]["id"] == job_id:
                arrived.append(message)

        def log_message(self, *_: object) -> None:
            pass

    server.RequestHandlerClass = Hook
    while not arrived:
        server.handle_request()
    return arrived[0]


def main() -> int:
    """Submit, wait for the call, print."""
    read = argparse.ArgumentParser(description=__doc__)
    read.add_argument("file")
    read.add_argument("--address", default="http://127.0.0.1:5000")
    read.add_argument("--port", type=int, default=0, help="where this program is called")
    given = read.parse_args()
    secret = os.environ.get("WEBHOOK_SECRET")
    if not secret:
        read.error("Set WEBHOOK_SECRET to the secret of the server.")

    with HTTPServer(("127.0.0.1", given.port), BaseHTTPRequestHandler) as server:
        hook = f"http://127.0.0.1:{server.server_port}/aver"
        job = Aver(given.address).submit(given.file, webhook=hook)
        message = told_by(server, secret, job["id"])
    print(message["type"], message["data"]["job"].get("headline", {}).get("text", ""))
    return 0 if message["type"] == "job.done" else 1


if __name__ == "__main__":
    sys.exit(main())
