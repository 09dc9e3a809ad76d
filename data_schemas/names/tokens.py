"""Texts word by word: each distinct word is looked at once, however many texts it stands in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data_schemas.names import (
    ABBREVIATIONS,
    BETWEEN,
    DOES,
    ENDS,
    PARTICLES,
    RELATIONS,
    TITLES,
    given_names,
    given_names_that_are_words,
    names_that_are_words,
    things,
)
from data_schemas.names.words_known import known, slips

# Things of several words that would look like somebody.
_PHRASES = (
    r"(?i)william schrikker|leger des heils|'s[ -]heeren[ -]loo|de hoenderloo|sint jozef|sint maarten|maria goretti|ipse de bruggen"
    r"|jan arends|julie postel|emma ?kinderziekenhuis|sophia ?kinderziekenhuis|wilhelmina ?kinderziekenhuis|prinses máxima|rosa manus"
    r"|erasmus mc|juliana ?kinderziekenhuis|radboud ?umc|albert heijn|zilveren kruis|goede vrijdag"
    r"|anne frank|sint antonius|heilig hart|dirk van den broek|douwe egberts"
    r"|max havelaar"
    r"|gilles de la tourette|philips van horne|willem de zwijger|johan de witt|erasmiaans|jeroen bosch|maxima medisch"
)
_APART = (
    (_PHRASES, "stichting"),
    (r"[_]", " "),
    (r"[\n\r]+", " ¶ "),
    (r"([,;:!?()\[\]{}/\"“”„«»<>|=&+•*#])", r" \1 "),
    (r"(\p{L})['’´`]s(\s|$)", r"\1\2"),
    (r"(\p{Ll}{2}|[0-9])\.(\s|$)", r"\1 . \2"),
    (r"(\p{Ll}{2,})\.(\p{L})", r"\1 \2"),
    (r"(^|\s)['’‘]+(\p{Lu})", r"\1 \2"),
    (r"(\p{L}{2})['’‘]+(\s|$)", r"\1 \2"),
)
_CAPITALISED = r"^\p{Lu}[\p{L}'’-]*\p{Ll}[\p{L}'’-]*$"
_IN_CAPITALS = r"^\p{Lu}{3,}(?:[-'’]\p{Lu}+)*$"
_INITIALS = r"^(?:(?:\p{Lu}\p{Ll}?\.-?)+|\p{Lu})$"
_SEVERAL_INITIALS = r"^(?:\p{Lu}\.){2,}$"
_WOVEN = r"^\p{Lu}(?:v|d|vd|vdb|van|de|el)\p{Lu}$|^\p{Lu}\.(?:\p{Ll}{1,2}\.)+\p{Lu}\.?$"
_SMALL_INITIALS = r"^(?:\p{Ll}\.?){1,3}$"
# Buildings and streets that are called after somebody: Julianaschool, Wilhelminastraat.
_BUILDING = r"(?i)^\p{L}{4,}(?:straat|school|ziekenhuis|kliniek|college|lyceum|gracht|plein)$"
_INSTITUTION = (
    r"(?i)^(?:basis|praktijk|hoge|vak)?(?:school|college|lyceum|mavo|havo|ziekenhuis|kliniek|instituut|museum|universiteit|academie"
    r"|kerk|moskee|gymnasium|scholengemeenschap|gasthuis|centrum)$"
)
_SMALL_FORM = r"^\p{Lu}\p{Ll}{3,}(?:tje|ke)$"
_SMALL = r"^\p{Ll}[\p{L}'’-]+$"
_WORD = r"\p{L}"


@dataclass(frozen=True, slots=True, eq=False)
class Tokens:
    """The words of many texts, one after the other, with what each of them is (boolean, one per word).

    Parameters
    ----------
    text
        Per word the position of its text.
    begins
        The word begins a text or a sentence, where a capital says nothing.
    capitalised, capitals, small, initials
        How it is written: `Sanne`, `SANNE`, `sanne`, `S.`.
    pointed
        Ends with a point.
    given, family, doubtful
        A given name that is no everyday word; a name that is one too; a given name among those.
    does, enumerates
        What comes after a name that begins a text; A to F with a point.
    small_initials, institution, small_form
        `j.p.`; a school, hospital or church, which may be called after somebody; a diminutive with a capital.
    comma, hyphened
        A comma; a word that ends in a hyphen (voor- en nameting).
    strange
        In no dictionary and no thing's name.
    slip
        Strange, but one letter away from a word.
    long, lengthy
        Of three letters or more; of five or more.
    """

    count: int
    text: np.ndarray
    begins: np.ndarray
    capitalised: np.ndarray
    capitals: np.ndarray
    small: np.ndarray
    initials: np.ndarray
    several_initials: np.ndarray
    woven: np.ndarray
    pointed: np.ndarray
    particle: np.ndarray
    relation: np.ndarray
    title: np.ndarray
    between: np.ndarray
    word: np.ndarray
    given: np.ndarray
    family: np.ndarray
    doubtful: np.ndarray
    does: np.ndarray
    enumerates: np.ndarray
    small_initials: np.ndarray
    institution: np.ndarray
    small_form: np.ndarray
    comma: np.ndarray
    hyphened: np.ndarray
    vowel: np.ndarray
    thing: np.ndarray
    strange: np.ndarray
    slip: np.ndarray
    long: np.ndarray
    lengthy: np.ndarray

    def __len__(self) -> int:
        return len(self.text)


def tokens_of(texts: pa.Array) -> Tokens:
    """Take texts apart.

    >>> found = tokens_of(pa.array(["Zusje van Selamawit belde."]))
    >>> found.strange.tolist(), found.relation.tolist()
    ([False, False, True, False, False], [True, False, False, False, False])
    """
    apart = texts
    for pattern, replacement in _APART:
        apart = pc.replace_substring_regex(apart, pattern, replacement)
    lists = pc.utf8_split_whitespace(pc.utf8_trim_whitespace(apart))
    encoded = lists.flatten().dictionary_encode()
    counts = pc.list_value_length(lists).to_numpy(zero_copy_only=False)
    distinct, code = encoded.dictionary, encoded.indices.to_numpy(zero_copy_only=False)
    filled = pc.not_equal(distinct, "").to_numpy(zero_copy_only=False).astype(bool)
    text = np.repeat(np.arange(len(texts)), counts)[filled[code]]
    code = code[filled[code]]
    bare = pc.utf8_rtrim(distinct, characters=".'’-–")
    folded = pc.utf8_lower(bare)

    def each(mask: pa.Array | np.ndarray) -> np.ndarray:
        values = mask if isinstance(mask, np.ndarray) else mask.to_numpy(zero_copy_only=False)
        return values.astype(bool)[code]

    def like(pattern: str) -> np.ndarray:
        return pc.match_substring_regex(distinct, pattern).to_numpy(zero_copy_only=False).astype(bool)

    small_letters, as_written = folded.to_pylist(), distinct.to_pylist()

    def among(values: frozenset[str], of: list[str] = small_letters) -> np.ndarray:
        return np.array([word in values for word in of], bool)

    whole = pc.match_substring_regex(bare, _CAPITALISED).to_numpy(zero_copy_only=False).astype(bool)
    capitals = pc.match_substring_regex(bare, _IN_CAPITALS).to_numpy(zero_copy_only=False).astype(bool)
    small = pc.match_substring_regex(bare, _SMALL).to_numpy(zero_copy_only=False).astype(bool)
    particle = among(PARTICLES) & like(_WORD)
    given, family, thing = among(given_names()), among(names_that_are_words()), among(things())
    given |= (whole | capitals) & np.array(
        ["-" in word and any(part in given_names() for part in word.split("-")) for word in small_letters], bool
    )
    thing |= like(_BUILDING)
    hyphened = np.array(["-" in word and _joined(word) for word in small_letters], bool)
    family |= hyphened
    strange, slip = _strange(small_letters, (whole | capitals | small) & ~given & ~thing & ~particle)
    first = np.ones(len(code), bool)
    first[1:] = text[1:] != text[:-1]
    ends = each(among(ENDS, as_written))
    first[1:] |= ends[:-1]
    return Tokens(
        count=len(texts),
        text=text,
        begins=first,
        capitalised=each(whole),
        capitals=each(capitals),
        small=each(small),
        initials=each(like(_INITIALS)),
        several_initials=each(like(_SEVERAL_INITIALS) & ~among(ABBREVIATIONS, [word.lower() for word in as_written])),
        woven=each(like(_WOVEN)),
        pointed=each(like(r"\.$")),
        particle=each(particle),
        relation=each(among(RELATIONS)),
        title=each(among(TITLES)),
        between=each(among(BETWEEN, [word.lower() for word in as_written])),
        word=each(like(_WORD)),
        given=each(given),
        family=each(family),
        doubtful=each(among(given_names_that_are_words())),
        does=each(among(DOES)),
        enumerates=each(like(r"^[A-F]\.?$")),
        small_initials=each(like(_SMALL_INITIALS)),
        institution=each(like(_INSTITUTION)),
        small_form=each(like(_SMALL_FORM)),
        comma=each(like("^,$")),
        hyphened=each(like("-$")),
        vowel=each(like(r"(?i)[aeiouyàáâäèéêëìíîïòóôöùúûüıœ]")),
        thing=each(thing),
        strange=each(strange),
        slip=each(slip),
        long=each(pc.greater_equal(pc.utf8_length(bare), 3)),
        lengthy=each(pc.greater_equal(pc.utf8_length(bare), 5)),
    )


def _joined(word: str) -> bool:
    """Whether every part of a word with hyphens is a name or belongs to one: Dekker-Brouwer, Vermeulen-de Groot."""
    names = names_that_are_words() | given_names() | PARTICLES
    parts = word.split("-")
    return all(part in names or not known([part])[0] for part in parts) and any(part not in PARTICLES for part in parts)


def _strange(folded: list[str], asked: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which distinct words no dictionary knows, of those asked about; and which of them look like a slip."""
    strange, slip = np.zeros(len(folded), bool), np.zeros(len(folded), bool)
    places = np.flatnonzero(asked)
    if len(places) == 0:
        return strange, slip
    strange[places] = ~known([folded[at] for at in places])
    places = np.flatnonzero(strange)
    slip[places] = slips([folded[at] for at in places])
    return strange, slip
