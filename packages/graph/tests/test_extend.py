from ramie.graph import extend


def test_every_name_is_documented():
    bare = [
        name
        for name, value in vars(extend).items()
        if not name.startswith("_") and not getattr(value, "__doc__", None)
    ]

    assert bare == []
