"""Speed of the Whisper models on this computer: measured with one, estimated for the others.

A call costs a fixed part, the encoder's look at its window of 30 s however short the sound is, and a part for each
second of speech, the decoder's words. Two sounds of different lengths tell both apart. For another model each part is
multiplied by how much more that half of it has to compute: for the encoder floating-point operations a window, for
the decoder weights a token, since there the time goes into fetching them. Both follow from the sizes of the models
(Radford et al. 2022, table 1; for turbo and distil-large-v3 their model cards), which stand below.

The real-time factor (RTF) is that of a call with `TYPICAL_S` seconds of speech: seconds of work for each second of
sound. How far the estimates hold is measured by `benchmarks/pace.py`: on two cores tiny comes out right, and small
costs a sixth to a third less than estimated. On a graphics card, which a small model cannot fill, they should err on
the same side; nobody has measured that here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

TYPICAL_S = 8.0
"""speech between two cuts, give or take"""
MOST_RTF = 0.4
"""highest real-time factor that keeps up: a call takes 3.2 s then. A person who stops for a second after every three
gives one call in four seconds, so that a fifth of the time is left to the voice and its detection; and the last call,
begun after a second of silence, is over when the silence (2.5 to 4.4 s) ends the answer"""
FEWEST, MOST = 3, 9
"""how often the short sound is timed"""
WINDOW_FRAMES = 1500
TEXT_TOKENS = 51_865


@dataclass(frozen=True, slots=True)
class Size:
    """Size of a model's two halves, encoder and decoder."""

    encoder_layers: int
    decoder_layers: int
    width: int
    parameters_m: int
    """in all, in millions: what decides which is the larger"""

    @property
    def encoder_work(self) -> float:
        """Multiplications for one window: 12 widths squared of weights a layer, and every frame with every other."""
        a_layer = 12 * self.width**2 * WINDOW_FRAMES + 2 * WINDOW_FRAMES**2 * self.width
        return float(self.encoder_layers * a_layer)

    @property
    def decoder_work(self) -> float:
        """Number of weights for one token: 14 widths squared a layer, and the table of all tokens."""
        return float(self.decoder_layers * 14 * self.width**2 + TEXT_TOKENS * self.width)


TINY, BASE, SMALL = Size(4, 4, 384, 39), Size(6, 6, 512, 74), Size(12, 12, 768, 244)
SIZES = {
    "tiny.en": TINY,
    "tiny": TINY,
    "base.en": BASE,
    "base": BASE,
    "small.en": SMALL,
    "small": SMALL,
    "medium.en": Size(24, 24, 1024, 769),
    "medium": Size(24, 24, 1024, 769),
    "distil-large-v3": Size(32, 2, 1280, 756),
    "large-v3-turbo": Size(32, 4, 1280, 809),
    "large-v3": Size(32, 32, 1280, 1550),
}


@dataclass(frozen=True, slots=True)
class Cost:
    """Time of one call of a model on this computer: a fixed part, and a part for each second of speech."""

    fixed_s: float
    per_second_s: float
    """more for each second of speech"""

    @property
    def rtf(self) -> float:
        return (self.fixed_s + self.per_second_s * TYPICAL_S) / TYPICAL_S

    def of(self, measured: Size, other: Size) -> Cost:
        """Return the cost of the same call with another model."""
        return Cost(
            self.fixed_s * other.encoder_work / measured.encoder_work,
            self.per_second_s * other.decoder_work / measured.decoder_work,
        )


def fit(short: tuple[float, float], long: tuple[float, float]) -> Cost:
    """Fit the cost to two pairs of (seconds of speech, seconds it took); neither part is less than nothing."""
    (short_s, short_took_s), (long_s, long_took_s) = short, long
    per_second_s = max(0.0, (long_took_s - short_took_s) / (long_s - short_s))
    return Cost(max(0.0, short_took_s - per_second_s * short_s), per_second_s)


def measure(
    call: Callable[[float], None], lengths_s: tuple[float, float], clock: Callable[[], float], budget_s: float
) -> Cost:
    """Time `call`, which transcribes so many seconds. The short sound is repeated within the budget, the long twice.

    A busy computer makes single calls slow, and a median forgives it; what is busy all the time stays in the result.
    """

    def timed(seconds: float) -> float:
        began = clock()
        call(seconds)
        return clock() - began

    short_s, long_s = lengths_s
    began = clock()
    timed(short_s)  # the first call of a model warms it up
    long_took_s, took_s = [timed(long_s)], [timed(short_s)]
    long_took_s.append(timed(long_s))
    while len(took_s) < FEWEST or (len(took_s) < MOST and clock() - began + max(took_s) < budget_s):
        took_s.append(timed(short_s))
    return fit((short_s, median(took_s)), (long_s, median(long_took_s)))


@dataclass(frozen=True, slots=True)
class Pace:
    """Speed of one model on this computer."""

    name: str
    rtf: float | None
    """None for a model whose size is not known"""
    measured: bool
    here: bool

    @property
    def keeps_up(self) -> bool:
        return self.rtf is not None and self.rtf <= MOST_RTF


def paces(measured: str, cost: Cost, models: Iterable[tuple[str, bool]]) -> tuple[Pace, ...]:
    """Return the speed of all `models` (name, True if it is here), from the cost of the one that was measured."""
    base = SIZES[measured]
    found = []
    for name, here in models:
        size = SIZES.get(name)
        rtf = None if size is None else cost.of(base, size).rtf
        found.append(Pace(name, rtf, measured=name == measured, here=here))
    return tuple(found)


def recommended(found: Sequence[Pace]) -> Pace | None:
    """Return the largest that keeps up; of equals the one that is here, else the first. None where none does."""
    fitting = [pace for pace in found if pace.keeps_up]
    return max(fitting, key=lambda pace: (SIZES[pace.name].parameters_m, pace.here), default=None)
