"""``icebound dynamics``: a recurrent network on a dynamical system, measured (notes B4).

================  =================================================================================
``request``       what is asked for, checked before any work
``run``           training and measuring one network, its files
``network_file``  the file of a trained network, written and read
``results``       the record of a run, its JSON and its table
``gain_sweep``    the measured sweep over gains: record, file, intervals
``gain_picture``  its pictures
``picture``       the orbit, the free run and the spectra before and after
================  =================================================================================
"""
