"""The command ``icebound``: thin subcommands over the library; heavy imports on first use."""
