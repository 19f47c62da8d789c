"""The route of the SkymeetAI emotion service."""

from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from source.core.errors import BadRequest, UnknownOption
from source.core.older import route
from source.core.result import Moment
from source.views.charts.data import shares
from source.views.unusual import unusual
from source.web.compat import sent

NAMES = {
    "meeting_id": ("meeting_id", "meeting_code", "meeting"),
    "participant_id": ("participant_id", "participant", "speaker_id"),
}
"""What a field may also be called."""

SENSES_OF = {
    "": ("voice", "face"),
    "audio": ("voice",),
    "video": ("voice", "face"),
    "image": ("voice", "face"),
}
"""What is read of a type; without one, what suits the recording."""


def analyze() -> ResponseReturnValue:
    """The emotions of one participant's recording, and what is unusual in it."""
    who = {name: _field(name) for name in NAMES}
    kind = request.form.get("type", "").strip().lower()
    if kind not in SENSES_OF:
        raise UnknownOption("type", kind, [name for name in SENSES_OF if name])
    result = sent.done(sent.submitted(SENSES_OF[kind], sent.files())).shown(route("analyze").view)
    anomaly = result.anomaly
    return jsonify(
        **who,
        result={
            "emotion_probs": result.emotion.scores if result.emotion else None,
            "anomaly_score": anomaly.score if anomaly else None,
            "anomaly_flag": anomaly.flag if anomaly else None,
        },
        timeline=[_moment(moment) for moment in result.timeline],
        anomalies=[{"start": one.start, "end": one.end} for one in unusual(result)],
        emotions={label: round(sure + unsure, 6) for label, sure, unsure in shares(result)},
    )


def _field(name: str) -> str:
    text = next((found for n in NAMES[name] if (found := request.form.get(n, "").strip())), "")
    if not text:
        raise BadRequest(f"The field {name} is missing.", hint=f"Send {name} with the file.")
    return text


def _moment(moment: Moment) -> dict[str, Any]:
    return {
        "start": moment.start,
        "end": moment.end,
        "emotion": moment.emotion.label,
        "confidence": moment.emotion.score,
        "anomaly_score": moment.anomaly,
    }
