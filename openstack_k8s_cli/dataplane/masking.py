"""Hides secrets in what Ansible prints: values that are known, and what looks like one."""

import base64
import json
import re
import urllib.parse
from collections.abc import Iterable, Iterator

from openstack_k8s_cli.apply import hooks
from openstack_k8s_cli.apply.hooks import MASK

_NAME = (
    r"(?:[\w.-]{0,80}(?:passw(?:or)?d|passphrase|passwd|secret|token|(?:api|private|activation|encryption|fernet|luks|access)[_-]?key|credentials?)[\w.-]{0,80}"
    r"|[\w.-]{0,80}[_-](?:pass|pwd|pw)|pw|(?-i:[\w.-]{0,80}[a-z]Pass))"
)
"""Words such as `bypass`, `PWD` and `passive` are none."""
_TEXT = r"(?:(?:\\.|''|(?!(?P=quote))[^\\\n])+)"
_BLOCK = re.compile(
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----.*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|\Z)", re.DOTALL
)
_ADDRESS = re.compile(r"(?P<before>\w://)(?P<logins>[^\s/\"']*)(?=@)")
_NEXT = re.compile(r",(?=[^,:@]*:[^,]*@)")
"""Between the servers of an address that has several."""
_LOGIN = re.compile(r"^(?P<before>[^:]*:)(?P<text>.+?)(?P<after>(?:@[^@]*)?)$")
_HEADER = re.compile(r"(?P<before>\b(?:Bearer|Basic|X-Auth-Token:?)\s+)[A-Za-z0-9+/=._~-]{8,}", re.IGNORECASE)
_AUTH = re.compile(r"(?P<before>\\?[\"']auth\\?[\"']\s*:\s*\\?[\"'])[A-Za-z0-9+/=]{4,}")
"""What podman and docker keep of a login."""
_LOGINS = re.compile(
    r"(?P<before>[\w.-]{0,80}registry_logins\\?[\"']?\s*[:=]\s*)\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}",
    re.IGNORECASE,
)
_ESCAPED = re.compile(
    rf"(?P<before>\\[\"']{_NAME}\\[\"']\s*:\s*(?P<quote>\\[\"']))(?:\\\\\\[\"']|(?!(?P=quote)).)+",
    re.IGNORECASE,
)
_QUOTED = re.compile(rf"(?P<before>[\"']{_NAME}[\"']\s*:\s*(?P<quote>[\"'])){_TEXT}", re.IGNORECASE)
_STRING = re.compile(
    rf"(?P<before>(?<![\w\"'.-]){_NAME}\s*(?:=|:\s)\s*(?P<quote>[\"'])){_TEXT}(?=(?P=quote))", re.IGNORECASE
)
_PLAIN = re.compile(
    rf"(?P<before>(?<![\w\"'.-])(?:{_NAME}\s*(?:=|:\s)|pass=)\s*)"
    r"(?P<quote>[\"']?)(?!\s*[\"'\[{•]|None\b|null\b|<omitted>)[^\s\"',;&}]+",
    re.IGNORECASE,
)
_OPTION = re.compile(rf"(?P<before>(?<!\S)--?{_NAME}\s+)(?!-)[^\s\"']+", re.IGNORECASE)
_BREAK = r"[\s\"',=]+"
_SHORT = re.compile(
    rf"(?P<before>\b(?:(?:mysql|mariadb)[\w-]*\b[^\n]{{0,300}}?[\s\"']-p|ipmitool\b[^\n]{{0,300}}?[\s\"']-P(?:{_BREAK})?|(?:sshpass{_BREAK}|login\b[^\n]{{0,300}}?[\s\"'])-p(?:{_BREAK})?))"
    r"[^\s\"',=-][^\s\"']*"
)
"""The password as an option of one letter, where the program has it so."""
_USER = re.compile(
    rf"(?P<before>(?:\bcurl\b[^\n]{{0,300}}?[\s\"'](?:-u|--user)|[\s\"']--(?:proxy-user|(?:src-|dest-)?creds))(?:{_BREAK})?[^\s:\"']+:)"
    r"[^\s\"']+"
)
_CEPH = re.compile(r"(?P<before>(?<![\w+/]))A[Qg][A-D][A-Za-z0-9+/]{24,}={1,2}")
"""Begins with its kind and ends with padding, always."""
_BASE64 = re.compile(rf"(?P<before>\bsecret-set-value\b[^\n]{{0,300}}?[\s\"']--base64{_BREAK})[\w+/=-]+")
_NEIGHBOR = re.compile(r"(?P<before>\bneighbor\s+\S+\s+password\s+(?:\d\s+)?)[^\s\"'\\]+")
"""As FRR is told it."""
_PIPED = re.compile(r"(?P<before>[\w.-]:)[^\s\"':]+(?=[\"'\\]*\s*\|\s*(?:sudo\s+)?chpasswd\b)")
_FED = re.compile(r"(?P<before>\bchpasswd\s*<<<\s*[\"'\\]*[\w.-]+:)[^\s\"'\\]+")
_HASH = re.compile(r"(?P<before>)\$(?:1|2[aby]|5|6|7|y|gy)\$[\w./$=,+-]{8,}")
"""Of a password, as /etc/shadow has it."""
_NAMES = (
    "pass",
    "pwd",
    "secret",
    "token",
    "credential",
    "pw",
    *(f"{end}{gap}key" for end in "ients" for gap in ("", "_", "-")),
)
_ALL = (
    (_HEADER, ("bearer", "basic", "x-auth")),
    (_AUTH, ("auth",)),
    (_LOGINS, ("registry_logins",)),
    (_CEPH, ("=",)),
    (_BASE64, ("secret-set-value",)),
    (_NEIGHBOR, ("neighbor",)),
    (_PIPED, ("chpasswd",)),
    (_FED, ("chpasswd",)),
    (_HASH, ("$1$", "$2", "$5$", "$6$", "$7$", "$y$", "$gy$")),
    *((each, _NAMES) for each in (_ESCAPED, _QUOTED, _STRING, _PLAIN, _OPTION)),
    (_SHORT, ("mysql", "mariadb", "login", "sshpass", "ipmitool")),
    (_USER, ("curl", "-user", "creds")),
)
"""What hides, with words that a text has where it can; looking for these is much faster."""
_LINE = re.compile(
    rf"^\s*[\"']?(?:{_NAME}|[\w.-]{{0,80}}key)[\"']?\s*[=:]\s*[\"']?(?P<text>[^\s\"',;]+)",
    re.IGNORECASE | re.MULTILINE,
)
_PASSWORD = re.compile(
    r"\w://[^\s/\"':]*:(?P<text>[^\s/\"'@]+)@|(?<=,)[^\s/\"':,]*:(?P<further>[^\s/\"'@]+)@"
)
_SHORTEST = 8
"""Characters below which a part of a file may be a word of any log."""


def parts(text: str) -> Iterator[str]:
    """Give what is secret in a value: all of a single line; of a file's lines what a name says, and passwords in addresses."""
    if "\n" not in text.strip():
        yield text.strip()
        return
    found = (each["text"] for each in _LINE.finditer(text))
    logins = (each["text"] or each["further"] for each in _PASSWORD.finditer(text))
    yield from (each for each in (*found, *logins) if len(each) >= _SHORTEST)


class Mask:
    """Hides secrets in texts."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        values = frozenset(known)
        deeper = {part for each in values for part in parts(each)}
        forms = {form for each in values | deeper for form in _forms(each)}
        self._known = hooks.hiding(values | deeper | forms)

    def __call__(self, text: str) -> str:
        """Give a text that may be shown."""
        for known in self._known:
            text = text.replace(known, MASK)
        low = text.lower()
        if "private key" in low:
            text = _BLOCK.sub(MASK, text)
        if "://" in low:
            text = _ADDRESS.sub(_without_logins, text)
        for found, hints in _ALL:
            if any(hint in low for hint in hints):
                quote = r"\g<quote>" if found is _PLAIN else ""
                text = found.sub(rf"\g<before>{quote}{MASK}", text)
        return text


def _forms(value: str) -> Iterator[str]:
    """Give a value as JSON, addresses and base64 have it."""
    if len(value) < _SHORTEST:
        return
    yield json.dumps(value)[1:-1]
    yield json.dumps(value, ensure_ascii=False)[1:-1]
    yield urllib.parse.quote(value, safe="")
    for each in (value, f"{value}\n"):
        yield base64.b64encode(each.encode()).decode()


def _without_logins(found: re.Match[str]) -> str:
    """Hide the passwords of all servers of an address; what is behind the last `@` was not taken."""
    *several, last = _NEXT.split(f"{found['logins']}@")
    shown = [_LOGIN.sub(rf"\g<before>{MASK}\g<after>", each) for each in (*several, last)]
    return found["before"] + ",".join(shown).removesuffix("@")
