"""Byte-level BPE in which the markers of the answer format are single tokens."""

import json
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from tokenizers import Regex, decoders, models, pre_tokenizers, trainers
from tokenizers import Tokenizer as BaseTokenizer

PADDING, TURN_START, TURN_END = "<|endoftext|>", "<|im_start|>", "<|im_end|>"
STEP, BLOCK_END, ELLIPSIS, TITLE_END, SEPARATOR = "####", "%%%%", "......", ":", "\n\n"
NESTING = ">"
"""Stands before a marker once for each step that its block stands in."""
SPECIAL = [PADDING, TURN_START, TURN_END]
MARKERS = [STEP, BLOCK_END, ELLIPSIS, TITLE_END, SEPARATOR]

# Lower-case words take their space along; a space before a capital or a digit is a token of its own, so that a
# name is the same tokens in the middle of a sentence and at the start of a title. Digits stand alone. Chinese
# characters are kept apart from letters, so that names next to them are found again.
WORDS = r" ?\p{Ll}+|\p{Lu}+\p{Ll}*|\p{Han}+|[\p{L}\p{M}]+|\p{N}|\n| ?[^\s\p{L}\p{N}\p{M}]+|\s"

CHAT_TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + "
    "'<|im_end|>' + '\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


def step_marker(depth: int) -> str:
    """What opens a step of a block: `####` at depth 1, `>####` in a block inside of a step."""
    return NESTING * (depth - 1) + STEP


def chat(prompt: str) -> str:
    """The text before an answer, as the chat template writes it."""
    return f"{TURN_START}user\n{prompt}{TURN_END}\n{TURN_START}assistant\n"


class Tokenizer:
    """Text to ids and back; markers in the text become their tokens."""

    def __init__(self, base: BaseTokenizer):
        self.base = base
        self.padding, self.turn_start, self.turn_end = map(base.token_to_id, SPECIAL)
        ids = [base.token_to_id(marker) for marker in MARKERS]
        if None in ids:
            raise ValueError(f"expected a tokenizer with the tokens {MARKERS}, got ids {ids}")
        self.step, self.block_end, self.ellipsis, self.title_end, self.separator = ids

    @classmethod
    def load(cls, folder: Path) -> "Tokenizer":
        return cls(BaseTokenizer.from_file(str(folder / "tokenizer.json")))

    @property
    def size(self) -> int:
        return self.base.get_vocab_size()

    @cached_property
    def digits(self) -> frozenset[int]:
        """Ids of tokens with a digit in them: the values that lookups are about."""
        return frozenset(i for token, i in self.base.get_vocab().items() if any(c.isdigit() for c in token))

    def encode(self, text: str) -> list[int]:
        return self.base.encode(text, add_special_tokens=False).ids

    def decode(self, ids: Iterable[int]) -> str:
        """Leaves out what only frames the chat; markers stay."""
        return self.base.decode(list(ids), skip_special_tokens=True)

    def encode_prompt(self, prompt: str) -> list[int]:
        return self.encode(chat(prompt))

    def save(self, folder: Path, context: int) -> None:
        """Writes `tokenizer.json` and `tokenizer_config.json` with the chat template."""
        folder.mkdir(parents=True, exist_ok=True)
        data = json.loads(self.base.to_str())
        for token in data["added_tokens"]:
            token["normalized"] = False
            token["special"] = token["content"] in SPECIAL
        text = json.dumps(data, ensure_ascii=False, indent=1)
        (folder / "tokenizer.json").write_text(text, encoding="utf-8")
        added = {
            str(token["id"]): {key: value for key, value in token.items() if key != "id"}
            for token in data["added_tokens"]
        }
        settings = {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "bos_token": None,
            "eos_token": TURN_END,
            "pad_token": PADDING,
            "unk_token": None,
            "model_max_length": context,
            "add_bos_token": False,
            "add_eos_token": False,
            "clean_up_tokenization_spaces": False,
            "chat_template": CHAT_TEMPLATE,
            "added_tokens_decoder": added,
        }
        (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=1), encoding="utf-8")


def train_tokenizer(texts: Iterable[str], vocabulary: int) -> Tokenizer:
    """Learns `vocabulary` tokens from texts without markers."""
    base = BaseTokenizer(models.BPE())
    split = pre_tokenizers.Split(Regex(WORDS), "isolated")
    byte_level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    base.pre_tokenizer = pre_tokenizers.Sequence([split, byte_level])
    base.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=SPECIAL + MARKERS,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    base.train_from_iterator(texts, trainer)
    return Tokenizer(_with_plain_markers(base))


def _with_plain_markers(base: BaseTokenizer) -> BaseTokenizer:
    """Markers are text that a reader must see: only the chat's own tokens are special."""
    data = json.loads(base.to_str())
    for token in data["added_tokens"]:
        token["special"] = token["content"] in SPECIAL
    return BaseTokenizer.from_str(json.dumps(data))
