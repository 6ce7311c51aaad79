"""Manifests by address or path: fetched, checked, and kept in the user's cache directory."""

import contextlib
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openstack_k8s_cli.model.problems import Advice, ExitCode, OskError, Problem

_PATIENCE = 30.0
"""Seconds without a byte."""
_LARGEST = 16 * 1024 * 1024
_WHERE = "operators.sources"


def cache_home(environment: Mapping[str, str]) -> Path:
    """Find osk's cache directory; a relative XDG_CACHE_HOME counts as unset, as the specification says."""
    given = environment.get("XDG_CACHE_HOME", "")
    base = Path(given) if given.startswith("/") else Path(environment.get("HOME") or "/") / ".cache"
    return base / "osk"


class Downloads:
    """The texts that a profile names by `{url: …, sha256: …}` or `{file: …}`."""

    def __init__(self, cache: Path) -> None:
        self._folder = cache / "manifests"

    def kept(self, place: Mapping[str, Any]) -> str | None:
        """Give a text that is on this machine; None: it would have to be fetched."""
        if place["file"] is not None:
            return self._checked(self._read(place), place)
        try:
            text = self._path(place).read_bytes()
        except OSError:
            return None
        return text.decode() if _is_right(text, place) else None

    def text(self, place: Mapping[str, Any]) -> str:
        """Give a text, fetched where it is not here; raises OskError (exit 4) where it cannot be had."""
        kept = self.kept(place) if place["sha256"] or place["file"] is not None else None
        if kept is not None:
            return kept
        found = self._checked(_fetched(place), place)
        self._keep(place, found)
        return found

    def _read(self, place: Mapping[str, Any]) -> bytes:
        path = Path(str(place["file"])).expanduser()
        try:
            return path.read_bytes()
        except OSError as error:
            raise _unreadable(str(path), error) from error

    def _checked(self, text: bytes, place: Mapping[str, Any]) -> str:
        if not _is_right(text, place):
            raise _wrong(place, hashlib.sha256(text).hexdigest())
        try:
            return text.decode()
        except UnicodeDecodeError as error:
            raise _unreadable(_name(place), error) from error

    def _keep(self, place: Mapping[str, Any], text: str) -> None:
        """Keep a text; a cache that cannot be written costs the next fetch, nothing else."""
        path = self._path(place)
        partial = path.with_suffix(".partial")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            partial.write_text(text, encoding="utf-8")
            partial.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                partial.unlink()

    def _path(self, place: Mapping[str, Any]) -> Path:
        name = place["sha256"] or f"url-{hashlib.sha256(str(place['url']).encode()).hexdigest()}"
        return self._folder / f"{name}.yaml"


def _fetched(place: Mapping[str, Any]) -> bytes:
    import urllib.request  # noqa: PLC0415  # TLS and all, for who fetches only
    from http.client import HTTPException  # noqa: PLC0415

    try:
        with urllib.request.urlopen(place["url"], timeout=_PATIENCE) as answer:  # noqa: S310  # the schema says http
            found: bytes = answer.read(_LARGEST + 1)
    except (OSError, HTTPException, ValueError) as error:
        raise _unreachable(place, error) from error
    if len(found) > _LARGEST:
        raise _unreachable(place, ValueError(f"it has more than {_LARGEST} bytes"))
    return found


def _is_right(text: bytes, place: Mapping[str, Any]) -> bool:
    return place["sha256"] is None or hashlib.sha256(text).hexdigest() == place["sha256"]


def _name(place: Mapping[str, Any]) -> str:
    return str(place["url"] or place["file"])


def _unreachable(place: Mapping[str, Any], error: Exception) -> OskError:
    reason = getattr(error, "reason", None) or error
    problem = Problem(
        code="OSK0413",
        summary=f"Manifests that the deployment needs cannot be fetched: {reason}",
        subject=_name(place),
        detail="Nothing was written",
        advice=(
            Advice("Let this machine reach the address, through HTTPS_PROXY if need be, and try again"),
            Advice(
                "Or fetch it elsewhere and name the copy, `{file: PATH}`, in the operator's `manifests`",
                "osk profile explain operators.sources",
            ),
            Advice("Or install the operator yourself; osk uses one that is there"),
        ),
    )
    return OskError(problem, exit_code=ExitCode.REFUSED)


def _wrong(place: Mapping[str, Any], found: str) -> OskError:
    problem = Problem(
        code="OSK0414",
        summary="Manifests are not what the profile says: their checksum is another one",
        subject=_name(place),
        detail=f"expected {place['sha256']}, found {found}. Nothing was written",
        advice=(
            Advice("See who changed them; a proxy that answers with a page of its own is the usual reason"),
            Advice(
                "If they are right, put the checksum that was found into the operator's `manifests`",
                "osk profile explain operators.sources",
            ),
        ),
    )
    return OskError(problem, exit_code=ExitCode.REFUSED)


def _unreadable(path: str, error: Exception) -> OskError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else "it is not UTF-8 text"
    problem = Problem(
        code="OSK0415",
        summary=f"A file of manifests cannot be read: {reason}",
        subject=path,
        advice=(Advice(f"Correct the path under `{_WHERE}`, or its permissions"),),
    )
    return OskError(problem, exit_code=ExitCode.REFUSED)
