"""The WSGI entry of the production server: `consult.wsgi:app`."""

from consult.app import create_app
from consult.core.logs import configure_logs
from consult.settings import read_settings

_settings = read_settings()
configure_logs(_settings.log_level)
app = create_app(_settings)
