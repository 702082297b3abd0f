"""More words for `script/bench speech`: texts of our own, read by Piper.

    script/bench voices FOLDER
    script/bench speech --clips FOLDER

A neural voice is easier to understand than people are, so its clips stand beside the human ones and never for them.
"""

from __future__ import annotations

import argparse
import json
import wave
from pathlib import Path

import numpy as np

from voicecheck.paths import find_paths
from voicecheck.settings.schema import Voice
from voicecheck.speech.voice.voices import open_voice

PAUSE_S = 0.25  # between two sentences

TEXTS = (
    "I was glad when the meeting was over. I had been nervous since the morning, and nobody noticed.",
    "My brother called. We talked about the house and not about dad, and afterwards I sat in the car for a while.",
    "She asked me what was wrong and I said nothing. It was not nothing. I just did not have a word for it.",
    "I fixed the fence because that was easier than talking. My hands were busy and my head was somewhere else.",
    "There was a moment on the stairs when she laughed, and for a second everything was like it used to be.",
    "Honestly, I am worn out. The baby was up three times, and then the train was late, and I snapped at everybody.",
    "I keep thinking about what my son said at dinner. He said I never listen. I think he may be right.",
    "Nothing much happened today. I walked home along the river, and it was cold, and I felt all right.",
    "I wanted to tell him that I missed him, but what came out was a joke about the football.",
    "When the doctor said it was fine I did not feel relieved. I felt numb, and that surprised me.",
    "We have been married for nineteen years, and this week we mostly spoke about the washing machine.",
    "I am proud of her. I should say that more often. I will try to say it tomorrow at breakfast.",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    voice = open_voice(Voice(engine="piper"), find_paths().models_folder)
    rows = []
    for number, text in enumerate(TEXTS, start=1):
        name, sounds = f"piper_{number:02d}.wav", list(voice.synthesize(text))
        rate_hz = sounds[0].rate_hz
        gap = np.zeros(round(PAUSE_S * rate_hz), np.float32)
        samples = np.concatenate([part for sound in sounds for part in (sound.samples, gap)])
        with wave.open(str(folder / name), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(rate_hz)
            file.writeframes((np.clip(samples, -1, 1) * 32767).astype(np.int16).tobytes())
        rows.append({"file": name, "text": text})
    (folder / "clips.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    main()
