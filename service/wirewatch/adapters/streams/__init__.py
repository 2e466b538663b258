"""The alert stage's stream, on Faust: one agent over `matches`, and the table of what was alerted.

The only package that imports Faust. What it does against Faust's known traps:

- Faust acknowledges an event when the agent asks for the next one, also when it raised. So the stream is taken with
  `noack` and each event is acknowledged here, after its task has given it a fate; the task never raises.
- Events are handled side by side, up to a limit, and acknowledged in the order of their offsets: during a rebalance
  Faust forgets which offsets were acknowledged before, and would commit past one still being handled.
- After a rebalance Faust resumes its queues twice and empties them each time, and commits past a hole of one message:
  what came in between was lost. `stoppable` resumes once, and `in_order` notices a message that never came.
- Faust starts no web server (`app.start` in our own loop would), takes no logging and no standard streams.
"""

from wirewatch.adapters.streams.alert_stream import AlertStream, AlertStreamOptions, MatchHandler

__all__ = ["AlertStream", "AlertStreamOptions", "MatchHandler"]
