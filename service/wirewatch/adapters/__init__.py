"""The outside world, one package each; they never import one another, and the core never imports them."""
