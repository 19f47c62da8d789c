"""A Result as a table that people can read."""

import re
import textwrap
from collections.abc import Iterable, Sequence
from itertools import groupby

from source.cli.terminal import Style, printable
from source.core.emotions import Emotion, mean_scores
from source.core.result import Moment, Person, Result
from source.views import words
from source.views.device import ran_on
from source.views.palette import colour
from source.views.spans import Span, rows
from source.views.timeline import length

MOST_ROWS = 20
"""Rows of one list; longer time lines are summed up in so many."""

MOST_SHARES = 3
"""Emotions named in one row of a long time line."""

SAID = re.compile(r"(Mostly|(The voice |The face )?[Rr]eads as) \S+( \([^)]*\)| throughout)\.")
"""Sentences that say no more than the headline does."""


def table(result: Result, saved: Sequence[str], style: Style, *, drawn: Sequence[str] = ()) -> str:
    """Set a Result for one stream: title, sentence, notes, scores, then what stood when.

    Parameters
    ----------
    result : Result
        In the label view it is to be shown in.
    saved : sequence of str
        Where it and its exports were written; empty where they were not.
    style : Style
        Width, colours and characters of the stream.
    drawn : sequence of str
        What was drawn beside it, by its place.
    """
    return style.plain("\n".join(_Table(result, style).lines(saved, drawn))) + "\n"


class _Table:
    def __init__(self, result: Result, style: Style) -> None:
        self.result = result
        self.style = style
        self.first = 24 if (result.source.seconds or 0.0) >= 3600 else 18
        """Width of the first column, which holds labels, names and times."""

    def lines(self, saved: Sequence[str], drawn: Sequence[str] = ()) -> Iterable[str]:
        yield from self._title()
        yield from self._headline()
        yield from self._notes()
        if self.result.emotion is not None:
            yield ""
            yield from self._scores(self.result.emotion)
        yield from self._over_time()
        yield from self._voice()
        yield from self._people()
        yield from self._foot(saved, drawn)

    def _title(self) -> Iterable[str]:
        sources = self.result.sources or (self.result.source,)
        name = " + ".join(printable(source.name) for source in sources)
        main = self.result.source
        facts = [words.KINDS[main.kind]] if len(sources) == 1 else ["picture and audio"]
        if main.seconds is not None:
            facts.append(words.duration(main.seconds))
        if main.video:
            facts.append(f"{main.video.width} x {main.video.height}")
        facts.append(words.size(sum(source.bytes for source in sources)))
        yield f"{self.style.bold(name)}  {self.style.dim(' · '.join(facts))}"

    def _headline(self) -> Iterable[str]:
        head = words.headline(self.result)
        text = self.style.bold(head.text)
        if head.label is not None:
            text = self.style.coloured(text, colour(head.label))
        yield ""
        yield "  " + " · ".join(part for part in (text, head.share, head.sure) if part)
        sentence = words.summary(self.result)
        if not SAID.fullmatch(sentence):
            yield from self._wrapped(sentence, "  ")

    def _notes(self) -> Iterable[str]:
        for note in self.result.notes:
            yield from self._wrapped(note.text, "  ! ", "    ")

    def _scores(self, emotion: Emotion) -> Iterable[str]:
        width = self.style.width - self.first - 12
        for label, score in sorted(emotion.scores.items(), key=lambda pair: -pair[1]):
            bar = self.style.coloured(self.style.bar(score, width), colour(label))
            yield f"  {label:<{self.first}}{bar}{words.percent(score):>10}"

    def _over_time(self) -> Iterable[str]:
        moments = self.result.timeline
        if len(moments) < 2 or _senses(moments) == ["voice"]:
            return  # what is said of the voice below is the same, to the tenth of a second
        yield from self._head("Over time", " and ".join(_senses(moments)))
        runs = [list(group) for _, group in groupby(moments, key=_run_key)]
        if len(runs) > MOST_ROWS:
            yield from self._blocks([(m.start, m.end, m.emotion) for m in moments])
        else:
            yield from self._rows(
                [(run[0].start, run[-1].end, _mean(run), " + ".join(_senses(run))) for run in runs]
            )

    def _voice(self) -> Iterable[str]:
        voice = self.result.voice
        if voice is None or not voice.segments:
            return
        facts = (f"{words.duration(voice.speech_seconds)} of speech", words.baseline(voice))
        yield from self._head("Voice", ", ".join(fact for fact in facts if fact))
        if len(voice.segments) > MOST_ROWS:
            yield from self._blocks([(s.start, s.end, s.emotion) for s in voice.segments])
        else:
            yield from self._rows([(s.start, s.end, s.emotion, "") for s in voice.segments])

    def _people(self) -> Iterable[str]:
        face = self.result.face
        if face is None or not face.people:
            return
        frames = face.frames
        still = frames.read == 1 and self.result.source.kind == "image"
        if still and len(face.people) == 1 and face.emotion is not None:
            return  # the scores above are this face's
        counted = "" if still else f"in {frames.with_face} of {frames.read} pictures"
        yield from self._head("Faces", counted)
        for person in face.people[:MOST_ROWS]:
            yield from self._person(person, still=still)
        yield from self._left_out(len(face.people))

    def _person(self, person: Person, *, still: bool) -> Iterable[str]:
        name = f"{f'person {person.id}':<{self.first}}"
        when = "" if still else f"{_time(person.first)} – {_time(person.last)}"
        if person.emotion is None:
            poor = self.style.dim(f"{'not readable':<37}  {when}".rstrip())
            yield f"  {name}{poor}"
        else:
            line = f"  {name}{self._reading(person.emotion)}  {self.style.dim(when)}"
            yield line.rstrip()
        if person.motion is not None:
            moving = self._reading(person.motion.emotion)
            yield f"  {'  in motion':<{self.first}}{moving}".rstrip()

    def _rows(self, rows: Sequence[tuple[float, float, Emotion, str]]) -> Iterable[str]:
        for start, end, emotion, rest in rows:
            line = f"  {self._when(start, end)}{self._reading(emotion)}  {self.style.dim(rest)}"
            yield line.rstrip()

    def _blocks(self, spans: Sequence[Span]) -> Iterable[str]:
        """A long time line in few rows: of each what it holds, in its proportions."""
        for block in rows(spans, length(self.result), most=MOST_ROWS):
            shares = [
                self.style.coloured(f"{label} {words.percent(share)}", colour(label))
                for label, share in list(block.shares().items())[:MOST_SHARES]
            ]
            more = ", …" if len(block.shares()) > MOST_SHARES else ""
            sure = self.style.dim(words.how_sure(block))
            yield f"  {self._when(block.start, block.end)}{', '.join(shares)}{more}  {sure}"

    def _when(self, start: float, end: float) -> str:
        return f"{f'{_time(start)} – {_time(end)}':<{self.first}}"

    def _reading(self, emotion: Emotion) -> str:
        """Label, share and how sure, in columns."""
        label = self.style.coloured(f"{emotion.label:<17}", colour(emotion.label))
        return f"{label}{words.percent(emotion.score):>10}  {words.certainty(emotion):<8}"

    def _left_out(self, count: int) -> Iterable[str]:
        if count > MOST_ROWS:
            yield self.style.dim(f"  … and {count - MOST_ROWS} more; all are in the JSON")

    def _head(self, title: str, rest: str) -> Iterable[str]:
        yield ""
        yield f"  {self.style.bold(title)}  {self.style.dim(rest)}".rstrip()

    def _foot(self, saved: Sequence[str], drawn: Sequence[str]) -> Iterable[str]:
        models = ", ".join(f"{sense} {m.name}" for sense, m in self.result.models.items())
        yield ""
        took = f"took {self.result.took:.1f} s" + (f" with {models}" if models else "")
        places = [f"saved to {printable(place)}" for place in saved]
        places += [f"drawing saved to {printable(place)}" for place in drawn]
        ran = ran_on(self.result.device) if self.result.device else ""
        for text in filter(None, (took, ran, *places)):
            yield from (self.style.dim(line) for line in self._wrapped(text, "  "))

    def _wrapped(self, text: str, first: str, rest: str = "  ") -> Iterable[str]:
        width = self.style.width - 2
        kept = text.replace(" %", "\N{NO-BREAK SPACE}%")  # a figure stays with its sign
        lines = textwrap.wrap(kept, width, initial_indent=first, subsequent_indent=rest)
        return [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]


def _run_key(moment: Moment) -> tuple[str, bool, tuple[str, ...]]:
    return moment.emotion.label, moment.emotion.certain, moment.senses


def _mean(run: Sequence[Moment]) -> Emotion:
    """What moments that read alike read as together."""
    scores = mean_scores([m.emotion.scores for m in run], [m.end - m.start for m in run])
    alike = run[0].emotion
    return Emotion(alike.label, scores[alike.label], alike.certain, scores)


def _senses(moments: Iterable[Moment]) -> list[str]:
    return list(dict.fromkeys(sense for moment in moments for sense in moment.senses))


def _time(seconds: float) -> str:
    """A time to the tenth of a second.

    Examples
    --------
    >>> _time(0.96), _time(72.25), _time(3725)
    ('0:01.0', '1:12.2', '1:02:05.0')
    """
    tenths = round(seconds * 10)
    return f"{words.clock(tenths // 10)}.{tenths % 10}"
