"""Which counts of people may be seen, so that nobody in a small group can be recognised?"""
