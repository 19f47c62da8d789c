"""Requests that a program named by a key, so that the same one sent again does nothing new."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from source.store.database import Table
from source.store.request_row import RequestRow

KEPT = timedelta(hours=24)
"""How long a key is remembered."""

LEASE = timedelta(minutes=10)
"""After so long without an answer, whoever worked on a request counts as gone."""


@dataclass(frozen=True)
class Known:
    """A request that came before.

    Attributes
    ----------
    payload : str
        Digest of all that was sent.
    answer : dict or None
        What was answered; None while it is being worked on.
    """

    payload: str
    answer: dict[str, Any] | None


class RequestTable(Table):
    """Requests by caller and key."""

    def begin(self, owner: str, key: str, payload: str) -> Known | None:
        """Write down that a request is worked on; the one that came before under the same key.

        Parameters
        ----------
        owner : str
            Whose request it is.
        key, payload : str
            Digests of at most 64 characters of the key and of all that was sent.
        """
        moment = self._clock()
        try:
            with self._database.write() as session:
                over = RequestRow.created < moment - KEPT
                stale = RequestRow.answer.is_(None) & (RequestRow.created < moment - LEASE)
                session.execute(delete(RequestRow).where(over | stale))
                known = session.get(RequestRow, (owner, key))
                if known is not None:
                    return Known(known.payload, known.answer)
                session.add(RequestRow(owner=owner, key=key, payload=payload, created=moment))
            return None
        except IntegrityError:  # another process began the same at the same moment
            with self._database.read() as session:
                query = select(RequestRow).filter_by(owner=owner, key=key)
                row = session.scalar(query)
                return Known(payload, None) if row is None else Known(row.payload, row.answer)

    def end(self, owner: str, key: str, answer: dict[str, Any] | None) -> None:
        """Keep the answer of a request; without one, forget the request, so that it is tried."""
        with self._database.write() as session:
            row = session.get(RequestRow, (owner, key))
            if row is not None and answer is None:
                session.delete(row)
            elif row is not None:
                row.answer = answer
