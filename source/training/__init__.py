"""How the models are made: corpora, protocols, training, evaluation. Serving never imports it."""
