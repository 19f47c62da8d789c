import pytest

from source.core.errors import BadRequest
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


def test_every_setting_has_a_meaning():
    assert all(len(s.help) > 10 and s.help.endswith((".", "LiteRT")) for s in SETTINGS)


def test_there_is_no_setting_of_that_name(tmp_path):
    with pytest.raises(KeyError):
        Settings.load({}, root=tmp_path).with_values(COLOUR="blue")
