# The module of the standard library, with a newer SQLite inside.
from sqlite3 import *
