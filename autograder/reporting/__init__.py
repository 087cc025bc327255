"""The instructor's desk: what a class did, as a page, as tables, as files for an LMS, and files from one."""
