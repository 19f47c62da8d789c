"""docs/exports.md, from the table of `source.views.exports`."""

from source.cli.markdown import page, table
from source.core.result_schema import NAME
from source.views.exports import EXPORTS, Export


def exports() -> str:
    """docs/exports.md."""
    rows = [
        (
            f"`{row.name}`",
            row.title,
            row.format.name,
            f"`{row.format.media_type}`",
            f"`<name>{row.suffix}`",
            row.format.opens,
            _needs(row),
        )
        for row in EXPORTS.values()
    ]
    return page(
        "Exports",
        "A result can be saved in these formats. Its page lists them under “Download”. A picture "
        "has neither charts over time nor subtitles and tiers. What needs the recording is "
        "available until the recording is deleted; what needs a drawing, if one was made.",
        table(("name", "what", "format", "media type", "file", "opens in", "needs"), rows),
        "- Command line: `python run.py clip.mp4 --export report.pdf,csv,sound:12.5-30` writes the "
        "files beside the saved [Result](result.md), with the same number if it has one "
        "(`clip_report-2.pdf` beside `clip_analysis-2.json`). If a result has nothing for an "
        "export, stderr says so, and the exit status does not change. `--export annotated` "
        "and `--export subtitled` also draw, as `--annotate` and `--subtitles` do.\n"
        "- HTTP: `/results/<id>/exports/<name>`, with `?labels=VIEW` for another label view, "
        "`?theme=dark` for a dark ground and `?from=12.5&to=30` for a stretch. "
        "`/results/<id>.json` and `/results/<id>/charts/<chart>.svg` still answer.\n"
        "- API: `/api/v1/results/<id>/exports/<name>`, with the same parameters ([API](api.md)).",
        "The same Result gives the same bytes, whichever way you save it: no file holds the time "
        "of its writing. What was not measured is empty, and never 0.",
        "## What is in them",
        f"- **JSON**: the [Result](result.md). Its JSON Schema (2020-12) is "
        f"[docs/{NAME}]({NAME}); a server has it at `/schemas/{NAME}`, and the answer names it in "
        "a `Link` header.\n"
        "- **PDF**: headline, picture (of a still, until it is deleted), charts, tables (also of "
        "what was marked by hand), models and limits, on one to three pages; tagged "
        "(PDF/UA-1), with alternative texts. The charts show the six people seen longest, the "
        "table twelve. Faces are hidden if the analysis was told to hide them. Letters that its "
        "font (DejaVu Sans) lacks are taken from the fonts of the system.\n"
        "- **CSV, readings** (`csv`): one row for each moment of the combined time line "
        "(`together`), each utterance, and each face in each picture. Times are in seconds; "
        "scores in `score_<emotion>`, empty if the sense does not know the emotion. `certain` is "
        "true or false; a face that was not read has the reason in `refused` and no emotion. "
        "Markers and excluded stretches have rows of their own (`marker`, `excluded` in `sense`) "
        "with the `note`.\n"
        "- **CSV, faces by frame** (`frames.csv`): one row for each face in each picture, in the "
        "column names of py-feat. Boxes are in pixels of the upright picture, angles in degrees "
        "(signs as in the [Result](result.md#quality)). `frame` is the time multiplied by the "
        "mean frame rate, rounded; `time` is exact. `FaceScore` is how sure the detector "
        "is; landmarks and action units are not measured. `contempt`, `time`, "
        "`certain` and `refused` are our own.\n"
        "- Texts in a CSV that begin with `=`, `+`, `-` or `@` get an apostrophe, so that no "
        "spreadsheet takes them for a formula. pandas reads columns that are empty over long "
        "stretches best with `low_memory=False`.\n"
        "- **WebVTT, SRT**: a cue for each stretch of the combined answer; the second line says "
        "what each sense and person reads as, if there are several, with `?` where most is not "
        "sure. A marker adds a line for two seconds, an excluded stretch is a cue of its own.\n"
        "- **ELAN**: EAF 2.8, one tier for everything together, one for each sense or person, one "
        "for the stretches in which voice and face differ, and one each for markers (an annotation "
        "of half a second, as ELAN has no points) and excluded stretches, with their notes. A "
        "label that is not sure ends in `?`. "
        "The package adds the scores, agreement, anomaly, valence, arousal and dominance as "
        "tracks: unpack its three files into the folder of the recording.\n"
        "- **Praat**: the same tiers as interval tiers; gaps are empty intervals, and markers are "
        "a tier of points.\n"
        "- **Annotated recording**: with a box, a label and the scores for each face; made with "
        "the analysis (`--annotate`) or by “Make a drawing” on the page of the result. "
        "`subtitled` (`--subtitles`) has the subtitles burned in as well; a picture has none. If "
        "the analysis was told to hide faces, they are hidden in both.\n"
        "- **WAV**: the sound, or a stretch of at most ten minutes, mono, 16 bit, at the rate of "
        "the recording. Times may be written as on a clock (`0:12-0:30`).\n"
        "- **ZIP**: all of these that there are; the sound only if a stretch is named.",
    )


def _needs(row: Export) -> str:
    return "the recording" if row.needs_recording else "a drawing" if row.needs_drawing else ""
