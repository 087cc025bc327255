"""The one exception a command raises for what its user can mend."""


class Trouble(Exception):
    """What must hold, what arrived, the usual cure; shown as it is, without a traceback."""
