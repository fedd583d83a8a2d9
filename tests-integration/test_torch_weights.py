"""The weights of a PyTorch model give the same numbers here, through a name map."""

import runpy
from pathlib import Path

import numpy as np
import pytest

from ramie import nnx
from ramie.training import safetensors, weights
from ramie.training.weights.errors import MappedMismatchError

torch = pytest.importorskip(
    "torch", reason="PyTorch is not installed: pip install torch, the CPU build will do"
)

EXAMPLE = Path(__file__).parents[1] / "docs" / "examples" / "gpt2_weights.py"


class Conv1D(torch.nn.Module):
    """A linear layer whose weight is `(in, out)`, as in GPT-2."""

    def __init__(self, size, out):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.randn(size, out) * 0.3)
        self.bias = torch.nn.Parameter(torch.randn(out) * 0.3)

    def forward(self, x):
        return x @ self.weight + self.bias


class Attention(torch.nn.Module):
    def __init__(self, width, heads, positions):
        super().__init__()
        self.heads = heads
        self.c_attn = Conv1D(width, 3 * width)
        self.c_proj = Conv1D(width, width)
        mask = torch.tril(torch.ones(positions, positions, dtype=torch.bool))
        self.register_buffer("bias", mask[None, None])

    def forward(self, x):
        batch, length, width = x.shape
        parts = self.c_attn(x).split(width, dim=2)
        shape = (batch, length, self.heads, -1)
        query, key, value = (part.view(shape).transpose(1, 2) for part in parts)
        scores = query @ key.transpose(2, 3) / (width / self.heads) ** 0.5
        scores = scores.masked_fill(~self.bias[:, :, :length, :length], float("-inf"))
        found = scores.softmax(-1) @ value
        return self.c_proj(found.transpose(1, 2).reshape(batch, length, width))


class Block(torch.nn.Module):
    def __init__(self, width, heads, positions):
        super().__init__()
        self.ln_1 = torch.nn.LayerNorm(width)
        self.attn = Attention(width, heads, positions)
        self.ln_2 = torch.nn.LayerNorm(width)
        self.mlp = torch.nn.ModuleDict(
            {"c_fc": Conv1D(width, 4 * width), "c_proj": Conv1D(4 * width, width)}
        )

    def forward(self, x):
        x = x + self.attn(self.ln_1(x))
        hidden = torch.nn.functional.gelu(
            self.mlp["c_fc"](self.ln_2(x)), approximate="tanh"
        )
        return x + self.mlp["c_proj"](hidden)


class GPT2(torch.nn.Module):
    def __init__(self, config):
        super().__init__()
        width = config.width
        blocks = [
            Block(width, config.heads, config.positions) for _ in range(config.depth)
        ]
        self.transformer = torch.nn.ModuleDict(
            {
                "wte": torch.nn.Embedding(config.vocab, width),
                "wpe": torch.nn.Embedding(config.positions, width),
                "h": torch.nn.ModuleList(blocks),
                "ln_f": torch.nn.LayerNorm(width),
            }
        )
        self.lm_head = torch.nn.Linear(width, config.vocab, bias=False)
        self.lm_head.weight = self.transformer["wte"].weight

    def forward(self, tokens):
        parts = self.transformer
        x = parts["wte"](tokens) + parts["wpe"](torch.arange(tokens.shape[1]))
        for block in parts["h"]:
            x = block(x)
        return self.lm_head(parts["ln_f"](x))


@pytest.fixture(scope="module")
def example():
    return runpy.run_path(str(EXAMPLE))


@pytest.fixture(scope="module")
def config(example):
    return example["Config"](vocab=23, positions=12, width=12, heads=3, depth=2)


@pytest.fixture(scope="module")
def theirs(config):
    torch.manual_seed(0)
    model = GPT2(config)
    with torch.no_grad():
        for norm in model.modules():
            if isinstance(norm, torch.nn.LayerNorm):
                norm.weight.normal_(1.0, 0.2)
                norm.bias.normal_(0.0, 0.2)
    return model


TOKENS = np.arange(14).reshape(2, 7) * 5 % 23


@pytest.fixture(scope="module")
def wanted(theirs):
    with torch.no_grad():
        return theirs(torch.from_numpy(TOKENS)).numpy()


def assert_close(mine, theirs):
    np.testing.assert_allclose(mine, theirs, atol=2e-5)


def test_a_state_dict_gives_the_same_logits(example, config, theirs, wanted):
    model = example["load_gpt2"](theirs.state_dict(), config)

    assert_close(example["logits_of"](model, TOKENS.astype("i4")), wanted)


def test_safetensors_files_give_the_same_logits(
    example, config, theirs, wanted, tmp_path
):
    arrays = {
        name.removeprefix("transformer."): tensor.numpy()
        for name, tensor in theirs.state_dict().items()
        if name != "lm_head.weight"
    }
    safetensors.save(tmp_path, arrays, shard_bytes=4000)

    model = example["load_gpt2"](safetensors.Tensors(tmp_path), config)

    assert_close(example["logits_of"](model, TOKENS.astype("i4")), wanted)


def test_a_head_of_its_own_is_refused(example, config, theirs):
    state_dict = theirs.state_dict()
    state_dict["lm_head.weight"] = state_dict["lm_head.weight"] + 1.0

    with pytest.raises(MappedMismatchError, match=r"lm_head.weight .* not equal"):
        example["load_gpt2"](state_dict, config)


def test_another_depth_is_reported_with_the_names_of_both_sides(
    example, config, theirs
):
    deeper = example["Config"](**{**vars(config), "depth": 3})

    with pytest.raises(
        MappedMismatchError,
        match=r"blocks.2.attention.key.bias \(.* transformer.h.2.attn.c_attn.bias\)",
    ):
        example["load_gpt2"](theirs.state_dict(), deeper)


def test_half_precision_of_torch_is_taken_bit_for_bit():
    source = {"w": torch.randn(5, 3).to(torch.bfloat16)}
    model = {"w": nnx.Param(np.zeros((3, 5), "bfloat16"))}

    weights.load(
        model, source, weights.NameMap(weights.move("w", "w", weights.transpose()))
    )

    assert model["w"].value.dtype == "bfloat16"
    np.testing.assert_array_equal(
        np.asarray(model["w"].value, "f4"), source["w"].float().numpy().T
    )


def test_a_model_does_not_change_with_the_tensor_it_was_loaded_from():
    source = {"w": torch.ones(4096)}
    model = {"w": nnx.Param(nnx.initializers.zeros_init()(None, (4096,)))}
    weights.load(model, source, weights.NameMap(weights.move("w", "w")))

    source["w"].add_(1.0)

    assert float(model["w"].value.max()) == 1.0
