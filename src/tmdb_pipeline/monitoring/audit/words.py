"""What was done, in plain words of both languages."""

from typing import Final

from tmdb_pipeline.lake.operations import Action
from tmdb_pipeline.language import Said

#: What Airflow is asked to do by its UI and API, by the name of its event: that of the function that does it.
EVENTS: Final = {
    "trigger_dag_run": Said("trigger", "실행 트리거"),
    "materialize_asset": Said("trigger a DAG by an asset", "애셋 생성 실행 트리거"),
    "create_asset_event": Said("send an event of an asset", "애셋 이벤트 전송"),
    "patch_dag": Said("change a DAG", "DAG 변경"),
    "patch_dags": Said("change DAGs", "여러 DAG 변경"),
    "delete_dag": Said("delete a DAG's history", "DAG 이력 삭제"),
    "reparse_dag_file": Said("have a DAG file read anew", "DAG 파일 다시 읽기"),
    "clear_dag_run": Said("clear a run", "실행 초기화"),
    "clear_dag_runs": Said("clear runs", "여러 실행 초기화"),
    "clear_dag_run_partitions": Said("clear runs of partitions", "파티션 실행 초기화"),
    "post_clear_task_instances": Said("clear tasks", "태스크 초기화"),
    "patch_dag_run": Said("set the state of a run", "실행 상태 변경"),
    "bulk_dag_runs": Said("change runs", "여러 실행 변경"),
    "delete_dag_run": Said("delete a run", "실행 삭제"),
    "patch_task_instance": Said("set the state of a task", "태스크 상태 변경"),
    "patch_task_group_instances": Said("set the state of tasks", "여러 태스크 상태 변경"),
    "update_hitl_detail": Said("answer a task", "태스크 승인 응답"),
    "create_backfill": Said("begin a backfill", "백필 시작"),
    "pause_backfill": Said("pause a backfill", "백필 일시 중지"),
    "unpause_backfill": Said("resume a backfill", "백필 재개"),
    "cancel_backfill": Said("cancel a backfill", "백필 취소"),
    "post_connection": Said("make a Connection", "연결(Connection) 생성"),
    "patch_connection": Said("change a Connection", "연결(Connection) 변경"),
    "delete_connection": Said("delete a Connection", "연결(Connection) 삭제"),
    "bulk_connections": Said("change Connections", "여러 연결(Connection) 변경"),
    "create_default_connections": Said("make the default Connections", "기본 연결(Connection) 생성"),
    "enqueue_connection_test": Said("test a Connection", "연결(Connection) 테스트"),
    "post_variable": Said("make a Variable", "변수(Variable) 생성"),
    "patch_variable": Said("change a Variable", "변수(Variable) 변경"),
    "delete_variable": Said("delete a Variable", "변수(Variable) 삭제"),
    "bulk_variables": Said("change Variables", "여러 변수(Variable) 변경"),
    "post_pool": Said("make a pool", "풀(Pool) 생성"),
    "patch_pool": Said("change a pool", "풀(Pool) 변경"),
    "delete_pool": Said("delete a pool", "풀(Pool) 삭제"),
    "bulk_pools": Said("change pools", "여러 풀(Pool) 변경"),
    "create_xcom_entry": Said("make an XCom", "XCom 생성"),
    "update_xcom_entry": Said("change an XCom", "XCom 변경"),
    "delete_xcom_entry": Said("delete an XCom", "XCom 삭제"),
    "delete_asset_queued_events": Said("delete waiting asset events", "대기 중인 애셋 이벤트 삭제"),
    "delete_dag_asset_queued_events": Said("delete waiting asset events", "대기 중인 애셋 이벤트 삭제"),
    "delete_dag_asset_queued_event": Said("delete waiting asset events", "대기 중인 애셋 이벤트 삭제"),
    "generate_token": Said("make an API token", "API 토큰 발급"),
}
PAUSE: Final = Said("pause", "일시 중지")
UNPAUSE: Final = Said("unpause", "일시 중지 해제")
#: Airflow writes these down before it does them, and not whether it then did or refused them.
ASKED: Final = Said("asked to {what}", "{what} 요청")
#: What Airflow's scheduler does by itself, after too many failures.
PAUSED: Final = Said("paused", "일시 중지")
#: What is done by Airflow's command line, and what nobody has named yet.
COMMAND: Final = Said("ran airflow {what}", "airflow {what} 명령 실행")
OTHER: Final = Said("asked for {what}", "{what} 요청")

#: What is done by the commands of this project.
ACTIONS: Final = {
    Action.CREATE: Said("made the warehouse", "웨어하우스 생성"),
    Action.MIGRATE: Said("migrated the warehouse", "웨어하우스 마이그레이션"),
    Action.DOWNGRADE: Said("downgraded the warehouse", "웨어하우스 다운그레이드"),
    Action.GRANT: Said("granted rights on the warehouse", "웨어하우스 권한 부여"),
    Action.LOAD: Said("loaded into the warehouse", "웨어하우스 수동 적재"),
    Action.REPLAY: Said("replayed a rejected record", "격리 레코드 재현"),
    Action.BACKUP: Said("backed up", "백업"),
    Action.RESTORE: Said("restored", "복원"),
    Action.ROTATE: Said("replaced secrets", "비밀값 교체"),
    Action.UPGRADE: Said("upgraded the stack", "스택 업그레이드"),
}
FAILED: Final = Said("{what}: failed", "{what} 실패")
