"""A Slack workspace and a Huawei Cloud on one machine, for demos and tests.

Speaks the real wire (HTTP, signatures) and imports nothing of the product (decision 12).
"""
