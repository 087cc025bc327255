"""Pictures of the lessons on checking and watching a run.  Every function takes ``ax`` and returns it."""
