"""Classes of English words by which a clause is found and turned round; wider than those of the clause reader."""

from __future__ import annotations

import re
from collections.abc import Sequence

from voicecheck.feelings.tokens import listed

SELF_SUBJECTS = listed("i i'm i've i'd i'll we we're we've we'd we'll")
OTHER_PRONOUNS = listed("he she they he's she's they're they've he'd she'd they'd he'll she'll they'll")
THING_SUBJECTS = listed(
    "it it's it'll it'd that that's this there there's everything everything's something nothing these those"
)
ANYBODY = listed("everyone everybody someone somebody nobody no-one people anyone others")
SUBJECTS = SELF_SUBJECTS | OTHER_PRONOUNS | THING_SUBJECTS | ANYBODY
NOMINATIVES = SELF_SUBJECTS | OTHER_PRONOUNS
DETERMINERS = listed("my our the his her their a an some no all both every these those this that one two three another")
BE = listed("am is are was were be been being isn't aren't wasn't weren't ain't")
AUXILIARIES = BE | listed(
    "have has had do does did will would can could can't don't doesn't didn't won't wouldn't couldn't haven't"
    " hasn't hadn't never may might shall should must"
)
# Enough of the commonest finite verbs to see where a noun phrase ends.
VERBS = AUXILIARIES | listed(
    "makes made make drive feels felt feel gets got get keeps kept keep left leaves leave died dies passed"
    " went goes go came comes come said says told tells took takes take gave gives give lost loses broke"
    " breaks broken fell falls hurts hurt hit hits makes drives drove scares scared upset upsets hates hated"
    " loves loved needs needed wants wanted called calls call asked asks thinks thought knows knew saw sees"
    " looks looked seems seemed sounds sounded turned turns started starts stopped stops moved moves cried"
    " cries laughed forgot forgets ignored ignores yelled yells shouted screamed hugged sank sinks stole"
    " cheated lied lies helped helps works worked means meant brings brought wears stresses worries bothers"
    " kills breaks aches ached races raced boils boiled pounds pounded dropped drops melts melted swelled"
    " sings sang won wins proposed graduated married divorced dumped fired found finds ran runs sat sits let"
    " lets put puts happened happens ended ends became becomes grew grows stayed stays visited failed fails"
    " caught catches bugs bug bother blew blows threw throws knocks floors stung stings haunts excites thrills"
    " delights cheers calms comforts relaxes bores disgusts angers infuriates irritates saddens depresses crushes"
    " frightens shocks hits grinds eats gnaws wears"
    " treats treated talks talked shook shakes pisses annoys annoyed frustrates frustrated drains drained"
    " exhausts overwhelms overwhelmed terrifies terrified surprised surprises confuses confused disappointed"
    " disappoints touched touches moved weighs weighed eats eating"
)
ADVERBS = listed(
    "really just still always so never often sometimes usually also even actually honestly totally completely"
    " absolutely definitely certainly truly simply quite rather pretty too ever already finally suddenly kind"
    " of sort only almost both all lately recently today now currently constantly basically literally"
    " genuinely deeply barely hardly not probably seriously secretly slowly gradually first once then very"
    " especially mostly"
)
LEADS = listed("today yesterday tonight sometimes lately now recently still suddenly often usually always everyday")
_LEAD_PHRASES = tuple(
    tuple(phrase.split())
    for phrase in (
        "right now", "at the moment", "these days", "most days", "some days", "at first", "last night", "as a kid",
        "as a child", "as a boy", "as a girl", "as a teenager", "back then", "growing up", "when i was little",
        "when i was young", "when i was a kid", "when i was a child", "years ago", "this morning", "this week",
        "this evening", "last week", "every day", "every time", "all day", "at times", "for once", "deep inside",
        "inside", "in the end", "most of the time", "a lot of the time",
    )
)  # fmt: skip
JOINTS = listed(
    "because when since while after before until till though although if unless which who where whenever whereas even"
)
PREPOSITIONS = listed(
    "in on at with for from during about through without by into around over of despite behind between to"
)
COORDINATORS = listed("and but or so then plus yet nor")
OPEN_CLAUSE = listed(
    "who which that what because when if though although but so while since as than how where before after until like"
)
DANGLING = listed(
    "and but or so because that like the a an my our his her their to of with for in at on from about when"
    " while if than as is are was were am be been has have had i we he she they it's i'm who which what how"
    " just really very into by your you're you've not his still until before after no any some where why since"
    " i've without even also then just only till"
)
DANGLING_FINE = listed(
    "so as have had was is are been in on up about like that her not at to for i've with since before still"
    " then without from of really after by"
)


# Past tenses of what people tell of an evening; a clause ends by none of them.
PAST = listed(
    "became began bit blew bought broke brought built burst came caught chose cut did drank drew drove fell felt flew"
    " forgot found fought froze gave got grew had heard held hung kept knew laid left lent let lit lost made met missed"
    " moved paid passed put quit ran rang read rode said sang sat saw sent shook sold spent spoke stole stood stuck"
    " swam taught threw told took tried understood went woke won wore wrote ripped begged planned stopped"
)


def is_verb(low: str) -> bool:
    return low in VERBS | PAST or (low.endswith("ed") and len(low) > 4)


def lead_width(lows: Sequence[str]) -> int:
    """Words of time before the subject: "sometimes", "right now"."""
    for phrase in _LEAD_PHRASES:
        if tuple(lows[: len(phrase)]) == phrase:
            return len(phrase) + (lows[len(phrase) : len(phrase) + 1] == [","])
    if lows and lows[0] in LEADS:
        return 1 + (lows[1:2] == [","])
    return 0


LONGEST_OPENING = 14
"""words of a sentence in which its subject is looked for"""
_TIME = (
    r"(?:hours?|days?|weeks?|weekend|months?|years?|mornings?|afternoon|evening|night|january|february|march|april|may"
    r"|june|july|august|september|october|november|december|\w+day|christmas|easter|summer|winter|spring|autumn)"
)
_OPENING = re.compile(
    r"(?:(?:unfortunately|sadly|luckily|thankfully|well|anyway|basically|suddenly|out of (?:the blue|nowhere)"
    rf"|(?:after|in|on|since|during|within|for|last|this|the other|the next|a|an|two|three|four|\d+|about) "
    rf"(?:[\w'-]+ ){{0,3}}?{_TIME}(?: (?:of \w+|together|ago|later|morning|night|evening|afternoon))?"
    r"|the (?:\w+ ){0,2}?(?:thing|problem|crux|truth|fact|point|issue|trouble|part|news)"
    r"(?: (?:of|with) (?:\w+ ){1,2}?)? ?is(?: that)?) (?:, )?)+"
    r"(?=(?:i|i'm|i've|we|he|she|they|my|our|mum|mom|dad|nan|grandma|grandad|grandpa)\b)"
)


def opening_width(lows: Sequence[str]) -> int:
    """Words before the subject of a sentence that say when or how it came: "after two years together", "sadly"."""
    opening = _OPENING.match(" ".join(lows))
    return len(opening.group().split()) if opening else lead_width(lows[:6])
