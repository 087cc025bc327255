"""One module per subcommand; each holds a click command named ``command`` and imports what it needs when it runs.

The first line of a module's docstring is its line in ``autograder --help``, which reads it without importing.
"""
