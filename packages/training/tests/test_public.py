import pickle

import jax.numpy as jnp

from ramie import training
from ramie.training import metrics


def test_public_objects_name_the_package():
    published = {training.__name__, metrics.__name__}

    for package in (training, metrics):
        for name, value in vars(package).items():
            if isinstance(value, type):
                assert value.__module__ in published, name


def test_pickles_name_the_package_not_the_file():
    payload = pickle.dumps(metrics.Average())

    assert b"ramie.training.metrics" in payload
    assert b"_average" not in payload


def test_pickled_metrics_keep_their_counts():
    loss = metrics.Average()
    loss.update(values=jnp.array([1.0, 3.0]))

    twin = pickle.loads(pickle.dumps(loss))

    assert float(twin.compute()) == 2.0
