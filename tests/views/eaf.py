"""What the schemas EAF 2.8 and 3.0 demand of the elements that AVER writes.

The schemas themselves are not here, as they carry no licence. They come with the source archive
of pympi-ling (``test/EAFv2.8.xsd``); ``xmlschema.validate(file, schema)`` checks against them.
"""

import re
from datetime import datetime

NCNAME = r"[A-Za-z_][\w.-]*"
TEXT, NUMBER = r"(?s).*", r"\d{1,10}"
BOOLEAN = "true|false|1|0"

CHILDREN = {
    "ANNOTATION_DOCUMENT": (
        *("LICENSE*", "HEADER", "TIME_ORDER", "TIER*", "LINGUISTIC_TYPE*", "LOCALE*", "LANGUAGE*"),
        *("CONSTRAINT*", "CONTROLLED_VOCABULARY*", "LEXICON_REF*", "EXTERNAL_REF*"),
    ),
    "HEADER": ("MEDIA_DESCRIPTOR*", "LINKED_FILE_DESCRIPTOR*", "PROPERTY*"),
    "TIME_ORDER": ("TIME_SLOT*",),
    "TIER": ("ANNOTATION*",),
    "ANNOTATION": ("ALIGNABLE_ANNOTATION",),
    "ALIGNABLE_ANNOTATION": ("ANNOTATION_VALUE",),
}
"""The children of an element in their order; any number of those with a star, else one."""

ATTRIBUTES = {
    "ANNOTATION_DOCUMENT": {"DATE!": TEXT, "AUTHOR!": TEXT, "VERSION!": TEXT, "FORMAT": TEXT},
    "HEADER": {"MEDIA_FILE": TEXT, "TIME_UNITS": "milliseconds|NTSC-frames|PAL-frames"},
    "MEDIA_DESCRIPTOR": {"MEDIA_URL!": TEXT, "RELATIVE_MEDIA_URL": TEXT, "MIME_TYPE!": TEXT},
    "LINKED_FILE_DESCRIPTOR": {
        "LINK_URL!": TEXT, "RELATIVE_LINK_URL": TEXT, "MIME_TYPE!": TEXT, "ASSOCIATED_WITH": TEXT,
    },
    "PROPERTY": {"NAME": TEXT},
    "TIME_SLOT": {"TIME_SLOT_ID!": NCNAME, "TIME_VALUE": NUMBER},
    "TIER": {
        "TIER_ID!": TEXT, "PARTICIPANT": TEXT, "ANNOTATOR": TEXT, "LINGUISTIC_TYPE_REF!": TEXT,
    },
    "ALIGNABLE_ANNOTATION": {
        "ANNOTATION_ID!": NCNAME, "TIME_SLOT_REF1!": NCNAME, "TIME_SLOT_REF2!": NCNAME,
    },
    "LINGUISTIC_TYPE": {
        "LINGUISTIC_TYPE_ID!": TEXT, "TIME_ALIGNABLE": BOOLEAN, "GRAPHIC_REFERENCES": BOOLEAN,
    },
    "LOCALE": {"LANGUAGE_CODE!": NCNAME, "COUNTRY_CODE": TEXT, "VARIANT": TEXT},
    "CONSTRAINT": {"STEREOTYPE!": NCNAME, "DESCRIPTION": TEXT},
}  # fmt: skip
"""What the value of each attribute looks like; those with a mark must be there."""

IDS = (("TIME_SLOT", "TIME_SLOT_ID"), ("ALIGNABLE_ANNOTATION", "ANNOTATION_ID"),
       ("LOCALE", "LANGUAGE_CODE"), ("CONSTRAINT", "STEREOTYPE"))  # fmt: skip
"""Attributes of the type ID: no two of all of them are alike."""

KEYS = (("TIER", "TIER_ID"), ("LINGUISTIC_TYPE", "LINGUISTIC_TYPE_ID"))
"""Attributes of which no two of an element are alike."""

REFERENCES = (
    ("ALIGNABLE_ANNOTATION", "TIME_SLOT_REF1", "TIME_SLOT", "TIME_SLOT_ID"),
    ("ALIGNABLE_ANNOTATION", "TIME_SLOT_REF2", "TIME_SLOT", "TIME_SLOT_ID"),
    ("TIER", "LINGUISTIC_TYPE_REF", "LINGUISTIC_TYPE", "LINGUISTIC_TYPE_ID"),
)


def follows_its_schema(root):
    """Fails where a document breaks a rule of the schema."""
    assert root.tag == "ANNOTATION_DOCUMENT"
    for element in root.iter():
        _has_its_children(element)
        _has_its_attributes(element)
    assert datetime.fromisoformat(root.get("DATE")).tzinfo is not None
    every = [value for tag, name in IDS for value in _values(root, tag, name)]
    assert len(set(every)) == len(every)
    for tag, name in KEYS:
        assert len(set(_values(root, tag, name))) == len(_values(root, tag, name)), tag
    for tag, name, other, key in REFERENCES:
        assert set(_values(root, tag, name)) <= set(_values(root, other, key)), name
    assert all(int(value) < 2**32 for value in _values(root, "TIME_SLOT", "TIME_VALUE"))


def _has_its_children(element):
    allowed = CHILDREN.get(element.tag, ())
    wanted = "".join(
        f"(?:{name.rstrip('*')},){'*' if name.endswith('*') else ''}" for name in allowed
    )
    present = "".join(f"{child.tag}," for child in element)
    assert re.fullmatch(wanted, present), f"{element.tag}: {present[:200]}"


def _has_its_attributes(element):
    allowed = ATTRIBUTES.get(element.tag, {})
    own = {name: value for name, value in element.attrib.items() if not name.startswith("{")}
    assert set(own) <= {name.rstrip("!") for name in allowed}, element.tag
    for name, form in allowed.items():
        value = own.get(name.rstrip("!"))
        assert value is not None or not name.endswith("!"), f"{element.tag} lacks {name}"
        assert value is None or re.fullmatch(form, value), f"{element.tag} {name}: {value}"


def _values(root, tag, name):
    return [element.get(name) for element in root.iter(tag) if element.get(name) is not None]
