import pytest

from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.page.facts.sources import Sources
from tmdb_pipeline.settings import SettingsError
from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.errors import (
    DamagedRun,
    NoWarehouse,
    WarehouseRefused,
    WarehouseUnreachable,
    WrongSchema,
)

ADDRESS = Address("x", "127.0.0.1", 1, "x", "x", "geheim")
TROUBLES = {
    NoWarehouse: "tmdb_warehouse_reader",
    WarehouseRefused: "비밀번호",
    WarehouseUnreachable: "응답하지 않아",
    WrongSchema: "warehouse migrate",
    DamagedRun: "로그",
    LakeError: "TMDB_DATA_ROOT",
    SettingsError: "설정",
    ModuleNotFoundError: "tmdb-pipeline[warehouse]",
}


@pytest.mark.parametrize("kind", TROUBLES)
def test_each_trouble_is_one_sentence_that_says_what_to_do(kind):
    """What cannot be read is said once, in words that are ours: what the error says stands in the log alone."""
    sources = Sources(lake=None, address=ADDRESS)
    for _ in range(2):
        with sources.going_without():
            raise kind("geheim")

    (trouble,) = sources.troubles
    assert TROUBLES[kind] in trouble.ko
    assert "geheim" not in f"{trouble.ko} {trouble.en}"


def test_a_warehouse_that_does_not_answer_is_asked_once():
    """After it has not answered, nobody waits for it again in the same page; the lake stays."""
    sources = Sources(lake=None, address=ADDRESS)
    with sources.going_without():
        raise LakeError("x")
    assert sources.address is ADDRESS
    with sources.going_without():
        raise WarehouseUnreachable("x")

    assert sources.address is None


def test_mistakes_of_ours_are_not_hidden():
    """Any other error is a fault of the page, and comes out."""
    with pytest.raises(ZeroDivisionError), Sources(lake=None, address=None).going_without():
        raise ZeroDivisionError
