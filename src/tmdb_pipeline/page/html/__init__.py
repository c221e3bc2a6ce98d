"""The page as HTML and SVG: templates, one style sheet, charts. Whatever comes from data is text in it."""
