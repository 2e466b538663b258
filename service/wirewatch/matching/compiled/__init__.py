"""The compiled engine: rules as flat arrays, and kernels that take an article through them.

::

    rules ──program──► tests with jumps ──segment──► arrays, found by their rarest keys
    article (bytes) ──split──► words, pieces ──read──► positions, keys ──judge──► rules that match

A key is what rules ask of a word. A plain word is looked up among the terms that rules ask for (`terms`). Analysis
(`text`) is asked once for every other piece of text between two spaces; what it said is looked up ever after
(`lexicon`). So an article costs a table look-up a word, whatever the language.
"""
