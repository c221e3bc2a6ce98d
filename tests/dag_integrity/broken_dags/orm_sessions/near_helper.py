"""A module that its neighbour imports, and that imports another."""

import session_helper

work = session_helper.work
