"""The compiled engine: rules as flat arrays, and kernels that take an article through them.

::

    rules ──program──► tests with jumps ──segment──► arrays, found by their rarest keys
    article (bytes) ──split──► words, pieces ──read──► positions, keys ──judge──► rules that match

A key is what rules ask of a word. A word that kernels can tell, in any script, is looked up among the terms that rules
ask for (`terms`). Analysis (`text`) is asked once for every other piece of text between two spaces, and for a word of
which more is asked than its term; what it said is looked up ever after (`lexicon`).
"""
