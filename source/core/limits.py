"""How much is taken: bytes, seconds and pixels, checked before anything is decoded."""

from dataclasses import dataclass

from source.core.errors import TooLarge


@dataclass(frozen=True)
class Limits:
    """The most that is taken of one recording.

    Attributes
    ----------
    max_bytes : int
        Size of the file.
    max_seconds : float
        Length of the recording.
    max_pixels : int
        Width times height of a picture, or of a frame of a video.
    """

    max_bytes: int = 500_000_000
    max_seconds: float = 3 * 3600.0
    max_pixels: int = 80_000_000

    def check_bytes(self, name: str, size: int) -> None:
        """Raise `TooLarge` where a file of `size` bytes is over the limit."""
        if size > self.max_bytes:
            raise TooLarge.file(name, size, int(self.max_bytes))

    def check_seconds(self, name: str, seconds: float) -> None:
        """Raise `TooLarge` where a recording of `seconds` is over the limit."""
        if seconds > self.max_seconds:
            raise TooLarge.duration(name, seconds, self.max_seconds)

    def check_pixels(self, name: str, width: int, height: int) -> None:
        """Raise `TooLarge` where a picture of `width` x `height` is over the limit."""
        if width * height > self.max_pixels:
            raise TooLarge.pixels(name, width, height, int(self.max_pixels))
