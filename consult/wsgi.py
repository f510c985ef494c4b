"""The WSGI entry of the production server: `consult.wsgi:app`."""

import os

from consult.app import create_app
from consult.core.logs import configure_logs
from consult.settings import OWNER_ONLY, read_settings

os.umask(OWNER_ONLY)
_settings = read_settings()
configure_logs(_settings.log_level)
app = create_app(_settings)
