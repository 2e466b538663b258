"""The compiled engine: rules as flat arrays, and two kernels that take an article through them.

::

    rules ──program──► tests with jumps ──segment──► arrays, found by their rarest keys
    article (bytes) ──read──► positions, keys ──judge──► rules that match, and those that Python has to ask about

A key is what rules ask of a word. Analysis (`text`) is asked once for each piece of text between two spaces; what it
said is looked up ever after (`lexicon`), so an article costs a table look-up a word, whatever the language.
"""
