"""Real processes of the product on one database serve many people in the stand-in, while they are killed.

Everything goes in real time. What happened is checked afterwards, from the raw tables and the stand-in's log alone.
"""
