"""The doors to the world: each module speaks one outside tool's language and translates its errors."""
