"""The twenty families, and the valence and energy that each usually has (Russell 1980)."""

from __future__ import annotations

from voicecheck.domain import Family, Quadrant

USUAL_QUADRANT = {
    Family.JOY: Quadrant.PLEASANT_HIGH,
    Family.LOVE: Quadrant.PLEASANT_LOW,
    Family.PRIDE: Quadrant.PLEASANT_HIGH,
    Family.GRATITUDE: Quadrant.PLEASANT_LOW,
    Family.CALM: Quadrant.PLEASANT_LOW,
    Family.HOPE: Quadrant.PLEASANT_HIGH,
    Family.SURPRISE: Quadrant.PLEASANT_HIGH,
    Family.SADNESS: Quadrant.UNPLEASANT_LOW,
    Family.LONELINESS: Quadrant.UNPLEASANT_LOW,
    Family.GRIEF: Quadrant.UNPLEASANT_LOW,
    Family.SHAME: Quadrant.UNPLEASANT_LOW,
    Family.GUILT: Quadrant.UNPLEASANT_LOW,
    Family.FEAR: Quadrant.UNPLEASANT_HIGH,
    Family.ANXIETY: Quadrant.UNPLEASANT_HIGH,
    Family.ANGER: Quadrant.UNPLEASANT_HIGH,
    Family.DISGUST: Quadrant.UNPLEASANT_HIGH,
    Family.ENVY: Quadrant.UNPLEASANT_HIGH,
    Family.CONFUSION: Quadrant.UNPLEASANT_HIGH,
    Family.BOREDOM: Quadrant.UNPLEASANT_LOW,
    Family.TIREDNESS: Quadrant.UNPLEASANT_LOW,
}
