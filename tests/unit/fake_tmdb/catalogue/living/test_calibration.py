import datetime as dt
import gzip

import pytest

from fake_tmdb import Catalogue
from fake_tmdb.catalogue.living.calibration import CalibrationError, calibrated
from fake_tmdb.cli import main

MONDAY = dt.date(2026, 1, 5)


def packed(lines):
    """Return lines as an export has them."""
    return gzip.compress(lines, mtime=0)


def name(day):
    """Return what TMDB calls the export of a day."""
    return f"movie_ids_{day:%m_%d_%Y}.json.gz"


def exports(asked, folder, days):
    """Put the exports of days since a Monday into a folder, as they are served, beside a file that is none."""
    for day in (MONDAY + dt.timedelta(days=number) for number in days):
        (folder / name(day)).write_bytes(asked.reply(f"/p/exports/{name(day)}", day).body)
    (folder / "notes.txt").write_text("none")


@pytest.mark.parametrize(("rho", "sigma"), [(0.93, 0.13), (0.8, 0.05)])
def test_the_parameters_that_made_them_are_found(world, tmp_path, rho, sigma, capsys):
    """Of exports of the fake those parameters are found by which it lives, weekends and releases notwithstanding."""
    exports(world(Catalogue(movies=6_000), rho=rho, sigma=sigma), tmp_path, range(60))
    found = calibrated(tmp_path)

    assert abs(found["rho"] - rho) < 0.03
    assert abs(found["sigma"] - sigma) < 0.003
    assert main(["calibrate", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"rho: {found['rho']}\nsigma: {found['sigma']}\n"


def test_too_few_days(world, tmp_path):
    """Three pairs of days are needed, and the message says so."""
    exports(world(Catalogue(movies=300)), tmp_path, range(3))

    with pytest.raises(CalibrationError, match="between a Monday and a Thursday there are 2 pairs, and 3 are needed"):
        calibrated(tmp_path)


def test_what_stands_still_is_told(world, tmp_path):
    """Copies of one day tell nothing."""
    exports(world(Catalogue(movies=300), sigma=0.0, weekend=0.0), tmp_path, range(18))

    with pytest.raises(CalibrationError, match="Nothing moves in these exports"):
        calibrated(tmp_path)


@pytest.mark.parametrize("data", [b"no gzip", packed(b"{}\n"), packed(b"[\n"), packed(b"{}")[:9]])
def test_what_is_no_export_is_named(tmp_path, capsys, data):
    """A file that is no gzip, or holds something else, is one message with its name; so is a missing folder."""
    (tmp_path / name(MONDAY)).write_bytes(data)

    assert main(["calibrate", str(tmp_path)]) == 2
    assert f"fake-tmdb: {tmp_path / name(MONDAY)} is no export: " in capsys.readouterr().err
    assert main(["calibrate", str(tmp_path / "absent")]) == 2
