"""Jobs that run beside the page in threads of their own, one of each kind, and end with the page."""

from __future__ import annotations

from dataclasses import dataclass, field

from voicecheck.offline.errand import Errand
from voicecheck.web.site.copying import Copying
from voicecheck.web.site.download import Download
from voicecheck.web.site.export_job import Job
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
    export: Job | None = None
    download: Download | None = None
    copying: Copying | None = None
    hearing: Hearing | None = None

    @property
    def writing(self) -> bool:
        """True while an export or a backup reads the vault."""
        return any(job is not None and job.running for job in (self.export, self.copying))

    def stop(self) -> None:
        """End all of it. Nothing half is left, and the microphone is closed."""
        if self.hearing is not None:
            self.hearing.stop()
        if self.download is not None:
            self.download.stop()
        if self.copying is not None:
            self.copying.stop()
        if self.export is not None:
            self.export.stop()
        self.sampling.stop()
