"""The papers of a co-ownership: received, judged, kept as long as the law asks, shown to whom they concern."""
