"""The cell prints, shows and warns without end."""
from IPython.display import display

line = "x" * 100_000
while True:
    print(line)
    display({"text/html": line}, raw=True)
