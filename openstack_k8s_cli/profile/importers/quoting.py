"""Quotes and comments as Make, env files and shells read them; what comes out is Make's text."""

import re

from openstack_k8s_cli.profile.importers import expansion

_ANSI = re.compile(r"(?:[^\\']|\\.)*", re.DOTALL)
_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{1,2}|u[0-9A-Fa-f]{1,4}|U[0-9A-Fa-f]{1,8}|[0-7]{1,3}|.)", re.DOTALL)
_NAMED = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "v": "\v"}
_SHELL_ESCAPES = '$`"\\\n'


def plain(text: str) -> str:
    """Read a value without `export`: a quoted whole keeps its `#`, elsewhere a comment begins there as in Make."""
    quote = text[:1]
    if quote in {'"', "'"}:
        end = text.find(quote, 1)
        rest = text[end + 1 :].strip()
        if end > 0 and (not rest or rest.startswith("#")):
            return text[1:end]
    return _uncommented(text).strip()


def _uncommented(text: str) -> str:
    kept = ""
    for at, character in enumerate(text):
        if character == "#":
            if not kept.endswith("\\"):
                return text[:at].replace("\\#", "#")
            kept = kept[:-1]
        kept += character
    return kept


def commands(text: str) -> list[list[str]]:
    """Take a shell's line apart into commands and their words; its variables become Make's."""
    found: list[list[str]] = [[]]
    word, begun, quote = "", False, ""
    at = 0
    while at < len(text):
        character = text[at]
        if character == "\\" and quote != "'":
            escaped = text[at + 1 : at + 2]
            keeps = quote == '"' and escaped not in _SHELL_ESCAPES
            word += ("\\" if keeps else "") + ("" if escaped == "\n" else expansion.literal(escaped))
            at += 1
        elif quote and character == quote:
            quote = ""
        elif not quote and character in "\"'":
            quote, begun = character, True
        elif character == "$" and not quote and text[at + 1 : at + 2] == "'":
            meant, at = _escaped(text, at + 2)
            word, begun = word + expansion.literal(meant), True
        elif character == "$" and quote != "'":
            name, at = _variable(text, at)
            word += name
        elif not quote and (character.isspace() or character in ";&|"):
            found[-1] += [word] if word or begun else []
            word, begun = "", False
            if not character.isspace():
                found.append([])
        elif not quote and character == "#" and not word:
            break
        else:
            word += expansion.literal(character) if character != "`" else "$(shell `)"
        at += 1
    found[-1] += [word] if word or begun else []
    return [each for each in found if each]


def _escaped(text: str, at: int) -> tuple[str, int]:
    """Read the inside of `$'…'`; give its text, and where it ends."""
    found = _ANSI.match(text, at)
    inside = found[0] if found else text[at:]
    return _ESCAPE.sub(lambda each: _meant(each[1]), inside), at + len(inside)


def _meant(escape: str) -> str:
    if escape[0] in "xuU":
        return chr(int(escape[1:], 16))
    return chr(int(escape, 8)) if escape[0].isdecimal() else _NAMED.get(escape, escape)


def is_open(text: str) -> bool:
    """Tell whether a quote of a shell's line is not closed in it."""
    quote = ""
    escaped = False
    for character in text:
        if escaped:
            escaped = False
        elif character == "\\" and quote != "'":
            escaped = True
        elif quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
    return bool(quote)


def _variable(text: str, at: int) -> tuple[str, int]:
    """Read `$NAME`, `${NAME}` or `${NAME:-VALUE}`; give it as Make's, and where it ends."""
    follows = text[at + 1 : at + 2]
    if follows == "(":
        end = text.find(")", at)
        return "$(shell command)", end if end > 0 else len(text)
    if follows == "{" and (end := text.find("}", at)) > 0:
        name, dash, otherwise = text[at + 2 : end].partition("-")
        return (f"$(or $({name.rstrip(':')}),{expansion.literal(otherwise)})" if dash else f"$({name})"), end
    end = at + 1
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    return (f"$({text[at + 1 : end]})", end - 1) if end > at + 1 else ("$$", at)
