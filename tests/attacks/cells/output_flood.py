"""The cell prints, shows and warns without end."""
# long: it is ended by a limit of time
from IPython.display import display

line = "x" * 100_000
while True:
    print(line)
    display({"text/html": line}, raw=True)
