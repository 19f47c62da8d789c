"""What is kept: the table of jobs, uploaded recordings, result files."""
