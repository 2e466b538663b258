"""How fast one article is matched against all rules, beside Lucene Monitor: `make bench`.

::

    words ──► world ──► articles ┐
                  └───► rules ───┴─► engines, in this process ┐
                                 └─► lucene, a Java process ──┴─► same matches? ──► table

Everything is invented from a seed: the same articles and rules at each run.
"""
