"""What a run looks like: events folded into a view, and the view drawn for people and machines."""
