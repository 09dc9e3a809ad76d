"""Own codes to the contract's: what an export calls a thing, and what the contract calls it.

A label of the contract is as good as its code, so only what is called otherwise stands here. A pattern has to fit the whole text;
one that begins with ~ has to be somewhere in it. What nothing fits is left for the owner to say.
"""

# ruff: noqa: E501  a pattern is read better whole
from __future__ import annotations

import re
from collections.abc import Iterable

from data_schemas.codelists import code_list
from data_schemas.column import Column

_UNKNOWN = r"onb|onbekend|\?|-+|9|99|999|-9|-99|n ?v ?t|nvt|weet niet|geen opgave|unknown|missing|n/?a|niet ingevuld"
_LISTS: dict[str, tuple[tuple[str, str], ...]] = {
    "gender": (
        ("girl", r"v|f|w|vr|vrouw|vrouwelijk|female|woman|meisjes?|dochter"),
        ("boy", r"m|j|man|mannelijk|male|jongens?|zoon"),
        ("other", r"x|o|non-?binair|nb|anders|genderneutraal|divers"),
    ),
    "yes_no": (
        ("yes", r"j|y|ja|yes|true|waar|1|x|aanwezig|✓"),
        ("no", r"n|nee|no|false|onwaar|0|2|afwezig"),
    ),
    "ending": (
        (
            "stopped_by_client",
            r"~(een?zijdig.*(client|cliënt|jongere|jeugdige|ouder|gezin))|~((client|cliënt|jongere|jeugdige|ouders?|gezin|patient|patiënt).*(stopt|gestopt|wil|trekt|weiger|afgehaakt))|~(op|eigen) (verzoek|initiatief)|~drop(ped|t)?[ -]?out|~wegblijf|~verbroken|~uitval|~weggebleven|~no.?show|~client withdrew|~(stopt|gestopt|afgebroken|beëindigd) door (de )?(client|cliënt|jongere|jeugdige|ouder|gezin)",
        ),
        (
            "stopped_by_provider",
            r"~(een?zijdig.*(aanbieder|instelling|hulpverlen))|~(aanbieder|instelling|hulpverlen\w*|zorgaanbieder).*(stopt|gestopt)|~stopped by provider|~(stopt|gestopt|afgebroken|beëindigd) door (de )?(aanbieder|instelling|hulpverlen)",
        ),
        ("by_agreement", r"~(onderling|gezamenlijk|in|wederzijds) (overleg|goedvinden)|~agreement|~voortijdig in overleg"),
        (
            "external",
            r"~verhui|~overplaats|~doorverw|~doorgeplaatst|~extern|~omstandighed|~overleden|~moved|~transfer|~detentie|~18 jaar|~meerderjarig",
        ),
        ("ongoing", r"~lopend|~loopt|~nog (in|bezig)|~actief|~in behandeling|~ongoing|~active"),
        (
            "completed",
            r"~volgens plan|~afgerond|~voltooid|~afgesloten|~doelen (bereikt|behaald)|~regulier|~positief|~succes|~complet|~finished|~klaar|~planmatig",
        ),
    ),
    "setting": (
        ("closed", r"~gesloten|~jeugdzorg ?plus|~secure|~closed"),
        ("crisis", r"~crisis"),
        ("outpatient", r"~ambulan|~thuis|~poli|~outpatient|~extramura|~daghulp|~dagbehandel"),
        ("open", r"~open|~residen|~verblijf|~leefgroep|~intramura|~kamertraining|~24-?uurs"),
    ),
    "event": (
        (
            "sexual_exploitation",
            r"~seks\w* uitbuit|~loverboy|~mensenhandel.*seks|~sexual exploit|~prostitu|uitbuiting|revictimisatie",
        ),
        ("criminal_exploitation", r"~crimin\w* uitbuit|~criminal exploit|~drugskoerier|~uithaler|~geldezel"),
        (
            "other_sexual_violence",
            r"~verkracht|~aanrand|~seksueel (geweld|misbruik|grens)|~sexual (violence|abuse|assault)|~sexting",
        ),
        (
            "running_away",
            r"~weglop|~weggelop|~vermis|~onttrek|~ongeoorloofd|~r[au]n(ning)? ?away|~abscond|~missing|~absconding",
        ),
        ("new_care", r"~nieuw\w* (traject|hulp|zorg|plaatsing)|~heraanmeld|~heropname|~new (care|admission)|~terugplaats"),
        ("arrest", r"~aanhoud|~aangehouden|~arrest|~politiecontact"),
        ("other_abuse", r"~mishandel|~geweld|~bedreig|~abuse|~violence"),
    ),
    "certainty": (
        ("actual", r"~bevestig|~zeker|~feit|~vastgesteld|~confirm|ja|j|1|yes"),
        ("presumed", r"~vermoed|~waarschijn|~presum|~probab|~suspect"),
        ("signal", r"~signaal|~mogelijk|~signal|~possib|~melding"),
    ),
    "source": (
        ("self_report", r"~jongere|~zelf|~cli[eë]nt|~self|~jeugdige"),
        ("police", r"~politie|~justitie|~om\b|~police"),
        ("comensha", r"~comensha"),
        ("case_file", r"~dossier|~file|~rapportage|~epd|~ecd"),
        ("professional", r"~hulpverl|~behandelaar|~mentor|~begeleid|~medewerk|~voogd|~jeugdbesch|~professional|~staff|~school"),
    ),
    "informant": (
        ("self", r"~jongere|~zelf|~cli[eë]nt|~kind|~jeugdige|~self|~child|~youth|~pati[eë]nt|~respondent"),
        ("parent", r"~ouder|~moeder|~vader|~verzorger|~parent|~mother|~father|~carer"),
        ("professional", r"~hulpverl|~mentor|~begeleid|~leerkracht|~professional|~teacher|~behandelaar|~therap"),
        ("clinician", r"~beoordel|~clinic|~onderzoeker|~interviewer|~assessor"),
    ),
    "victim_status": (
        ("presumed", r"~vermoed|~presum"),
        ("potential", r"~potenti|~risico|~mogelijk"),
        ("actual", r"~feitelijk|~bevestigd|~actual|~confirmed|ja|j|1"),
        ("not_applicable", r"nee|n|0|~niet van"),
    ),
    "exploitation_type": (
        ("sexual_and_criminal", r"~seks.*crim|~crim.*seks|~sex.*crim|beide|both"),
        ("sexual", r"~seks|~sex|~loverboy|~prostitu"),
        ("criminal", r"~crim"),
        ("none", r"geen|nee|none|0"),
        ("other", r"~arbeid|~overig|~labou?r|~anders"),
    ),
    "housing": (
        ("with_family", r"~thuis|~ouder|~famil|~moeder|~vader|~home"),
        ("foster_care", r"~pleeg|~gezinshuis|~foster"),
        ("supported", r"~begeleid|~kamertraining|~supported|~fasehuis"),
        ("shelter", r"~opvang|~shelter"),
        ("detention", r"~detent|~jji|~prison"),
        ("residential", r"~residen|~groep|~instelling|~verblijf|~gesloten"),
        ("no_fixed_address", r"~dakloos|~zwerv|~zonder vaste|~homeless"),
        ("independent", r"~zelfstandig|~eigen (woning|kamer)|~independent"),
    ),
    "daytime": (
        ("school_and_work", r"~school.*werk|~werk.*school|~bbl"),
        ("school", r"~school|~opleid|~onderwijs|~studie|~mbo|~vmbo|~havo|~training"),
        ("day_programme", r"~dagbest|~vrijwill|~day ?prog"),
        ("work", r"~werk|~baan|~work|~job"),
        ("none", r"geen|niets|none|thuis"),
    ),
    "follow_up_end": (
        ("lost", r"~uit (beeld|zicht)|~onvindbaar|~lost|~geen contact"),
        ("withdrawn", r"~ingetrokken|~withdr|~toestemming"),
        ("died", r"~overle|~died|~dead"),
        ("moved_abroad", r"~buitenland|~abroad"),
        ("came_of_age", r"~meerderjarig|~18|~of age"),
        ("end_of_study", r"~einde|~afgerond|~end|~complet"),
    ),
    "moment": (
        (
            "baseline",
            r"vm|~voor ?meting|~baseline|~^begin|~^start|~intake|~pre\b|~^voor$|^t ?0$|~nulmeting|~aanvang|~bij (start|begin|opname)",
        ),
        ("follow_up_12m", r"~(12|twaalf) ?(m|mnd|maand)|~1 ?jaar|~follow.?up.*12|fu ?12"),
        ("follow_up_6m", r"~(6|zes) ?(m|mnd|maand)|~half ?jaar|~follow.?up.*6|fu ?6|~^follow.?up$|^fu$|~^nazorg"),
        ("follow_up_3m", r"~(3|drie) ?(m|mnd|maand)|~follow.?up.*3|fu ?3"),
        ("follow_up_1m", r"~(1|een|één) ?(m|mnd|maand)|~follow.?up.*1\b|fu ?1$"),
        ("interim", r"tm|~tussen|~interim|~midden|~mid\b|~halverwege|~tijdens"),
        ("end", r"nm|~na ?meting|~eind|~^end|~post\b|~^na$|~afsluit|~ontslag|~discharge|~afronding"),
        ("repeated", r"~herhaal|~repeat|~wekelijks|~sessie"),
    ),
}
# What bare numbers usually mean (ISO/IEC 5218 for gender): said to the owner, and never taken for granted.
_NUMBERED = {"gender": {"1": "boy", "2": "girl", "9": "unknown"}, "yes_no": {"1": "yes", "2": "no", "9": "unknown"}}
_SURE = {"yes_no": {"0", "1"}}
_YEARS = re.compile(
    r"(\d{1,2})(?:;\d{1,2})?(?: ?(?:-|–|/|of|en|or|to|tot|tm|t/m|tot en met) ?(\d{1,2}))?(?: ?(?:jr|jaar|years?|y))?"
)
_BARE = re.compile(r"-?\d+([.,]0)?")


def proposed(column: Column, texts: Iterable[str]) -> dict[str, str]:
    """The contract's code for each own text, empty where nobody but the owner knows: a bare 1 or 2 can be a girl or a boy.

    >>> from data_schemas.tables import tables
    >>> gender = tables()["treatments"].column("gender")
    >>> proposed(gender, ["V", "M", "onb.", "Q"]), proposed(gender, ["1", "2"])
    ({'V': 'girl', 'M': 'boy', 'onb.': 'unknown', 'Q': ''}, {'1': '', '2': ''})
    """
    name = column.codes_from or ""
    texts = list(texts)
    bare = {text.strip() for text in texts if _BARE.fullmatch(text.strip())}
    sure = name == "age_group" or not bare or bare <= _SURE.get(name, set())
    return {text: code_for(name, text) if sure or text.strip() not in bare else "" for text in texts}


def hinted(column: Column, text: str) -> str:
    """What a bare number usually means; empty where that is not known.

    >>> from data_schemas.tables import tables
    >>> hinted(tables()["treatments"].column("gender"), "2")
    'girl'
    """
    return _NUMBERED.get(column.codes_from or "", {}).get(re.sub(r"[.,]0$", "", text.strip()), "")


def code_for(name: str, text: str) -> str:
    """The code of a list for one text; empty where none fits."""
    known = code_list(name)
    folded = " ".join(text.strip().casefold().split())
    if folded in known.code_of():
        return known.code_of()[folded]
    plain = folded.strip(" .")
    if name == "age_group" and (years := _YEARS.fullmatch(plain)):
        first, last = (_group_of(int(age)) for age in (years[1], years[2] or years[1]))
        return first if first == last else ""
    for code, patterns in _LISTS.get(name, ()):
        if any(_fits(pattern, plain) for pattern in _alternatives(patterns)):
            return code
    return "unknown" if "unknown" in known and re.fullmatch(_UNKNOWN, plain) else ""


def _group_of(years: int) -> str:
    """The age group of so many years.

    >>> _group_of(16), _group_of(30)
    ('16_17', '24_or_older')
    """
    if years < 12:
        return "under_12"
    groups = [code.split("_") for code in code_list("age_group").values if code[0].isdigit()]
    return next(("_".join(one) for one in groups if one[1].isdigit() and int(one[0]) <= years <= int(one[1])), "24_or_older")


def _alternatives(patterns: str) -> list[str]:
    """A list of patterns cut where one ends: at a bar outside brackets."""
    parts, depth = [""], 0
    for sign in patterns:
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def _fits(pattern: str, text: str) -> bool:
    if pattern.startswith("~"):
        return re.search(pattern[1:], text) is not None
    return re.fullmatch(pattern, text) is not None
