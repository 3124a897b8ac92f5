"""What icp says when something cannot be done. The doors turn it into 400 or 409, or a line in a form."""


class NotPossible(Exception):
    """What was asked cannot be done; the message says why, and what would be accepted."""


class TooLate(NotPossible):
    """The round, or its question, is closed (or is not closed yet): it would have been possible before."""
