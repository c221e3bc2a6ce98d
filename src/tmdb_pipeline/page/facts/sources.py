"""Where the facts come from, and what is said where a source cannot be read."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tmdb_pipeline.lake.errors import LakeError
from tmdb_pipeline.lake.store import Lake
from tmdb_pipeline.language import Said
from tmdb_pipeline.settings import SettingsError
from tmdb_pipeline.warehouse.address import Address
from tmdb_pipeline.warehouse.errors import (
    NoWarehouse,
    WarehouseError,
    WarehouseRefused,
    WarehouseUnreachable,
    WrongSchema,
)

log = logging.getLogger(__name__)

#: The Connection of who may only read the warehouse.
READER_CONNECTION = "tmdb_warehouse_reader"
#: What to do about each error; the first that fits. What exactly happened stands in the log of the server.
_TROUBLES: dict[type[Exception], Said] = {
    LakeError: Said(
        "Some files cannot be read: see whether this server may read TMDB_DATA_ROOT, and run the dates of damaged "
        "files again. Its log names them.",
        "읽을 수 없는 파일이 있습니다. 이 서버가 TMDB_DATA_ROOT를 읽을 수 있는지 확인하고, 손상된 파일의 날짜를 다시 "
        "실행해 주십시오. 파일 이름은 서버의 로그에 있습니다.",
    ),
    SettingsError: Said(
        "A setting cannot be used, so there is nothing to read: the log of the API server says which one.",
        "설정 값에 오류가 있어 데이터를 읽을 수 없습니다. 어떤 설정인지는 API 서버의 로그에 있습니다.",
    ),
    ImportError: Said(
        "The library for the warehouse is not installed, so this is what the files say: install "
        "tmdb-pipeline[warehouse].",
        "웨어하우스용 라이브러리가 없어 파일에 있는 내용만 보여 드립니다. tmdb-pipeline[warehouse]를 설치해 주십시오.",
    ),
    NoWarehouse: Said(
        "There is no warehouse to read, so this is what the files say: make a Connection "
        f"{READER_CONNECTION} of type postgres.",
        f"웨어하우스 연결이 없어 파일에 있는 내용만 보여 드립니다. 유형이 postgres인 Connection {READER_CONNECTION}를 "
        "만들어 주십시오.",
    ),
    WarehouseRefused: Said(
        "The warehouse refuses who reads it, so this is what the files say: mend user and password of the Connection "
        f"{READER_CONNECTION}.",
        f"웨어하우스가 접속을 거부하여 파일에 있는 내용만 보여 드립니다. Connection {READER_CONNECTION}의 사용자와 "
        "비밀번호를 확인해 주십시오.",
    ),
    WarehouseUnreachable: Said(
        "The warehouse does not answer, so this is what the files say: see whether its server runs.",
        "웨어하우스가 응답하지 않아 파일에 있는 내용만 보여 드립니다. 서버가 실행 중인지 확인해 주십시오.",
    ),
    WrongSchema: Said(
        "The tables of the warehouse are of another version, so this is what the files say: run tmdb-pipeline "
        "warehouse migrate.",
        "웨어하우스의 테이블이 이 버전과 달라 파일에 있는 내용만 보여 드립니다. tmdb-pipeline warehouse migrate를 "
        "실행해 주십시오.",
    ),
    WarehouseError: Said(
        "The warehouse cannot be read, so this is what the files say: the log of the API server says why.",
        "웨어하우스를 읽을 수 없어 파일에 있는 내용만 보여 드립니다. 원인은 API 서버의 로그에 있습니다.",
    ),
}


@dataclass
class Sources:
    """The lake and the warehouse, and what could not be read of them.

    Attributes:
        lake: None where it cannot be opened.
        address: of the warehouse, as who may only read; None where there is none.
        troubles: a sentence for each thing that could not be read, for the page to show.
    """

    lake: Lake | None
    address: Address | None
    troubles: list[Said] = field(default_factory=list)

    @contextmanager
    def going_without(self) -> Iterator[None]:
        """Read in the block: what cannot be read ends the block, and is said on the page instead."""
        try:
            yield
        except (LakeError, WarehouseError, SettingsError, ImportError) as error:
            log.warning("The page goes without something: %s", error)
            if isinstance(error, WarehouseError):
                self.address = None  # nobody waits for it twice
            said = next(said for kind, said in _TROUBLES.items() if isinstance(error, kind))
            if said not in self.troubles:
                self.troubles.append(said)
