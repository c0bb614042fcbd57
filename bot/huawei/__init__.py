"""The only folder that knows the cloud SDKs. They are imported at the first call, so that only workers pay for them."""
