"""Manifests that others wrote, from memory."""

from collections.abc import Mapping
from typing import Any


class FakeDownloads:
    """Has texts by address or path; the rest is not on this machine, and has this text when it is fetched."""

    def __init__(self, kept: Mapping[str, str] | None = None, *, otherwise: str = "") -> None:
        self._kept = dict(kept or {})
        self._otherwise = otherwise
        self.fetched: list[str] = []

    def kept(self, place: Mapping[str, Any]) -> str | None:
        return self._kept.get(str(place["url"] or place["file"]))

    def text(self, place: Mapping[str, Any]) -> str:
        name = str(place["url"] or place["file"])
        self.fetched.append(name)
        return self._kept.get(name, self._otherwise)
