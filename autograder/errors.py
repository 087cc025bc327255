"""What a command raises for what its user can mend."""


class Trouble(Exception):
    """What must hold, what arrived, the usual cure; shown as it is, without a traceback."""


class Mismatch(Trouble):
    """A worker would grade by other checks than this process; nothing is graded before that is mended."""
