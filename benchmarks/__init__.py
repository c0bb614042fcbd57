"""How fast the product is, as ratios: `python -m benchmarks`, or `make bench`.

A figure in milliseconds is true of one machine on one day. What is measured here is the product beside something known,
in one run, taken in turns (A B A B …), and the ratio of the medians: that holds on any machine, and noise hits both.
Client and server are processes of their own, on CPUs of their own where there are two. Every request is a signed
slash-command form with a trigger id that is used once; it goes through the product's real front door into a real Redis.
"""
