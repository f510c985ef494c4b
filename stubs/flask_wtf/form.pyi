from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup
from wtforms import Form
from wtforms.fields import HiddenField
from wtforms.meta import DefaultMeta

class FlaskForm(Form):
    class Meta(DefaultMeta):
        csrf: bool
        csrf_field_name: str
        csrf_time_limit: int | None

    csrf_token: HiddenField
    def __init__(
        self,
        formdata: Any = ...,
        obj: object | None = None,
        prefix: str = "",
        data: Mapping[str, Any] | None = None,
        meta: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None: ...
    def is_submitted(self) -> bool: ...
    def validate_on_submit(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool: ...
    def hidden_tag(self, *fields: str) -> Markup: ...
