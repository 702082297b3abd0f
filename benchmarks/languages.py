"""Answers in German, French and Spanish with English settings: in their own language, or as invented English.

script/bench languages [--kokoro FOLDER]

Said by eSpeak NG, and by English voices of Kokoro with the sounds of that language. The last lines are English, behind
a short opener in German: it may not decide.
"""

from __future__ import annotations

import argparse
import os
from collections import Counter
from pathlib import Path

import numpy as np
from listening import load_clips
from turns import espeak, heard, quiet

from voicecheck.speech.recognition.vad import VoiceDetector
from voicecheck.speech.whisper.engine import WhisperRecogniser

ANSWERS = {
    "de": (
        "Heute war ein langer Tag. Ich war müde und ein bisschen traurig, weil meine Mutter nicht angerufen hat.",
        "Ja. Ich habe mich heute sehr über meine Kollegin geärgert, und danach bin ich spazieren gegangen.",
        "Ich bin froh, dass die Kinder wieder gesund sind.",
    ),
    "fr": (
        "Aujourd'hui, j'étais très fatigué et un peu triste, parce que ma mère n'a pas téléphoné.",
        "Oui. Je me suis fâché avec mon collègue ce matin, et après je suis allé marcher dans le parc.",
        "Je suis contente que les enfants aillent mieux.",
    ),
    "es": (
        "Hoy estaba muy cansado y un poco triste, porque mi madre no me ha llamado.",
        "Sí. Me enfadé con mi compañera esta mañana, y después salí a caminar por el parque.",
        "Me alegro de que los niños estén mejor.",
    ),
}
VOICES = ("", "+f3", "+m3")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, default=Path(os.environ.get("VOICECHECK_MODELS", ".cache/models")))
    parser.add_argument("--every", type=int, default=1, help="each so manieth English recording")
    parser.add_argument("--voices", type=int, default=len(VOICES))
    options = parser.parse_args()
    recogniser = WhisperRecogniser(options.models / "whisper" / "base", "base", "cpu")
    detector = VoiceDetector()
    told: Counter[tuple[str, str]] = Counter()
    count: Counter[str] = Counter()
    for code, answers in ANSWERS.items():
        for voice in VOICES[: options.voices]:
            for answer in answers:
                found = heard(espeak(answer, code + voice), recogniser, detector)
                doubted = any(word.unsure for segment in found.segments for word in segment.words)
                kind = "in its language" if found.language == code else "English, doubted" if doubted else "English"
                told[code, kind] += 1
                count[code] += 1
                if found.language != code:
                    print(f"  {code}{voice}: {found.text!r} as {found.language}", flush=True)
    opener = np.concatenate([espeak("Ja, also.", "de"), quiet(1.0)])
    for clip in load_clips()[:: options.every]:
        found = heard(np.concatenate([opener, clip.sound]), recogniser, detector)
        told["en", "in its language" if found.language == "en" else "another"] += 1
        count["en"] += 1
        if found.language != "en":
            print(f"  {clip.name}: as {found.language}", flush=True)
    for (code, kind), many in sorted(told.items()):
        print(f"{code} {kind:<20} {many} of {count[code]}")


if __name__ == "__main__":
    main()
