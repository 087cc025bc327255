"""What is drawn at the end of a cell runs code of its own, raises, and draws more of itself."""
# stock: skip, not tried there
# long: it is ended by a limit of time
import matplotlib.pyplot as plt
from matplotlib.artist import Artist

class Alive(Artist):
    def draw(self, renderer):
        plt.figure(figsize=(50, 50)).add_artist(Alive())
        raise SystemExit("4 of 4 points")

plt.figure().add_artist(Alive())
# %%
import matplotlib.pyplot as plt

class Slow(plt.Figure):
    def savefig(self, *args, **kwargs):
        while True:
            pass
    print_figure = savefig
    draw = savefig

plt.figure(FigureClass=Slow)
