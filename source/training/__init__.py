"""How the models are made: readers, protocols, training, evaluation. Serving never imports it."""
