"""What is said back to people who ask for support: whole lists and choices, the loss beside the feeling, no verdict."""

from __future__ import annotations

import pytest

from tests.unit.test_feelings_told import LOSS, answered


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # a list comes back whole or not at all
        ("I miss my mum, my dad, and my brother.", "You miss your mum, your dad, and your brother."),
        ("I crave quiet, company and sleep.", "You crave quiet, company and sleep."),
        ("I'm tired of the noise, the lies, and the waiting.", "You're tired of the noise, the lies, and the waiting."),
        ("We lost our house, our car and our dog.", "You lost your house, your car and your dog." + LOSS),
        ("I'm worried about mum, dad says it's fine.", "You're worried about your mum."),
        ("I was disgusted, forty beds and one toilet.", "You felt disgusted."),
        # a choice is no choice without its other half, a verb of finding out nothing without what was found
        ("I feel like I have to choose between paying the rent and keeping the car or buying what the kids need.",
         "You feel like you have to choose."),
        ("It hurt when I found out she had lied to me.", "It hurt when you found out she had lied to you."),
        ("I was shattered when I learned he's moving away.", "You were shattered when you learned he's moving away."),
        # words that lead up to what happened
        ("After two years together my boyfriend broke up with me.", "Your boyfriend broke up with you." + LOSS),
        ("In March my mum died of cancer.", "Your mum died of cancer." + LOSS),
        ("Out of the blue my husband walked out on me.", "Your husband walked out on you." + LOSS),
        ("Unfortunately I lost my job.", "You lost your job." + LOSS),
        ("The worst part is that my girl left me.", "Your girl left you." + LOSS),
        ("My parents are getting divorced.", "Your parents are getting divorced." + LOSS),
        # the loss that the answer tells stands beside a hard feeling
        ("I'm scared. My dad has cancer.", "Your dad has cancer, and you feel scared." + LOSS),
        ("I'm heartbroken. My husband left me after ten years.",
         "Your husband left you after ten years, and you feel heartbroken." + LOSS),
        ("I feel so empty since my dog died.", "You feel so empty since your dog died."),
        # what others did is a reason that may be said
        ("I'm upset because my friend forgot me.", "You're upset because your friend forgot you."),
        ("I'm mad because our landlord won't fix it.", "You're mad because your landlord won't fix it."),
        # what lasts is in the present, and "also" stands only behind what it adds to
        ("My flatmate makes me so angry when he leaves the door open at night, and I feel so ashamed of how I shout.",
         "You feel angry, and you feel so ashamed of how you shout."),
        ("I love the view, but I also feel stuck here.", "You love the view, and you feel stuck here."),
        ("I feel like everybody is always asking me for things, and I also feel stuck here.", "You feel stuck here."),
    ],
)  # fmt: skip
def test_what_was_told_comes_back_whole(text: str, said: str) -> None:
    """Nothing of a list, a choice or a loss is left out for the rest of it."""
    assert answered(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("I'm just not enough.", "Thank you."),
        ("I feel like I'm not enough for him.", "Thank you."),
        ("I'm pretty sure I have depression and anxiety.", "Thank you."),
        ("He thinks the only reason I ring is because I'm jealous.", "Thank you."),
        ("I'm upset because my sister thinks I'm selfish.", "You feel upset."),
        ("I'm angry because my boss called me lazy.", "You feel angry."),
        ("I'm sad because my life is worthless.", "You feel sad."),
        ("I feel guilty because I yelled at my daughter.", "You feel guilty."),
        ("Can you help me with my depression?", "Thank you."),
        ("I appreciate hearing that.", "Thank you."),
        ("I read a lot.", "Thank you."),
    ],
)
def test_no_verdict_and_no_diagnosis_comes_back(text: str, said: str) -> None:
    """What another thinks, an illness that is only guessed at, and contempt for oneself are never said back."""
    assert answered(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("They are the names of those I care about.", "Thank you."),
        ("He is somebody I hate.", "Thank you."),
        ("It's the work I am proud of.", "You feel proud."),
        ("How can I get to a place where I can be content?", "Thank you."),
        ("I need a job where I feel appreciated.", "Thank you."),
        ("My sister is having an affair. I love her.", "Your sister is having an affair." + LOSS),
        ("My boss is a bit, shall we say, uninterested in me.", "Thank you."),
    ],
)
def test_no_piece_stands_for_what_was_meant(text: str, said: str) -> None:
    """No clause without its object, no state that is only longed for, no love alone beside a betrayal."""
    assert answered(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("I love him so much and he doesn't care.", "You love him so much."),
        ("I'm so angry, but she never understands it.", "You feel angry."),
        ("I love her, but she won't tell the truth.", "You love her, but she won't tell the truth."),
        ("I have been depressed for two years now, with all that comes and goes, and I have always had panic attacks.",
         "You feel depressed, and you have always had panic attacks."),
    ],
)  # fmt: skip
def test_no_verdict_on_another_and_what_lasts_is_now(text: str, said: str) -> None:
    """What somebody else is said to think stays with the speaker; what they did may come back."""
    assert answered(text) == said
