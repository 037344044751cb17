"""Runs the articles' programs as their readers do: in a folder with the sample, with the placeholders filled in."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

PROGRAMS = Path(__file__).parent / "programs"
PROGRAM_SECONDS_MAX = 120
STORM_EVENTS_TABLE = (
    ".create table MyStormEvents (StartTime:datetime, EndTime:datetime, State:string, DamageProperty:int,"
    " DamageCrops:int, Source:string, StormSummary:dynamic)"
)


class Reader:
    """An article's reader: a folder with the sample beside the script, and what to write for each placeholder."""

    def __init__(
        self, folder: Path, storm_events: Path, placeholders: Mapping[str, str], ca_certificate: Path
    ) -> None:
        self.folder = folder
        self.placeholders = dict(placeholders)
        self.environment = os.environ | {"REQUESTS_CA_BUNDLE": str(ca_certificate)}
        shutil.copyfile(storm_events, folder / "stormevents.csv")

    def run(self, program: str, **more: str) -> str:
        """Fills in the placeholders, runs the program, returns its lines without their indentation."""
        text = (PROGRAMS / program).read_text(encoding="utf-8")
        for placeholder, value in (self.placeholders | more).items():
            text = text.replace(placeholder, value)
        script = self.folder / program
        script.write_text(text, encoding="utf-8")
        ran = subprocess.run(
            [sys.executable, script.name],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PROGRAM_SECONDS_MAX,
            check=False,
        )
        assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr[-4000:]}"
        return "".join(f"{line.strip()}\n" for line in ran.stdout.splitlines() if line.strip())
