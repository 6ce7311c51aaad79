"""The data plane's pure part."""
