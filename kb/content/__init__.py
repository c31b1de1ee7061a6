"""Case studies and vocabulary as files: the truth from which all else is made."""
