"""Where models are kept: versions, their manifests and cards, and which of them is the champion."""
