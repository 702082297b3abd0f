"""Help lines: sourced, dated, the emergency number first, and offered without a trace."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from voicecheck.checkin.help_lines import short_help
from voicecheck.cli.app import App
from voicecheck.cli.help_now import help_now, help_text
from voicecheck.errors import UsageError
from voicecheck.helplines import (
    HelpFolders,
    country_code,
    guess_country,
    help_folders,
    load_country,
)
from voicecheck.phrases import load_phrases

PHRASES = load_phrases()

NOWHERE = Path("/nonexistent")
SHIPPED = help_folders(NOWHERE)


def test_every_number_has_its_source_and_the_day_it_was_checked() -> None:
    """Of every country that comes with it, the emergency number included; and no day lies in the future."""
    assert {"AT", "AU", "CA", "CH", "DE", "GB", "IE", "NZ", "US"} <= set(SHIPPED.countries())
    for code in SHIPPED.countries():
        country = load_country(code, SHIPPED)
        assert country is not None and country.country == code and country.lines
        for line in country.every:
            assert re.search(r"\d|\w\.\w", line.number)  # a page where a country has no number of its own
            assert "." in line.source
            assert date(2026, 11, 1) <= line.checked_on <= date(2026, 12, 31)


def test_every_country_has_a_crisis_line_and_one_for_violence() -> None:
    """Both are on the screen of an evening, and so is each that is for women or for men alone."""
    for code in SHIPPED.countries():
        country = load_country(code, SHIPPED)
        assert country is not None
        assert {line.kind for line in country.lines} == {"crisis", "violence"}, code
        shown = "\n".join(short_help(country, PHRASES))
        assert all(line.number in shown for line in country.every)


@pytest.mark.parametrize("code", ["AT", "CH", "DE"])
def test_a_german_evening_is_told_in_german(code: str) -> None:
    """Names, numbers with words beside them and hours of the countries that speak it; in English nothing changes."""
    country = load_country(code, SHIPPED)
    assert country is not None
    for line in country.lines:
        assert bool(line.how) == bool(line.how_in.get("de"))
    german = msgspec.structs.replace(PHRASES, language="de")
    told = {
        language: "\n".join([*short_help(country, phrases), *help_text(country, (), date(2026, 12, 1), phrases)])
        for language, phrases in (("en", PHRASES), ("de", german))
    }
    of_country = re.compile(r"(?i)\bpolice\b|\bfree\b|\bday and night\b|Monday|Germany|Austria|Switzerland")
    assert of_country.search(told["en"]) and not of_country.search(told["de"])
    assert "Polizei" in told["de"] and country.named("de") in told["de"]


def test_hours_stand_on_the_screen_of_an_evening_where_nobody_answers_at_night() -> None:
    """A number that is not reached then is not shown as if it were; what is reached at all hours is shown without."""
    for code, hours in (("DE", "8 to 20"), ("IE", "9 to 17"), ("NZ", "9 to 23")):
        country = load_country(code, SHIPPED)
        assert country is not None
        shown = "\n".join(short_help(country, PHRASES))
        assert hours in shown and "day and night" not in shown
    for code in SHIPPED.countries():
        country = load_country(code, SHIPPED)
        assert country is not None
        for line in country.lines:
            assert bool(re.search(r"\d+ to \d+", line.how)) is not line.always


def test_what_is_said_when_it_is_heavy_is_true_with_and_without_numbers() -> None:
    """Where no country is known the screen has no number, only where to look; so the sentence promises none."""
    said = " ".join(PHRASES.spoken["heavy"])
    assert "number" not in said and "where help can be found" in said


@pytest.mark.parametrize(
    "content",
    [
        'country = "XX"\nname = "X"\n[emergency]\nnumber = "112"\nchecked_on = 2026-01-01\n',
        'country = "XX"\nname = "X"\n[emergency]\nnumber = "112"\nsource = ""\nchecked_on = 2026-01-01\n',
        'country = "XX"\nname = "X"\n[emergency]\nnumber = "112"\nsource = "somewhere.org"\n',
        'country = "XX"\nname = "X"\n', "a = ", "[" * 3000,
    ],
)  # fmt: skip
def test_no_number_without_a_source_or_a_day(tmp_path: Path, content: str) -> None:
    """A file that lacks either is refused, and the error names the file."""
    (tmp_path / "xx.toml").write_text(content)
    with pytest.raises(UsageError, match=r"xx\.toml"):
        load_country("XX", HelpFolders(tmp_path, NOWHERE))


def test_a_file_of_ones_own_takes_the_place(tmp_path: Path) -> None:
    """The person can edit the numbers without touching the program."""
    own = 'country = "US"\nname = "Mine"\n[emergency]\nnumber = "911"\nsource = "me.example"\nchecked_on = 2026-11-01\n'
    (tmp_path / "us.toml").write_text(own)
    found = load_country("us", help_folders(tmp_path))
    assert found is not None and found.name == "Mine"


def test_the_emergency_number_comes_first_and_what_is_old_is_said() -> None:
    """In the text the first line holds the emergency number; after twelve months a warning stands there."""
    country = load_country("GB", SHIPPED)
    assert country is not None
    day = max(line.checked_on for line in country.every)
    fresh, old = (help_text(country, ("GB",), day + timedelta(days=days), PHRASES) for days in (0, 366))
    assert "999" in fresh[0] and PHRASES.write("help_old") not in fresh
    assert "999" in old[0] and PHRASES.write("help_old") in old


def test_a_country_that_is_not_known_gets_the_directory() -> None:
    """No number is guessed."""
    assert load_country("ZZ", SHIPPED) is None
    assert load_country("../us", SHIPPED) is None
    text = " ".join(help_text(None, SHIPPED.countries(), date(2026, 11, 25), PHRASES))
    assert "findahelpline.com" in text
    assert not re.search(r"\d{3}", text)


@pytest.mark.parametrize(
    ("variables", "country"),
    [(["", "", "en_IE.UTF-8"], "IE"), (["C", "de_DE"], "DE"), (["C.UTF-8", "POSIX", ""], ""), (["en"], "")],
)
def test_the_country_of_the_system(variables: list[str], country: str) -> None:
    """Read from the language setting, where it names one."""
    assert guess_country(variables) == country


def test_the_country_of_the_zone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no language setting names one: by the system's table of zones, and only by that."""
    (tmp_path / "zone.tab").write_text("# codes\nAT\t+4813+01620\tEurope/Vienna\nIE\t+5320-00615\tEurope/Dublin\n")
    monkeypatch.setattr("voicecheck.helplines.TZPATH", (str(tmp_path / "none"), str(tmp_path)))
    assert guess_country(["C.UTF-8"], "Europe/Dublin") == "IE"
    assert guess_country(["en_GB.UTF-8"], "Europe/Vienna") == "GB"
    assert guess_country(["C.UTF-8"], "Etc/UTC") == guess_country([], "") == ""


@pytest.mark.parametrize(
    ("asked", "code"),
    [("UK", "GB"), ("u.k.", "GB"), ("USA", "US"), ("us", "US"), ("ireland", "IE"), ("the United States", "US"),
     ("New  Zealand", "NZ"), ("xx", "XX"), ("Atlantis", "Atlantis"), ("", "")],
)  # fmt: skip
def test_a_country_by_its_usual_names(asked: str, code: str) -> None:
    """Codes in any letters, UK and USA, and whole names; what is unknown is given back."""
    assert country_code(asked, SHIPPED) == code


def test_a_file_of_ones_own_goes_before_another_name(tmp_path: Path) -> None:
    """A person's own uk.toml is taken, and their broken file of another country hinders nothing."""
    (tmp_path / "uk.toml").write_text('country = "UK"\n')
    (tmp_path / "aa.toml").write_text("broken")
    assert country_code("UK", HelpFolders(tmp_path, SHIPPED.shipped)) == "UK"
    assert country_code("Ireland", HelpFolders(tmp_path, SHIPPED.shipped)) == "IE"


def test_a_country_without_numbers_is_named_first() -> None:
    """It says which country has none here and which are known, and still ends well."""
    shown = CliRunner().invoke(help_now, ["--country", "fr"], obj=App())
    assert shown.exit_code == 0
    assert shown.output.startswith("No numbers for FR are here. Known: AT, AU, CA, CH, DE, GB, IE, NZ, US.\n")
    odd = CliRunner().invoke(help_now, ["--country", "\x1b[2Jab"], obj=App())
    assert "\x1b" not in odd.output


def test_without_a_locale_it_says_how_to_choose(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways stand there: for once, and in the settings, which take a name too."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "Etc/UTC")
    shown = CliRunner().invoke(help_now, [], obj=App()).output
    assert "help-now --country" in shown and "[help] country" in shown and "No numbers for" not in shown
    app = App()
    app.change_settings({"help.country": "Ireland"})
    assert "(Ireland)" in CliRunner().invoke(help_now, [], obj=app).output.splitlines()[0]


def test_sources_stand_at_the_end() -> None:
    """Behind a blank line under "Checked:", one a number, with the day."""
    country = load_country("GB", SHIPPED)
    assert country is not None
    above, _, below = "\n".join(help_text(country, (), date(2026, 11, 25), PHRASES)).partition("\n\nChecked:\n")
    assert "source" not in above
    assert len(below.splitlines()) == len(country.every)


def test_the_command_works_without_a_vault() -> None:
    """It needs no vault, no key and no model; and its JSON bears every source."""
    shown = CliRunner().invoke(help_now, ["--country", "US"], obj=App())
    assert shown.exit_code == 0 and "911" in shown.output.splitlines()[0]
    found = json.loads(CliRunner().invoke(help_now, ["--country", "US", "--json"], obj=App()).output)
    assert found["emergency"]["number"] == "911"
    assert all(line["source"] and line["checked_on"] for line in found["lines"])
