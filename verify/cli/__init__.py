"""The command ``icebound``: thin subcommands over the library; heavy imports on first use.

==================  ===============================================================================
``main``            exit statuses and one-line errors
``app``             the command tree
``command``         the options that every subcommand takes
``options``         options that several commands share
``console``         what a command may say, and where
``tables``          tables for people
``permutation``     ``sandwich``, ``construct`` and ``width permutation``
``networks``        ``certify``
``certificates``    ``check`` and ``show``
``knowledge``       ``theorems``, ``targets`` and ``doctor``
==================  ===============================================================================
"""
