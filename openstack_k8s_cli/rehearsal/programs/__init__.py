"""All that exec can run in a rehearsed pod: a command's module, with dashes as underscores.

Each is run alone and isolated (`python -I FILE ARGUMENTS`), with the pod's name in OSK_POD and nothing else.
"""
