"""Simulated OBS: buckets, their settings and objects, in the provider's own dialect and in the S3-like one."""
