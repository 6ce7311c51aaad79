"""What must hold of a cluster before a plan is carried out there: rules over what was seen, each with its remedy."""
