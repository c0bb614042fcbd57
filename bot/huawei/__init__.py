"""The only folder that knows the cloud SDKs."""
