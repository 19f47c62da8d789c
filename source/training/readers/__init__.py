"""What a data set on disk holds, one module per data set."""
