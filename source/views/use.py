"""What AVER may be used for and what not: the one list, quoted by README and the pages."""

ALLOWED = (
    "Use AVER where the people recorded know and agree, and where a mistake does no harm: "
    "research, rehearsal, your own recordings."
)

FORBIDDEN = "Do not use it to judge, hire, pay, grade, police or diagnose anybody."

PROHIBITED = (
    "In the European Union, the AI Act (Regulation (EU) 2024/1689, Article 5(1)(f)) prohibits "
    "inferring emotions at work and in education, except for medical or safety reasons."
)
"""What is said wherever classes, meetings and other work are spoken of."""

TELL = "For other uses you must tell the people concerned (Article 50(3))."

LAW = f"{PROHIBITED} {TELL}"

INFORM = (
    "The EU AI Act (Regulation (EU) 2024/1689, Article 50(3)) requires that you tell the people "
    "whose emotions a program reads."
)
"""What is said where people are to be told."""

SENTENCES = (ALLOWED, FORBIDDEN, LAW)
"""All of it, in order."""
