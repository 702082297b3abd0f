"""Describe typed fields for a person: their explanation, and the values that they take."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec

_KINDS = {float: "a number", int: "a whole number", str: "a text in quotes", bool: "true or false"}


def explained(text: str) -> msgspec.Meta:
    """Return the explanation of a field, for its annotation: the one place where it is written."""
    return msgspec.Meta(description=text)


def explanation_of(annotation: Any) -> str:
    return next((meta.description for meta in _metas(annotation) if meta.description), "")


def takes(annotation: Any) -> str:
    """Describe the values that a field takes, as "a number from 0.5 to 2" or "one of auto, cpu, cuda"."""
    kind = get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
    if get_origin(kind) is Literal:
        return f"one of {', '.join(map(str, get_args(kind)))}"
    return " ".join([_KINDS.get(kind, "a table of its own"), *_bounds(annotation)])


def _bounds(annotation: Any) -> list[str]:
    bounds = []
    for meta in _metas(annotation):
        if meta.gt is not None and meta.le is not None:
            bounds.append(f"above {meta.gt:g} and up to {meta.le:g}")
        elif meta.ge is not None and meta.le is not None:
            bounds.append(f"from {meta.ge:g} to {meta.le:g}")
        if meta.max_length is not None:
            bounds.append(f"of at most {meta.max_length} letters")
        if meta.examples:
            bounds.append(f"such as {' or '.join(map(str, meta.examples))}")
    return bounds


def _metas(annotation: Any) -> list[msgspec.Meta]:
    """Return the msgspec.Meta of nested annotations, the inner ones first."""
    return [meta for meta in getattr(annotation, "__metadata__", ()) if isinstance(meta, msgspec.Meta)]
