"""A request that a program named by a key, as a row of the database."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from source.store.base import Base, Document, UtcTime


class RequestRow(Base):
    """A request as it is written."""

    __tablename__ = "requests"

    owner: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    payload: Mapped[str] = mapped_column(String(64))
    answer: Mapped[dict[str, Any] | None] = mapped_column(Document)
    created: Mapped[datetime] = mapped_column(UtcTime, index=True)
