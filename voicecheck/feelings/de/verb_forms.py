"""Forms of a German verb behind "du" and "ihr", made of the one behind "ich" or "wir"."""

from __future__ import annotations

from voicecheck.feelings.tokens import listed

_DU = {
    "bin": "bist", "war": "warst", "wäre": "wärst", "sei": "seist", "habe": "hast", "hab": "hast", "hatte": "hattest",
    "hätte": "hättest", "werde": "wirst", "werd": "wirst", "wurde": "wurdest", "würde": "würdest", "kann": "kannst",
    "muss": "musst", "will": "willst", "soll": "sollst", "darf": "darfst", "mag": "magst", "weiß": "weißt",
    "möchte": "möchtest", "tue": "tust", "tu": "tust", "tat": "tatst", "meine": "meinst",
}  # fmt: skip
"""whole forms that no rule makes"""
_VOWELS = {
    "esse": "isst", "fresse": "frisst", "vergesse": "vergisst", "messe": "misst", "gebe": "gibst", "nehme": "nimmst",
    "spreche": "sprichst", "breche": "brichst", "treffe": "triffst", "helfe": "hilfst", "werfe": "wirfst",
    "sterbe": "stirbst",
    "trete": "trittst", "sehe": "siehst", "lese": "liest", "stehle": "stiehlst", "empfehle": "empfiehlst",
    "befehle": "befiehlst",
    "fahre": "fährst", "falle": "fällst", "halte": "hältst", "lasse": "lässt", "schlafe": "schläfst", "trage": "trägst",
    "schlage": "schlägst", "fange": "fängst", "lade": "lädst", "rate": "rätst", "brate": "brätst", "wachse": "wächst",
    "wasche": "wäschst", "grabe": "gräbst", "laufe": "läufst", "saufe": "säufst", "stoße": "stößt",
    "erschrecke": "erschrickst",
    "blase": "bläst", "gelte": "giltst", "verderbe": "verdirbst",
}  # fmt: skip
"""verbs whose vowel changes; also behind a prefix, and without their "e" """
_BARE = {form[:-1]: du for form, du in _VOWELS.items() if form not in ("rate", "gelte")}
_PREFIXES = listed(
    """ver er be ent zer ge miss emp an auf aus ab ein mit vor zu nach her hin heim weg los fest zurück weiter zusammen
    durch über unter um wieder hinter herum rum raus rein runter rauf vorbei dabei daneben zurecht fern statt
    teil nieder"""
)
SEPARABLE = tuple(
    sorted(
        listed(
            """an auf aus ab ein mit vor zu nach her hin heim weg los fest zurück weiter zusammen herum rum raus rein
            runter rauf vorbei dabei zurecht nieder fertig durch um klein"""
        ), key=len, reverse=True,
    )
)  # fmt: skip
_HISSING = ("s", "ß", "z", "x")
_IHR = {
    "sind": "seid", "waren": "wart", "haben": "habt", "hatten": "hattet", "hätten": "hättet", "wären": "wärt",
    "tun": "tut",
    "werden": "werdet", "wurden": "wurdet", "würden": "würdet", "wissen": "wisst", "wollen": "wollt", "können": "könnt",
    "müssen": "müsst", "dürfen": "dürft", "mögen": "mögt", "sollen": "sollt", "möchten": "möchtet",
}  # fmt: skip
_BEFORE_N = ("l", "r", "h", "m", "n", "e", "i", "a", "o", "u", "ä", "ö", "ü")


def behind_du(form: str) -> str | None:
    """The form behind "du" for one behind "ich": "vermisse" is "vermisst"; None for what is no such form."""
    known = _DU.get(form) or _changed(form)
    if known is not None:
        return known
    for prefix in SEPARABLE:
        rest = form.removeprefix(prefix)
        if rest != form and (rest in _DU and rest not in ("sei", "meine", "weiß", "mag")):
            return prefix + _DU[rest]
    if not form.isalpha() or len(form) < 3 or form.endswith(("en", "st")):
        return None
    return _by_rule(form)


def _changed(form: str) -> str | None:
    for table in (_VOWELS, _BARE):
        if form in table:
            return table[form]
        for start in range(2, len(form) - 2):
            if form[start:] in table and form[:start] in _PREFIXES:
                return form[:start] + table[form[start:]]
    return None


def _by_rule(form: str) -> str:
    if form.endswith(_WEAK_PAST) and not form.endswith(_PRESENT_IN_TE):
        return f"{form}st"  # "machte", "wusste"
    stem = form.removesuffix("e")
    if form.endswith("le") and len(form) > 4 and (form[-3] not in "aeiouäöülrh" or form[-4:-2] == "ch"):
        return f"{form[:-2]}elst"  # "lächle"
    if stem.endswith(_HISSING):
        return f"{stem}t"
    if stem.endswith(("d", "t")):
        return f"{stem}est"
    if stem.endswith(("m", "n")) and stem[-2] not in _BEFORE_N:
        return f"{stem}est"  # "atme", "rechne"
    return f"{stem}st"


_WEAK_PAST = tuple(
    f"{letters}te" for letters in ("t", "f", "k", "s", "g", "ch", "l", "r", "n", "e", "b", "p", "h", "m")
)
_PRESENT_IN_TE = (
    "arbeite", "warte", "achte", "richte", "fürchte", "leiste", "koste", "hafte", "schalte", "falte", "verachte",
    "streite", "reite", "leite", "breite", "deute", "biete", "bitte", "miete", "bete", "trete", "knete", "töte",
    "beichte",
    "fechte", "flechte", "dichte", "sichte", "gestalte", "verwalte", "spalte", "taste", "raste", "faste", "haste",
    "teste",
    "tröste", "huste", "puste", "roste", "pflichte", "berichte", "verzichte", "vernichte", "vermute", "blute",
    "hüte", "rette",
    "wette", "glätte", "bereite", "begleite", "antworte", "worte", "starte", "spotte", "belaste", "entlaste",
    "betrachte", "schlichte",
    "mute", "beachte", "verspäte", "rate", "brate",
)  # fmt: skip
"""present forms that look like the past of a weak verb"""


def behind_ihr(form: str) -> str | None:
    """The form behind "ihr" for one behind "wir": "vermissen" is "vermisst"; None for what is no such form."""
    if form in _IHR:
        return _IHR[form]
    for prefix in SEPARABLE:
        if form.removeprefix(prefix) in _IHR and form.startswith(prefix):
            return prefix + _IHR[form.removeprefix(prefix)]
    if form.endswith("ten") and not form.endswith(tuple(f"{one}n" for one in _PRESENT_IN_TE)) and len(form) > 5:
        return f"{form[:-1]}t"
    if form.endswith(("eln", "ern")):
        return f"{form[:-1]}t"
    if not form.endswith("en") or len(form) < 4:
        return None
    stem = form[:-2]
    return (
        f"{stem}et"
        if stem.endswith(("d", "t")) or (stem.endswith(("m", "n")) and stem[-2] not in _BEFORE_N)
        else f"{stem}t"
    )
