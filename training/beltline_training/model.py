"""A Llama (RoPE, RMSNorm, SwiGLU, grouped-query attention, tied embeddings) under tree masks.

Parameters are named as in Hugging Face's `LlamaForCausalLM`, so the state dict is the checkpoint.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .attention import TreeMask, attend, attend_tree


@dataclass(frozen=True)
class ModelConfig:
    """The shape of a model; the defaults are the CPU model."""

    vocabulary: int = 2048
    hidden: int = 256
    layers: int = 4
    heads: int = 4
    kv_heads: int = 2
    head_size: int = 64
    intermediate: int = 512
    rope_theta: float = 1e8
    norm_epsilon: float = 1e-5
    context: int = 8192


class KeyValueCache:
    """Keys and values by slot; which slots a token sees is for the caller to say.

    Tensors are `[batch, kv head, slot, head size]`. The last slot is a bin for padding.
    """

    def __init__(self, config: ModelConfig, batch: int, capacity: int, device: torch.device, dtype: torch.dtype):
        shape = (batch, config.kv_heads, capacity + 1, config.head_size)
        self.keys = [torch.zeros(shape, device=device, dtype=dtype) for _ in range(config.layers)]
        self.values = [torch.zeros(shape, device=device, dtype=dtype) for _ in range(config.layers)]
        self.slots: Tensor = torch.empty(0)
        """Where the tokens of the coming pass go, `[batch, token]`."""
        self.used = 0
        """Slots beyond this one are empty in all rows."""

    def put(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Stores `[batch, kv head, token, head size]` and returns the slots in use and the padding bin."""
        index = self.slots[:, None, :, None].expand_as(keys)
        self.keys[layer].scatter_(2, index, keys.to(self.keys[layer].dtype))
        self.values[layer].scatter_(2, index, values.to(self.values[layer].dtype))
        return self.keys[layer][:, :, : self.used], self.values[layer][:, :, : self.used]


class RMSNorm(nn.Module):
    def __init__(self, size: int, epsilon: float):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        return F.rms_norm(x.float(), self.weight.shape, self.weight, self.epsilon).to(x.dtype)


def rotate(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    """Rotary embedding in halves of `x` `[batch, head, token, size]`, the angles `[batch, 1, token, size]`."""
    first, second = x.chunk(2, -1)
    return x * cosine + torch.cat((-second, first), -1) * sine


class Attention(nn.Module):
    def __init__(self, config: ModelConfig):
        super().__init__()
        self.config = config
        queries, keys = config.heads * config.head_size, config.kv_heads * config.head_size
        self.q_proj = nn.Linear(config.hidden, queries, bias=False)
        self.k_proj = nn.Linear(config.hidden, keys, bias=False)
        self.v_proj = nn.Linear(config.hidden, keys, bias=False)
        self.o_proj = nn.Linear(queries, config.hidden, bias=False)
        self.seen: tuple[Tensor, Tensor] | None = None
        """Queries `[batch, head, token, size]` and keys, of key-value heads, of the last pass, if `keep_seen`."""
        self.keep_seen = False

    def project(self, x: Tensor, cosine: Tensor, sine: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values `[batch, head, token, size]`, queries and keys rotated."""

        def heads(projected: Tensor) -> Tensor:
            return projected.view(*x.shape[:2], -1, self.config.head_size).transpose(1, 2)

        q, k = (rotate(heads(p(x)).float(), cosine, sine).to(x.dtype) for p in (self.q_proj, self.k_proj))
        return q, k, heads(self.v_proj(x))

    def attend(self, q: Tensor, k: Tensor, v: Tensor, mask, cache: KeyValueCache | None, layer: int) -> Tensor:
        """What every head takes from the tokens that `mask` shows it, `[batch, head, token, size]`."""
        if cache is not None:
            k, v = cache.put(layer, k, v)
        if self.keep_seen:
            self.seen = q, k
        with torch.autocast(q.device.type, enabled=False):
            return attend_tree(q, k, v, mask) if isinstance(mask, TreeMask) else attend(q, k, v, mask)

    def gather(self, attended: Tensor) -> Tensor:
        """All heads' `attended` as one `[batch, token, hidden]`."""
        return self.o_proj(attended.transpose(1, 2).flatten(2))


class FeedForward(nn.Module):
    def __init__(self, config: ModelConfig):
        super().__init__()
        self.gate_proj = nn.Linear(config.hidden, config.intermediate, bias=False)
        self.up_proj = nn.Linear(config.hidden, config.intermediate, bias=False)
        self.down_proj = nn.Linear(config.intermediate, config.hidden, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class Layer(nn.Module):
    def __init__(self, config: ModelConfig):
        super().__init__()
        self.self_attn = Attention(config)
        self.mlp = FeedForward(config)
        self.input_layernorm = RMSNorm(config.hidden, config.norm_epsilon)
        self.post_attention_layernorm = RMSNorm(config.hidden, config.norm_epsilon)

    def before(self, x: Tensor, cosine: Tensor, sine: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What comes before attention: with `after` it can be compiled, for its shapes are few."""
        return self.self_attn.project(self.input_layernorm(x), cosine, sine)

    def after(self, x: Tensor, attended: Tensor) -> Tensor:
        x = x + self.self_attn.gather(attended)
        return x + self.mlp(self.post_attention_layernorm(x))

    def forward(self, x: Tensor, rope: tuple[Tensor, Tensor], mask, cache: KeyValueCache | None, layer: int) -> Tensor:
        return self.after(x, self.self_attn.attend(*self.before(x, *rope), mask, cache, layer))


class Trunk(nn.Module):
    def __init__(self, config: ModelConfig):
        super().__init__()
        self.embed_tokens = nn.Embedding(config.vocabulary, config.hidden)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.layers))
        self.norm = RMSNorm(config.hidden, config.norm_epsilon)


class Llama(nn.Module):
    def __init__(self, config: ModelConfig):
        super().__init__()
        self.config = config
        self.model = Trunk(config)
        steps = torch.arange(0, config.head_size, 2).float() / config.head_size
        self.register_buffer("frequencies", config.rope_theta**-steps, persistent=False)
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                nn.init.normal_(parameter, std=self._deviation(name, parameter.shape[1]))

    def _deviation(self, name: str, inputs: int) -> float:
        if "embed" in name:
            return 0.05
        residual = "o_proj" in name or "down_proj" in name
        return inputs**-0.5 * (0.3 / self.config.layers**0.5 if residual else 1.0)

    def hidden(
        self,
        tokens: Tensor,
        positions: Tensor,
        mask: TreeMask | Tensor | None = None,
        cache: KeyValueCache | None = None,
    ) -> Tensor:
        """The last hidden states `[batch, token, hidden]` of `tokens` at `positions`, both `[batch, token]`.

        `mask`: a tree, a boolean mask `[batch, 1, token, slot]` (with a cache), or None for plain causal text.
        """
        angles = positions[:, None, :, None].float() * self.frequencies
        angles = torch.cat((angles, angles), -1)
        rope = angles.cos(), angles.sin()
        x = self.model.embed_tokens(tokens)
        if torch.is_autocast_enabled(x.device.type):
            x = x.to(torch.get_autocast_dtype(x.device.type))
        for index, layer in enumerate(self.model.layers):
            x = layer(x, rope, mask, cache, index)
        return self.model.norm(x)

    def logits(self, hidden: Tensor) -> Tensor:
        """`[..., hidden]` to `[..., vocabulary]`."""
        return F.linear(hidden, self.model.embed_tokens.weight.to(hidden.dtype))

    def forward(self, tokens, positions, mask=None, cache=None) -> Tensor:
        return self.logits(self.hidden(tokens, positions, mask, cache))

    def parameter_count(self) -> int:
        return sum(parameter.numel() for parameter in self.parameters())
