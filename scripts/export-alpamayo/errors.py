"""What the exporter says to a person when it cannot go on."""


class ExportError(Exception):
    """A mistake in the input: `message` names the thing, `hint` says what to do. Printed without a traceback."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message if self.hint is None else f"{self.message}\n  {self.hint}"
