"""The route of the Emotion Analysis Backend Service."""

from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from source.core.emotions import Emotion
from source.core.errors import BadRequest
from source.core.older import route
from source.core.result import Result
from source.core.senses import SENSES
from source.web.compat import sent

FIELDS = {"voice": "analyze_audio", "face": "analyze_video"}
"""The field of the form that says whether a sense is to be read."""

VOICE_VIEW = "ravdess8"


def analyze() -> ResponseReturnValue:
    """Voice and face of one recording, each by itself."""
    senses = [s for s in SENSES if sent.switch(request.form, FIELDS[s], default=True)]
    if not senses:
        raise BadRequest(
            "Neither the voice nor the faces are to be read.",
            hint=f"Send {' or '.join(f'{field}=true' for field in FIELDS.values())}.",
        )
    found = sent.done(sent.submitted(senses, sent.files()))
    return jsonify(
        status="success",
        analysis_id=found.job.id,
        results={
            "audio_emotion": _voice(found.shown(VOICE_VIEW)),
            "video_emotion": _face(found.shown(route("analyze_media").view)),
            "context": {"timestamp": found.result.created, "location": None, "weather": None},
        },
        processing_time=found.result.took,
    )


def _voice(result: Result) -> dict[str, Any]:
    heard: Emotion | None = result.voice.emotion if result.voice else None
    return {
        "emotion": heard.label if heard else None,
        "confidence": heard.score if heard else None,
    }


def _face(result: Result) -> dict[str, Any]:
    face = result.face
    seen: Emotion | None = face.emotion if face else None
    return {
        "dominant_emotion": seen.label if seen else None,
        "emotion_scores": seen.scores if seen else None,
        "frame_count": face.frames.read if face else None,
        "processed_frames": face.frames.used if face else None,
    }
