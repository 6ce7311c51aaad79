"""The command line: typer app, global options, the session that composes everything, exit codes."""
