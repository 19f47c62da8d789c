"""The route of speech_emotion_recognition1."""

import base64

from flask import jsonify
from flask.typing import ResponseReturnValue

from source.core.older import route
from source.views import charts
from source.web.compat import sent


def upload() -> ResponseReturnValue:
    """The overall emotion of any recording, with its chart as a picture in the answer."""
    result = sent.analysed("auto").shown(route("upload").view)
    emotion = result.emotion
    picture = base64.b64encode(charts.picture("bar", result)).decode()
    return jsonify(
        predicted_emotion=emotion.label if emotion else None,
        probabilities=emotion.scores if emotion else None,
        chart_url=f"data:image/png;base64,{picture}" if picture else None,
    )
