"""Times of ramie beside the limit that plain JAX or plain Python sets."""
