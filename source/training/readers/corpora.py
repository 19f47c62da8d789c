"""Every corpus of acted speech that can be trained on: what it is, whose, and how to get it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from source.core.errors import NotFound
from source.training.readers import crema_d, emo_db, folder, nemo, ravdess, savee, tess
from source.training.readers.sources import Archive, Dataverse, GitLfs, Source, Zenodo
from source.training.readers.spoken import Clips


@dataclass(frozen=True)
class Corpus:
    """One corpus.

    Attributes
    ----------
    name : str
        As commands name it; also its folder below ``voice``.
    title, licence, citation, page : str
        For the person who decides about its terms.
    read : callable or None
        Clips of a folder; None where the voice has no use for it.
    source : Source or None
        What `source.training.download` fetches; None where one must ask.
    ask : str
        Where to ask, if nothing can be fetched.
    size : str
        How much is fetched, in words.
    hours : float
        Of sound, about; 0 where not known.
    speakers : int
    language : str
        ISO 639-1 code.
    aside : frozenset of str
        Speakers whom this project never trains on and does not prepare.
    place : str
        Folder below the data folder.
    """

    name: str
    title: str
    licence: str
    citation: str
    page: str
    read: Callable[[Path], Clips] | None
    source: Source | None = None
    ask: str = ""
    size: str = ""
    hours: float = 0.0
    speakers: int = 0
    language: str = "en"
    aside: frozenset[str] = frozenset()
    place: str = ""

    @property
    def folder(self) -> Path:
        """Its folder below the data folder."""
        return Path(self.place or f"voice/{self.name}")

    def clips(self, data: Path) -> Clips:
        """Its clips below the data folder that training may see: of nobody kept aside.

        Raises
        ------
        NotFound
            If there is nothing of it.
        """
        if self.read is None:
            raise NotFound(f"{self.name} is not for the voice.", hint="Use another corpus.")
        found = self.read(data / self.folder)
        kept = [clip for clip in found if clip.speaker not in self.aside]
        return Clips(kept, dropped=found.dropped, aside=len(found) - len(kept))


_RAVDESS = (
    "Livingstone SR, Russo FA (2018). The Ryerson Audio-Visual Database of Emotional Speech and "
    "Song (RAVDESS). PLoS ONE 13(5): e0196391. doi:10.1371/journal.pone.0196391"
)
_RAVDESS_LICENCE = "CC BY-NC-SA 4.0: no commercial use, and what is made from it likewise"
_ASIDE = frozenset({"21", "22", "23", "24"})
_GITHUB = "https://github.com/CheyneyComputerScience/CREMA-D"

_ALL = (
    Corpus(
        name="ravdess",
        title="RAVDESS speech: 24 actors, 2 sentences, 8 emotions, 1,440 clips",
        licence=_RAVDESS_LICENCE,
        citation=_RAVDESS,
        page="https://zenodo.org/records/1188976",
        read=ravdess.clips,
        source=Archive(
            "https://zenodo.org/records/1188976/files/Audio_Speech_Actors_01-24.zip",
            "Audio_Speech_Actors_01-24.zip",
            size=208_468_073,
            checksum="md5:bc696df654c87fed845eb13823edef8a",
        ),
        size="208 MB",
        hours=1.5,
        speakers=24,
        aside=_ASIDE,
    ),
    Corpus(
        name="ravdess-song",
        title="RAVDESS song: 23 of the same actors, 2 sentences, 6 emotions, 1,012 clips",
        licence=_RAVDESS_LICENCE,
        citation=_RAVDESS,
        page="https://zenodo.org/records/1188976",
        read=partial(ravdess.clips, channel="song"),
        source=Zenodo("1188976", ("Audio_Song_Actors_01-24.zip",)),
        size="about 200 MB",
        speakers=23,
        aside=_ASIDE,
    ),
    Corpus(
        name="ravdess-video",
        title="RAVDESS speech, filmed: actors 1 to 20 (for faces and clips, not for the voice)",
        licence=_RAVDESS_LICENCE,
        citation=_RAVDESS,
        page="https://zenodo.org/records/1188976",
        read=None,
        # Actors 21 to 24 are kept aside, on film too.
        source=Zenodo("1188976", tuple(f"Video_Speech_Actor_{n:02d}.zip" for n in range(1, 21))),
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
        page=f"{_GITHUB} (its authors ask users to fill in the form that is linked there)",
        read=crema_d.clips,
        source=GitLfs(
            Archive(f"{_GITHUB}/archive/refs/heads/master.zip", "CREMA-D-master.zip"),
            media="https://media.githubusercontent.com/media/CheyneyComputerScience/CREMA-D/master",
            folder="AudioWAV",
            plain=(crema_d.TABULATED, crema_d.DEMOGRAPHICS),
        ),
        size="about 24 MB of tables and pointers, then 7,442 sound files",
        hours=5.2,
        speakers=91,
        aside=frozenset(str(n) for n in range(1084, 1092)),
    ),
    Corpus(
        name="emo-db",
        title="Berlin Database of Emotional Speech: 10 actors, 10 sentences, 7 emotions, 535 clips",
        licence="offered by its authors for free download for research; no licence text",
        citation="Burkhardt F, Paeschke A, Rolfes M, Sendlmeier W, Weiss B (2005). A Database of "
        "German Emotional Speech. Interspeech: 1517-1520",
        page="http://emodb.bilderbar.info",
        read=emo_db.clips,
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
        read=tess.clips,
        source=Dataverse("doi:10.5683/SP2/E8H2MF", "https://borealisdata.ca/api"),
        size="2,800 sound files",
        speakers=2,
    ),
    Corpus(
        name="savee",
        title="Surrey Audio-Visual Expressed Emotion: 4 men, 120 sentences each, 7 emotions",
        licence="for research, after registration",
        citation="Haq S, Jackson PJB (2010). Multimodal Emotion Recognition. In: Machine Audition, "
        "IGI Global: 398-423",
        page="http://kahlan.eps.surrey.ac.uk/savee/",
        read=savee.clips,
        ask="Register at http://kahlan.eps.surrey.ac.uk/savee/Download.html, then unpack the "
        "audio so that AudioData/DC/a01.wav, AudioData/JE/… and so on lie in the folder.",
        speakers=4,
    ),
    Corpus(
        name="nemo",
        title="nEMO: 9 Polish actors, 90 sentences, 6 emotions, 4,481 clips",
        licence="CC BY-NC-SA 4.0: no commercial use, and what is made from it likewise",
        citation="Christop I (2024). nEMO: Dataset of Emotional Speech in Polish. LREC-COLING. "
        "arXiv:2404.06292",
        page="https://github.com/amu-cai/nEMO",
        read=nemo.clips,
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
        name="folder",
        title="Sound of your own: <emotion>/[<speaker>/]file, or files with a manifest.csv",
        licence="yours to know",
        citation="",
        page="",
        read=folder.clips,
        ask="Put the files there: <emotion>/<speaker>/file, or a manifest.csv with the columns "
        "file, speaker, emotion.",
        language="",
    ),
)

CORPORA: dict[str, Corpus] = {corpus.name: corpus for corpus in _ALL}
"""Every corpus by name."""
