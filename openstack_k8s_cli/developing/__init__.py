"""Development state: what of a cloud is otherwise than the release for a while, as one more layer of its profile."""
