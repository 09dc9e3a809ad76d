"""The keys of a record of the contract, as rows of a table."""

from __future__ import annotations

import typing
from collections.abc import Iterator

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined


def fields(model: type[BaseModel], above: str = "", depth: int = 3) -> Iterator[tuple[str, str, FieldInfo]]:
    """Every key with its form and field, those of records within it below it, down to a depth."""
    for name, field in model.model_fields.items():
        yield f"`{above}{name}`", form(field.annotation), field
        for inner in _models(field.annotation) if depth > 1 else ():
            yield from fields(inner, f"{above}{name}.", depth - 1)


def form(annotation: object) -> str:
    """A type in words.

    >>> form(tuple[int, ...]), form(typing.Literal["a", "b"]), form(float | None)
    ('several: whole number', '`a`, `b`', 'number')
    """
    origin, parts = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Literal:
        return ", ".join(f"`{value}`" for value in parts)
    if origin is typing.Annotated:
        return form(parts[0])
    inner = [form(part) for part in parts if part not in (type(None), Ellipsis)]
    if origin in (tuple, list):
        return "several: " + "; ".join(dict.fromkeys(inner))
    if origin is dict:
        return f"by name: {inner[-1]}"
    if inner:
        return ", ".join(inner)
    plain = {str: "text", int: "whole number", float: "number", bool: "true or false"}
    return plain.get(annotation, "record")


def default(field: FieldInfo) -> str:
    """What holds when the key is left out; `required` when it may not be."""
    if field.is_required():
        return "required"
    value = field.default
    if value is None or value is PydanticUndefined or value == () or isinstance(value, BaseModel):
        return ""
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _models(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in typing.get_args(annotation) for model in _models(part)]
