"""Scripts that change the tables of an older release into those of this one (alembic).

They are run by `source.store.schema` when a database is opened. A new one is written with
``make migration NAME=what_it_does``.
"""

from pathlib import Path

from alembic.config import Config
from sqlalchemy import Connection


def configuration(connection: Connection) -> Config:
    """What alembic has to know, in place of an alembic.ini; it works on `connection`."""
    config = Config()
    place = str(Path(__file__).parent).replace("%", "%%")
    config.set_main_option("script_location", place)
    config.set_main_option("file_template", "v%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config
