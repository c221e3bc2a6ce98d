"""From rows of features to a model: the panel, the design, the split in time, the logistic regression."""
