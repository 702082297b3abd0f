"""Clauses that are never said back: contempt of oneself, words of harm, what would sound cruel or untrue."""

from __future__ import annotations

import re

from voicecheck.feelings.tokens import listed

_CONTEMPT = listed(
    """wertlos wertloser nutzlos überflüssig dumm blöd deppert bescheuert bekloppt hässlich fett erbärmlich unfähig
    unnütz versager
    versagerin idiot idiotin trottel depp loser niete nichtsnutz last abschaum dreck müll peinlichkeit feigling schlampe
    widerling ekelhaft widerlich unwürdig verachte schwächling lächerlich jämmerlich zumutung schande monster"""
)
_HARM = listed(
    """umbringen umbringe umbringt umgebracht sterben stirb sterbe tot töten töte getötet selbstmord suizid ritze
    ritzen geritzt tabletten pillen
    messer klinge strick seil brücke gleise dach waffe pistole überdosis abschiedsbrief verletzen schlägt schlug
    geschlagen
    prügelt vergewaltigt missbraucht würgt gewürgt bedroht droht blut erhängen erschießen springen vergiften leben
    weiterleben
    aufwachen grab sarg abschied polizei gewalt begrapscht angefasst verfolgt eingesperrt abhauen verschwinden"""
)
_TURNED = re.compile(
    r"\b(?:hasst|hasse|ekelst|verachtest|schlägst|quälst) (?:\w+ )?(?:dich|dir)\b(?! (?:nicht|auf|vor (?!dir)))"
    r"|\b(?:dich|dir) (?:\w+ )?selb(?:st|er) (?:hasst|verachtest)\b|\bbist (?:so |doch |einfach |nur )*(?:ein"
    r"|eine) (?:\w+ )?(?:last|versager)"
    r"|\bsei(?:d)? froh\b|\bdu weißt\b.*\bdass du\b|\bkeiner mag dich\b|\bniemand mag dich\b"
)


def is_unsayable(turned: str) -> bool:
    """True for a turned clause, in small letters, that nobody should hear from a machine."""
    words = frozenset(re.findall(r"[^\W\d_]+", turned))
    return not words.isdisjoint(_CONTEMPT) or not words.isdisjoint(_HARM) or _TURNED.search(turned) is not None
