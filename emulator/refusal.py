"""What the Bot API server answers instead of a result; the words are the real server's."""


class RefusalError(Exception):
    """A request refused: HTTP status, description, and what helps to try again."""

    def __init__(self, description: str, code: int = 400, **parameters: int) -> None:
        super().__init__(description)
        self.description = description
        self.code = code
        self.parameters = parameters

    def as_json(self) -> dict[str, object]:
        """The body of the answer."""
        body: dict[str, object] = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


def bad_request(words: str) -> RefusalError:
    """A 400; words in capitals pass as they are, others begin with a small letter, as at the server."""
    return RefusalError(f"Bad Request: {words}")


def forbidden(words: str) -> RefusalError:
    """A 403."""
    return RefusalError(f"Forbidden: {words}", 403)


def conflict(words: str) -> RefusalError:
    """A 409."""
    return RefusalError(f"Conflict: {words}", 409)
