"""The table of corpora: what each is, whose, how its files are named, and how to get it.

A corpus more is a row here and its test. A checksum stands in a row only where its publisher
states it; Zenodo, Dataverse and Git LFS state theirs when a download begins.
"""

from typing import Any

from source.core.emotions import VOICE
from source.training.corpora import votes
from source.training.corpora.clips import Clip
from source.training.corpora.corpus import FILMS, Corpus
from source.training.fetch.sources import Archive, GitLfs, Repository


def _named(names: str) -> frozenset[str]:
    return frozenset(names.split())


_NOT_COMMERCIAL = "CC BY-NC-SA 4.0: no commercial use, and what is made from it likewise"

_RAVDESS: dict[str, Any] = {
    "licence": _NOT_COMMERCIAL,
    "citation": "Livingstone SR, Russo FA (2018). The Ryerson Audio-Visual Database of Emotional "
    "Speech and Song (RAVDESS). PLoS ONE 13(5): e0196391. doi:10.1371/journal.pone.0196391",
    "page": "https://zenodo.org/records/1188976",
    "emotions": {
        "01": "neutral",
        "02": "calm",
        "03": "happy",
        "04": "sad",
        "05": "angry",
        "06": "fearful",
        "07": "disgust",
        "08": "surprised",
    },
    "intensities": {"01": "normal", "02": "strong"},
    "women": frozenset(str(actor) for actor in range(2, 25, 2)),
    "aside": _named("21 22 23 24"),
    "cast": "ravdess",
}
# After modality and channel: emotion, intensity, statement, repetition, actor.
_RAVDESS_NAME = (
    r"(?P<emotion>0[1-8])-(?P<intensity>0[12])-(?P<statement>0[12])-0[12]-0?(?P<speaker>\d{1,2})"
)
_RAVDESS_DOI = "10.5281/zenodo.1188976"

_CREMA_D = "https://github.com/CheyneyComputerScience/CREMA-D"

_ROWS = (
    Corpus(
        name="ravdess",
        title="RAVDESS speech: 24 actors, 2 sentences, 8 emotions, 1,440 clips",
        **_RAVDESS,
        scheme=f"03-01-{_RAVDESS_NAME}",
        example="Actor_12/03-01-05-01-02-01-12.wav",
        source=Archive(
            "https://zenodo.org/records/1188976/files/Audio_Speech_Actors_01-24.zip",
            "Audio_Speech_Actors_01-24.zip",
            checksum="md5:bc696df654c87fed845eb13823edef8a",
        ),
        size="208 MB",
        hours=1.5,
        speakers=24,
    ),
    Corpus(
        name="ravdess-song",
        title="RAVDESS song: 23 of the same actors, 2 sentences, 6 emotions, 1,012 clips",
        **_RAVDESS,
        scheme=f"03-02-{_RAVDESS_NAME}",
        example="Actor_12/03-02-05-01-02-01-12.wav",
        source=Repository(_RAVDESS_DOI, ("Audio_Song_Actors_01-24.zip",)),
        size="about 200 MB",
        speakers=23,
    ),
    Corpus(
        name="ravdess-video",
        title="RAVDESS speech, filmed: actors 1 to 20 (for faces and clips, not for the voice)",
        **_RAVDESS,
        # Each recording is there with sound (01-) and without (02-): the name leaves that out,
        # so that its pictures are taken once.
        scheme=f"0[12]-(?P<take>0[12]-{_RAVDESS_NAME})",
        clip_name="{take}",
        example="Actor_12/01-01-05-01-02-01-12.mp4",
        files=FILMS,
        source=Repository(
            _RAVDESS_DOI, tuple(f"Video_Speech_Actor_{n:02d}.zip" for n in range(1, 21))
        ),
        size="about 11 GB",
        speakers=20,
        place="clip/ravdess_video",
    ),
    Corpus(
        name="crema-d",
        title="CREMA-D: 91 actors, 12 sentences, 6 emotions, 7,442 clips, with listeners' votes",
        licence="Open Database License 1.0, contents under the Database Contents License 1.0",
        citation="Cao H, Cooper DG, Keutmann MK, Gur RC, Nenkova A, Verma R (2014). CREMA-D: "
        "Crowd-sourced Emotional Multimodal Actors Dataset. IEEE Transactions on Affective "
        "Computing 5(4): 377-390. doi:10.1109/TAFFC.2014.2336244",
        page=f"{_CREMA_D} (its authors ask users to fill in the form that is linked there)",
        # One file of the corpus is called 1040_ITH_SAD_X.
        scheme=r"(?P<speaker>1\d{3})_(?P<statement>[A-Z]{3})_(?P<emotion>ANG|DIS|FEA|HAP|NEU|SAD)"
        r"_(?P<intensity>LO|MD|HI|XX?)",
        example="AudioWAV/1001_IEO_ANG_HI.wav",
        emotions={
            "ang": "angry",
            "dis": "disgust",
            "fea": "fearful",
            "hap": "happy",
            "neu": "neutral",
            "sad": "sad",
        },
        intensities={"LO": "normal", "MD": "normal", "HI": "strong"},
        women=_named(
            "1002 1003 1004 1006 1007 1008 1009 1010 1012 1013 1018 1020 1021 1024 1025 1028 1029 "
            "1030 1037 1043 1046 1047 1049 1052 1053 1054 1055 1056 1058 1060 1061 1063 1072 1073 "
            "1074 1075 1076 1078 1079 1082 1084 1089 1091"
        ),
        aside=frozenset(str(actor) for actor in range(1084, 1092)),
        votes=votes.crema_d,
        source=GitLfs(
            Archive(f"{_CREMA_D}/archive/refs/heads/master.zip", "CREMA-D-master.zip"),
            media="https://media.githubusercontent.com/media/CheyneyComputerScience/CREMA-D/master",
            folder="AudioWAV",
            plain=(votes.TABULATED,),
        ),
        size="about 24 MB of tables and pointers, then 7,442 sound files",
        hours=5.2,
        speakers=91,
    ),
    Corpus(
        name="emo-db",
        title="Berlin Database of Emotional Speech: 10 actors, 10 sentences, 7 emotions, 535 clips",
        licence="offered by its authors for free download for research, without a licence text",
        citation="Burkhardt F, Paeschke A, Rolfes M, Sendlmeier W, Weiss B (2005). A Database of "
        "German Emotional Speech. Interspeech: 1517-1520",
        page="http://emodb.bilderbar.info",
        # The last letter numbers the version.
        scheme=r"(?P<speaker>\d\d)(?P<statement>[ab]\d\d)(?P<emotion>[WLEAFTN])[a-z]",
        example="wav/03a01Wa.wav",
        # From the German words: Wut, Langeweile, Ekel, Angst, Freude, Trauer.
        emotions={
            "w": "angry",
            "l": "bored",
            "e": "disgust",
            "a": "fearful",
            "f": "happy",
            "t": "sad",
            "n": "neutral",
        },
        women=_named("08 09 13 14 16"),
        source=Archive("http://emodb.bilderbar.info/download/download.zip", "emo-db.zip"),
        hours=0.4,
        speakers=10,
        language="de",
    ),
    Corpus(
        name="tess",
        title="Toronto emotional speech set: 2 actresses, 200 words, 7 emotions, 2,800 clips",
        licence="CC BY-NC 4.0: no commercial use",
        citation="Pichora-Fuller MK, Dupuis K (2020). Toronto emotional speech set (TESS). "
        "Borealis. doi:10.5683/SP2/E8H2MF",
        page="https://doi.org/10.5683/SP2/E8H2MF",
        scheme=r"(?i:(?P<speaker>OAF?|YAF)_(?P<statement>[^/]+)_"
        r"(?P<emotion>angry|disgust|fear|happy|ps|sad|neutral))",
        example="OAF_back_angry.wav",
        emotions={
            "angry": "angry",
            "disgust": "disgust",
            "fear": "fearful",
            "happy": "happy",
            "ps": "surprised",  # pleasantly
            "sad": "sad",
            "neutral": "neutral",
        },
        # One file of the corpus is called OA_bite_neutral.
        aliases={"OA": "OAF", "oa": "OAF", "oaf": "OAF", "yaf": "YAF"},
        women=_named("OAF YAF"),
        source=Repository("10.5683/SP2/E8H2MF"),
        size="2,800 sound files",
        speakers=2,
    ),
    Corpus(
        name="savee",
        title="SAVEE (Surrey Audio-Visual Expressed Emotion): 4 men, 120 sentences, 7 emotions",
        licence="for research, after registration",
        citation="Haq S, Jackson PJB (2010). Multimodal Emotion Recognition. In: Machine Audition, "
        "IGI Global: 398-423",
        page="http://kahlan.eps.surrey.ac.uk/savee/",
        # As published, or DC_a01.wav as in the copy that many use.
        scheme=r"(?P<speaker>DC|JE|JK|KL)[/_](?P<statement>(?P<emotion>sa|su|[adfhn])\d\d)",
        clip_name="{speaker}_{statement}",
        example="AudioData/DC/a01.wav",
        emotions={
            "a": "angry",
            "d": "disgust",
            "f": "fearful",
            "h": "happy",
            "n": "neutral",
            "sa": "sad",
            "su": "surprised",
        },
        women=_named(""),
        ask="Register at http://kahlan.eps.surrey.ac.uk/savee/Download.html, then unpack the "
        "audio so that AudioData/DC/a01.wav, AudioData/JE/… and so on lie in the folder.",
        speakers=4,
    ),
    Corpus(
        name="nemo",
        title="nEMO: 9 Polish actors, 90 sentences, 6 emotions, 4,481 clips",
        licence=_NOT_COMMERCIAL,
        citation="Christop I (2024). nEMO: Dataset of Emotional Speech in Polish. LREC-COLING. "
        "arXiv:2404.06292",
        page="https://github.com/amu-cai/nEMO",
        scheme=r"(?P<speaker>[A-Z]+\d+)_(?P<emotion>[a-z]+)_(?P<statement>\d+)",
        example="samples/EB0_anger_1.wav",
        emotions={
            "anger": "angry",
            "fear": "fearful",
            "happiness": "happy",
            "sadness": "sad",
            "surprised": "surprised",
            "neutral": "neutral",
        },
        women=_named("EB0 IC0 KD0 MK0"),
        # The commit that the sound was added in: the branch may move on.
        source=Archive(
            "https://github.com/amu-cai/nEMO/archive/06f1f83dde8f1a780443a57d53b2af3971af34ab.zip",
            "nEMO-06f1f83.zip",
        ),
        size="about 500 MB",
        hours=3.1,
        speakers=9,
        language="pl",
    ),
    Corpus(
        name="ased",
        title="ASED (Amharic Speech Emotional Dataset): 65 speakers, 27 sentences, 5 emotions, "
        "2,474 clips",
        licence="none is stated; its authors ask for the citation, so use it for research alone",
        citation="Retta EA, Almekhlafi E, Sutcliffe R, Mhamed M, Ali H, Feng J (2022). A New "
        "Amharic Speech Emotion Dataset and Classification Benchmark. ACM Trans. Asian "
        "Low-Resour. Lang. Inf. Process. doi:10.1145/3529759",
        page="https://github.com/Ethio2021/ASED_V1",
        # Emotion, sentence, repetition, gender, speaker.
        scheme=r"(?P<emotion>n1|f2|h3|s4|a5)-(?P<statement>0[1-7])-\d\d-0[12]-(?P<speaker>\d\d)",
        example="a5/a5-01-01-02-50.wav",
        emotions={"n1": "neutral", "f2": "fearful", "h3": "happy", "s4": "sad", "a5": "angry"},
        # In a few names the gender contradicts the speaker's others: these are the majorities.
        women=_named("01 03 05 07 09 11 13 15 17 19 21 23 25 27 29 31 33 35 37 43 47 48 49 58 62"),
        # The others belong to one emotion each: their words would give it away.
        judged=_named("01 02"),
        source=Archive(
            "https://github.com/Ethio2021/ASED_V1/archive/"
            "30fee0345cbd37e12dd725fbe69f90522cffb046.zip",
            "ASED_V1-30fee03.zip",
        ),
        hours=2.1,
        speakers=65,
        language="am",
    ),
    Corpus(
        name="mead",
        title="MEAD samples: films of six emotions, to look at (not for the voice)",
        licence="non-commercial research",
        citation="Wang K, Wu Q, Song L, Yang Z, Wu W, Qian C, He R, Qiao Y, Loy CC (2020). MEAD: A "
        "Large-scale Audio-visual Dataset for Emotional Talking-face Generation. ECCV",
        page="https://wywu.github.io/projects/MEAD/MEAD.html",
        scheme=r"(?:M\d{3}_)?(?P<emotion>contempt|disgusted|fear|happy|sad|surprised)(?:_\d_\d{3})?",
        example="M030_sad_3_001.mp4",
        emotions={
            "contempt": "contempt",
            "disgusted": "disgust",
            "fear": "fearful",
            "happy": "happy",
            "sad": "sad",
            "surprised": "surprised",
        },
        files=FILMS,
        ask="Its page says how to get it; a film of each emotion is enough.",
        place="clip/mead",
    ),
    Corpus(
        name="folder",
        title="Your own recordings: <emotion>/[<speaker>/]file, or files with a manifest.csv",
        licence="that of your recordings",
        scheme=r"(?P<emotion>[^/]+)/(?:(?P<speaker>[^/]+)/)?.+",
        clip_name="{path}",
        example="angry/ann/1.wav",
        emotions={
            **{emotion: emotion for emotion in VOICE},
            "anger": "angry",
            "fear": "fearful",
            "happiness": "happy",
            "joy": "happy",
            "sadness": "sad",
            "surprise": "surprised",
            "pleasant_surprise": "surprised",
            "pleasant surprise": "surprised",
            "ps": "surprised",
            "disgusted": "disgust",
        },
        manifest=True,
        ask="Put the files there: <emotion>/<speaker>/file, or a manifest.csv with the columns "
        "file, speaker, emotion.",
        language="",
    ),
)

CORPORA: dict[str, Corpus] = {corpus.name: corpus for corpus in _ROWS}
"""Every corpus by name."""


def about(name: str) -> Clip | None:
    """What the bare name of a clip says about it, by the first spoken corpus that it fits.

    >>> clip = about("03a01Wa")
    >>> clip.corpus, clip.emotion, clip.gender, clip.language
    ('emo-db', 'angry', 'male', 'de')
    """
    spoken = (corpus.named(name) for corpus in CORPORA.values() if corpus.is_sound)
    return next((clip for clip in spoken if clip is not None), None)
