"""Operators' controllers as the rehearsal plays them: a table of kinds, KWOK stages, and one program."""
