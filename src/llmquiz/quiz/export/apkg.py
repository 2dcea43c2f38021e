"""Anki's deck package, `.apkg`: a zip archive with an SQLite collection of version 11.

Every Anki since 2012 reads this version, AnkiDroid and AnkiMobile too. It is written here rather
than by a library because it takes two pages, and the libraries write what changes with each run.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from llmquiz.quiz.export.archive import archive

SCHEMA = """
CREATE TABLE col (id integer primary key, crt integer, mod integer, scm integer, ver integer,
  dty integer, usn integer, ls integer, conf text, models text, decks text, dconf text, tags text);
CREATE TABLE notes (id integer primary key, guid text, mid integer, mod integer, usn integer,
  tags text, flds text, sfld integer, csum integer, flags integer, data text);
CREATE TABLE cards (id integer primary key, nid integer, did integer, ord integer, mod integer,
  usn integer, type integer, queue integer, due integer, ivl integer, factor integer, reps integer,
  lapses integer, left integer, odue integer, odid integer, flags integer, data text);
CREATE TABLE revlog (id integer primary key, cid integer, usn integer, ease integer, ivl integer,
  lastIvl integer, factor integer, time integer, type integer);
CREATE TABLE graves (usn integer, oid integer, type integer);
CREATE INDEX ix_notes_usn ON notes (usn);
CREATE INDEX ix_cards_usn ON cards (usn);
CREATE INDEX ix_revlog_usn ON revlog (usn);
CREATE INDEX ix_cards_nid ON cards (nid);
CREATE INDEX ix_cards_sched ON cards (did, queue, due);
CREATE INDEX ix_revlog_cid ON revlog (cid);
CREATE INDEX ix_notes_csum ON notes (csum);
"""
VERSION = 11
NEW = 0  # of a card: not yet learnt
FIRST_ID = 1_700_000_000_000  # ids are milliseconds in Anki; it gives others where they are taken
LATEX_PRE = "\\documentclass[12pt]{article}\n\\begin{document}\n"


@dataclass(frozen=True)
class Kind:
    """A note type: what fields a note has, and how they make a card."""

    id: int
    name: str
    fields: Sequence[str]
    front: str
    back: str
    css: str


@dataclass(frozen=True)
class Note:
    """One note, with one card. Anki knows it again by its guid."""

    guid: str
    fields: Sequence[str]
    tags: Sequence[str]


def package(kind: Kind, deck: tuple[int, str], notes: Sequence[Note], now: int) -> bytes:
    """The bytes of a deck package; `now`, in seconds, says which version of a note is newer."""
    with sqlite3.connect(":memory:") as base:
        base.executescript(SCHEMA)
        base.execute(
            "INSERT INTO col VALUES (1,?,?,?,?,0,0,0,?,?,?,?,'{}')", _head(kind, deck, now)
        )
        for at, note in enumerate(notes):
            number = FIRST_ID + at
            plain = re.sub(r"<[^>]*>", "", note.fields[0])
            checksum = int(hashlib.sha1(plain.encode()).hexdigest()[:8], 16)
            tags, fields = f" {' '.join(note.tags)} ", "\x1f".join(note.fields)
            row = (number, note.guid, kind.id, now, -1, tags, fields, plain, checksum, 0, "")
            base.execute(f"INSERT INTO notes VALUES ({','.join('?' * len(row))})", row)
            card = (number, number, deck[0], 0, now, -1, NEW, NEW, at, *[0] * 8, "")
            base.execute(f"INSERT INTO cards VALUES ({','.join('?' * len(card))})", card)
        base.commit()
        collection = base.serialize()
    base.close()
    return archive({"collection.anki2": collection, "media": b"{}"})


def _head(kind: Kind, deck: tuple[int, str], now: int) -> tuple[object, ...]:
    """The collection's only row: settings, note types, decks."""
    look = {"font": "Arial", "media": [], "rtl": False, "size": 20, "sticky": False}
    model = {
        "id": kind.id, "name": kind.name, "type": 0, "mod": now, "usn": -1, "sortf": 0,
        "did": deck[0], "css": kind.css, "latexPre": LATEX_PRE, "latexPost": "\\end{document}",
        "tags": [], "vers": [], "req": [[0, "any", [0]]],
        "flds": [{"name": name, "ord": at, **look} for at, name in enumerate(kind.fields)],
        "tmpls": [{"name": "Card", "ord": 0, "qfmt": kind.front, "afmt": kind.back, "did": None,
                   "bqfmt": "", "bafmt": ""}],
    }  # fmt: skip
    decks = {
        str(number): {
            "id": number, "name": name, "mod": now, "usn": -1, "desc": "", "dyn": 0, "conf": 1,
            "collapsed": False, "extendNew": 10, "extendRev": 50,
            "newToday": [0, 0], "revToday": [0, 0], "lrnToday": [0, 0], "timeToday": [0, 0],
        }
        for number, name in ((1, "Default"), deck)
    }  # fmt: skip
    limits = {
        "id": 1, "name": "Default", "mod": 0, "usn": 0, "maxTaken": 60, "autoplay": True,
        "timer": 0, "replayq": True, "dyn": False,
        "new": {"bury": True, "delays": [1, 10], "initialFactor": 2500, "ints": [1, 4, 7],
                "order": 1, "perDay": 20, "separate": True},
        "rev": {"bury": True, "ease4": 1.3, "fuzz": 0.05, "ivlFct": 1, "maxIvl": 36500,
                "minSpace": 1, "perDay": 200},
        "lapse": {"delays": [10], "leechAction": 0, "leechFails": 8, "minInt": 1, "mult": 0},
    }  # fmt: skip
    settings = {"nextPos": 1, "activeDecks": [1], "curDeck": 1, "curModel": str(kind.id)}
    texts = (settings, {str(kind.id): model}, decks, {"1": limits})
    return (now, now * 1000, now * 1000, VERSION, *(json.dumps(text) for text in texts))
