from collections.abc import Callable
from typing import Any

# Not a subclass of str when it runs, but it answers every method of one: labels and messages take either.
class LazyString(str):
    def __new__(cls, func: Callable[..., str], *args: Any, **kwargs: Any) -> LazyString: ...
