"""The command line: doors that parse, call one function of a room, show its answer and exit."""
