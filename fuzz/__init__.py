"""Coverage-guided fuzzing of what reads a stranger's file (``make fuzz``; see README.md here).

===========  =====================================================================================
``targets``  what is called with the bytes of one input, and what counts as a find
``mutator``  altered inputs that stay JSON, so that fuzzing reaches beyond the reader
``seeds``    first inputs: one certificate of every form, and expressions
``store``    the stored inputs of ``corpus/``, which ``make test`` replays
``minimise``  a run's inputs, as few as have its coverage, into ``corpus/``
===========  =====================================================================================

``python -m fuzz TARGET`` needs atheris (the extra ``fuzz``); everything else here does not.
"""
