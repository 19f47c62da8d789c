"""What AVER may be used for and what not: the one list, quoted by README and the pages."""

ALLOWED = (
    "Use AVER where the people recorded know and agree, and where a mistake does no harm: "
    "research, rehearsal, your own recordings."
)

FORBIDDEN = "Do not use it to judge, hire, pay, grade, police or diagnose anybody."

LAW = (
    "In the European Union, the AI Act (Regulation (EU) 2024/1689, Article 5) prohibits inferring "
    "emotions at work and in education, except for medical or safety reasons. For other uses you "
    "must tell the people concerned."
)

SENTENCES = (ALLOWED, FORBIDDEN, LAW)
"""All of it, in order."""
