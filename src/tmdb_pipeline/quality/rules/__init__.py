"""The rule catalogue: each rule declared once, as what breaks it and what it says."""
