import copy
import pickle
import threading

from ramie.linen.module._state import running, unspecified

from .example_modules import Dense


def test_what_is_not_given_stays_itself():
    assert copy.copy(unspecified) is unspecified
    assert copy.deepcopy(unspecified) is unspecified
    assert pickle.loads(pickle.dumps(unspecified)) is unspecified


def test_another_thread_runs_its_own_modules():
    seen = []
    running.modules.append(Dense())

    thread = threading.Thread(target=lambda: seen.append(Dense().parent))
    thread.start()
    thread.join()
    running.modules.pop()

    assert seen == [None]
