"""Small recurrent networks: sequences of several lengths, forwards and both ways."""

import jax
import jax.numpy as jnp
import optax

from ramie import linen as nn


class Tagger(nn.Module):
    """Says of each token whether the sum of all so far is even."""

    features: int = 8

    def setup(self):
        self.embed = nn.Embed(3, self.features)
        self.first = nn.RNN(nn.GRUCell(self.features), return_carry=True)
        self.both = nn.Bidirectional(
            nn.RNN(nn.OptimizedLSTMCell(4)), nn.RNN(nn.SimpleCell(4))
        )
        self.head = nn.Dense(2)

    def __call__(self, tokens, lengths):
        last, h = self.first(self.embed(tokens), seq_lengths=lengths)
        h = self.both(h, seq_lengths=lengths)
        return self.head(h), last


def batch():
    """Tokens, how many of each row count, and the answers."""
    tokens = jax.random.randint(jax.random.key(1), (5, 6), 0, 3)
    lengths = jnp.array([6, 4, 1, 5, 6])
    return tokens, lengths, jnp.cumsum(tokens, axis=1) % 2


MODEL = Tagger()
OPTIMIZER = optax.adam(0.05)


def make():
    tokens, lengths, _ = batch()
    params = jax.jit(MODEL.init)(jax.random.key(0), tokens, lengths)["params"]
    return params, OPTIMIZER.init(params)


@jax.jit
def step(params, moments, tokens, lengths, answers):
    def loss_of(params):
        logits, _ = MODEL.apply({"params": params}, tokens, lengths)
        losses = optax.softmax_cross_entropy_with_integer_labels(logits, answers)
        counts = jnp.arange(tokens.shape[1]) < lengths[:, None]
        return jnp.sum(losses * counts) / jnp.sum(counts)

    loss, grads = jax.value_and_grad(loss_of)(params)
    updates, moments = OPTIMIZER.update(grads, moments)
    return optax.apply_updates(params, updates), moments, loss


def train(steps):
    """The parameters after some steps, and the loss of each."""
    params, moments = make()
    losses = []
    for _ in range(steps):
        params, moments, loss = step(params, moments, *batch())
        losses.append(float(loss))
    return params, losses
