"""Jobs that run beside the page in threads of their own, one of each kind, and end with the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from voicecheck.offline.errand import Errand
from voicecheck.settings.schema import Microphone as MicrophoneSettings
from voicecheck.web.site.carrying import Carrying
from voicecheck.web.site.coming_in import ComingIn
from voicecheck.web.site.copying import Copying
from voicecheck.web.site.download import Download
from voicecheck.web.site.export_job import ExportJob
from voicecheck.web.site.hearing import Hearing
from voicecheck.web.site.sampling import Sampling


@dataclass(frozen=True, slots=True)
class Errands:
    """Processes from before the network guard, for what this one may not do."""

    clock: Errand = field(default_factory=Errand)
    """for the reminder, where cron keeps it"""
    fetcher: Errand = field(default_factory=Errand)
    """for models and voices of the catalogue"""


@dataclass(slots=True)
class Jobs:
    """The newest of each kind; None before the first."""

    sampling: Sampling
    export: ExportJob | None = None
    download: Download | None = None
    copying: Copying | None = None
    hearing: Hearing | None = None
    coming: ComingIn | None = None
    carrying: Carrying | None = None

    @property
    def writing(self) -> bool:
        """True while an export or a backup reads the vault, or an import or a move changes it."""
        return any(job is not None and job.running for job in (self.export, self.copying, self.coming, self.carrying))

    def hear(self, settings: MicrophoneSettings, wanted: Callable[[], bool]) -> Hearing:
        """Open the microphone for a try, in the place of one that runs, which would have it open unseen."""
        from voicecheck.speech.microphone import listen

        if self.hearing is not None:
            self.hearing.stop()
        self.hearing = Hearing(settings, listen, wanted)
        return self.hearing

    def stop(self) -> None:
        """End all of it. Nothing half is left, and the microphone is closed."""
        for job in (self.hearing, self.download, self.copying, self.export, self.coming, self.carrying, self.sampling):
            if job is not None:
                job.stop()
