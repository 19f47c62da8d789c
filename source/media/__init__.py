"""A file becomes numbers: what a recording is, its sound, its pictures. By content, never by name.

Nothing here reads settings; limits come as a `Limits`. Only `AverError` leaves this room.
"""

from source.core.limits import Limits
from source.media.ahead import ahead
from source.media.audio import Sound, sound
from source.media.frames import Picture, pictures, shown, step
from source.media.image import image
from source.media.probe import probe
from source.media.recording import Recording

__all__ = [
    "Limits",
    "Picture",
    "Recording",
    "Sound",
    "ahead",
    "image",
    "pictures",
    "probe",
    "shown",
    "sound",
    "step",
]
