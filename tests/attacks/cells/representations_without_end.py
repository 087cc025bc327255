"""Showing a value never ends, shows itself again, or returns what is no text."""
# stock: skip, not tried there
# long: it is ended by a limit of time
class Shown:
    def __repr__(self):
        return "x" * 10**9
    def _repr_html_(self):
        display(self)
        return 7
    def _repr_mimebundle_(self, **kwargs):
        return {"text/plain": self, self: "text/html"}, {"x": self}
    def __str__(self):
        while True:
            pass

Shown()
# %%
print(Shown())
# %%
raise type("E", (Exception,), {"__str__": Shown.__str__, "__repr__": Shown.__repr__})
