"""What kernels are written with: how they are compiled, and how they see memory.

Numba takes most of a second to load, so nothing is imported here: whoever has kernels imports what they need.
"""
