"""An object that came back takes for ever to end as soon as nobody needs it any more."""
# stock: skip, not tried there
# long: it is ended by a limit of time
class Lasting:
    def __del__(self):
        while True:
            pass

def sgd(w, dw, config=None):
    return Lasting(), {"x": Lasting()}
