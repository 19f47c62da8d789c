"""The vocabulary of the house: emotions, results, time lines, errors. Never reads a file."""
