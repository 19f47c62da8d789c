"""Several recordings: chosen in the history, as a table, in groups, over time, two compared."""

import csv
import io
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.views import made


def batch(jobs, visitor, *names):
    """Jobs of the visitor's with results, by name."""
    visitor.send("/audio-analysis", *((name, b"sound") for name in names))
    own = {job.names[0]: job for job in jobs.jobs.values()}
    for name in names:
        jobs.finish(own[name].id, made.sound() if name.endswith("wav") else made.video())
    return [own[name].id for name in names]


@pytest.fixture
def three(visitor, jobs):
    return batch(jobs, visitor, "P1_loud.wav", "P1_quiet.wav", "P2_loud.wav")


def at(path, ids, **values):
    more = "".join(f"&{key.replace('_', '.')}={value}" for key, value in values.items())
    return f"{path}?{'&'.join(f'job={i}' for i in ids)}{more}"


def lines(answer):
    assert answer.mimetype == "text/csv" and answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def named(visitor, ids, **fields):
    fields = {"job": ids, **fields}
    return visitor.post("/batch/variables", fields, content_type="multipart/form-data")


def test_recordings_are_chosen_in_the_history_without_a_script(visitor, three):
    page = visitor.get("/history").text
    form = re.search(
        r'<form class="choose" id="choose" method="get" action="/batch".*?</form>', page, re.S
    )
    assert 'formaction="/compare"' in form[0]
    assert set(re.findall(r'name="job" value="(\w+)" form="choose"', page)) == set(three)


def test_one_recording_alone_has_nothing_to_be_chosen_with(visitor, jobs):
    batch(jobs, visitor, "a.wav")
    assert 'form="choose"' not in visitor.get("/history").text


def test_they_are_one_table(visitor, three):
    page = visitor.get(at("/batch", three[:2])).text
    assert "2 recordings" in page and "P1_quiet.wav" in page and "P2_loud.wav" not in page
    assert "3 recordings" in visitor.get("/batch").text
    assert 'class="curves"' in page and "Mean response over time" in page


def test_it_is_sorted_and_filtered_by_its_address(visitor, three):
    page = visitor.get(at("/batch", three, sort="-file")).text
    assert re.findall(r'class="name" href="/results/(\w+)"', page) == three[::-1]
    assert 'aria-sort="descending"' in page
    page = visitor.get(at("/batch", three, find="quiet")).text
    assert re.findall(r'class="name" href="/results/(\w+)"', page) == [three[1]]
    assert "1 of 3 shown." in page
    answer = visitor.get(at("/batch", three, sort="nothing"))
    assert answer.status_code == 400 and "There is no column “nothing”" in answer.text


@pytest.mark.parametrize("asked", ["sort=-", "sort=--file", "is.=x"])
def test_a_column_that_is_none_is_no_column(visitor, three, asked):
    answer = visitor.get(f"{at('/batch', three)}&{asked}")
    assert answer.status_code in (200, 400) and "on our side" not in answer.text


def test_variables_come_from_the_names(visitor, three):
    answer = named(visitor, three, pattern="{participant}_{condition}")
    assert answer.status_code == 303
    assert parse_qs(urlsplit(answer.location).query)["job"] == three
    page = visitor.get(answer.location).text
    assert "3 recordings have participant and condition now." in page
    found = lines(visitor.get(at("/batch.csv", three)))
    assert [(line["participant"], line["condition"]) for line in found] == [
        ("P1", "loud"), ("P1", "quiet"), ("P2", "loud")
    ]  # fmt: skip
    page = visitor.get(at("/batch", three, is_condition="loud")).text
    assert "2 of 3 shown." in page


def test_variables_come_from_a_table_and_stay_with_the_recording(visitor, three, jobs):
    table = "file;condition;baseline\nP1_loud;=loud;own\nP2_loud.wav;calm;\n"
    answer = named(visitor, three, table=(io.BytesIO(table.encode()), "t.csv"))
    page = visitor.get(answer.location).text
    assert "2 recordings have condition now. Without a value: “P1_quiet.wav”." in page
    assert "A baseline takes effect when a recording is analysed" in page
    found = lines(visitor.get("/batch.csv"))
    assert sorted(line["condition"] for line in found) == ["", "'=loud", "calm"]
    assert "baseline" not in found[0]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({}, "Neither a table nor a pattern was given."),
        ({"pattern": "{x}-{y}"}, "None of these recordings is in the table, or fits the pattern."),
        ({"pattern": "{emotion}_{x}"}, "A variable cannot be called “emotion”"),
        ({"table": (b"name\n", "t.csv")}, "has no column “file”"),
        ({"table": (b"x" * 400_001, "t.csv")}, "larger than 400 kB"),
    ],
)
def test_wrong_variables_get_their_sentence(visitor, three, fields, says):
    sent = {k: (io.BytesIO(v[0]), v[1]) if k == "table" else v for k, v in fields.items()}
    answer = named(visitor, three, **sent)
    assert answer.status_code == 400 and says in answer.text


def test_groups_and_response_are_pages_and_files(visitor, three):
    named(visitor, three, pattern="{participant}_{condition}")
    page = visitor.get(at("/batch", three, by="participant")).text
    assert re.search(r'<th scope="row">P1</th><td class="figures">2</td>', page)
    assert page.count('<path class="curve-band"') == 2
    found = lines(visitor.get(at("/batch/groups.csv", three, by="participant")))
    valence = {line["participant"]: line for line in found if line["measure"] == "valence"}
    assert (valence["P1"]["n"], valence["P2"]["n"]) == ("2", "1")
    found = lines(visitor.get(at("/batch/response.csv", three, by="", measure="arousal")))
    assert {line["group"] for line in found} == {"all recordings"}
    assert found[0]["n"] == "3" and float(found[0]["spread"]) == pytest.approx(0, abs=1e-6)


def test_two_are_compared_in_words_and_lanes(visitor, jobs):
    ids = batch(jobs, visitor, "talk.mp4", "voice.wav")
    page = visitor.get(at("/compare", ids)).text
    assert "What differs" in page and "talk.mp4" in page and "voice.wav" in page
    assert page.count('class="compare-track"') == 2
    assert re.search(r"<li>A .*; B .*</li>", page)


def test_what_was_not_measured_is_compared_with_nothing(visitor, jobs):
    ids = batch(jobs, visitor, "talk.mp4", "plant.mp4")
    jobs.finish(ids[1], made.nothing())
    scores = visitor.get(at("/compare", ids)).text.partition("Average score of each emotion")[2]
    row = re.findall(r'<td class="(?:batch-bar|figures)">(.*?)</td>', scores)[:3]
    assert [">–<" in cell or cell == "–" for cell in row] == [False, True, True]
    assert "points" not in scores


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "No recording was chosen; two"),
        (1, "1 recording was chosen; two"),
        (3, "3 recordings were chosen; two"),
    ],
)
def test_another_number_is_not_compared(visitor, three, count, said):
    answer = visitor.get(at("/compare", three[:count]))
    assert answer.status_code == 400 and "Choose two in your history" in answer.text
    assert said in answer.text


def test_where_there_are_no_variables_none_is_offered(visitor, three):
    answer = visitor.get(at("/batch", three, by="zzz"))
    assert answer.status_code == 400 and "There is no variable “zzz”." in answer.text
    assert "Use one of" not in answer.text


def test_what_is_not_done_is_left_out_and_said(visitor, jobs, three):
    jobs.change(three[0], state="failed", error={
        "code": "damaged", "message": "It is damaged.", "hint": "", "status": 422
    })  # fmt: skip
    page = visitor.get(at("/batch", three)).text
    assert "“P1_loud.wav” is left out: It is damaged." in page and "2 recordings" in page
    answer = visitor.get(at("/compare", three[:2]))
    assert answer.status_code == 400 and "It is damaged." in answer.text


@pytest.mark.parametrize("path", ["/batch", "/compare", "/batch.csv", "/batch/groups.csv"])
def test_nobody_sees_the_recordings_of_others(another, three, path):
    another.get("/")
    assert another.get(at(path, three[:2])).status_code == 404
    assert named(another, three[:2], pattern="{a}_{b}").status_code == 404


def test_without_recordings_the_page_says_how_to_begin(visitor):
    assert "Nothing to show yet" in visitor.get("/batch").text


def test_too_many_are_refused(visitor, three):
    answer = visitor.get(at("/batch", [f"{i:026d}" for i in range(101)]))
    assert answer.status_code == 400 and "at most 100" in answer.text
