from collections.abc import Callable
from datetime import datetime
from typing import Any

from huey.consumer import Consumer

_Moment = Callable[[datetime], bool]

class Huey:
    name: str
    immediate: bool
    storage: Any
    def __init__(
        self,
        name: str = "huey",
        results: bool = True,
        store_none: bool = False,
        utc: bool = True,
        immediate: bool = False,
        **storage_kwargs: Any,
    ) -> None: ...
    def task(
        self, *, name: str | None = None, **options: Any
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]: ...
    def periodic_task(
        self, validate_datetime: _Moment, *, name: str | None = None, **options: Any
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]: ...
    def create_consumer(self, **options: Any) -> Consumer: ...
    def dequeue(self) -> Any: ...
    def execute(self, task: Any, timestamp: datetime | None = None) -> Any: ...
    def pending_count(self) -> int: ...
    def flush(self) -> None: ...

class FileHuey(Huey): ...
class MemoryHuey(Huey): ...
class RedisHuey(Huey): ...
class SqliteHuey(Huey): ...

def crontab(
    minute: str = "*",
    hour: str = "*",
    day: str = "*",
    month: str = "*",
    day_of_week: str = "*",
    strict: bool = False,
) -> _Moment: ...
