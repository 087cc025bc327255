"""The candidate's side of the wire: all of the grader that a sandbox shows, and nothing that knows an answer.

The whole folder is laid out beside ``course`` in the sandbox, where it is the package ``inside``; so it imports
nothing else of ``autograder``.

    zygote       the warm interpreter from which candidates are forked
    fork_server  forks one child at a time, ends all it leaves; both sides use it
    holdings     what its processes hold
    folders      how much lies in its folder, and how that is taken away
    confine      what a fork does to itself before it meets the student's code
    system_calls the calls a candidate may make; call_filter: the table as a program for the kernel
    landlock     the places it may read and write, where there are no namespaces
    candidate    the conversation with the examiner
    requests     what the examiner may ask
    alarm        stops what takes too long
    shell        runs cells and records their outputs
    frames       messages over a socket
    values       values as messages; readers: back again; wire: numbers, arrays, random generators
    shared       objects that live on both sides
"""
