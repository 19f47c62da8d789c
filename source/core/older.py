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
    "hume": System(
        "the batch API of Hume's Expression Measurement, closed on 14 June 2026",
        "A program changes the address and keeps its key: on a server with tokens the key is a "
        "token, in `X-Hume-Api-Key` or `Authorization: Bearer`; without tokens, the cookie of the "
        "first answer says whose jobs these are. Models are `face` and `prosody`; without "
        "`models`, what suits each file is read. `fps_pred` and `min_face_size` hold, other "
        "settings of a model are ignored. Files are sent, never fetched: `urls`, `text` and "
        "`callback_url` are refused with a sentence, and so are archives. A job of several files "
        "is listed file by file, and `num_predictions` counts files. `text` is null until words "
        "are read. A face that could not be read is left out. The names of emotions are AVER's "
        "own; the table below gives the closest one there. Scores here are probabilities that "
        "sum to 1.",
        {
            "neutral": "",
            "calm": "Calmness",
            "happy": "Joy",
            "sad": "Sadness",
            "angry": "Anger",
            "fearful": "Fear",
            "disgust": "Disgust",
            "surprised": "Surprise (positive), Surprise (negative)",
            "contempt": "Contempt",
        },
    ),
}
"""Every system, in the order of docs/compat.md."""

_FILE = ("file", "@clip.mp4")

_BATCH_JOB = {
    "type": TEXT,
    "job_id": TEXT,
    "user_id": TEXT,
    "request": {
        "callback_url": maybe(TEXT),
        "files": [{"filename": TEXT, "content_type": TEXT, "md5sum": TEXT}],
        "models": ANY,
        "notify": FLAG,
        "text": [],
        "urls": [],
    },
    "state": {
        "status": TEXT,
        "created_timestamp_ms": COUNT,
        "started_timestamp_ms": maybe(COUNT),
        "ended_timestamp_ms": maybe(COUNT),
        "num_predictions": COUNT,
        "num_errors": COUNT,
        "message": maybe(TEXT),
    },
}
_BATCH_EMOTIONS = [{"name": TEXT, "score": NUMBER}]


def _grouped(prediction: Shape) -> Shape:
    groups = [{"id": TEXT, "predictions": [prediction]}]
    return {"metadata": maybe(ANY), "grouped_predictions": groups}


_BATCH_MODELS = {
    "face": _grouped(
        {
            "frame": maybe(COUNT),
            "time": NUMBER,
            "prob": maybe(NUMBER),
            "box": dict.fromkeys("xywh", maybe(NUMBER)),
            "emotions": _BATCH_EMOTIONS,
        }
    ),
    "prosody": _grouped(
        {
            "text": maybe(TEXT),
            "time": {"begin": NUMBER, "end": NUMBER},
            "confidence": maybe(NUMBER),
            "speaker_confidence": maybe(NUMBER),
            "emotions": _BATCH_EMOTIONS,
        }
    ),
}

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
    Route(
        "batch_start", "hume", "POST", "/v0/batch/jobs", {"job_id": TEXT},
        (("json", '{"models": {"face": {}, "prosody": {}}}'), _FILE),
        says="Several files may be sent; each is a field `file`.", own_errors=True,
    ),
    Route(
        "batch_jobs", "hume", "GET", "/v0/batch/jobs", [_BATCH_JOB], own_errors=True,
        says="`limit`, `status`, `when`, `timestamp_ms`, `sort_by` and `direction` are as they "
        "were. `md5sum` is empty here.",
    ),
    Route(
        "batch_job", "hume", "GET", "/v0/batch/jobs/<job_id>", _BATCH_JOB, own_errors=True,
        says="`status` is QUEUED, IN_PROGRESS, COMPLETED or FAILED.",
    ),
    Route(
        "batch_predictions", "hume", "GET", "/v0/batch/jobs/<job_id>/predictions",
        [
            {
                "source": {"type": TEXT, "filename": TEXT, "content_type": TEXT, "md5sum": TEXT},
                "results": {
                    "predictions": [{"file": TEXT, "models": _BATCH_MODELS}],
                    "errors": [{"message": TEXT, "file": TEXT}],
                },
                "error": maybe(TEXT),
            }
        ],
        own_errors=True,
        says="One entry for each file. A model that was not asked for, or has nothing to read in "
        "such a file, is absent. Until the job is over the answer is 404 with `not_ready`.",
    ),
)  # fmt: skip
"""Every route, system by system."""


def route(name: str) -> Route:
    """The row of that name."""
    return next(row for row in ROUTES if row.name == name)
