"""What the program knows of what every page of a building shares."""

from koprogo_app.foundation.manifests import Manifest

MANIFEST = Manifest(
    name="workspace",
    above="identity",
)
