"""What an operation of the API is: a row from which its route and its documentation are made."""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Literal

from flask import request
from flask.typing import ResponseReturnValue

from source.core.errors import AverError, UnknownOption
from source.web.accept import ProgramBlueprint

Schema = Mapping[str, Any]
Asked = Mapping[str, Any]
"""Values of an operation's parameters, by name; those that were not given have their default."""

View = Callable[..., ResponseReturnValue]

JSON = "application/json"


@dataclass(frozen=True)
class Parameter:
    """One parameter of an address, or a header.

    Attributes
    ----------
    name, help : str
        What it is called, and what it does, as a sentence.
    schema : mapping
        Its JSON Schema.
    read : callable
        Gives the value of a text; raises an `AverError` for a wrong one.
    default : object
        Its value where it is not given.
    where : {"query", "header"}
        Where it stands.
    """

    name: str
    help: str
    schema: Schema
    read: Callable[[str], Any] = str
    default: Any = None
    where: Literal["query", "header"] = "query"


@dataclass(frozen=True)
class Answer:
    """One answer of an operation that went well.

    Attributes
    ----------
    what : str
        What it is, as a sentence.
    content : mapping of str to schema
        Its schema by media type; empty for an answer without a text.
    status : int
        HTTP status.
    headers : mapping of str to str
        What each of its special headers says.
    """

    what: str
    content: Mapping[str, Schema] = field(default_factory=dict)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Operation:
    """One operation.

    Attributes
    ----------
    name, method, rule : str
        Its name, HTTP method, and address as Flask writes it, behind the API's own.
    tag : str
        The chapter it belongs to.
    summary, description : str
        The first line of its docstring, and the rest.
    parameters : tuple of Parameter
        What may stand in the address and in headers.
    body : mapping of str to schema
        What it takes, by media type.
    answers : tuple of Answer
        What it gives when all is well.
    errors : tuple of AverError classes
        What it says when all is not, beside what any operation says.
    open : bool
        Whether it answers everybody.
    """

    name: str
    method: str
    rule: str
    tag: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    body: Mapping[str, Schema]
    answers: tuple[Answer, ...]
    errors: tuple[type[AverError], ...]
    open: bool

    @property
    def path(self) -> str:
        """Its address as OpenAPI writes it."""
        return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", self.rule)

    @property
    def names(self) -> list[str]:
        """The names in its address."""
        return re.findall(r"<(?:\w+:)?(\w+)>", self.rule)

    def read(self) -> Asked:
        """The values of the parameters of this request.

        Raises
        ------
        UnknownOption
            If the address has a parameter that this operation does not know.
        AverError
            What reading a value raises.
        """
        known = {p.name: p for p in self.parameters if p.where == "query"}
        for name in request.args:
            if name not in known:
                raise UnknownOption("parameter", name, list(known) or ["none"])
        asked = {}
        for p in self.parameters:
            text = (request.args if p.where == "query" else request.headers).get(p.name)
            asked[p.name] = p.default if text is None else p.read(text)
        return asked


class Api(ProgramBlueprint):
    """A blueprint that keeps what it documents."""

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, strict=True, **values)
        self.operations: list[Operation] = []

    def operation(
        self,
        method: str,
        rule: str,
        *,
        tag: str,
        answers: tuple[Answer, ...],
        parameters: tuple[Parameter, ...] = (),
        body: Mapping[str, Schema] | None = None,
        errors: tuple[type[AverError], ...] = (),
        open: bool = False,
    ) -> Callable[[View], View]:
        """Make a function an operation. It is given the values of the parameters first."""

        def register(view: View) -> View:
            summary, _, description = (inspect.getdoc(view) or "").partition("\n\n")
            operation = Operation(
                view.__name__,
                method,
                rule,
                tag,
                " ".join(summary.split()),
                description.strip(),
                parameters,
                body or {},
                answers,
                errors,
                open,
            )
            self.operations.append(operation)

            @wraps(view)
            def call(**path: Any) -> ResponseReturnValue:
                return view(operation.read(), **path)

            self.add_url_rule(rule, view.__name__, call, methods=[method])
            if open:
                self.open.add(f"{self.name}.{view.__name__}")
            return view

        return register
