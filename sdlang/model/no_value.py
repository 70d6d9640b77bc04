"""Why a function has no value for its arguments, where the function itself can say it better than mathematics."""


class NoValue(ValueError):
    """Its text is shown to the modeller as it is."""
