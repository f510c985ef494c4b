"""When do two texts say the same? Trigrams of their letters, and fingerprints that find candidates by an index.

A text is folded (case, accents, punctuation, stop words) and cut into its trigrams. Two texts are near-identical
when they share at least `NEAR` of the larger one's trigrams: a short text inside a long one is a quotation, not a
copy. Its fingerprint is a minhash signature (Broder 1997) of `BANDS` × `ROWS` values: texts that share a band are
candidates. With 8 × 3 a pair whose trigrams have a Jaccard index of 0.9 is found with probability 0.9999, one of
0.67 (the least that `NEAR` can mean) with 0.94, one of 0.3 with 0.2.
"""

from __future__ import annotations

import hashlib
from random import Random

from consult.proposals.rules import folded_words

NEAR = 0.8
BANDS, ROWS = 8, 3
# Below this many distinct trigrams ("Très bonne idée") people say the same without copying.
FEWEST = 40
_PRIME = (1 << 61) - 1
_RANDOM = Random(20260310)  # noqa: S311 - any fixed numbers do; they must stay the same for ever
_TURNS = tuple((_RANDOM.randrange(1, _PRIME), _RANDOM.randrange(_PRIME)) for _ in range(BANDS * ROWS))
# French and English words that say nothing of what a text is about.
_COMMON = """
a au aux avec ce ces cette dans de des du elle en est et eux il ils je la le les leur lui ma mais me
meme mes moi mon ne nos notre nous on ou par pas pour qu que qui sa se ses son sont sur ta te tes
toi ton tu un une vos votre vous c d j l m n s t y ete etre ai as avons avez ont plus tout tous the
an and are at be but by for from has have in is it its of or that this to was were will with you
your i we they not
"""
STOP_WORDS = frozenset(_COMMON.split())


def trigrams(text: str) -> frozenset[str]:
    """The distinct trigrams of a text, folded and without stop words."""
    kept = " ".join(word for word in folded_words(text) if word not in STOP_WORDS)
    return frozenset(kept[place : place + 3] for place in range(len(kept) - 2))


def says_enough(grams: frozenset[str]) -> bool:
    """True for a text long enough to be compared."""
    return len(grams) >= FEWEST


def likeness(first: frozenset[str], second: frozenset[str]) -> float:
    """The part of the larger text's trigrams that both have, from 0 to 1."""
    larger = max(len(first), len(second))
    return len(first & second) / larger if larger else 0.0


def fingerprint(grams: frozenset[str]) -> tuple[int, ...]:
    """`BANDS` signed 64-bit numbers; near-identical texts very likely have one in common, at the same place."""
    hashes = [_number(gram.encode()) % _PRIME for gram in grams]
    signature = [min((turn * value + shift) % _PRIME for value in hashes) for turn, shift in _TURNS]
    return tuple(
        _number(repr((place, signature[place * ROWS : (place + 1) * ROWS])).encode(), signed=True)
        for place in range(BANDS)
    )


def _number(content: bytes, *, signed: bool = False) -> int:
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "big", signed=signed)
