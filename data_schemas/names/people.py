"""Texts in which somebody is named: by a name from a list, by the company that a word keeps, or by a capital where none is due.

A list of names alone finds those on the list. In Dutch a capital within a sentence belongs to a name; if the word is in no
dictionary and no place or institution is called so, it is most likely a person's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_schemas.names.tokens import Tokens, tokens_of

# Between two words of one name: Fatima | el | Amrani; Piet | van | den | Berg.
_MOST_PARTICLES = 3
# Words in a text that may be nothing but a name in small letters.
_MOST_SMALL = 5


@dataclass(frozen=True, slots=True, eq=False)
class Naming:
    """Per text, whether somebody may be named in it; whether it leaves little doubt; whether it does so without a strange word alone."""

    maybe: np.ndarray
    sure: np.ndarray
    without_strangers: np.ndarray


def naming(texts: pa.Array) -> Naming:
    """Read texts for people.

    >>> texts = ["Sanne de Vries", "gesprek met Selamawit", "zusje kheira", "J. Bakker", "Verhuisd naar Zwolle", "A. Ambulant"]
    >>> found = naming(pa.array(texts))
    >>> found.maybe.tolist(), found.sure.tolist()
    ([True, True, True, True, False, False], [True, False, False, True, False, False])
    """
    words = tokens_of(texts)
    words = replace(words, thing=words.thing | _called_after(words))
    if len(words) == 0:
        return Naming(*(np.zeros(len(texts), bool) for _ in range(3)))
    written = (words.capitalised | words.capitals) & ~words.thing
    strange = words.capitalised & words.strange & words.long & ~words.thing
    named = written & words.given
    could = (named | strange | (words.capitalised & words.family)) & ~words.thing
    family = _after(could, _onward(words))
    formal = _formal(words, written, could)
    either = words.capitalised & words.family & ~words.thing
    sure = (named & _after(written & ~words.relation, _onward(words))) | (either & _after(either, _onward(words))) | formal
    told = named | (could & family & ~strange) | sure | _after_relation(words, written) | _given_that_are_words(words)
    told |= (words.small & words.given) | (
        (named | strange | (words.capitalised & words.doubtful)) & _over_particles(words, written)
    )
    shaped = (strange & (~words.begins | ~words.slip)) | (could & family) | _in_capitals(words) | words.woven
    shaped |= words.several_initials & _alone(words)
    shaped |= (words.small_form & ~words.begins & ~words.thing) | _related(words)
    listed = _any(words, told) | _family_alone(words)
    return Naming(listed | _any(words, shaped) | _small_names(words), _any(words, sure), listed)


def full_names(texts: pa.Array) -> np.ndarray:
    """Short names (small letters, hyphens) that are a given name with a family name.

    >>> full_names(pa.array(["sanne-de-vries", "Sanne de Vries", "emma", "veilig-verder"])).tolist()
    [True, True, False, False]
    """
    words = tokens_of(pc.replace_substring_regex(texts, "[-_]", " "))
    several = _per_text(words, words.word) > 1
    return several & (_small_names(words, initials=False) | (naming(texts).sure if len(texts) else several))


def strangers(texts: pa.Array) -> np.ndarray:
    """Texts with any word that is a name or in no dictionary, however it is written.

    >>> strangers(pa.array(["openpyxl", "Microsoft Office User", "sdevries", "Zorg Noord", "S. Jansen"])).tolist()
    [False, False, True, False, True]
    """
    words = tokens_of(pc.replace_substring_regex(texts, "[0-9._-]+", " "))
    return _any(words, ~words.thing & (words.given | words.strange)) | naming(texts).maybe


def _called_after(words: Tokens) -> np.ndarray:
    """Capitalised words before a school, a hospital or a church, up to three: Titus Brandsma Lyceum."""
    found = np.zeros(len(words), bool)
    next_to = words.institution & words.capitalised
    for _ in range(_MOST_PARTICLES):
        next_to = (words.capitalised | words.particle) & _after(next_to, _next(words, np.arange(len(words))))
        found |= next_to & words.capitalised
    return found


def _related(words: Tokens) -> np.ndarray:
    """Somebody's friend or mentor, particles, and then a capital of whatever word: psycholoog: van de Laar; contactpersoon Schippers."""
    past, then = _past(words), _next(words, np.arange(len(words)))
    capital = words.capitalised & ~words.thing & ~words.relation
    over = (past - np.arange(len(words)) > 1) & _after(words.particle, np.maximum(past - 1, 0)) & _after(capital, past)
    return words.relation & (
        over | _after(capital & (words.family | words.doubtful), past) | _after(capital & words.small_form, then)
    )


def _any(words: Tokens, hits: np.ndarray) -> np.ndarray:
    return np.bincount(words.text[hits], minlength=words.count) > 0


def _next(words: Tokens, at: np.ndarray) -> np.ndarray:
    """The place after each, -1 where the text ends."""
    then = at + 1
    inside = (at >= 0) & (then < len(words))
    inside &= words.text[np.where(inside, then, 0)] == words.text[np.maximum(at, 0)]
    return np.where(inside, then, -1)


def _onward(words: Tokens) -> np.ndarray:
    """Per word the next one that is no particle, -1 where there is none."""
    then = _next(words, np.arange(len(words)))
    for _ in range(_MOST_PARTICLES):
        skip = (then >= 0) & words.particle[then]
        then = np.where(skip, _next(words, then), then)
    return then


def _after(mask: np.ndarray, then: np.ndarray) -> np.ndarray:
    """Per word whether the one at `then` is in the mask."""
    return (then >= 0) & mask[then]


def _over_particles(words: Tokens, written: np.ndarray) -> np.ndarray:
    """Per word whether particles follow and then a capital, of whatever word: van der Plas, de Jonge, van Soest."""
    onward = _onward(words)
    capital = words.capitalised | words.capitals
    return (onward - np.arange(len(words)) > 1) & _after(capital, onward)


def _given_that_are_words(words: Tokens) -> np.ndarray:
    """Capitalised given names that are words too: within a sentence, alone, or where somebody does something."""
    then = _next(words, np.arange(len(words)))
    return (
        words.capitalised
        & words.doubtful
        & ~words.relation
        & ~words.hyphened
        & (~words.begins | _alone(words) | _after(words.does, then))
    )


def _formal(words: Tokens, written: np.ndarray, could: np.ndarray) -> np.ndarray:
    """Initials with a family name, before or behind; a title with a capitalised word."""
    here = np.arange(len(words))
    onward, then = _onward(words), _next(words, here)
    capital = words.capitalised | words.capitals
    listed = words.begins & words.enumerates
    initialled = words.initials & (
        _after(could, onward)
        | ((onward - here > 1) & _after(capital | words.initials, onward))
        | (~listed & _after(words.capitalised, then) & words.pointed)
    )
    comma = (then >= 0) & words.comma[then]
    behind = could & _after(words.initials & ~words.begins, np.where(comma, _next(words, then), then))
    titled = words.title & _after(capital | (words.initials & ~words.begins), _past(words))
    return initialled | behind | titled


def _past(words: Tokens) -> np.ndarray:
    """Per word the next one, over points, brackets and particles."""
    then = _next(words, np.arange(len(words)))
    for _ in range(_MOST_PARTICLES):
        skip = (then >= 0) & (words.between[then] | words.particle[then])
        then = np.where(skip, _next(words, then), then)
    return then


def _after_relation(words: Tokens, written: np.ndarray) -> np.ndarray:
    """Somebody's mother, friend or mentor, and then a word that is a name or in no dictionary, or initials."""
    name = (
        (written & (words.strange | words.given | words.family))
        | (words.small & (words.given | (words.strange & ~words.slip & words.long)))
        | words.woven
        | words.several_initials
    )
    return words.relation & _after(name & ~words.relation, _past(words))


def _in_capitals(words: Tokens) -> np.ndarray:
    """Strange words in capitals: two beside one another, or one that is the whole text; abbreviations are shorter or have no vowel."""
    strange = words.capitals & words.strange & ~words.slip & ~words.thing & words.vowel
    either = strange | (words.capitals & (words.given | words.family))
    after = _onward(words)
    both = either & _after(either, after) & ((either & words.lengthy) | _after(either & words.lengthy, after))
    over = (strange | (words.capitals & words.doubtful)) & _over_particles(words, words.capitals)
    return both | over | (strange & words.lengthy & _alone(words) & words.vowel)


def _per_text(words: Tokens, mask: np.ndarray) -> np.ndarray:
    return np.bincount(words.text, mask, minlength=words.count).astype(np.int64)


def _alone(words: Tokens) -> np.ndarray:
    """Per word whether it is the only one of its text."""
    return (_per_text(words, words.word) == 1)[words.text]


def _small_names(words: Tokens, initials: bool = True) -> np.ndarray:
    """Texts of a few words in small letters that are nothing but a name."""
    count = _per_text(words, words.word)
    namelike = words.small & (words.given | words.family | (words.strange & ~words.slip & words.long))
    all_of_it = _per_text(words, namelike | (words.particle & words.word)) == count
    given = _per_text(words, words.small & words.given) > 0
    several = _per_text(words, words.small & words.strange & ~words.slip & words.long) >= 2
    mixed = (_per_text(words, words.small & words.family & ~words.particle) > 1) & (_per_text(words, words.particle) > 0)
    found = (count > 0) & (count <= _MOST_SMALL) & all_of_it & (given | several | mixed)
    return found | _small_with_initials(words) if initials else found


def _small_with_initials(words: Tokens) -> np.ndarray:
    """Texts that are initials in small letters, particles and a family name: j.p. de haan, m kroeze."""
    count = _per_text(words, words.word)
    first = words.begins & words.small_initials
    namelike = words.small & ~words.thing & (words.family | words.given | (words.strange & ~words.slip & words.long))
    rest = _per_text(words, namelike & ~first & ~words.particle)
    of = _per_text(words, (words.particle & ~first) | (namelike & ~first) | first)
    return (_per_text(words, first) == 1) & (of == count) & (rest >= 1) & (count <= _MOST_SMALL)


def _family_alone(words: Tokens) -> np.ndarray:
    """Texts that are particles with capitals and a family name: Van den Berg."""
    count = _per_text(words, words.word)
    capital = words.capitalised & words.family
    return (
        (count >= 2)
        & (_per_text(words, capital) == 1)
        & (_per_text(words, words.particle & words.word & ~capital) == count - 1)
    )
