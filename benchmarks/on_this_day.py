"""Entries that "on this day" would show: of heavy days, of light ones, and of heavy ones with a pleasant feeling in it.

All three sets were written, and labelled by being written, before they were run; nothing was changed for them since.
The first set was run once with a list of words alone, which let 19 of 40 through; so an entry must now name a pleasant
feeling on a day without an unpleasant one.

    script/bench on_this_day
"""

from __future__ import annotations

import time
from datetime import UTC, datetime

from voicecheck.diary.on_this_day import is_pleasant, may_be_heavy
from voicecheck.domain import Entry, EntryKind, Turn, TurnKind
from voicecheck.feelings.danger_watch import Watch
from voicecheck.feelings.mentions import find_mentions

HEAVY = """
The call came at six and he was gone before I got to the ward.
I found the test and there was no heartbeat on the scan.
She told me she does not love me any more and took the kids.
I drank a bottle of wine again and lied to him about it.
They let me go today after nine years.
I cannot stop thinking about the crash.
I looked at the bridge for a long time.
He grabbed my arm so hard it left marks.
The vet put Milo to sleep this afternoon.
My brother is in intensive care.
I feel like a burden to everyone.
I threw up after dinner again on purpose.
They found a lump and I have to wait until Thursday.
Dad does not know who I am now.
I screamed at my son and he flinched.
We signed the papers, so that is the end of our marriage.
I don't see the point of getting up.
My best friend took her own life two years ago today.
He checks my phone and I am not allowed to go out.
I had a panic attack on the train.
I keep seeing what he did to me.
The bank is taking the house.
I was so ashamed that I could not look at anyone.
Nobody called on my birthday, not one person.
The baby would have been due this week.
I cut my arm last night.
We scattered her ashes on the beach.
I am nothing, I ruin everything.
My mother's chemo starts on Monday.
He said he would find me if I left.
I have not eaten for three days.
I wish I could just go to sleep and not wake up.
The police came to the door about my nephew.
My daughter told me what her uncle did.
I hid in the bathroom while he smashed the plates.
I miss Gran so much it aches.
The scan shows it has spread.
I gambled the rent away.
I was shaking and could not breathe.
It is a year since we lost the twins.
""".strip().splitlines()
"""no entry with one of these may be shown"""

LIGHT = """
We walked along the river and the light was lovely.
I made soup and read on the sofa.
The meeting went fine and I was home by five.
I was a bit tired but happy with the garden.
Kim and I laughed about the old photos.
I finished the chapter and felt proud.
We had pancakes and watched a film.
I was annoyed at the traffic, then I calmed down.
It rained all day and I liked the sound.
I played the piano for an hour.
The kids built a fort in the living room.
I was nervous before the talk and relieved after it.
A slow morning, coffee, and the cat on my lap.
I booked the train to see my sister.
I felt grateful for the neighbours' help with the shelf.
We tried the new bakery and the bread was great.
I slept well and went for a run.
Work was busy, but I got the report done.
I am excited about the trip in May.
I cleaned the kitchen and it feels calm now.
""".strip().splitlines()
"""these may be"""

MIXED = """
I was happy with the cake, and then the hospital rang about Dad.
I felt calm for once, which is what scared the nurse, because I had made up my mind.
I am proud of the kids, they were brave at the funeral.
I was so relieved when he finally fell asleep and the shouting stopped.
I am grateful that I got to hold her hand at the end.
It was a happy day until he came home.
I love him even when he throws things.
I felt joyful at the wedding and then I saw my ex with the baby we did not have.
I was excited about the job, and then they withdrew it.
I was relieved that the biopsy is done.
I am thankful for every day that we still have with Mum.
I felt peaceful standing at the edge.
I was proud that I did not drink today.
I was glad nobody saw the bruises.
I felt loved and then he told me about the other woman.
I am hopeful that the new pills work.
We laughed a lot, it was the last good evening with Grandpa.
I was content until the letter from the court came.
I feel calm now that I have given everything away.
I was happy that he apologised, he cried and said it won't happen again.
""".strip().splitlines()
"""heavy, and a pleasant feeling is named in them"""


WATCH = Watch()


def is_shown(text: str) -> bool:
    entry = Entry(
        id="x",
        session="x",
        kind=EntryKind.CHECKIN,
        spoken_at=datetime(2026, 1, 1, tzinfo=UTC),
        turns=(Turn(TurnKind.ANSWER, text),),
        mentions=tuple(find_mentions(text)),
    )
    return is_pleasant(entry) and not may_be_heavy(entry, WATCH)


def main() -> None:
    for name, texts in (("heavy", HEAVY), ("heavy, with a pleasant feeling", MIXED), ("light", LIGHT)):
        began = time.process_time()
        shown = sum(map(is_shown, texts))
        each_ms = 1000 * (time.process_time() - began) / len(texts)
        print(f"{name}: {shown} of {len(texts)} would be shown, {each_ms:.0f} ms each")


if __name__ == "__main__":
    main()
