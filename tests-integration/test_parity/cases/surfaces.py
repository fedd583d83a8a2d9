"""One plain layer of each kind, for what can be seen without calling it."""

LAYERS = {
    "BatchNorm": (3,),
    "Conv": (3, 4, 3),
    "ConvTranspose": (3, 4, 3),
    "Dropout": (0.5,),
    "Einsum": ("na,ab->nb", (2, 4), (4,)),
    "Embed": (3, 4),
    "GRUCell": (3, 4),
    "GroupNorm": (4, 2),
    "InstanceNorm": (3,),
    "LSTMCell": (3, 4),
    "LayerNorm": (3,),
    "Linear": (3, 4),
    "LinearGeneral": (3, 4),
    "LoRA": (3, 2, 4),
    "LoRALinear": (3, 4),
    "MultiHeadAttention": (2, 4),
    "OptimizedLSTMCell": (3, 4),
    "PReLU": (),
    "RMSNorm": (3,),
    "SimpleCell": (3, 4),
}
SETTINGS = {"LoRALinear": {"lora_rank": 2}}
"""What a layer needs besides its positional arguments."""


def plain(nnx, name):
    """A layer of that name; those around others get others."""
    rngs = nnx.Rngs(0)
    match name:
        case "Sequential":
            return nnx.Sequential(nnx.Linear(2, 3, rngs=rngs), nnx.relu)
        case "PReLU":
            return nnx.PReLU()
        case "SpectralNorm" | "WeightNorm":
            return getattr(nnx, name)(nnx.Linear(2, 3, rngs=rngs), rngs=rngs)
        case "RNN":
            return nnx.RNN(nnx.GRUCell(3, 4, rngs=rngs))
        case "Bidirectional":
            return nnx.Bidirectional(plain(nnx, "RNN"), plain(nnx, "RNN"))
    settings = SETTINGS.get(name, {})
    return getattr(nnx, name)(*LAYERS[name], **settings, rngs=rngs)


AROUND = ("Bidirectional", "RNN", "Sequential", "SpectralNorm", "WeightNorm")
NAMES = (*LAYERS, *AROUND)
