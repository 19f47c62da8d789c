"""The page of a result: what it shows of a moment, a part and a person, and to whom."""

import re
from dataclasses import replace

import pytest

from source.core.result import Anomaly, AudioStream, Face, Frames, Source
from source.views import lanes
from tests.views import made


@pytest.fixture
def page(visitor, jobs, sent):
    """The page of a Result as text."""

    def shown(result, query=""):
        jobs.finish(sent.id, result)
        answer = visitor.get(f"/results/{sent.id}{query}")
        assert answer.status_code == 200
        return answer.text

    return shown


def _pair():
    still = made.picture(faces=1)
    sound = Source("said.wav", "audio", 1, "9" * 64, 12.0, None, AudioStream(44100, 1, "pcm"))
    return replace(
        still, analysis="combined", voice=made.sound().voice, sources=(still.source, sound)
    )


def _main(text):
    main = text.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (made.video(), ["Two people and a voice", "78 % of the time", "Sure"]),
        (made.sound(), ["A voice", "70 % of the 10 s with speech", "Sure"]),
        (made.picture(faces=1), ["One face", "83 %", "Sure"]),
        (made.picture(), ["Two faces", "Not sure"]),
        (_pair(), ["One face and a voice"]),
        (made.nothing(), ["Nobody"]),
    ],
    ids=["video", "sound", "face", "faces", "pair", "nothing"],
)
def test_the_headline_answers_who_when_and_how_sure(page, result, said):
    head = _main(page(result)).partition("The recording")[0]
    for words in said:
        assert words in head


def test_every_lane_is_a_drawing_that_says_in_words_what_it_shows(page):
    text = page(made.video())
    assert re.findall(r'data-lane="([^"]+)"', text) == ["together", "voice", "person-1", "person-2"]
    said = re.findall(r'data-track role="img" aria-label="([^"]+)"', text)
    assert said[1] == "Voice: happy 82 % and sad 18 % of the time read; sure for 100 %"
    assert "0:28.0 to 0:33.0: sad, sure" in text  # what a narrow block reads as


def test_what_is_not_sure_is_hatched_and_called_so(page):
    text = page(made.sound(sure=False))
    hatched = re.findall(r'fill="url\(#(unsure-\w+)\)"', text)
    assert hatched and all(f'id="{name}"' in text for name in hatched)
    assert re.search(r">\w+, unsure<", text)


def test_a_sense_that_found_nothing_has_an_empty_lane_that_says_so(page):
    video = made.video()
    moments = tuple(replace(m, senses=("voice",), agreement=None) for m in video.timeline)
    text = page(replace(video, face=Face(Frames(240, 0, 0)), timeline=moments))
    assert "no face found" in text
    assert "no speech found" in page(made.nothing())


def test_disagreement_and_what_is_unlike_the_training_data_are_marked_and_listed(page):
    video = made.video()
    moments = tuple(replace(m, anomaly=0.9 if 48 <= m.start < 50 else 0.1) for m in video.timeline)
    text = page(replace(video, timeline=moments, anomaly=Anomaly(0.2, "normal", 0.5)))
    assert 'class="flag-disagree"' in text and 'class="flag-unusual"' in text
    marks = _main(text).partition("Moments to look at")[2]
    assert "voice sad, face of Person 1 happy" in marks and "each is sure" in marks
    assert "0:48 unlike the training data" in marks
    assert "flag-unusual" not in page(video)


def test_a_pair_shows_the_lane_of_its_voice(page):
    text = page(_pair())
    assert re.findall(r'data-lane="([^"]+)"', text) == ["voice"]


def test_any_part_of_the_time_line_is_drawn_by_itself(visitor, jobs, sent):
    jobs.finish(sent.id, made.video())
    part = visitor.get(f"/results/{sent.id}/lanes?from=20&to=26").text
    assert "<html" not in part
    assert 'data-from="20.0" data-to="26.0" data-seconds="60.0"' in part
    assert "0:22" in part and "0:28" not in part


@pytest.mark.parametrize("query", ["?from=nan&to=x", "?from=-5&to=1e9", "?from=50&to=10", "?to=0"])
def test_a_part_that_is_none_is_moved_into_the_recording(visitor, jobs, sent, query):
    jobs.finish(sent.id, made.video())
    part = visitor.get(f"/results/{sent.id}/lanes{query}")
    assert part.status_code == 200
    start, end = (float(re.search(f'data-{w}="([^"]+)"', part.text)[1]) for w in ("from", "to"))
    assert 0.0 <= start < end <= 60.0 and end - start >= 2.0


def test_a_page_of_two_hours_has_no_more_to_draw_than_one_of_half_an_hour(page):
    """Flags, pieces and words are summed up; a browser draws so many nodes, whatever the length."""

    def drawn(hours):
        long = made.hours(hours, people=4)
        far = [replace(m, agreement=0.3) if i % 5 else m for i, m in enumerate(long.timeline)]
        text = page(replace(long, timeline=tuple(far)))
        lanes = text[text.index("data-lanes-view") : text.index('class="lanes-below"')]
        return len(re.findall(r"<(?:rect|path|text|title|g)[ >]", lanes)), len(text)

    (few, short), (nodes, size) = drawn(0.5), drawn(2.0)
    assert few < 500 and nodes < 500
    assert size < 500_000 and size < 1.5 * short


def test_what_is_short_is_drawn_block_by_block_and_what_is_long_as_one_shape_a_label():
    short, long = lanes.lanes(made.video()), lanes.lanes(made.hours(1))
    assert not short.main.shapes and short.main.blocks
    assert not long.main.blocks and {s.label for s in long.main.shapes} == set(short.labels)
    half = lanes.lanes(made.hours(1), start=0.0, end=30.0)
    assert half.main.blocks  # zoomed in, there is room


def test_a_picture_has_no_time_line_to_ask_for(visitor, jobs, sent):
    jobs.finish(sent.id, made.picture())
    assert visitor.get(f"/results/{sent.id}/lanes").status_code == 404


def test_moments_are_given_to_the_script_in_the_words_of_the_view(visitor, jobs, sent):
    jobs.finish(sent.id, made.video())
    read = visitor.get(f"/results/{sent.id}/moments?labels=groups5").json
    assert read["labels"] == ["Angry", "Happy", "Neutral", "Sad/Fear", "Surprise/Disgust"]
    assert read["seconds"] == 60.0 and set(read["lanes"]) == {"voice", "person-1", "person-2"}
    start, end, label, certain, scores, _ = read["moments"][0]
    assert (start, end, label, certain) == (0.0, 0.5, "Happy", True)
    assert sum(scores) == pytest.approx(1.0)
    assert read["flags"][0][:3] == ["disagree", 26.0, 34.0]


def test_a_face_is_shown_to_its_owner_alone(visitor, another, jobs, sent, page):
    folder = jobs.folder / f"{sent.id}-faces"
    folder.mkdir(parents=True)
    (folder / "2.jpg").write_bytes(b"\xff\xd8\xff a face")
    address = f"/results/{sent.id}/faces/2"
    assert page(made.video()).count(f'src="{address}"') == 3  # lane, moment, table
    answer = visitor.get(address)
    assert answer.mimetype == "image/jpeg" and "private" in answer.headers["Cache-Control"]
    assert visitor.get(f"/results/{sent.id}/faces/1").status_code == 404
    assert another.get(address).status_code == 404


def test_emotions_are_ranked_once_with_scores_time_and_senses(page):
    text = page(made.video())
    rows = re.findall(r'<th scope="row">(\w+)</th><td class="bar">', text)
    assert rows[:2] == ["happy", "neutral"] and len(rows) == 7
    head = _main(text).partition("The whole recording")[2].partition("happy")[0]
    for words in ("Average score", "Leads", "Voice", "Face"):
        assert words in head
    assert '<svg class="chart"' not in text


def test_tone_engagement_and_quality_are_folded_with_one_line_each(page):
    text = page(made.video())
    folds = re.findall(r'<details class="fold card" id="fold-(\w+)">', text)
    assert folds == ["tone", "engagement", "quality", "collection", "how"]
    assert "pleasant, excited" in text and "a face in 97 % of 240 pictures" in text


def test_a_table_is_a_part_and_a_page_and_tells_short_stretches_apart(visitor, jobs, sent):
    jobs.finish(sent.id, made.video())
    address = f"/results/{sent.id}/tables/lanes"
    assert address in visitor.get(f"/results/{sent.id}").text
    assert "<h1>" in visitor.get(address).text
    part = visitor.get(address, headers={"X-Aver-Part": "1"}).text
    assert "<html" not in part
    for start, end in re.findall(r"<td>([\d:.]+)</td><td>([\d:.]+)</td>", part):
        assert start != end
    assert visitor.get(f"/results/{sent.id}/tables/cake").status_code == 400


def test_how_well_each_person_was_seen_is_told(page):
    people = _main(page(made.video())).partition("Person by person")[2]
    assert "225 of 232 faces read, 96 px; 7 blurred" in people
    assert "In motion: a second model reads how the face moves" in people
    assert "In motion" not in _main(page(made.picture()))
