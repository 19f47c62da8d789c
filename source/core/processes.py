"""How this program starts its own processes."""

import os
import subprocess
from typing import Any

OWN_GROUP: dict[str, Any] = (
    {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
    if os.name == "nt"
    else {"process_group": 0}
)
"""Arguments of `subprocess.Popen` for a process that Ctrl+C in a terminal does not reach: it goes
to a whole group, and whoever started the process ends it in its own time."""
