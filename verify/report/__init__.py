"""``icebound report``: one self-contained page from a folder of results.

==============  ===================================================================================
``records``     one row of the page: a claim with what is known about it
``collect``     a folder as rows: the database of a sweep, or certificates anywhere below it
``database``    the database of a sweep, read and never written
``cells``       results in JSON as rows
``loose``       certificates without a database as rows
``markup``      HTML elements; the one place where text is escaped
``chart``       a chart with two axes as inline SVG
``figures``     which charts a page shows
``formulas``    statements with their bounds in MathML
``sections``    header, table, lists
``page``        the whole document
==============  ===================================================================================
"""
