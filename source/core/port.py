"""Whether a server can listen on an address."""

import errno
import os
import socket

from source.core.errors import AverError, BadRequest

COMMAND = "python3 setup.py run"


def check_free(host: str, port: int) -> None:
    """Check that this machine has the address and that no other program listens on it.

    Raises
    ------
    AverError
        If the port is in use or not permitted.
    BadRequest
        If the host is not an address of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name != "nt":  # on Windows this option would allow a second listener
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise AverError(
                f"This account may not use port {port}.",
                hint=f"Choose one above 1023, for example: PORT=5001 {COMMAND}",
            ) from None
        except OSError as error:
            if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
                raise BadRequest(
                    f"HOST is “{host}”, which is not an address of this machine.",
                    hint="Set it to 127.0.0.1, or to 0.0.0.0 for a server that others can reach.",
                ) from None
            raise AverError(
                f"Port {port} on {host} is in use by another program (on macOS often AirPlay).",
                hint=f"Stop it, or choose another port: PORT={port + 1} {COMMAND}",
            ) from None
