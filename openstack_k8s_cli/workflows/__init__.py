"""The stories: chain rooms, hand ports down, yield their events."""
