"""The routes of older systems, as data: what each is sent, and what it answers.

`web.compat` registers these rows, docs/compat.md lists them, and a test sends each what its row
says. To add a route, add a row here and its function there.
"""

import json
import shlex
from dataclasses import dataclass, field
from typing import Any

Shape = Any
"""The form of an answer: dicts and lists with `TEXT`, `NUMBER`, … in place of the values."""

TEXT, NUMBER, COUNT, FLAG = "text", "number", "whole number", "true or false"
SCORES = "a number for each label"
"""Every label of the route's view, each with its number."""

ANY = "any value"


def maybe(kind: str) -> str:
    """A value that is null where it was not measured."""
    return f"{kind} or null"


@dataclass(frozen=True)
class System:
    """A system whose routes are answered.

    Attributes
    ----------
    name : str
        What it is called.
    about : str
        What a person who moves over from it has to know, in sentences.
    names : dict of str to str
        Its word for each emotion, where emotions are in our words instead; "" where it has none.
    """

    name: str
    about: str
    names: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Route:
    """One route.

    Attributes
    ----------
    name : str
        Name of its function in `web.compat`.
    system : str
        Key of `SYSTEMS`.
    method, path : str
        As HTTP has them; what stands in ``<>`` varies.
    sends : tuple of (str, str)
        Fields of the form with an example of each; ``@name`` is a file.
    answers : Shape or str
        The form of the answer; words where it is described elsewhere or is no JSON.
    view : str
        The label view of its emotions; ``labels`` in the address asks for another one.
    says : str
        What a reader has to know beyond that, in sentences.
    page : bool
        Whether something else of the product has the same address: a page for people, or
        what orchestrators ask.
    own_errors : bool
        Whether its errors have the one shape of this product.
    """

    name: str
    system: str
    method: str
    path: str
    answers: Shape
    sends: tuple[tuple[str, str], ...] = ()
    view: str = "native"
    says: str = ""
    page: bool = False
    own_errors: bool = False

    @property
    def curl(self) -> str:
        """One line that asks for it; the cookie in ``jar`` says whose analyses these are."""
        fields = "".join(f" -F {shlex.quote(f'{name}={value}')}" for name, value in self.sends)
        return f"curl -b jar -c jar{fields} http://127.0.0.1:5000{self.example}"

    @property
    def example(self) -> str:
        """Its path with examples in place of what varies."""
        path = self.path
        for varies, value in EXAMPLES.items():
            path = path.replace(varies, value)
        return path

    @property
    def shape(self) -> str:
        """The form of the answer as JSON text."""
        return json.dumps(self.answers, indent=1)


EXAMPLES = {
    "<file_name>": "clip.mp4",
    "<stem>": "clip",
    "<name>": "clip_annotated.mp4",
    "<job_id>": "JOB_ID",
}
"""What stands in an example in place of what varies in a path."""

FACE = {"emotion": maybe(TEXT), "probabilities": maybe(SCORES)}
VOICE = {"emotion": maybe(TEXT), "probability": maybe(NUMBER), "probabilities": maybe(SCORES)}
FRAME = {"frame": maybe(COUNT), "emotion": TEXT, "probabilities": SCORES}
ENGAGEMENT = dict.fromkeys(("classroom", "product_demo", "seminar", "general"), maybe(NUMBER))
COMBINED = {"audio_analysis": VOICE, "video_analysis": [FRAME]}

SYSTEMS = {
    "aver": System(
        "A-V-E-R",
        "A face counts where it could be read; the list of a video has one entry for each such "
        "face in each picture that was read, and `frame` is the time multiplied by the mean frame "
        "rate. Where several faces are in a picture, `emotion` is their mean.",
    ),
    "speech": System(
        "speech_emotion_recognition1",
        "Any recording is taken, not only a voice. `chart_url` is the bar chart as a PNG picture.",
    ),
    "backend": System(
        "Emotion Analysis Backend Service",
        "`frame_count` pictures were read; in `processed_frames` of them a face was good enough. "
        "Place and weather are null: they are not looked up. The voice has the eight labels of "
        "`ravdess8`, the face those of `ekman7`.",
    ),
    "meeting": System(
        "SkymeetAI emotion service",
        "`anomaly_score` is the share of normal readings that are less strange, so higher is "
        "stranger; `anomaly_flag` is “anomaly” or “normal”. `emotions` is the share of the "
        "measured time that each emotion leads, and `anomalies` the stretches above the threshold.",
    ),
    "engage": System(
        "EngageAi",
        "`face_detection_rate` and `emotion_distribution` are in per cent: of the pictures that "
        "were read, and of the measured time. There is no “latest file” of everybody: each caller "
        "has its own. What was said is not read yet, so `transcription` is null and `results` is "
        "empty.",
    ),
}
"""Every system, in the order of docs/compat.md."""

_FILE = ("file", "@clip.mp4")

ROUTES = (
    Route(
        "image_analysis", "aver", "POST", "/image-analysis", FACE,
        (("file", "@face.jpg"),), "groups5", page=True,
    ),
    Route(
        "audio_analysis", "aver", "POST", "/audio-analysis", VOICE,
        (("file", "@voice.wav"),), "groups5", page=True,
    ),
    Route(
        "video_analysis", "aver", "POST", "/video-analysis", [FRAME],
        (_FILE,), "groups5", page=True,
    ),
    Route(
        "combined_analysis", "aver", "POST", "/combined-analysis", COMBINED, (_FILE,), "groups5",
        "A picture and an audio file may be sent instead of a video.", page=True,
    ),
    Route(
        "get_analysis_result", "aver", "GET", "/get_analysis_result/<stem>", COMBINED,
        view="groups5",
        says="The newest analysis of a file of that name, with or without its ending, in the form "
        "of its kind: as the four routes above answer.",
    ),
    Route(
        "analysis", "aver", "GET", "/analysis/<file_name>", "a Result as JSON",
        says="The newest [Result](result.md) of a file of that name; a browser is led to its page.",
        own_errors=True,
    ),
    Route(
        "upload", "speech", "POST", "/upload",
        {
            "predicted_emotion": maybe(TEXT),
            "probabilities": maybe(SCORES),
            "chart_url": maybe(TEXT),
        },
        (("file", "@voice.wav"),), "ekman7",
    ),
    Route(
        "analyze_media", "backend", "POST", "/api/analyze",
        {
            "status": TEXT,
            "analysis_id": TEXT,
            "results": {
                "audio_emotion": {"emotion": maybe(TEXT), "confidence": maybe(NUMBER)},
                "video_emotion": {
                    "dominant_emotion": maybe(TEXT),
                    "emotion_scores": maybe(SCORES),
                    "frame_count": maybe(COUNT),
                    "processed_frames": maybe(COUNT),
                },
                "context": {"timestamp": TEXT, "location": maybe(TEXT), "weather": maybe(TEXT)},
            },
            "processing_time": NUMBER,
        },
        (_FILE, ("analyze_audio", "true"), ("analyze_video", "true"), ("max_frames", "21")),
        "ekman7",
        "Without `max_frames` the default of the [options](options.md) holds.",
    ),
    Route(
        "analyze", "meeting", "POST", "/analyze",
        {
            "meeting_id": TEXT,
            "participant_id": TEXT,
            "result": {
                "emotion_probs": maybe(SCORES),
                "anomaly_score": maybe(NUMBER),
                "anomaly_flag": maybe(TEXT),
            },
            "timeline": [
                {
                    "start": NUMBER,
                    "end": NUMBER,
                    "emotion": TEXT,
                    "confidence": NUMBER,
                    "anomaly_score": maybe(NUMBER),
                }
            ],
            "anomalies": [{"start": NUMBER, "end": NUMBER}],
            "emotions": SCORES,
        },
        (("meeting_id", "m-1"), ("participant_id", "p-1"), _FILE, ("type", "video")),
        "crema6",
        "`type` is audio (read the voice alone), video or image; without it, what suits the "
        "recording is read.",
    ),
    Route(
        "process", "engage", "POST", "/process",
        {
            "status": TEXT,
            "frames_processed": maybe(COUNT),
            "face_detection_rate": maybe(NUMBER),
            "emotion_distribution": SCORES,
            "duration_seconds": maybe(NUMBER),
            "engagement_scores": ENGAGEMENT,
            "analytics_file": TEXT,
            "processed_video": maybe(TEXT),
        },
        (_FILE,), "five",
        "`analytics_file` and `processed_video` are addresses on this server.",
    ),
    Route(
        "process_video", "engage", "POST", "/api/process-video",
        {"status": TEXT, "message": TEXT, "job_id": TEXT, "download_url": maybe(TEXT)},
        (_FILE,), "five",
    ),
    Route(
        "download", "engage", "GET", "/api/download/<name>", "the annotated video",
        says="`name` is what stands in `download_url`, or the name under which a browser would "
        "keep it.",
    ),
    Route(
        "analytics", "engage", "GET", "/analytics",
        "the CSV with 20 columns ([engagement](engagement.md)) of the caller's last analysis",
    ),
    Route(
        "content_analysis", "engage", "GET", "/content-analysis",
        {
            "timestamp": NUMBER,
            "video": TEXT,
            "has_audio": FLAG,
            "transcription": maybe(ANY),
            "message": maybe(TEXT),
        },
    ),
    Route(
        "scholarly_results", "engage", "GET", "/scholarly-results",
        {
            "timestamp": NUMBER,
            "original_query": maybe(TEXT),
            "optimized_query": maybe(TEXT),
            "results": [],
        },
    ),
    Route("health", "engage", "GET", "/health", {"status": TEXT}, page=True),
)  # fmt: skip
"""Every route, system by system."""


def route(name: str) -> Route:
    """The row of that name."""
    return next(row for row in ROUTES if row.name == name)
