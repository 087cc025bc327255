"""Run a student's notebook and our tests in two processes that exchange plain data only.

candidate side, copied into the sandbox and knowing nothing of the rest of ``autograder``:
    frames    messages over a socket              wire      arrays, numbers
    values    plain data as messages              readers   and back again
    generators  random generators                 shared    objects that live on both sides
    candidate the conversation with the examiner  requests  what it may ask
    shell     runs cells and records their outputs
    cage      namespaces, limits, no way out      zygote    the warm interpreter
    nursery   which is forked, on both sides

examiner side:
    handles   what stays in the candidate, seen from here
    plan      which cell runs where               examiner  runs the graded cells and keeps the verdicts
    travel    probes that are run over there      examination  the conversation with the candidate
    warm      the examiner's warm interpreter     sandbox   what this machine offers, and starting the zygote
    container what bubblewrap shows               premises  the same without it
    pair      the two warm interpreters
    run       the executor that ``autograder grade`` calls
"""
