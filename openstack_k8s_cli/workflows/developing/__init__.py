"""The stories of development state: how it is kept in the cluster, made, and taken back."""
