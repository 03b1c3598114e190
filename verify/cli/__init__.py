"""The command ``icebound``: thin subcommands over the library; heavy imports on first use.

=====================  ============================================================================
``main``               exit statuses and one-line errors
``app``                the command tree
``commands``           every command, its line of help and the module that makes it
``help``               help pages
``command``            the options that every subcommand takes
``options``            options that several commands share
``console``            what a command may say, and where
``tables``             tables for people
``permutation``        ``sandwich``, ``construct`` and ``width permutation``
``bias``               ``sandwich bias`` and ``construct bias``
``bias_tables``        their tables
``width_bias``         ``width bias``
``width_rnn``          ``width rnn``
``optimum``            ``optimum permutation``
``networks``           ``certify``
``budget``             ``budget``
``certificates``       ``check`` and ``show``
``knowledge``          ``theorems``, ``targets`` and ``doctor``
``ridgelet``           ``sandwich ridgelet``
``ridge_activations``  ``activations``
``frontier``           ``frontier``
``response``           ``response``
``sweep``              ``sweep``
``report``             ``report``
``dynamics``           ``dynamics``
``prove``              ``prove``
``trajectory``         ``trajectory``
=====================  ============================================================================
"""
