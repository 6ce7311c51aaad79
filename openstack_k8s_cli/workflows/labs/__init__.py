"""Stories of `osk host`: what a lab has beside its hosts is made and taken away again."""
