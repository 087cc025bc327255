"""Run a student's notebook and our tests in two processes that exchange plain data only.

candidate side, copied into the sandbox and knowing nothing of the rest of ``autograder``:
    wire      frames, arrays, numbers             values    plain data as messages and back
    shared    objects that live on both sides     generators  random generators
    candidate answers the examiner's questions    shell     runs cells and records their outputs
    cage      namespaces, limits, no way out      zygote    the warm interpreter that is forked

examiner side:
    handles   what stays in the candidate, seen from here
    plan      which cell runs where               examiner  runs the graded cells and keeps the verdicts
    warm      the examiner's warm interpreter     sandbox   what this machine offers, and starting the zygote
    run       the executor that ``autograder grade`` calls
"""
