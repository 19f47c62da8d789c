"""A Result becomes something to read: words, label views, charts. Imports only `core`."""
