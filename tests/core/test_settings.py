import pytest

from source.core import tokens
from source.core.errors import BadRequest, OutOfRange
from source.settings import SETTINGS, Settings


def test_defaults_hold_where_nothing_is_set(tmp_path):
    settings = Settings.load({}, root=tmp_path)
    assert settings["PORT"] == 5000
    assert settings.text("HOST") == "127.0.0.1"


def test_the_environment_goes_before_the_file(tmp_path):
    (tmp_path / ".env").write_text("# comment\nPORT=7000\nFPS='2.5'\nHTTPS=yes\n")
    settings = Settings.load({"PORT": "8000"}, root=tmp_path)
    assert (settings["PORT"], settings["FPS"], settings["HTTPS"]) == (8000, 2.5, True)


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "many"), ("HTTPS", "perhaps"), ("FPS", "fast")]
)
def test_a_value_of_the_wrong_type_is_told(name, value, tmp_path):
    with pytest.raises(BadRequest, match=name):
        Settings.load({name: value}, root=tmp_path)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("FPS", "-1", "must lie between 0.1 and 60 frames per second; it is -1."),
        ("FPS", "nan", "must lie between 0.1 and 60 frames per second; it is nan."),
        ("MAX_BLUR", "1.5", "must lie between 0 and 1; it is 1.5."),
        ("MIN_LIGHT", "inf", "must lie between 0 and 1; it is inf."),
        ("MIN_FACE", "-3", "must be a whole number between 0 and 100,000 pixels; it is -3."),
        ("MAX_FRAMES", "1.5", "must be a whole number between 0 and 1,000,000; it is 1.5."),
        ("PORT", "70000", "must be a whole number between 1 and 65,535; it is 70000."),
        ("PORT", "many", "must be a whole number between 1 and 65,535; it is “many”."),
        ("WORKERS", "0", "must be a whole number between 1 and 64; it is 0."),
        ("MAX_UPLOAD_MB", "-5", "must be a whole number between 1 and 1,000,000 MB; it is -5."),
        ("RETENTION_HOURS", "1e400", "between 1 and 876,000 hours; it is 1e400."),
        ("JOB_MINUTES", "0", "between 1 and 100,000 minutes; it is 0."),
        ("MAX_FILES", "0", "between 1 and 10,000; it is 0."),
    ],
    ids=lambda part: part[:15],
)
def test_a_number_outside_its_range_is_told_with_the_range(name, value, said, tmp_path):
    with pytest.raises(OutOfRange) as told:
        Settings.load({name: value}, root=tmp_path)
    assert told.value.message.startswith(f"The setting {name} must ")
    assert told.value.message.endswith(said)
    assert ".env" in told.value.hint


@pytest.mark.parametrize(
    ("name", "value", "valid"),
    [("RUNTIME", "cuda", "auto, litert, tensorflow"), ("LABELS", "eight", "ekman7")],
)
def test_a_text_that_is_no_choice_is_told_with_the_choices(name, value, valid, tmp_path):
    with pytest.raises(BadRequest, match=name) as told:
        Settings.load({name: value}, root=tmp_path)
    assert value in told.value.message and valid in told.value.hint


def test_every_number_has_a_range_that_holds_its_default():
    for setting in SETTINGS:
        if isinstance(setting.default, int | float) and not isinstance(setting.default, bool):
            assert setting.range is not None
            assert setting.range.check(setting.default) == setting.default


def test_a_settings_file_that_cannot_be_read_is_a_sentence(tmp_path):
    (tmp_path / ".env").write_bytes(b"FPS=2\nHOST=caf\xe9\n")
    with pytest.raises(BadRequest, match=r"\.env could not be read: it is not UTF-8 text"):
        Settings.load({}, root=tmp_path)


def test_a_settings_file_may_begin_with_a_byte_order_mark(tmp_path):
    (tmp_path / ".env").write_bytes(b"\xef\xbb\xbfPORT=7000\n")
    assert Settings.load({}, root=tmp_path)["PORT"] == 7000


def test_every_setting_has_a_meaning():
    assert all(len(s.help) > 10 and s.help.endswith((".", "LiteRT")) for s in SETTINGS)


def test_there_is_no_setting_of_that_name(tmp_path):
    with pytest.raises(KeyError):
        Settings.load({}, root=tmp_path).with_values(COLOUR="blue")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("short", "a token of 5 characters"),
        ("sha256:abc", "no SHA-256"),
        (f"{tokens.make()}, sha256:{'g' * 64}", "no SHA-256"),
    ],
)
def test_a_token_that_could_be_guessed_is_refused(text, said):
    with pytest.raises(BadRequest, match=said) as told:
        tokens.read(text)
    assert "--make-token" in told.value.hint and text not in told.value.message


def test_a_token_is_known_by_itself_or_by_its_digest():
    first, second = tokens.make(), tokens.make()
    kept = tokens.read(f"{first}, sha256:{tokens.digest(second).upper()}")
    assert len(kept) == 2 and first not in str(kept)
    assert tokens.known(first, kept) and tokens.known(second, kept)
    assert tokens.known(tokens.make(), kept) is None is tokens.known(first, ())
