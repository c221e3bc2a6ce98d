"""New images for the stack, or the old ones with the old data: ``upgrade`` has the steps, ``journal`` how far they are.

``images`` keeps the old ones, ``smoke`` tries whether the stack works.
"""
