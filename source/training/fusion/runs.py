"""What the commands of fusion can be given."""

from dataclasses import dataclass

from source.training.run import Run, option


@dataclass(frozen=True, kw_only=True)
class Training(Run):
    """Options of training fusion."""

    way: str = option(
        "all", "late (the pool), network (on embeddings) or all", choices=("all", "late", "network")
    )
    voice: str = option("speech-encoder", "the voice model whose answers are fused")
