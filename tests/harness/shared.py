"""Where the shared folder with the articles' sample data is; it is not part of the checkout."""

import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]


def shared_folder() -> Path:
    """Returns the folder: `CALYPSO_SHARED`, or a folder `shared` beside the checkout or one of its parents."""
    named = os.environ.get("CALYPSO_SHARED")
    if named:
        return Path(named)
    for folder in (CHECKOUT, *CHECKOUT.parents):
        candidate = folder / "shared"
        if (candidate / "data" / "stormevents.csv").is_file():
            return candidate
    # A clone in a temporary folder still knows where it was cloned from.
    origin = _origin_of_the_clone()
    if origin and (origin.parent / "shared" / "data").is_dir():
        return origin.parent / "shared"
    raise FileNotFoundError("no folder `shared` with data/stormevents.csv above the checkout; set CALYPSO_SHARED")


def _origin_of_the_clone() -> Path | None:
    config = CHECKOUT / ".git" / "config"
    if not config.is_file():
        return None
    for line in config.read_text(encoding="utf-8").splitlines():
        key, _, value = line.strip().partition("=")
        if key.strip() == "url" and value.strip().startswith("/"):
            return Path(value.strip())
    return None


def storm_events() -> Path:
    """Returns the articles' sample file: a header and 1,000 records."""
    return shared_folder() / "data" / "stormevents.csv"
