"""Exercise ``save``: a checkpoint that is complete under its name, or not there."""

import json

from autograder.judging import Check, Exercise
from course.probes.search.saving import kept, visible_save


def reference(store, name, record):
    """Put the text together piece by piece; write it under a name of the same stem."""
    half = name.rpartition(".")[0] + ".part"
    text = "".join(json.JSONEncoder().iterencode(record))
    store.write(half, text)
    store.rename(half, name)


save = Exercise(
    "save",
    points=2,
    reference=reference,
    checks=[
        Check(
            name="files",
            probe=kept,
            says="Each checkpoint must appear complete, as JSON, under its name, and no other file stay beside it.",
        ),
    ],
    visible=visible_save,
    read="Exercise 6. A file that is complete or absent",
    equivalent={
        "…name.rpartition('.')[0] + '.part' -> …name.rpartition('.')[0]": (
            "Any temporary name will do that is this file's own and does not end in .json."
        ),
    },
    effect="A worker that dies leaves half a file that is taken for a result, or none at all.",
)


@save.variant
def with_a_longer_name(store, name, record):
    text = json.dumps(record)
    store.write(f"{name}.tmp", text)
    store.rename(f"{name}.tmp", name)
    return name


@save.variant
def named_by_the_run(store, name, record):
    temporary = f".{record['run']}~"
    store.write(name=temporary, text=json.dumps(record, indent=2))
    store.rename(old=temporary, new=name)


@save.variant_as_in("PyTorch")
def a_checkpoint_written_beside(store, name, record):
    state_dict = dict(record)
    path, tmp_path = name, name + ".part"
    store.write(tmp_path, json.dumps(state_dict))
    store.rename(tmp_path, path)


@save.mistake
def not_atomic(store, name, record):
    """The file is written under its final name, so a worker killed while writing leaves half a checkpoint that
    looks finished. Write under another name, then rename.

    Under which name is the file written first?
    """
    store.write(name, json.dumps(record))


@save.mistake
def one_temporary_name_for_all(store, name, record):
    """All checkpoints are first written to the same temporary name, so two workers overwrite each other's. Put
    `name` into it.

    If two workers write at the same moment, into which files?
    """
    store.write("checkpoint.tmp", json.dumps(record))
    store.rename("checkpoint.tmp", name)


@save.mistake
def temporary_name_looks_finished(store, name, record):
    """The temporary name ends in .json too, so half a file is taken for a checkpoint. Give it another ending.

    In what does your temporary name end?
    """
    store.write("tmp-" + name, json.dumps(record))
    store.rename("tmp-" + name, name)


@save.mistake
def one_temporary_name_that_looks_finished(store, name, record):
    """Two things: all checkpoints are first written to the same temporary name, where two workers overwrite each
    other's; and it ends in .json, so half a file is taken for a checkpoint. Put `name` into it, and give it another
    ending.

    If two workers write at the same moment, into which files?
    """
    store.write("checkpoint.json", json.dumps(record))
    store.rename("checkpoint.json", name)


@save.mistake
def copied_instead_of_renamed(store, name, record):
    """The text is written a second time under the final name, and the temporary file stays. Rename it instead.

    How many files are there after one call?
    """
    store.write(name + ".tmp", json.dumps(record))
    store.write(name, json.dumps(record))


@save.mistake
def never_renamed(store, name, record):
    """The file keeps its temporary name, so nobody takes it for a checkpoint. Rename it as the last step."""
    store.write(name + ".tmp", json.dumps(record))


@save.mistake
def not_as_JSON(store, name, record):
    """What is written is Python's own spelling of the dict, with single quotes, which `json.loads` does not read.
    Write `json.dumps(record)`."""
    store.write(name + ".tmp", str(record))
    store.rename(name + ".tmp", name)


@save.mistake
def written_twice_as_JSON(store, name, record):
    """The text is JSON of JSON: `json.dumps` was called twice, and reading it gives a string in place of a dict."""
    store.write(name + ".tmp", json.dumps(json.dumps(record)))
    store.rename(name + ".tmp", name)


@save.mistake
def NaN_left_out(store, name, record):
    """A run that diverged leaves no checkpoint, so nobody sees which settings diverge. Save it like any other."""
    if record["val_accuracy"] == record["val_accuracy"]:
        reference(store, name, record)
