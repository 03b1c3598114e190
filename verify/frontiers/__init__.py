"""The error/budget frontier of band-limited ridge networks, certified from both sides (R4, R8).

==================  ===============================================================================
``request``         what a user asks for, checked before work starts
``fitting``         the fit behind a point: its input measure, network and budgets
``dual``            the residual of a fit as polynomial or rows, ready to be a certificate
``points``          one budget: fit, both certificates, and the closed form beside them
``results``         records of points and curves, and their JSON
``state``           points already certified, kept in a folder across interruptions
``curve``           all budgets of a request, one after the other
``picture``         error against budget, drawn
==================  ===============================================================================
"""
