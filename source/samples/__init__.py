"""The sample media of ``input_files``: a drawn person who is nobody, and a spoken voice."""
