"""Simulated IAM, v3: accounts, projects, users and quotas."""
