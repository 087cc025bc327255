"""Arrays are announced that are longer, of another type or of another shape than they are."""
import gc

def sgd(w, dw, config=None):
    (candidate,) = [each for each in gc.get_objects() if type(each).__name__ == "Candidate"]
    for array in (
        ["a", None, 1, "<f8", [1 << 27], b""],
        ["a", None, 1, "|O", [1], [b"x"]],
        ["a", None, 1, "<f8", [-1], b"x" * 8],
        ["a", None, 1, "V9", [1], b"x" * 9],
        ["a", None, 1, "<M8[ns]", [1], b"x" * 8],
        ["a", None, 1, "<f8", [0] * 64, b""],
        ["a", None, 1, "<f8", [1 << 62, 1 << 62], b""],
    ):
        candidate.channel.send(["ret", [], ["t", None, array, {}]])
    return w, {}
