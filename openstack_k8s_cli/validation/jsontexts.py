"""JSON texts, as strict as kubectl reads them: one document or several, each with the line of every field."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from json.decoder import scanstring  # type: ignore[attr-defined]  # the stubs lack it
from typing import Any

from openstack_k8s_cli.validation.documents import Document, UnfitError, sized
from openstack_k8s_cli.validation.findings import Path

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?")
_WORDS = (("true", True), ("false", False), ("null", None))
_DIGITS = 20
"""Of a whole number that fits into 64 bits; a longer one is a float to Go."""


def documents(text: str) -> Iterator[Document]:
    """Give every document of a text; UnfitError where it is no JSON."""
    reader = _Reader(text)
    at = reader.skip(0)
    while at < len(text):
        document = sized(text)
        document.value, at = reader.value(at, (), document)
        yield document
        at = reader.skip(at)


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._breaks = [each.start() for each in re.finditer("\n", text)]

    def skip(self, at: int) -> int:
        match = _SPACE.match(self._text, at)
        return match.end() if match else at

    def value(self, at: int, path: Path, document: Document) -> tuple[Any, int]:
        document.enter(path, self._line(at))
        first = self._text[at : at + 1]
        if first == "{":
            return self._mapping(at + 1, path, document)
        if first == "[":
            return self._list(at + 1, path, document)
        if first == '"':
            return self._string(at)
        for word, value in _WORDS:
            if self._text.startswith(word, at):
                return value, at + len(word)
        return self._number(at)

    def _mapping(self, at: int, path: Path, document: Document) -> tuple[dict[str, Any], int]:
        found: dict[str, Any] = {}
        at = self.skip(at)
        while self._text[at : at + 1] != "}":
            if found:
                at = self.skip(self._past(",", at))
            line = self._line(at)
            key, at = self._string(at)
            here = (*path, key)
            if key in found:
                document.twice.append(here)
            document.lines[here] = line
            found[key], at = self.value(self.skip(self._past(":", self.skip(at))), here, document)
            at = self.skip(at)
        return found, at + 1

    def _list(self, at: int, path: Path, document: Document) -> tuple[list[Any], int]:
        found: list[Any] = []
        at = self.skip(at)
        while self._text[at : at + 1] != "]":
            if found:
                at = self.skip(self._past(",", at))
            each, at = self.value(at, (*path, len(found)), document)
            found.append(each)
            at = self.skip(at)
        return found, at + 1

    def _string(self, at: int) -> tuple[str, int]:
        self._past('"', at)
        try:
            text, end = scanstring(self._text, at + 1)
        except ValueError as error:
            raise UnfitError(str(error).partition(":")[0], self._line(at)) from error
        return text, end

    def _number(self, at: int) -> tuple[float, int]:
        match = _NUMBER.match(self._text, at)
        if match is None:
            raise UnfitError("a value of JSON is wanted", self._line(at))
        if match[1] or match[2] or len(match[0]) > _DIGITS:
            number = float(match[0])
            if number in {float("inf"), float("-inf")}:
                raise UnfitError("a number is too large", self._line(at))
            return number, match.end()
        return int(match[0]), match.end()

    def _past(self, sign: str, at: int) -> int:
        if self._text[at : at + 1] != sign:
            raise UnfitError(f"`{sign}` is wanted", self._line(at))
        return at + 1

    def _line(self, at: int) -> int:
        return bisect_right(self._breaks, at - 1) + 1
