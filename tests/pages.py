"""Pages of docs/ that have a part made from the code, between two marks."""

from pathlib import Path


def put(page: Path, text: str, *, begin: str, end: str) -> None:
    """Put a text between the marks of a page."""
    before, _, rest = page.read_text(encoding="utf-8").partition(begin)
    _, _, after = rest.partition(end)
    page.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")
